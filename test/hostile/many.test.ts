/**
 * Many connections, and many that come and go. The number of idle ones can be given, as CONNECTIONS=10000, and how
 * many come and go, as CHURN=60000: see `docs/robustness.md`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import type net from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect, serve } from '../../src/node/index.ts'
import { echo, RawPeer, start, until } from '../node/helpers.ts'
import { handles, MiB, memory, sockets, socketsBackTo } from './helpers.ts'

const CONNECTIONS = Number(process.env['CONNECTIONS'] ?? 1_000)
const CHURN = Number(process.env['CHURN'] ?? 2_000)

/** A child, and the lines that it says. */
function child(fixture: string, ...args: (string | number)[]) {
  const file = fileURLToPath(new URL(`fixtures/${fixture}`, import.meta.url))
  const process_: ChildProcess = spawn(process.execPath, [file, ...args.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void process_.kill('SIGKILL'))
  const lines = createInterface(process_.stdout!)[Symbol.asyncIterator]()
  return {
    line: async () => String((await lines.next()).value),
    tell: (word: string) => process_.stdin!.write(`${word}\n`),
    ended: once(process_, 'close').then(([code]) => code as number | null),
  }
}

describe('idle connections', () => {
  it(
    `${CONNECTIONS} of them are served, answered each, and gone without a trace`,
    async () => {
      const socketsBefore = sockets()
      const server = await start(echo)
      const before = memory()
      const clients = child('idle-clients.mjs', server.port, CONNECTIONS)
      expect(await clients.line()).toBe(`open ${CONNECTIONS}`)
      expect(server.connections.size).toBe(CONNECTIONS)
      const each = (memory() - before) / CONNECTIONS
      clients.tell('echo')
      expect(await clients.line()).toBe(`echoed ${CONNECTIONS}`)
      const used = (memory() - before) / CONNECTIONS
      console.log(`a connection takes ${Math.round(each)} bytes idle, ${Math.round(used)} behind a message`)
      expect(each).toBeLessThan(32 * 1024)
      expect(used).toBeLessThan(32 * 1024)
      clients.tell('close')
      expect(await clients.line()).toBe(`closed ${CONNECTIONS}`)
      expect(await clients.ended).toBe(0)
      await until(() => server.connections.size === 0)
      await socketsBackTo(socketsBefore)
      expect(server.errors).toEqual([])
      expect(memory() - before).toBeLessThan(2 * MiB + CONNECTIONS * 512)
    },
    60_000 + CONNECTIONS * 20,
  )
})

/** How a client may come and go. */
const visits: ((port: number) => Promise<void>)[] = [
  async (port) => {
    const client = await connect(`ws://127.0.0.1:${port}`)
    await client.send('hello')
    await client.close()
  },
  async (port) => {
    const client = await connect(`ws://127.0.0.1:${port}`)
    ;(client as unknown as { abort(): void }).abort()
    await client.closed
  },
  async (port) => {
    const socket = await rawSocket(port)
    socket.write('GET / HTTP/1.1\r\n')
    socket.resetAndDestroy()
    await once(socket, 'close')
  },
  async (port) => {
    const socket = await rawSocket(port)
    socket.end('GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    socket.resume()
    await once(socket, 'close')
  },
]

async function rawSocket(port: number): Promise<net.Socket> {
  const { connect: connectTcp } = await import('node:net')
  const socket = connectTcp({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

async function visit(port: number, count: number): Promise<void> {
  for (let at = 0; at < count; at += 40) {
    await Promise.all(Array.from({ length: 40 }, (_, turn) => visits[turn % visits.length]!(port)))
  }
}

describe('connections that come and go', () => {
  it(
    `${CHURN} leave no handle, listener or byte behind`,
    async () => {
      const web = http.createServer()
      await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void web.close())
      const server = await start(echo, { server: web })
      const { port } = web.address() as net.AddressInfo
      const listeners = () => [
        ...web.eventNames().map((name) => [String(name), web.listenerCount(name)]),
        ...process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
      ]
      const still = async () => {
        await until(() => server.connections.size === 0 && sockets() === socketsBefore)
        return memory()
      }
      const socketsBefore = sockets()
      await visit(port, 400)
      const bytesBefore = await still()
      const handlesBefore = handles()
      const listenersBefore = listeners()
      await visit(port, CHURN)
      const grown = (await still()) - bytesBefore
      console.log(`${CHURN} connections left ${grown} bytes`)
      // What the engine learned, not what connections left: it does not grow with their number.
      expect(grown).toBeLessThan(2 * MiB + CHURN * 16)
      expect(listeners()).toEqual(listenersBefore)
      await until(() => (handles()['Timeout'] ?? 0) <= (handlesBefore['Timeout'] ?? 0))
      expect({ ...handles(), Timeout: 0 }).toEqual({ ...handlesBefore, Timeout: 0 })
      expect(server.errors).toEqual([])
    },
    60_000 + CHURN * 10,
  )

  it('servers, too: each frees its port', async () => {
    const before = handles()['TCPServerWrap'] ?? 0
    for (let turn = 0; turn < 10; turn++) {
      const server = await serve(echo, { host: '127.0.0.1' })
      const peer = await RawPeer.open(server.port)
      await Promise.all([server.close({ timeout: 50 }), peer.end().then(() => void peer.socket.end())])
      await until(() => peer.closed)
    }
    await until(() => (handles()['TCPServerWrap'] ?? 0) <= before)
  })
})
