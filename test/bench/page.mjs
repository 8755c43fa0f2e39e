/**
 * The inspector's page in a real Chromium: how fast it opens and scrolls what is long, and what it makes of many busy
 * connections. Run by hand, on what was built:
 *
 *     node test/bench/page.mjs [open] [ends] [live] [--seconds 60]
 */
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runnerImport } from 'vite'
import { ClientProtocol, Protocol, parseUri, ServerProtocol } from 'wirechart'
import { createInspector, serveInspector, traceLines } from 'wirechart/inspect'

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '60' } },
  allowPositionals: true,
})
const wanted = (name) => positionals.length === 0 || positionals.includes(name)

const load = async (path) =>
  (await runnerImport(new URL(path, import.meta.url).pathname, { configFile: false })).module
const { serveTrace } = await load('../../src/inspect/server.ts')
const browser = await (await load('../browser/browser.ts')).launchBrowser()
const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
page.on('pageerror', (error) => console.error('thrown on the page:', error.message))

/** A frame of text, masked with zeros. */
function frame(text) {
  const payload = new TextEncoder().encode(text)
  return Uint8Array.of(0x81, 0x80 | payload.length, 0, 0, 0, 0, ...payload)
}

const openProtocol = (inspect, about) =>
  new Protocol('server', { state: 'open', inspect: { observe: (each) => inspect.observe(each, about) } })

/** Frames that the page draws while something goes on: how many in a second, and the longest. */
async function framesDuring(work) {
  await page.evaluate(() => {
    const times = []
    const look = (now) => {
      times.push(now)
      window.frameTimer = requestAnimationFrame(look)
    }
    window.frameTimes = times
    window.frameTimer = requestAnimationFrame(look)
  })
  await work()
  const times = await page.evaluate(() => {
    cancelAnimationFrame(window.frameTimer)
    return window.frameTimes
  })
  const gaps = times.slice(1).map((time, index) => time - times[index])
  const sorted = gaps.toSorted((a, b) => a - b)
  const at = (part) => Number((sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1))
  return {
    frames: gaps.length,
    perSecond: Math.round((gaps.length / (times.at(-1) - times[0])) * 1000),
    median: at(0.5),
    p99: at(0.99),
    longest: Number((sorted.at(-1) ?? 0).toFixed(1)),
    over100ms: gaps.filter((gap) => gap > 100).length,
  }
}

