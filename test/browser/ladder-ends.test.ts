/** A connection whose ends were both recorded: each arrow goes from its sender's moment to its receiver's. */
import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Side } from '../../machines/events.ts'
import { createInspector } from '../../src/inspect/inspector.ts'
import type { StepRecord, WireRecord } from '../../src/inspect/records.ts'
import { serveInspector, serveTrace } from '../../src/inspect/server.ts'
import { traceLines } from '../../src/inspect/trace.ts'
import { type Connection, connect, serve } from '../../src/node/index.ts'
import { findings } from './axe.ts'
import { connection, eventually, pagesForFile, row } from './page.ts'

const pages = pagesForFile()

type Inspector = ReturnType<typeof createInspector>

/** A server that answers texts, a client of it, and a wire between them that can be held and cut. */
async function talking(watchServer: Inspector, watchClient: Inspector) {
  const served: Connection[] = []
  const server = await serve(
    (each) => {
      served.push(each)
      each.onMessage((message) => void (message === 'ask' && each.send('answer')))
    },
    { port: 0, host: '127.0.0.1', inspect: watchServer, pingInterval: null },
  )
  onTestFinished(() => server.close({ timeout: 0 }))
  const wire = await heldWire(server.port)
  const client = await connect(`ws://127.0.0.1:${wire.port}/chat`, {
    inspect: watchClient,
    pingInterval: null,
  })
  const heard: unknown[] = []
  client.onMessage((message) => void heard.push(message))
  const ask = async () => {
    const before = heard.length
    await client.send('ask')
    await expect.poll(() => heard.length).toBe(before + 1)
  }
  return { client, server: () => served[0]!, wire, ask }
}

async function heldWire(to: number) {
  let held = false
  const sockets: Socket[] = []
  const waiting: (() => void)[] = []
  const pass = (from: Socket, on: Socket) => {
    from.on('error', () => {})
    from.on('data', (data) => (held ? waiting.push(() => on.write(data)) : on.write(data)))
    from.on('end', () => (held ? waiting.push(() => on.end()) : on.end()))
  }
  const listener = createServer({ allowHalfOpen: true }, (near) => {
    const far = dial({ port: to, host: '127.0.0.1', allowHalfOpen: true })
    sockets.push(near, far)
    pass(near, far)
    pass(far, near)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    listener.close()
  })
  return {
    port: (listener.address() as { port: number }).port,
    hold: () => {
      held = true
    },
    /** What was held goes on. */
    let: () => {
      held = false
      for (const go of waiting.splice(0)) go()
    },
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy()
    },
  }
}

const recordsOf = (inspector: Inspector): WireRecord[] =>
  inspector.connections.flatMap((each) => [...each.records()])

const ended = (inspector: Inspector) =>
  expect.poll(() => inspector.connections.every(({ ended }) => ended)).toBe(true)

const fileOf = (name: string, records: readonly WireRecord[]) => ({
  name,
  mimeType: 'application/jsonl',
  buffer: Buffer.from([...traceLines(records)].join('')),
})

/** Id of one end. */
function idOf(inspector: Inspector, side: Side): string {
  const found = inspector.connections.find((each) => {
    const [first] = each.records()
    return first?.kind === 'connection' && first.side === side
  })
  return found!.id
}

const ladder = (page: Page) => page.getByRole('tab', { name: 'Ladder' })
const note = async (page: Page) => (await page.locator('.ladder-note').first().textContent()) ?? ''
const rung = (page: Page, name: string, part = 'whole') =>
  page.locator(`.rung[data-rung="${name}"][data-part="${part}"]`)
const drawn = (page: Page) =>
  page
    .locator('.rung:not(.rung-gap)')
    .evaluateAll((rungs) =>
      rungs.map(({ dataset }) => [dataset['rung'], dataset['part'], dataset['fate']].join(' ')),
    )
/** From which height to which the arrow goes. */
const slope = (within: Locator) =>
  within
    .locator('line')
    .first()
    .evaluate((line) => [line.getAttribute('y1'), line.getAttribute('y2')].map(Number))

