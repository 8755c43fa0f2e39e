/**
 * What an inspector costs the process that it is attached to: 200 connections that echo as fast as they can, with
 * nobody watching, with an inspector that no page looks at, with a page that follows one of them, and with one that
 * follows all. Run by hand, on what was built:
 *
 *     node test/bench/attached.mjs [--rounds 5] [--seconds 2] [--only MODE]
 *
 * The clients are a process of their own, and the page is another: what is measured is the server's echoes.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { parseArgs } from 'node:util'

const CONNECTIONS = 200
const payload = new TextEncoder().encode('a message of some forty-eight characters in all.')

if (process.argv[2] === 'clients') clients(Number(process.argv[3]))
else if (process.argv[2] === 'page') follower(process.argv[3], process.argv[4])
else await measure()

/** Sends a message on each connection, and the next one when its echo is there. */
function clients(port) {
  const frame = Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0, ...payload])
  const echoed = payload.length + 2
  const handshake =
    'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
  let opened = 0
  for (let i = 0; i < CONNECTIONS; i++) {
    const socket = connectTcp(port, '127.0.0.1')
    socket.setNoDelay(true)
    socket.write(handshake)
    let isOpen = false
    let got = 0
    socket.on('data', (data) => {
      if (!isOpen) {
        isOpen = true
        if (++opened === CONNECTIONS) process.send('open')
        socket.write(frame)
        return
      }
      got += data.length
      for (; got >= echoed; got -= echoed) socket.write(frame)
    })
  }
}

/** A page as far as the process can tell. */
async function follower(url, follow) {
  const { WebSocket } = await import('ws')
  const socket = new WebSocket(`${url.replace('http', 'ws')}feed`, { origin: url.slice(0, -1) })
  let messages = 0
  socket.on('message', () => messages++)
  await once(socket, 'open')
  if (follow !== 'all') socket.send(JSON.stringify({ type: 'wirechart.follow', sessions: [follow] }))
  socket.send('{"type":"xstate.inspecting"}')
  process.send('open')
  process.on('message', () => process.send(messages))
}

async function measure() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      only: { type: 'string' },
    },
  })
  const { createInspector, serveInspector } = await import('wirechart/inspect')
  const { serve } = await import('wirechart/node')

  const one = async (mode) => {
    const inspector = mode === 'nobody' ? undefined : createInspector()
    let echoes = 0
    const server = await serve(
      (connection) =>
        connection.onMessage((message) => {
          echoes++
          void connection.send(message)
        }),
      { port: 0, host: '127.0.0.1', compression: false, ...(inspector && { inspect: inspector }) },
    )
    const page = inspector && (await serveInspector(inspector))
    const sender = fork(import.meta.filename, ['clients', String(server.port)])
    await once(sender, 'message')
    let looking
    if (mode.startsWith('a page')) {
      const followed = mode === 'a page follows all' ? 'all' : inspector.connections[0].id
      looking = fork(import.meta.filename, ['page', page.url, followed])
      await once(looking, 'message')
    }
    const rate = async (ms) => {
      const [from, count] = [performance.now(), echoes]
      const cpu = process.cpuUsage()
      await new Promise((resolve) => setTimeout(resolve, ms))
      const { user, system } = process.cpuUsage(cpu)
      const done = echoes - count
      return { perSecond: (done / (performance.now() - from)) * 1000, cpu: (user + system) / done }
    }
    await rate(700)
    const measured = await rate(Number(values.seconds) * 1000)
    sender.kill()
    looking?.kill()
    await server.close({ timeout: 0 })
    await page?.close()
    return measured
  }

  const every = ['nobody', 'an inspector', 'a page follows one', 'a page follows all']
  const modes = every.filter((mode) => (values.only ?? mode) === mode)
  const results = new Map(modes.map((mode) => [mode, []]))
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const mode of modes) results.get(mode).push(await one(mode))
  }
  const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
  const rateOf = (mode) => median(results.get(mode).map(({ perSecond }) => perSecond))
  for (const mode of modes) {
    const cpu = median(results.get(mode).map((each) => each.cpu))
    const against = (other) =>
      modes.includes(other) ? `${((rateOf(mode) / rateOf(other) - 1) * 100).toFixed(1)} %` : '?'
    console.log(
      `${mode.padEnd(20)} ${rateOf(mode).toFixed(0).padStart(8)} echoes/s, ${cpu.toFixed(1)} µs of CPU each;`,
      `against nobody ${against('nobody')}, against an inspector ${against('an inspector')}`,
    )
  }
  process.exit()
}