const debug = await page.context().newCDPSession(page)
await debug.send('Performance.enable')
/** What the page holds when nothing can be let go any more, MiB. */
async function heap() {
  await debug.send('HeapProfiler.collectGarbage')
  const { metrics } = await debug.send('Performance.getMetrics')
  return Math.round((metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 2 ** 20)
}

async function open() {
  const count = 100_000
  const inspector = createInspector({ history: count + 10 })
  const protocol = openProtocol(inspector, { peer: '127.0.0.1:5000' })
  // What a process keeps of all is bounded; the trace is written as it happens.
  const records = []
  inspector.subscribe((record) => records.push(record))
  records.push(...inspector.connections[0].records())
  for (let i = 0; i < count; i++) {
    if (i % 2 === 0) protocol.receiveData(frame(`message ${i}`))
    else protocol.sendText(`answer ${i}`)
    protocol.eventsReceived()
    protocol.dataToSend()
  }
  const lines = [...traceLines(records)].join('')
  const file = join(tmpdir(), 'wirechart-100000.jsonl')
  writeFileSync(file, lines)
  console.log(`a trace of ${records.length} records, ${(lines.length / 2 ** 20).toFixed(0)} MiB`)

  const server = await serveTrace({ name: 'empty.jsonl', body: Buffer.from('') })
  await page.goto(server.url)
  await page.getByText('No trace is open').waitFor()
  for (let round = 0; round < 3; round++) {
    const opening = page.evaluate(
      (seq) =>
        new Promise((resolve) => {
          let first = 0
          document.querySelector('[aria-label="Trace to open"]').addEventListener(
            'change',
            () => {
              const from = performance.now()
              const look = () => {
                const now = performance.now() - from
                if (first === 0 && document.querySelector('[data-event]')) first = now
                if (document.querySelector(`[data-seq="${seq}"]`)) resolve({ first, all: now })
                else requestAnimationFrame(look)
              }
              requestAnimationFrame(look)
            },
            { once: true },
          )
        }),
      count,
    )
    await page.getByLabel('Trace to open').setInputFiles(file)
    const { first, all } = await opening
    console.log(
      `opened from a file: first rows after ${first.toFixed(0)} ms, all after ${all.toFixed(0)} ms; heap ${await heap()} MiB`,
    )
    if (round < 2) {
      await page.getByRole('button', { name: /^Put away wirechart/ }).click()
      await page.locator('[data-connection]').waitFor({ state: 'detached' })
    }
  }

  for (const name of ['statechart', 'ladder', 'frame', 'messages', 'handshake', 'report']) {
    const tab = page.locator(`[data-view-tab="${name}"]`)
    if ((await tab.count()) === 0) continue
    await view(name, count)
  }
  await page.locator('[data-view-tab="statechart"]').click()
  const scrolled = await framesDuring(() =>
    page.evaluate(async () => {
      const list = document.querySelector('[role="listbox"][aria-label^="Events"]')
      for (let step = 0; step <= 200; step++) {
        list.scrollTop = (list.scrollHeight - list.clientHeight) * Math.abs(Math.sin(step / 60))
        await new Promise(requestAnimationFrame)
      }
    }),
  )
  console.log('log: scrolling', JSON.stringify(scrolled))
  const filtered = await framesDuring(async () => {
    await page.getByLabel('Filter events by text').fill('message 99')
    await page.getByText('of 100000 events').waitFor()
  })
  console.log('log: filtering by text', JSON.stringify(filtered))
  await server.close()
}

/** How fast a view is shown, and how smoothly the cursor goes through `total` records in it. */
async function view(name, total) {
  const took = await page.evaluate(async (name) => {
    const from = performance.now()
    document.querySelector(`[data-view-tab="${name}"]`).click()
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    return performance.now() - from
  }, name)
  const scrubbed = await framesDuring(() =>
    page.evaluate(async (total) => {
      const slider = document.querySelector('input[type="range"][aria-label="Moment"]')
      const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set
      for (let step = 0; step <= 150; step++) {
        set.call(slider, String(Math.round((total - 1) * Math.abs(Math.sin(step / 40)))))
        slider.dispatchEvent(new Event('input', { bubbles: true }))
        await new Promise(requestAnimationFrame)
      }
    }, total),
  )
  console.log(`${name}: shown after ${took.toFixed(0)} ms; scrubbing`, JSON.stringify(scrubbed))
}

/** Both ends of a connection in one trace: the ladder pairs what each of them recorded. */
async function ends() {
  const count = 100_000
  const inspector = createInspector({ history: count + 10 })
  const records = []
  inspector.subscribe((record) => records.push(record))
  const client = new ClientProtocol(parseUri('ws://127.0.0.1/'), { inspect: inspector })
  const server = new ServerProtocol({ inspect: inspector })
  const introduced = inspector.connections.map((each) => each.records()[0])
  const pass = (from, to) => {
    for (const data of from.dataToSend()) to.receiveData(data)
    return to.eventsReceived()
  }
  client.sendRequest(client.connect())
  server.sendResponse(server.accept(pass(client, server)[0]))
  pass(server, client)
  // Now and then both send at once.
  for (let i = 2; i < count; i += 2) {
    client.sendText(`message ${i}`)
    if (i % 100 !== 0) pass(client, server)
    server.sendText(`answer ${i}`)
    if (i % 100 === 0) pass(client, server)
    pass(server, client)
  }
  const file = join(tmpdir(), 'wirechart-both-ends.jsonl')
  writeFileSync(file, [...traceLines([...introduced, ...records])].join(''))
  console.log(`a trace of ${records.length} records of both ends`)
  const trace = await serveTrace({ name: 'empty.jsonl', body: Buffer.from('') })
  await page.goto(trace.url)
  await page.getByText('No trace is open').waitFor()
  await page.getByLabel('Trace to open').setInputFiles(file)
  await page.locator(`[data-seq="${count}"]`).first().waitFor()
  await page.getByText(/^2 connections, \d+ records in/).waitFor()
  await view('ladder', count)
  await page.locator('.ladder[data-between="true"]').waitFor()
  console.log(`heap ${await heap()} MiB`)
  await trace.close()
}

async function live() {
  const connections = 200
  const perSecond = 2_000
  const seconds = Number(values.seconds)
  const inspector = createInspector()
  const protocols = Array.from({ length: connections }, (_, i) =>
    openProtocol(inspector, { peer: `127.0.0.1:${10_000 + i}` }),
  )
  const server = await serveInspector(inspector)
  await page.goto(server.url)
  await page.locator('[data-feed="attached"]').waitFor()
  await page.waitForFunction(
    (count) => document.querySelectorAll('[data-connection]').length === count,
    connections,
  )
  const row = page.locator('[data-connection]').first()
  const followed = await row.getAttribute('data-connection')
  await row.click()
  const before = await heap()
  let sent = 0
  const from = performance.now()
  const tick = () => {
    const due = Math.min(((performance.now() - from) / 1000) * perSecond, seconds * perSecond)
    for (; sent < due; sent++) {
      const protocol = protocols[sent % connections]
      protocol.receiveData(frame(`event ${sent}`))
      protocol.eventsReceived()
    }
  }
  const timer = setInterval(tick, 5)
  const frames = await framesDuring(() => new Promise((resolve) => setTimeout(resolve, seconds * 1000)))
  clearInterval(timer)
  console.log(
    `${sent} events over ${connections} connections in ${seconds} s:`,
    JSON.stringify(frames),
    `heap ${before} -> ${await heap()} MiB`,
  )
  // One of them alone has all the events.
  const busy = protocols[inspector.connections.findIndex(({ id }) => id === followed)]
  const followedFrames = await framesDuring(async () => {
    const start = performance.now()
    let count = 0
    while (performance.now() - start < 10_000) {
      for (; count < ((performance.now() - start) / 1000) * perSecond; count++) {
        busy.receiveData(frame(`event ${count}`))
        busy.eventsReceived()
      }
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })
  console.log(
    '2000 events a second of one connection for 10 s:',
    JSON.stringify(followedFrames),
    `heap ${await heap()} MiB`,
  )
  await server.close()
}

try {
  if (wanted('open')) await open()
  if (wanted('ends')) await ends()
  if (wanted('live')) await live()
} finally {
  await browser.close()
}
process.exit()
