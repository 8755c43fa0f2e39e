/** Peers that send, or make us send, without end. */
import { deflateRawSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import type { Connection } from '../../src/node/index.ts'
import { concatenate } from '../../src/testing/bytes.ts'
import {
  acceptRaw,
  deferred,
  echo,
  open,
  RawPeer,
  rawServer,
  start,
  UPGRADE,
  until,
} from '../node/helpers.ts'
import { MiB, masked, memory, socketOf, Writer } from './helpers.ts'

// Counting is what it is about: a machine that is busy may take longer.
vi.setConfig({ testTimeout: 120_000 })

describe('a million empty fragments', () => {
  const first = masked({ opcode: 1, fin: false })
  const fragments = concatenate(Array.from({ length: 10_000 }, () => masked({ opcode: 0, fin: false })))

  it('fail the connection with 1009 when there are too many', async () => {
    const connected = deferred<Connection>()
    const server = await start(connected.resolve)
    const peer = await RawPeer.open(server.port)
    peer.write(first)
    for (let sent = 0; sent < 1_000_000; sent += 10_000) peer.write(fragments)
    expect(await peer.close()).toMatch(/^1009 /)
    const connection = await connected.promise
    await peer.end()
    peer.socket.end()
    expect((await connection.closed).report.parserError).toMatchObject({ code: 'TOO_MANY_FRAGMENTS' })
  })

  it('are one empty message, in bounded memory, where any number may come', async () => {
    const server = await start(echo, { maxFragments: null })
    const peer = await RawPeer.open(server.port)
    const before = memory()
    peer.write(first)
    for (let sent = 0; sent < 1_000_000; sent += 10_000) peer.write(fragments)
    peer.send({ opcode: 9, payload: 'all read' })
    await peer.framesOf(1)
    expect(memory() - before).toBeLessThan(16 * MiB)
    peer.send({ opcode: 0 })
    expect((await peer.framesOf(2))[1]).toMatchObject({ opcode: 1, payload: new Uint8Array(0) })
  })
})

describe('a flood of Pings from a peer that does not read', () => {
  it('is not read any more once answers wait, and goes on when they are read: each is answered, once', async () => {
    const connected = deferred<Connection>()
    const server = await start(connected.resolve, { pingInterval: null })
    const peer = await Writer.connect(server.port)
    const socket = socketOf(await connected.promise)
    const pings = concatenate(
      Array.from({ length: 400 }, () => masked({ opcode: 9, payload: new Uint8Array(125) })),
    )
    const before = memory()
    await peer.pour(pings, 64 * MiB)
    expect(peer.written).toBeLessThan(64 * MiB)
    // Behind the socket's mark (16 KiB) at most one turn of answers, to what came in one piece (64 KiB).
    expect(socket.writableLength).toBeLessThan(256 * 1024)
    expect(memory() - before - peer.socket.writableLength).toBeLessThan(16 * MiB)
    const answered = (peer.written / 131) * 127
    peer.read()
    await until(() => peer.received >= answered)
    expect(peer.received).toBe(answered)
  })
})

describe('a peer that reads nothing', () => {
  it('lets send wait: what is held for each of 50 is bounded', async () => {
    const connections: Connection[] = []
    let accepted = 0
    const server = await start(
      async (connection) => {
        connections.push(connection)
        for (let sent = 0; sent < 1_000; sent++) {
          await connection.send(new Uint8Array(65_536))
          accepted++
        }
      },
      { closeTimeout: 200, compression: false },
    )
    const before = memory()
    const peers = await Promise.all(Array.from({ length: 50 }, () => Writer.connect(server.port)))
    await until(
      () => connections.length === 50 && connections.every((each) => socketOf(each).writableNeedDrain),
    )
    let last = -1
    while (last !== accepted) {
      last = accepted
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(accepted).toBeLessThan(50 * 1_000)
    for (const each of connections) expect(socketOf(each).writableLength).toBeLessThan(256 * 1024)
    expect(memory() - before).toBeLessThan(50 * 512 * 1024)
    await server.close({ timeout: 500 })
    const ends = await Promise.all(connections.map(({ closed }) => closed))
    expect(ends.map(({ code }) => code)).toEqual(Array(50).fill(1006))
    for (const peer of peers) peer.socket.destroy()
  })
})

describe('a compression bomb', () => {
  const DEFLATE = UPGRADE.replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n')
  const size = 256 * MiB
  const bomb = deflateRawSync(new Uint8Array(size), { level: 9 }).subarray(0)

  async function opened(port: number): Promise<RawPeer> {
    const peer = await RawPeer.connect(port)
    peer.write(DEFLATE)
    expect(await peer.response()).toContain('permessage-deflate')
    return peer
  }

  it(`of ${size / MiB} MiB in ${bomb.length} bytes fails the connection with 1009, in the memory of maxSize`, async () => {
    const messages: unknown[] = []
    const server = await start((connection) => connection.onMessage((message) => messages.push(message)))
    const peer = await opened(server.port)
    const before = memory()
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers)
    }, 1)
    peer.send({ opcode: 2, payload: bomb, rsv1: true })
    expect(await peer.close()).toMatch(/^1009 /)
    clearInterval(watch)
    expect(most).toBeLessThan(64 * MiB)
    expect(memory() - before).toBeLessThan(8 * MiB)
    expect(messages).toEqual([])
  })

  it('in a thousand fragments fails it as well, before they are all read', async () => {
    const connected = deferred<Connection>()
    const server = await start(connected.resolve)
    const peer = await opened(server.port)
    const part = Math.ceil(bomb.length / 1_000)
    for (let at = 0; at < bomb.length && !peer.closed; at += part) {
      peer.send({
        opcode: at === 0 ? 2 : 0,
        rsv1: at === 0,
        fin: false,
        payload: bomb.subarray(at, at + part),
      })
    }
    expect(await peer.close()).toMatch(/^1009 /)
    await peer.end()
    peer.socket.end()
    expect((await (await connected.promise).closed).report.sent?.code).toBe(1009)
  })
})

