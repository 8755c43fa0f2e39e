import { describe, expect, it } from 'vitest'
import type { Connection } from '../../src/node/index.ts'
import { Opcode, ProtocolError } from '../../src/protocol/index.ts'
import {
  acceptRaw,
  all,
  deferred,
  echo,
  open,
  openBoth,
  RawPeer,
  rawServer,
  start,
  take,
  UPGRADE,
  until,
} from './helpers.ts'

const closeFrame = { opcode: Opcode.close, payload: Uint8Array.of(0x03, 0xe8) }

async function openRaw(options = {}) {
  const connected = deferred<Connection>()
  const server = await start(connected.resolve, options)
  const peer = await RawPeer.open(server.port)
  return { server, peer, connection: await connected.promise }
}

describe('close', () => {
  it('is clean on both sides, whoever begins', async () => {
    for (const from of ['client', 'peer'] as const) {
      const both = await openBoth()
      const [closer, other] = from === 'client' ? [both.client, both.peer] : [both.peer, both.client]
      await closer.close(4001, 'done')
      expect(await closer.closed).toMatchObject({
        code: 4001,
        reason: 'done',
        wasClean: true,
        report: { sent: { code: 4001, reason: 'done' }, receivedThenSent: false, parserError: null },
      })
      expect(await other.closed).toMatchObject({
        code: 4001,
        reason: 'done',
        wasClean: true,
        report: {
          received: { code: 4001, reason: 'done' },
          receivedThenSent: true,
          transportEnd: { kind: 'end' },
        },
      })
    }
  })

  it('is clean when both begin at once', async () => {
    const { client, peer } = await openBoth()
    await Promise.all([client.close(4001), peer.close(4002)])
    expect(await client.closed).toMatchObject({ code: 4002, wasClean: true })
    expect(await peer.closed).toMatchObject({ code: 4001, wasClean: true })
  })

  it('says 1000 by default, and may be called again', async () => {
    const { client, peer } = await openBoth()
    const closing = client.close()
    await client.close(4000)
    await closing
    await client.close()
    expect(await peer.closed).toMatchObject({ code: 1000, reason: '' })
  })

  it('comes behind everything that was sent', async () => {
    const { client, peer } = await openBoth()
    const received: unknown[] = []
    peer.onMessage((message) => received.push(message.length))
    for (let i = 0; i < 20; i++) void client.send(new Uint8Array(100_000 + i))
    await client.close()
    expect(received).toEqual(Array.from({ length: 20 }, (_, i) => 100_000 + i))
    expect((await peer.closed).wasClean).toBe(true)
  })

  it('lets the server end TCP first, and sees no reset', async () => {
    const { peer, connection } = await openRaw()
    peer.send(closeFrame)
    expect(await peer.close()).toBe('1000')
    await peer.end()
    expect([peer.ended, peer.error]).toEqual([true, null])
    peer.socket.end()
    expect(await connection.closed).toMatchObject({
      wasClean: true,
      report: { transportEnd: { kind: 'end' } },
    })
  })

  it('lets the client wait for the server to end TCP', async () => {
    const arrived = deferred<RawPeer>()
    const { url } = await rawServer((peer) => void acceptRaw(peer).then(() => arrived.resolve(peer)))
    const connection = await open(url)
    const peer = await arrived.promise
    peer.send(closeFrame)
    await peer.close()
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect([peer.ended, connection.protocol.state]).toEqual([false, 'closing'])
    peer.socket.end()
    await peer.end()
    expect(await connection.closed).toMatchObject({ code: 1000, wasClean: true })
  })

  it('gives up a Close that is never answered', async () => {
    const { peer, connection } = await openRaw({ closeTimeout: 20 })
    await connection.close()
    expect(await connection.closed).toMatchObject({
      code: 1006,
      wasClean: false,
      report: {
        sent: { code: 1000 },
        received: null,
        transportEnd: { kind: 'local' },
        parserError: { code: 'UNEXPECTED_EOF' },
      },
    })
    await peer.end()
  })

  it('gives up a peer that answers it, but does not end TCP', async () => {
    const { peer, connection } = await openRaw({ closeTimeout: 20 })
    const closing = connection.close()
    peer.send(closeFrame)
    await peer.end()
    await closing
    expect(await connection.closed).toMatchObject({
      code: 1000,
      wasClean: true,
      report: { transportEnd: { kind: 'local' } },
    })
  })

  it('gives up a peer that reads nothing', async () => {
    const { peer, connection } = await openRaw({ closeTimeout: 20 })
    peer.socket.pause()
    for (let i = 0; i < 100; i++) void connection.send(new Uint8Array(100_000))
    await connection.close()
    expect((await connection.closed).report.transportEnd).toMatchObject({ kind: 'local' })
  })

  it('answers a peer that ends TCP without a Close', async () => {
    const { peer, connection } = await openRaw()
    peer.socket.end()
    await peer.end()
    expect(await connection.closed).toMatchObject({
      code: 1006,
      report: { transportEnd: { kind: 'end' }, parserError: { code: 'UNEXPECTED_EOF' }, sent: null },
    })
  })

  it('reports a reset', async () => {
    const { peer, connection } = await openRaw()
    peer.socket.resetAndDestroy()
    expect(await connection.closed).toMatchObject({
      code: 1006,
      report: { transportEnd: { kind: 'reset', error: { code: 'ECONNRESET' } } },
    })
  })

  it('is not clean if TCP was gone before a Close that came could be answered', async () => {
    const { peer, connection } = await openRaw()
    peer.send({ payload: 'one' }, { payload: 'two' }, closeFrame)
    // They come in one piece: the second message, which is not taken, holds up the Close.
    expect(await take(connection, 1)).toEqual(['one'])
    peer.socket.resetAndDestroy()
    await until(() => peer.closed)
    expect(await all(connection)).toEqual(['two'])
    expect(await connection.closed).toMatchObject({
      code: 1000,
      wasClean: false,
      report: {
        received: { code: 1000 },
        sent: null,
        receivedThenSent: null,
        transportEnd: { kind: 'reset' },
      },
    })
  })

  it('reports an empty Close frame as 1005', async () => {
    const { peer, connection } = await openRaw()
    peer.send({ opcode: Opcode.close })
    expect(await peer.close()).toBe('')
    peer.socket.end()
    expect(await connection.closed).toMatchObject({ code: 1005, wasClean: true })
    expect(await all(connection)).toEqual([])
  })

  it('does not mind what comes after the connection was failed', async () => {
    const { peer, connection } = await openRaw()
    peer.send({ rsv3: true })
    peer.send({ payload: 'more' }, closeFrame)
    await peer.close()
    peer.socket.end()
    expect((await connection.closed).report).toMatchObject({ sent: { code: 1002 }, received: null })
  })
})