async function live(inspector: Inspector): Promise<Page> {
  const served = await serveInspector(inspector)
  onTestFinished(() => served.close())
  const page = await pages.attach(served.url)
  return page
}

/** The ladder of a connection in files that were opened together. */
async function opened(files: ReturnType<typeof fileOf>[], id: string): Promise<Page> {
  const served = await serveTrace({ name: 'empty.jsonl', body: Buffer.from('') })
  onTestFinished(() => served.close())
  const page = await pages.open(served.url)
  await page.locator('[data-trace="empty.jsonl"]').waitFor()
  for (const [k, file] of files.entries()) {
    await page.getByLabel('Trace to open').setInputFiles(file)
    await page
      .locator(`[data-connection^="f${k + 2}:"]`)
      .first()
      .waitFor()
  }
  await connection(page, id).click()
  await ladder(page).click()
  return page
}

describe('live', () => {
  test('an arrow goes from when it was sent to when it was received', async () => {
    const inspector = createInspector()
    const { client, ask } = await talking(inspector, inspector)
    const page = await live(inspector)
    await connection(page, inspector.connections[0]!.id).click()
    await ladder(page).click()
    await ask()
    await client.close(1000, 'done')
    await ended(inspector)
    await eventually(
      () => drawn(page),
      [
        'request whole arrives',
        'response whole arrives',
        'text whole arrives',
        'text whole arrives',
        'close whole arrives',
        'close whole arrives',
        'FIN whole arrives',
        'FIN whole arrives',
      ],
    )
    const [from, to] = await slope(rung(page, 'close').first())
    expect(to).toBeGreaterThan(from!)
    expect(await rung(page, 'close').first().getAttribute('aria-label')).toMatch(/ ms on its way$/)
    expect(await page.locator('.rung').last().locator('.lane.server').getAttribute('title')).toBe(
      'closed, cleanly',
    )
  })

  test('what crosses leaves and arrives at different rungs, and is on its way between', async () => {
    const inspector = createInspector()
    const { client, server, wire } = await talking(inspector, inspector)
    const page = await live(inspector)
    const [one] = inspector.connections
    await connection(page, one!.id).click()
    await ladder(page).click()
    await eventually(() => page.locator('.ladder').getAttribute('data-between'), 'true')
    wire.hold()
    void client.close(1000)
    void server().close(1001)
    await eventually(
      async () => (await drawn(page)).slice(2),
      ['close leaving under way', 'close leaving under way'],
    )
    await page.getByText('on its way').first().waitFor()
    expect(await page.locator('.span').count()).toBe(0)
    wire.let()
    await ended(inspector)
    await eventually(
      async () => (await drawn(page)).filter((each) => each.startsWith('close')),
      ['close leaving arrives', 'close whole arrives', 'close arriving arrives'],
    )
    // Its arrow crosses the other one.
    expect(await page.locator('.span').count()).toBe(1)
    const [, falls] = await slope(page.locator('.span').first())
    expect(falls).toBeGreaterThan(46)
  })

  test('what was cut off ends on its way, and is told by the end that sent it', async () => {
    const inspector = createInspector()
    const { client, server, wire } = await talking(inspector, inspector)
    const page = await live(inspector)
    await connection(page, idOf(inspector, 'client')).click()
    await ladder(page).click()
    wire.hold()
    await client.send('lost')
    await server().send('lost as well')
    wire.cut()
    await ended(inspector)
    await eventually(
      async () => (await drawn(page)).filter((each) => each.startsWith('text')),
      ['text leaving lost', 'text leaving lost'],
    )
    const [ours, theirs] = [
      page.locator('.rung[data-rung="text"]').first(),
      page.locator('.rung[data-rung="text"]').last(),
    ]
    expect(await theirs.textContent()).toContain('never received')
    expect(await ours.locator('.slope-cross').count()).toBe(1)
    expect(await ours.locator('line').getAttribute('x2')).toBe('58%')
    expect(await theirs.locator('line').getAttribute('x2')).toBe('42%')
    expect((await drawn(page)).some((each) => each.startsWith('RST arriving unsent'))).toBe(true)

    // It has no record here: the other end has.
    expect(await theirs.getAttribute('data-seq')).toBe(null)
    await theirs.click()
    await page.locator(`main[data-link-of="${idOf(inspector, 'server')}"]`).waitFor()
    await row(page, 'send.text').and(page.locator('.selected, [aria-selected="true"]')).waitFor()
    expect(await page.locator('.rung.selected').getAttribute('data-rung')).toBe('text')
  })

  test('the cursor, the keys and the pointer go by the records of this end', async () => {
    const inspector = createInspector()
    const { ask } = await talking(inspector, inspector)
    const page = await live(inspector)
    await connection(page, idOf(inspector, 'client')).click()
    await ladder(page).click()
    await ask()
    await ask()
    await eventually(() => rung(page, 'text').count(), 4)
    const list = page.getByRole('listbox', { name: 'What went over the wire' })
    await rung(page, 'text').nth(2).click()
    expect(await page.locator('.rung.selected').getAttribute('data-seq')).toBe('5')
    await list.press('ArrowUp')
    await eventually(() => page.locator('.rung.selected').getAttribute('data-seq'), '4')
    await eventually(
      async () => page.locator(`[id="${await list.getAttribute('aria-activedescendant')}"]`).count(),
      1,
    )
    await list.press('Home')
    await eventually(() => page.locator('.rung.selected').getAttribute('data-rung'), 'request')
    await list.press('Escape')
    await eventually(() => page.locator('.rung.selected').count(), 0)

    await rung(page, 'text').nth(1).hover()
    await eventually(() => page.locator('[data-event="receive.text"][data-linked]').count(), 1)
    await row(page, 'send.text').first().hover()
    await eventually(() => rung(page, 'text').first().and(page.locator('[data-linked]')).count(), 1)
  })

  test.each(['light', 'dark'] as const)(
    'axe finds nothing serious: %s',
    async (colorScheme) => {
      const inspector = createInspector()
      const { client, server, wire } = await talking(inspector, inspector)
      wire.hold()
      await client.send('lost')
      void server().close(1001)
      wire.cut()
      await ended(inspector)
      const served = await serveInspector(inspector)
      onTestFinished(() => served.close())
      const page = await pages.open(`${served.url}#live/${idOf(inspector, 'client')}/ladder/3`, {
        colorScheme,
        reducedMotion: 'reduce',
      })
      await page.locator('.rung.selected[data-fate="lost"]').waitFor()
      expect(await findings(page)).toEqual([])
    },
    60_000,
  )

  test('the other end is one press away', async () => {
    const inspector = createInspector()
    await talking(inspector, inspector)
    const page = await live(inspector)
    const client = idOf(inspector, 'client')
    const server = idOf(inspector, 'server')
    await connection(page, client).click()
    await ladder(page).click()
    await page
      .locator('.ladder-note')
      .getByRole('button', { name: `server ${server}` })
      .click()
    await eventually(async () => (await note(page)).includes(`server ${server} and client ${client}`), true)
    await eventually(() => drawn(page), ['request whole arrives', 'response whole arrives'])
  })
})