describe('a 64-bit length', () => {
  it.each([2n ** 31n, 2n ** 32n, 2n ** 40n, 2n ** 53n - 1n])(
    'of %s bytes takes no memory before they come, without a limit',
    async (length) => {
      const server = await start(() => {}, { maxSize: null })
      const peers = await Promise.all(Array.from({ length: 20 }, () => RawPeer.open(server.port)))
      const before = memory()
      for (const peer of peers) {
        peer.send({ opcode: 2, length, payload: 'the beginning' })
        peer.socket.write('more of it')
      }
      await until(() => [...server.connections].every((each) => socketOf(each).bytesRead > 20))
      expect(memory() - before).toBeLessThan(4 * MiB)
      expect(server.connections.size).toBe(20)
    },
  )

  it('over the limit is refused by a client and by a server before any of it came', async () => {
    const server = await start(echo)
    const toServer = await RawPeer.open(server.port)
    toServer.send({ opcode: 2, length: 2n ** 40n })
    expect(await toServer.close()).toMatch(/^1009 /)

    const arrived = deferred<RawPeer>()
    const { url } = await rawServer((peer) => void acceptRaw(peer).then(() => arrived.resolve(peer)))
    await open(url)
    const toClient = await arrived.promise
    toClient.send({ opcode: 2, length: 2n ** 62n })
    expect(await toClient.close()).toMatch(/^1009 /)
  })
})

describe('an application that never takes its messages', () => {
  it('makes its peer wait: of 64 MiB for each of 20 only what the systems hold is read', async () => {
    const server = await start(() => {}, { pingInterval: null, closeTimeout: 200 })
    const peers = await Promise.all(Array.from({ length: 20 }, () => Writer.connect(server.port)))
    const before = memory()
    const chunk = masked({ opcode: 2, payload: new Uint8Array(16_384) })
    await Promise.all(peers.map((peer) => peer.pour(chunk, 64 * MiB)))
    const waiting = peers.reduce((sum, { socket }) => sum + socket.writableLength, 0)
    expect(memory() - before - waiting).toBeLessThan(20 * MiB)
    for (const connection of server.connections) expect(socketOf(connection).bytesRead).toBeLessThan(MiB)
    for (const peer of peers) expect(peer.written).toBeLessThan(64 * MiB)
  })
})
