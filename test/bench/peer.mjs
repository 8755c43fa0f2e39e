/**
 * The other end of the connections, the same for every contender: it makes frames beforehand, and counts the bytes
 * that come back. Runs in a process of its own; told by its parent what to do, and then, again and again, for how long.
 */
import { createHash } from 'node:crypto'
import net from 'node:net'
import { bytesOf, frame } from './frames.mjs'

const REQUEST =
  'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'
const ACCEPT = createHash('sha1')
  .update('dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
  .digest('base64')

/** Output that a connection may have under way when it pipelines, in bytes. */
const WINDOW = 262_144

/** Before it counts, ms: so that as much is under way as may be. */
const RAMP = 10

const tasks = { echo, open, handshakes }

/** What is to be done for a number of milliseconds, once it is prepared. */
let work
let told

process.on('message', async ({ cpu, ms, task, ...params }) => {
  if (cpu !== undefined) told(cpu)
  else if (ms !== undefined) process.send(await work(ms))
  else {
    work = await tasks[task](params)
    process.send('ready')
  }
})

/** The server's CPU time so far, in microseconds. */
function serverCpu() {
  return new Promise((resolve) => {
    told = resolve
    process.send({ ask: 'cpu' })
  })
}

const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** An open connection; raw TCP has no handshake. */
function connect(/** @type {number} */ port, raw = false) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
    socket.on('error', reject)
    if (raw) {
      socket.on('connect', () => resolve(socket))
      return
    }
    socket.write(REQUEST)
    let head = ''
    socket.on('data', function read(data) {
      head += data.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      if (!head.includes(ACCEPT)) reject(new Error(head))
      socket.off('data', read)
      resolve(socket)
    })
  })
}

/** Many open connections, a few at a time, so that the server's backlog holds them. */
async function connectAll(/** @type {number} */ count, /** @type {number} */ port, raw = false) {
  const step = 50
  const sockets = []
  while (sockets.length < count) {
    const length = Math.min(step, count - sockets.length)
    sockets.push(...(await Promise.all(Array.from({ length }, () => connect(port, raw)))))
  }
  return sockets
}

/** @param {{ port: number, raw: boolean, size: number, connections: number, pipelined: boolean }} params */
async function echo({ port, raw, size, connections, pipelined }) {
  const message = frame(2, bytesOf(size))
  const reply = raw ? message.length : message.length - 4
  const sockets = await connectAll(connections, port, raw)
  const inFlight = pipelined ? Math.max(2, Math.floor(WINDOW / message.length)) : 1
  const burst = pipelined ? Math.max(1, Math.floor(65_536 / message.length)) : 1
  const bursts = Buffer.concat(Array.from({ length: burst }, () => message))
  let counting = false
  let stopped = true
  let messages = 0
  let latencies = []
  let underWay = 0
  let rest
  const senders = sockets.map((socket) => {
    let received = 0
    let waiting = 0
    let sentAt = 0
    const send = () => {
      while (!stopped && waiting + burst <= inFlight) {
        waiting += burst
        underWay += burst
        sentAt = performance.now()
        socket.write(bursts)
      }
    }
    socket.on('data', (data) => {
      received += data.length
      const whole = Math.floor(received / reply)
      if (whole === 0) return
      received -= whole * reply
      waiting -= whole
      underWay -= whole
      if (counting) {
        messages += whole
        if (!pipelined) latencies.push(performance.now() - sentAt)
      }
      send()
      if (stopped && underWay === 0) rest()
    })
    return send
  })
  return async (/** @type {number} */ ms) => {
    stopped = false
    messages = 0
    latencies = []
    for (const send of senders) send()
    await wait(RAMP)
    const cpu = await serverCpu()
    counting = true
    const start = performance.now()
    await wait(ms)
    counting = false
    const elapsed = performance.now() - start
    const cpuAfter = await serverCpu()
    const rested = new Promise((resolve) => {
      rest = resolve
    })
    stopped = true
    if (underWay > 0) await rested
    latencies.sort((a, b) => a - b)
    return {
      cost: (elapsed * 1e6) / messages,
      cpu: ((cpuAfter - cpu) * 1e3) / messages,
      ...(pipelined ? {} : { p99: latencies[Math.floor(latencies.length * 0.99)] * 1e6 }),
    }
  }
}

/** Opens connections, and keeps them until it is told to end. */
async function open({ port, raw, connections }) {
  await connectAll(connections, port, raw)
}

/** Opens connections one after the other, `connections` at a time, and drops them at once. */
async function handshakes({ port, connections }) {
  return async (/** @type {number} */ ms) => {
    let count = 0
    let stopped = false
    const lanes = Array.from({ length: connections }, async () => {
      while (!stopped) {
        const socket = await connect(port)
        socket.resetAndDestroy()
        count++
      }
    })
    await wait(RAMP)
    const cpu = await serverCpu()
    count = 0
    const start = performance.now()
    await wait(ms)
    const done = count
    const elapsed = performance.now() - start
    const cpuAfter = await serverCpu()
    stopped = true
    await Promise.all(lanes)
    return { cost: ((cpuAfter - cpu) * 1e3) / done, wall: (elapsed * 1e6) / done }
  }
}
