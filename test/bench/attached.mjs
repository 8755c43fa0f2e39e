/**
 * What an inspector costs the process that it is attached to: 200 connections that echo as fast as they can, with
 * nobody watching, with an inspector that no page looks at, with a page that follows one of them, and with one that
 * follows all. Run by hand, on what was built:
 *
 *     node test/bench/attached.mjs [--rounds 60] [--slice 100] [--only MODE]
 *
 * Each mode has a server of its own, in a process of its own, and so has each page; the clients of all are one more.
 * The servers take turns of `slice` milliseconds, each in each round, in an order that changes: what else the machine
 * does then weighs on all alike. Compared are medians of the rounds' ratios. CPU is that of the server's main thread, and
 * told again for the fifth of the turns that were disturbed least.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { parseArgs } from 'node:util'

const CONNECTIONS = 200
const WARM_UP = 60
const payload = new TextEncoder().encode('a message of some forty-eight characters in all.')

const [role, ...rest] = process.argv.slice(2)
if (role === 'server') await serveEchoes(rest[0])
else if (role === 'clients') await clients(rest.map(Number))
else if (role === 'page') await follower(rest[0], rest[1])
else await measure()

/** Echoes, and tells at each message how many it has sent back, and what CPU time it took, since it began. */
async function serveEchoes(mode) {
  const { createInspector, serveInspector } = await import('wirechart/inspect')
  const { serve } = await import('wirechart/node')
  const inspector = mode === 'nobody' ? undefined : createInspector()
  let echoes = 0
  const server = await serve(
    (connection) =>
      connection.onMessage((message) => {
        echoes++
        void connection.send(message)
      }),
    {
      port: 0,
      host: '127.0.0.1',
      compression: false,
      pingInterval: null,
      ...(inspector && { inspect: inspector }),
    },
  )
  const page = inspector && (await serveInspector(inspector))
  process.on('message', (asked) => {
    if (asked === 'first') process.send(inspector.connections[0].id)
    else process.send({ echoes, cpu: mainThreadTime(), time: performance.now() })
  })
  process.send({ port: server.port, url: page?.url })
}

/** What this thread has been running for, in microseconds; without Linux, this process. */
function mainThreadTime() {
  if (process.platform !== 'linux') {
    const { user, system } = process.cpuUsage()
    return user + system
  }
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e3
}

/** Of the server whose turn it is: sends a message on each connection, and the next one when its echo is there. */
async function clients(ports) {
  const frame = Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0, ...payload])
  const echoed = payload.length + 2
  const handshake =
    'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
  let turn = -1
  let under = 0
  const servers = []
  for (const [index, port] of ports.entries()) {
    const sockets = []
    for (let i = 0; i < CONNECTIONS; i++) {
      const socket = connectTcp(port, '127.0.0.1')
      socket.setNoDelay(true)
      socket.write(handshake)
      await once(socket, 'data')
      let got = 0
      socket.on('data', (data) => {
        got += data.length
        for (; got >= echoed; got -= echoed) {
          if (turn === index) socket.write(frame)
          else if (--under === 0) process.send('rests')
        }
      })
      sockets.push(socket)
    }
    servers.push(sockets)
  }
  process.on('message', (index) => {
    turn = index
    if (index < 0) return
    under = CONNECTIONS
    for (const socket of servers[index]) socket.write(frame)
  })
  process.send('open')
}

/** A page as far as the process can tell. */
async function follower(url, follow) {
  const { WebSocket } = await import('ws')
  const socket = new WebSocket(`${url.replace('http', 'ws')}feed`, { origin: url.slice(0, -1) })
  await once(socket, 'open')
  if (follow !== 'all') socket.send(JSON.stringify({ type: 'wirechart.follow', sessions: [follow] }))
  socket.send('{"type":"xstate.inspecting"}')
  process.send('open')
}

async function measure() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '60' },
      slice: { type: 'string', default: '100' },
      only: { type: 'string' },
    },
  })
  const every = ['nobody', 'an inspector', 'a page follows one', 'a page follows all']
  const modes = every.filter((mode) => (values.only ?? mode) === mode)
  const children = []
  const start = (...args) => {
    const child = fork(import.meta.filename, args)
    children.push(child)
    return child
  }
  const answer = async (child, question) => {
    const answered = once(child, 'message')
    if (question !== undefined) child.send(question)
    return (await answered)[0]
  }

  const servers = modes.map((mode) => start('server', mode))
  const ready = await Promise.all(servers.map((server) => answer(server)))
  const sender = start('clients', ...ready.map(({ port }) => port))
  await answer(sender)
  for (const [index, mode] of modes.entries()) {
    if (!mode.startsWith('a page')) continue
    const followed = mode === 'a page follows all' ? 'all' : await answer(servers[index], 'first')
    await answer(start('page', ready[index].url, followed))
  }

  const slice = async (index) => {
    sender.send(index)
    const before = await answer(servers[index], 'now')
    await new Promise((resolve) => setTimeout(resolve, Number(values.slice)))
    const after = await answer(servers[index], 'now')
    await answer(sender, -1)
    const echoes = after.echoes - before.echoes
    return {
      rate: (echoes / (after.time - before.time)) * 1000,
      cpu: (after.cpu - before.cpu) / echoes,
    }
  }
  const rounds = []
  for (let round = -WARM_UP; round < Number(values.rounds); round++) {
    const turns = modes.map((_, index) => (index + round + WARM_UP) % modes.length)
    const measured = []
    for (const index of turns) measured[index] = await slice(index)
    if (round >= 0) rounds.push(measured)
  }
  for (const child of children) child.kill()

  const quantile = (numbers, part) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * part)]
  const median = (numbers) => quantile(numbers, 0.5)
  const percent = (ratio) => `${((ratio - 1) * 100).toFixed(1)} %`.padStart(8)
  for (const [index, mode] of modes.entries()) {
    const of = (what) => median(rounds.map((round) => round[index][what]))
    const against = (other, what) =>
      percent(median(rounds.map((round) => round[index][what] / round[modes.indexOf(other)][what])))
    const least = (at) =>
      quantile(
        rounds.map((round) => round[at].cpu),
        0.2,
      )
    const compared = ['nobody', 'an inspector']
      .filter((other) => modes.includes(other) && other !== mode)
      .map((other) => {
        const undisturbed = percent(least(index) / least(modes.indexOf(other)))
        return `; beside ${other} rate ${against(other, 'rate')}, CPU ${against(other, 'cpu')}, undisturbed ${undisturbed}`
      })
    const echoes = `${of('rate').toFixed(0).padStart(8)} echoes/s, ${of('cpu').toFixed(1)} µs of CPU each`
    console.log(mode.padEnd(20), echoes + compared.join(''))
  }
  process.exit()
}
