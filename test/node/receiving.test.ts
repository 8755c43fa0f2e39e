import { describe, expect, it } from 'vitest'
import type { Connection, Message } from '../../src/node/index.ts'
import { ConnectionClosedError, Opcode } from '../../src/protocol/index.ts'
import { all, deferred, echo, open, openBoth, RawPeer, settled, start, take, until } from './helpers.ts'

/** A raw client of a server whose handler does nothing; and that handler's connection. */
async function openRaw(options = {}): Promise<{ peer: RawPeer; connection: Connection }> {
  const connected = deferred<Connection>()
  const server = await start(connected.resolve, options)
  const peer = await RawPeer.open(server.port)
  return { peer, connection: await connected.promise }
}

const closeFrame = { opcode: Opcode.close, payload: Uint8Array.of(0x03, 0xe8) }
const text = ({ payload }: { payload: Uint8Array }) => Buffer.from(payload).toString()

describe('iteration', () => {
  it('ends when the connection is closed normally', async () => {
    const { client, peer } = await openBoth()
    await client.send('one')
    await client.send('two')
    void client.close(1001, 'bye')
    expect(await all(peer)).toEqual(['one', 'two'])
    expect(await peer.closed).toMatchObject({ code: 1001, reason: 'bye', wasClean: true })
    // It stays at its end.
    expect(await all(peer)).toEqual([])
  })

  it('throws when it is closed otherwise', async () => {
    const { client, peer } = await openBoth()
    await client.send('one')
    void client.close(4000, 'why not')
    const received: Message[] = []
    const iterating = (async () => {
      for await (const message of peer) received.push(message)
    })()
    await expect(iterating).rejects.toBeInstanceOf(ConnectionClosedError)
    await expect(all(peer)).rejects.toMatchObject({
      code: 'CLOSED_ABNORMALLY',
      received: { code: 4000, reason: 'why not' },
      receivedThenSent: true,
    })
    expect(received).toEqual(['one'])
  })

  it('can be left and taken up again', async () => {
    const { client, peer } = await openBoth()
    for (const message of ['a', 'b', 'c', 'd']) await client.send(message)
    expect(await take(peer, 1)).toEqual(['a'])
    expect(await take(peer, 2)).toEqual(['b', 'c'])
    expect(peer.protocol.state).toBe('open')
    await peer.send('open')
    expect(await take(client, 1)).toEqual(['open'])
    expect(await take(peer, 1)).toEqual(['d'])
  })

  it('may be asked for several messages at once', async () => {
    const { client, peer } = await openBoth()
    const iterator = peer[Symbol.asyncIterator]()
    const three = Promise.all([iterator.next(), iterator.next(), iterator.next()])
    for (const message of ['a', 'b', 'c']) await client.send(message)
    expect((await three).map(({ value }) => value)).toEqual(['a', 'b', 'c'])
  })

  it('that is left while it waits takes no message from the next', async () => {
    const { client, peer } = await openBoth()
    const iterator = peer[Symbol.asyncIterator]()
    const waiting = iterator.next()
    await iterator.return!()
    expect(await waiting).toEqual({ value: undefined, done: true })
    await client.send('a')
    expect(await take(peer, 1)).toEqual(['a'])
  })

  it('lets the answer to a message leave before the next frame is looked at', async () => {
    const server = await start(async (connection) => {
      for await (const message of connection) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        await connection.send(`re: ${message}`)
      }
    })
    const peer = await RawPeer.open(server.port)
    peer.send({ payload: 'a' }, { payload: 'b' }, closeFrame)
    const frames = await peer.framesOf(3)
    expect(frames.map(({ opcode }) => opcode)).toEqual([Opcode.text, Opcode.text, Opcode.close])
    expect(frames.slice(0, 2).map(text)).toEqual(['re: a', 're: b'])
  })

  it('answers also a peer that has ended its half', async () => {
    const server = await start(async (connection) => {
      for await (const message of connection) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        await connection.send(`re: ${message}`)
      }
    })
    const peer = await RawPeer.open(server.port)
    peer.send({ payload: 'a' }, { payload: 'b' })
    peer.socket.end()
    expect((await peer.framesOf(2)).map(text)).toEqual(['re: a', 're: b'])
    await peer.end()
    await until(() => server.connections.size === 0)
    expect(server.errors).toEqual([])
  })

  it('answers pings while nobody asks for messages, as long as there are none', async () => {
    const { peer } = await openRaw()
    peer.send({ opcode: Opcode.ping, payload: 'there?' })
    expect((await peer.framesOf(1)).map(text)).toEqual(['there?'])
  })

  it('reads no further than the application takes', async () => {
    const { peer, connection } = await openRaw({ maxSize: null, compression: false })
    const socket = (connection as never as { transport: { socket: { bytesRead: number } } }).transport.socket
    const chunk = { payload: new Uint8Array(50_000), opcode: Opcode.binary }
    let written = 0
    while (written < 30_000_000 && peer.socket.writableLength < 1_000_000) {
      for (let i = 0; i < 20; i++) peer.send(chunk)
      written += 1_000_000
      await new Promise((resolve) => setImmediate(resolve))
    }
    const read = await settled(() => socket.bytesRead)
    // What the socket and one chunk hold, however much is sent.
    expect(read).toBeLessThan(500_000)
    expect(await take(connection, 3)).toHaveLength(3)
    peer.send(closeFrame)
    peer.socket.end()
    let count = 3
    for await (const message of connection) count += message.length === 50_000 ? 1 : Number.NaN
    expect(count).toBe((written / 1_000_000) * 20)
  })

  it('reads on when the connection is closed, and keeps what was not taken', async () => {
    const { peer, connection } = await openRaw()
    peer.send({ payload: 'a' }, { payload: 'b' }, { payload: 'c' }, { opcode: Opcode.ping, payload: 'p' })
    await new Promise((resolve) => setTimeout(resolve, 5))
    const closing = connection.close(1001)
    expect((await peer.framesOf(2)).map(({ opcode }) => opcode)).toContain(Opcode.pong)
    peer.send({ payload: 'd' }, { opcode: Opcode.close, payload: Uint8Array.of(0x03, 0xe9) })
    peer.socket.end()
    await closing
    expect(await all(connection)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('keeps up to maxSize of it', async () => {
    const { peer, connection } = await openRaw({ maxSize: 1000 })
    const closing = connection.close()
    for (let i = 0; i < 50; i++) peer.send({ payload: 'x'.repeat(100) })
    peer.send(closeFrame)
    peer.socket.end()
    await closing
    const kept = await all(connection)
    expect(kept.length).toBeGreaterThan(5)
    expect(kept.length).toBeLessThanOrEqual(10)
  })

  it('still has what was sent before the connection was lost', async () => {
    const { peer, connection } = await openRaw()
    peer.send({ payload: 'a' }, { payload: 'b' })
    await until(() => connection.protocol.state === 'open')
    await settled(
      () =>
        (connection as never as { transport: { socket: { bytesRead: number } } }).transport.socket.bytesRead,
    )
    peer.socket.resetAndDestroy()
    expect(await connection.closed).toMatchObject({
      code: 1006,
      wasClean: false,
      report: {
        transportEnd: { kind: 'reset', error: { code: 'ECONNRESET' } },
        parserError: { code: 'UNEXPECTED_EOF' },
      },
    })
    expect(await take(connection, 2)).toEqual(['a', 'b'])
    await expect(all(connection)).rejects.toBeInstanceOf(ConnectionClosedError)
  })

  it('does not keep a connection whose application never takes what came', async () => {
    const { peer, connection } = await openRaw({ closeTimeout: 20 })
    peer.send({ payload: 'a' }, { payload: 'b' }, closeFrame)
    peer.socket.end()
    expect(await connection.closed).toMatchObject({ code: 1000, wasClean: true })
    expect(await all(connection)).toEqual(['a', 'b'])
  })
})

describe('onMessage', () => {
  it('gets messages in order, one after the other', async () => {
    const { client, peer } = await openBoth()
    const received: Message[] = []
    peer.onMessage((message) => received.push(message))
    for (let i = 0; i < 100; i++) void client.send(`message ${i}`)
    await client.close()
    await peer.closed
    expect(received).toEqual(Array.from({ length: 100 }, (_, i) => `message ${i}`))
  })

  it('keeps the connection open when its handler has returned', async () => {
    const server = await start((connection) =>
      connection.onMessage((message) => void connection.send(message)),
    )
    const client = await open(server.url)
    await client.send('a')
    expect(await take(client, 1)).toEqual(['a'])
    await client.send('b')
    expect(await take(client, 1)).toEqual(['b'])
  })

  it('gets a message that waited, but not before it has returned', async () => {
    const { client, peer } = await openBoth()
    await client.send('a')
    await client.send('b')
    expect(await take(peer, 1)).toEqual(['a'])
    const received: unknown[] = []
    peer.onMessage((message) => received.push(message))
    received.push('registered')
    await until(() => received.length === 2)
    expect(received).toEqual(['registered', 'b'])
  })

  it('lets the answer to a message leave before the Close behind it is answered', async () => {
    const server = await start((connection) =>
      connection.onMessage((message) => void connection.send(message)),
    )
    const peer = await RawPeer.open(server.port)
    peer.send({ payload: 'a' }, closeFrame)
    expect((await peer.framesOf(2)).map(({ opcode }) => opcode)).toEqual([Opcode.text, Opcode.close])
  })

  it('can be replaced', async () => {
    const { client, peer } = await openBoth()
    const first: Message[] = []
    const second: Message[] = []
    peer.onMessage((message) => {
      first.push(message)
      peer.onMessage((message) => second.push(message))
    })
    for (const message of ['a', 'b', 'c']) await client.send(message)
    await until(() => second.length === 2)
    expect([first, second]).toEqual([['a'], ['b', 'c']])
  })
})

describe('ignoreMessages', () => {
  it('drops messages, those that wait too, and keeps pings and Close', async () => {
    const { peer, connection } = await openRaw()
    peer.send({ payload: 'a' }, { payload: 'b' }, { payload: 'c', fin: false })
    await new Promise((resolve) => setTimeout(resolve, 5))
    connection.ignoreMessages()
    peer.send(
      { opcode: Opcode.continuation },
      { opcode: Opcode.ping, payload: 'p' },
      { payload: 'd' },
      closeFrame,
    )
    expect((await peer.framesOf(2)).map(({ opcode }) => opcode)).toEqual([Opcode.pong, Opcode.close])
    peer.socket.end()
    await connection.closed
    expect(await all(connection)).toEqual([])
  })
})

describe('messages', () => {
  it('whose beginning was dropped are dropped as a whole', async () => {
    const { peer, connection } = await openRaw()
    connection.ignoreMessages()
    peer.send({ payload: 'a', fin: false }, { opcode: Opcode.ping })
    await peer.framesOf(1)
    const received: Message[] = []
    connection.onMessage((message) => received.push(message))
    peer.send({ opcode: 0, payload: 'b', fin: false }, { opcode: 0 }, { payload: 'c' })
    await until(() => received.length > 0)
    expect(received).toEqual(['c'])
  })

  it('are put together from fragments, cut anywhere', async () => {
    const { peer, connection } = await openRaw()
    const euro = Buffer.from('a €')
    peer.send({ payload: euro.subarray(0, 3), fin: false })
    peer.send({ opcode: Opcode.ping }, { opcode: 0, fin: false }, { opcode: 0, payload: euro.subarray(3) })
    peer.send({ opcode: Opcode.binary, payload: Uint8Array.of(1), fin: false })
    peer.send({ opcode: 0, payload: Uint8Array.of(2), fin: false }, { opcode: 0 })
    peer.send({ payload: '\ufeffmark' }, { payload: '' }, { opcode: Opcode.binary })
    expect(await take(connection, 5)).toStrictEqual([
      'a €',
      Uint8Array.of(1, 2),
      '\ufeffmark',
      '',
      new Uint8Array(0),
    ])
  })

  it('are not written to later', async () => {
    const server = await start(echo, { compression: false })
    const connection = await open(server.url, { compression: false })
    const payloads = Array.from({ length: 200 }, (_, i) => new Uint8Array(1000).fill(i))
    for (const payload of payloads) void connection.send(payload)
    expect(await take(connection, 200)).toStrictEqual(payloads)
  })

  it('that were compressed are plain bytes, too', async () => {
    const { client, peer } = await openBoth()
    const payload = new Uint8Array(5000).fill(7)
    await client.send(payload)
    await client.send('x'.repeat(5000))
    expect(await take(peer, 2)).toStrictEqual([payload, 'x'.repeat(5000)])
  })

  it('that are not complete when the connection is closed are dropped', async () => {
    const { peer, connection } = await openRaw()
    peer.send({ payload: 'half', fin: false }, closeFrame)
    peer.socket.end()
    expect(await all(connection)).toEqual([])
    expect(await connection.closed).toMatchObject({ code: 1000, wasClean: true })
  })
})