describe('two traces', () => {
  /** What each end recorded of one talk; the server's clock is `ahead`, ms. */
  async function recorded(ahead: number) {
    const [ofClient, ofServer] = [createInspector(), createInspector()]
    const { client, ask } = await talking(ofServer, ofClient)
    await ask()
    await client.close(1000, 'done')
    await ended(ofClient)
    await ended(ofServer)
    const shifted = recordsOf(ofServer).map((record) => ({ ...record, time: record.time + ahead }))
    return {
      client: fileOf('client.jsonl', recordsOf(ofClient)),
      server: fileOf('server.jsonl', shifted),
      shifted,
      id: `f2:${ofClient.connections[0]!.id}`,
    }
  }

  test('by two clocks are aligned, and say by how much', async () => {
    const { client, server, id } = await recorded(5000)
    const page = await opened([client, server], id)
    await eventually(
      async () => [...new Set((await drawn(page)).map((each) => each.split(' ').slice(1).join(' ')))],
      ['whole arrives'],
    )
    expect(await page.locator('.ladder-side').allTextContents()).toEqual(['client watched', 'server watched'])
    expect(await page.locator('[data-clocks]').textContent()).toMatch(
      /Their clocks were aligned: the times of server \S+ were moved by −(4\.9\d\d|5\.0\d\d) s/,
    )
    // No silence of five seconds where there was none.
    expect(await page.locator('.rung-gap').count()).toBe(0)
  })

  test('that agree are left as they are', async () => {
    const { client, server, id } = await recorded(0)
    const page = await opened([client, server], id)
    await eventually(async () => (await note(page)).includes('no times were moved'), true)
  })

  test('of which several could be the other end are not paired', async () => {
    const { client, server, id } = await recorded(0)
    const page = await opened([client, server, server], id)
    await eventually(async () => (await note(page)).includes('The other end may be server'), true)
    expect(await page.locator('.ladder-side').allTextContents()).toEqual([
      'client watched',
      'server inferred',
    ])
    expect(await page.locator('[data-part]').count()).toBe(0)
  })

  test('that no clock brings together are not paired', async () => {
    const { client, shifted, id } = await recorded(0)
    const late = shifted.map((record) =>
      record.seq > 2 ? { ...record, time: record.time + 60_000 } : record,
    )
    const page = await opened([client, fileOf('server.jsonl', late)], id)
    await eventually(
      () =>
        page
          .locator('[data-unpaired]')
          .textContent()
          .then((text) => text?.includes('However their clocks are set')),
      true,
    )
    expect(await page.locator('.ladder-side').allTextContents()).toEqual([
      'client watched',
      'server inferred',
    ])
  })
})

