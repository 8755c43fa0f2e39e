/** Peers that do not end, or vanish. */
import net from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Connection, ConnectionEnd } from '../../src/node/index.ts'
import { deferred, echo, open, RawPeer, start, until } from '../node/helpers.ts'
import { handles, sockets, socketsBackTo } from './helpers.ts'

// Counting is what it is about: a machine that is busy may take longer.
vi.setConfig({ testTimeout: 120_000 })

/** A TCP proxy that may become a black hole: what either side sends is taken, and never arrives. */
async function proxyTo(port: number): Promise<{ port: number; vanish(): void; sockets: net.Socket[] }> {
  let gone = false
  const all: net.Socket[] = []
  const server = net.createServer({ allowHalfOpen: true }, (near) => {
    const far = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    all.push(near, far)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (data) => {
        if (!gone) to.write(data)
      })
      from.on('end', () => {
        if (!gone) to.end()
      })
      from.on('error', () => {})
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of all) socket.destroy()
    server.close()
  })
  const vanish = () => {
    gone = true
  }
  return { port: (server.address() as net.AddressInfo).port, vanish, sockets: all }
}

describe('a Close that is never answered', () => {
  it.each(['nothing', 'Pings', 'text'])(
    'is given up after closeTimeout, 50 times, by peers that send %s instead',
    async (what) => {
      const before = sockets()
      const connections: Connection[] = []
      const server = await start((connection) => void connections.push(connection), { closeTimeout: 150 })
      const peers = await Promise.all(Array.from({ length: 50 }, () => RawPeer.open(server.port)))
      await until(() => connections.length === 50)
      const timer = setInterval(() => {
        for (const peer of peers) {
          if (peer.closed || what === 'nothing') continue
          peer.send({ opcode: what === 'text' ? 1 : 9, payload: 'still here' })
        }
      }, 10)
      onTestFinished(() => clearInterval(timer))
      for (const connection of connections) void connection.close(1000)
      const ends = await Promise.all(connections.map(({ closed }) => closed))
      clearInterval(timer)
      for (const { code, wasClean, report } of ends) {
        expect([code, wasClean, report.sent?.code, report.received]).toEqual([1006, false, 1000, null])
        expect(report.transportEnd?.kind).toBe('local')
      }
      for (const { socket } of peers) socket.destroy()
      await socketsBackTo(before)
      expect(server.connections.size).toBe(0)
    },
  )
})

describe('a network that vanishes, so that neither end is told', () => {
  it('is found by keepalive on both sides, and what waits is told', async () => {
    const connected = deferred<Connection>()
    const options = { pingInterval: 60, pingTimeout: 120, closeTimeout: 100 }
    const server = await start((connection) => {
      connected.resolve(connection)
      return echo(connection)
    }, options)
    const proxy = await proxyTo(server.port)
    const client = await open(`ws://127.0.0.1:${proxy.port}`, options)
    const peer = await connected.promise
    await client.ping()
    proxy.vanish()
    const pong = client.ping()
    const ends: ConnectionEnd[] = [await client.closed, await peer.closed]
    for (const { code, wasClean, report } of ends) {
      expect([code, wasClean, report.sent]).toEqual([
        1006,
        false,
        { code: 1011, reason: 'keepalive ping timeout' },
      ])
      expect(report.transportEnd?.kind).toBe('local')
    }
    await expect(pong).rejects.toMatchObject({ name: 'ConnectionClosedError' })
    await expect(client.send('into the void')).rejects.toMatchObject({ name: 'ConnectionClosedError' })
    for (const socket of proxy.sockets) socket.destroy()
    await server.close()
  })
})

it('leaves no timer behind, whatever ended', async () => {
  const before = handles()['Timeout'] ?? 0
  const server = await start(echo, { openTimeout: 60_000, closeTimeout: 60_000, pingInterval: 60_000 })
  const clients = await Promise.all(
    Array.from({ length: 30 }, () => open(server.url, { pingInterval: 60_000 })),
  )
  const raw = await Promise.all(Array.from({ length: 30 }, () => RawPeer.open(server.port)))
  const halfway = await Promise.all(Array.from({ length: 30 }, () => RawPeer.connect(server.port)))
  for (const peer of halfway) peer.write('GET / HT')
  await until(() => server.connections.size === 60)
  await Promise.all(clients.map((client) => client.close()))
  for (const [at, { socket }] of [...raw, ...halfway].entries()) {
    if (at % 2 === 0) socket.resetAndDestroy()
    else socket.end()
  }
  await until(() => server.connections.size === 0)
  await server.close()
  await until(() => (handles()['Timeout'] ?? 0) <= before)
})