describe('server.close', () => {
  it('closes each connection with 1001', async () => {
    const server = await start(echo)
    const clients = await Promise.all([1, 2, 3].map(() => open(server.url)))
    await until(() => server.connections.size === 3)
    await server.close()
    for (const client of clients) expect(await client.closed).toMatchObject({ code: 1001, wasClean: true })
    expect(server.connections.size).toBe(0)
    await expect(open(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('says something else if told to, and may be called again', async () => {
    const server = await start(echo)
    const client = await open(server.url)
    const closing = server.close({ code: 1012, reason: 'back soon' })
    await Promise.all([closing, server.close(), server[Symbol.asyncDispose]()])
    expect(await client.closed).toMatchObject({ code: 1012, reason: 'back soon' })
  })

  it('refuses a code that cannot be sent, and goes on', async () => {
    const server = await start(echo)
    await expect(server.close({ code: 1006 })).rejects.toBeInstanceOf(ProtocolError)
    await open(server.url)
  })

  it('does without anybody', async () => {
    const server = await start(echo)
    await server.close()
  })

  it('ends connections in every state', async () => {
    const decided = deferred<void>()
    const asked = deferred<void>()
    const server = await start(() => {}, {
      processRequest: (_connection, { path }) => {
        if (path !== '/slow') return
        asked.resolve()
        return decided.promise
      },
    })
    const silent = await RawPeer.connect(server.port)
    const half = await RawPeer.connect(server.port)
    half.write('GET / HTTP/1.1\r\nHost:')
    const refused = await RawPeer.connect(server.port)
    refused.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await refused.end()
    const slow = await RawPeer.connect(server.port)
    slow.write(UPGRADE.replace('/chat', '/slow'))
    await asked.promise
    // Messages that its application never takes.
    const full = await open(server.url)
    await full.send('a')
    await full.send('b')
    const closing = await RawPeer.open(server.port)
    const [, connection] = server.connections
    void connection!.close(4000)
    await closing.close()

    const down = server.close()
    expect(await slow.response()).toMatch(/^HTTP\/1\.1 503 /)
    for (const peer of [silent, half, refused, slow]) {
      await peer.end()
      peer.socket.end()
    }
    closing.send({ opcode: Opcode.close, payload: Uint8Array.of(0x0f, 0xa0) })
    await closing.end()
    closing.socket.end()
    expect(await full.closed).toMatchObject({ code: 1001, wasClean: true })
    await down
    decided.resolve()
    expect(server.errors).toEqual([])
  })

  it('cuts off who does not close in time', async () => {
    const server = await start(echo)
    const peer = await RawPeer.open(server.port)
    await server.close({ timeout: 10 })
    await peer.end()
    expect(await peer.close()).toBe('1001')
  })

  it.each([Number.POSITIVE_INFINITY, 2 ** 31, null])(
    'gives connections their own time with a timeout of %s',
    async (timeout) => {
      const opened = deferred<Connection>()
      const server = await start(opened.resolve)
      const peer = await RawPeer.open(server.port)
      const connection = await opened.promise
      const down = server.close({ timeout })
      await peer.close()
      // A timer that is set to more than it can be runs out at once.
      await new Promise((resolve) => setTimeout(resolve, 5))
      peer.send({ opcode: Opcode.close, payload: Uint8Array.of(0x03, 0xe9) })
      await peer.end()
      peer.socket.end()
      await down
      expect(await connection.closed).toMatchObject({
        wasClean: true,
        report: { transportEnd: { kind: 'end' } },
      })
    },
  )

  it.each([-1, Number.NaN])('refuses a timeout of %d, and goes on', async (timeout) => {
    const server = await start(echo)
    await expect(server.close({ timeout })).rejects.toBeInstanceOf(RangeError)
    await open(server.url)
  })

  it('delivers what was sent before', async () => {
    const server = await start(async (connection) => {
      for (let i = 0; i < 50; i++) void connection.send(new Uint8Array(50_000))
    })
    const client = await open(server.url)
    const closing = server.close()
    expect(await all(client)).toHaveLength(50)
    await closing
  })
})

it('tells its port, its address and its connections', async () => {
  const server = await start(echo)
  expect(server.address).toBe('127.0.0.1')
  expect(server.port).toBeGreaterThan(0)
  const client = await open(server.url)
  await client.send('a')
  await take(client, 1)
  const [connection] = server.connections
  expect(connection!.remoteAddress).toMatch(/^127\.0\.0\.1:\d+$/)
  await client.close()
  await until(() => server.connections.size === 0)
})