describe('of one trace', () => {
  /** Both ends by one clock, as `change` leaves them. */
  async function traced(change: (record: WireRecord) => WireRecord | null) {
    const inspector = createInspector()
    const { client, ask } = await talking(inspector, inspector)
    await ask()
    await client.close()
    await ended(inspector)
    const records = recordsOf(inspector).map(change)
    const id = idOf(inspector, 'client')
    const file = fileOf(
      'both.jsonl',
      records.filter((record) => record !== null),
    )
    return opened([file], `f2:${id}`)
  }
  const isStep = (record: WireRecord, type: string): record is StepRecord =>
    record.kind === 'step' && record.event.type === type

  test('what does not fit is not paired, and it says so', async () => {
    const page = await traced((record) =>
      isStep(record, 'send.text') && record.event.wire?.maskingKey != null
        ? {
            ...record,
            event: { ...record.event, wire: { ...record.event.wire, maskingKey: 'ffffffff' } },
          }
        : record,
    )
    await eventually(
      () =>
        page
          .locator('[data-unpaired]')
          .textContent()
          .then((text) => text?.includes('is not what the client sent')),
      true,
    )
    // As it was drawn before: both lanes by their own records.
    expect(await page.locator('.ladder-side').allTextContents()).toEqual(['client watched', 'server watched'])
    expect(await page.locator('.rung[data-rung="text"]').count()).toBe(2)
    expect(await page.locator('[data-part]').count()).toBe(0)
  })

  test('with a record missing nothing is paired, and it says so', async () => {
    const page = await traced((record) => record)
    await eventually(() => page.locator('.ladder').getAttribute('data-between'), 'true')
    const gone = await traced((record) =>
      isStep(record, 'receive.text') && record.seq === 3 ? null : record,
    )
    await eventually(
      () =>
        gone
          .locator('[data-unpaired]')
          .textContent()
          .then((text) => text?.includes('are missing behind its #2')),
      true,
    )
  })
})
