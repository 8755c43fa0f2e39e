import { describe, expect, it } from 'vitest'
import type { Connection, Message } from '../../src/node/index.ts'
import { ConnectionClosedError, InvalidStateError, Opcode } from '../../src/protocol/index.ts'
import {
  acceptRaw,
  deferred,
  echo,
  open,
  openBoth,
  RawPeer,
  rawServer,
  settled,
  start,
  take,
  until,
} from './helpers.ts'

/** A client of ours, and the raw server that it is connected to. */
async function openToRaw(options = {}): Promise<{ connection: Connection; peer: RawPeer }> {
  const arrived = deferred<RawPeer>()
  const { url } = await rawServer((peer) => void acceptRaw(peer).then(() => arrived.resolve(peer)))
  const connection = await open(url, { compression: false, ...options })
  return { connection, peer: await arrived.promise }
}

const pieces = async function* (...items: Message[]) {
  for (const item of items) {
    await Promise.resolve()
    yield item
  }
}

const words = (peer: RawPeer) =>
  peer.frames.map(
    ({ opcode, payload, fin }) => `${opcode}:${Buffer.from(payload).toString('latin1')}${fin ? '' : '+'}`,
  )

describe('send', () => {
  it('waits while the peer does not read, and goes on when it does', async () => {
    const { connection, peer } = await openToRaw()
    peer.socket.pause()
    let sent = 0
    const sending = (async () => {
      while (sent < 300) {
        await connection.send(new Uint8Array(100_000))
        sent += 1
      }
    })()
    const stuck = await settled(() => sent)
    expect(stuck).toBeLessThan(300)
    expect(connection.protocol.state).toBe('open')
    peer.socket.resume()
    await sending
    expect(sent).toBe(300)
  })

  const plain = { compression: false, maxSize: null }
  const both = { server: plain, client: plain }
  const isAll = (message: Message, byte: number) => (message as Uint8Array).every((each) => each === byte)

  it.each([10, 1_023, 1_024, 5_000, 65_535, 65_536, 100_000, 3_000_000])(
    'needs %i bytes no more once it has resolved, on either side',
    async (size) => {
      const { client, peer } = await openBoth(both)
      for (const [from, to] of [
        [peer, client],
        [client, peer],
      ] as const) {
        const bytes = new Uint8Array(size).fill(1)
        const taken = take(to, 1)
        await from.send(bytes)
        bytes.fill(2)
        expect(isAll((await taken)[0]!, 1)).toBe(true)
      }
    },
  )

  it('needs bytes no more once it has resolved, also when the peer reads slowly', async () => {
    const { client, peer } = await openBoth(both)
    const sizes = Array.from({ length: 200 }, (_, index) => 1_000 + ((index * 7_919) % 150_000))
    const bytes = new Uint8Array(151_000)
    const sending = (async () => {
      for (const [index, size] of sizes.entries()) {
        await peer.send(bytes.fill(index).subarray(0, size))
        bytes.fill(255)
      }
    })()
    const wrong: number[] = []
    for (const [index, size] of sizes.entries()) {
      const [message] = await take(client, 1)
      if (message!.length !== size || !isAll(message!, index)) wrong.push(index)
    }
    await sending
    expect(wrong).toEqual([])
  })

  it('takes an iterable that uses one buffer again and again', async () => {
    const { client, peer } = await openBoth(both)
    const sizes = [1_500, 70_000, 500_000, 20_000, 5]
    const buffer = new Uint8Array(500_000)
    const sent = peer.send(
      (async function* () {
        for (const [index, size] of sizes.entries()) yield buffer.fill(index).subarray(0, size)
        buffer.fill(255)
      })(),
    )
    const [message] = await take(client, 1)
    await sent
    expect(
      Buffer.compare(
        message as Uint8Array,
        Buffer.concat(sizes.map((size, index) => Buffer.alloc(size, index))),
      ),
    ).toBe(0)
  })

  it('rejects those that wait when the connection is lost', async () => {
    const { connection, peer } = await openToRaw()
    peer.socket.pause()
    const sends: Promise<void>[] = []
    for (let i = 0; i < 100; i++) sends.push(connection.send(new Uint8Array(100_000)))
    await settled(() => peer.socket.bytesRead)
    peer.socket.resetAndDestroy()
    await expect(sends.at(-1)).rejects.toBeInstanceOf(ConnectionClosedError)
    await connection.closed
  })

  it('writes what is sent in one turn at once, in order', async () => {
    const { connection, peer } = await openToRaw()
    const chunks: number[] = []
    peer.socket.on('data', ({ length }) => chunks.push(length))
    const sends = Array.from({ length: 50 }, (_, i) => connection.send(`${i}`))
    await Promise.all(sends)
    await peer.framesOf(50)
    expect(chunks).toHaveLength(1)
    expect(words(peer)).toEqual(Array.from({ length: 50 }, (_, i) => `1:${i}`))
  })

  it('does not answer pings without bound when the peer does not read', async () => {
    const connected = deferred<Connection>()
    const server = await start(connected.resolve)
    const peer = await RawPeer.open(server.port)
    const connection = await connected.promise
    const { socket } = (connection as never as { transport: { socket: import('node:net').Socket } }).transport
    peer.socket.pause()
    const pings = Array.from({ length: 500 }, () => ({ opcode: Opcode.ping, payload: new Uint8Array(125) }))
    let most = 0
    for (let round = 0; round < 500 && peer.socket.writableLength < 1_000_000; round++) {
      peer.send(...pings)
      await new Promise((resolve) => setImmediate(resolve))
      most = Math.max(most, socket.writableLength)
    }
    expect(peer.socket.writableLength).toBeGreaterThan(1_000_000)
    expect(most).toBeLessThan(300_000)
  })

  it('rejects while closing with InvalidStateError, and once closed with ConnectionClosedError', async () => {
    const { connection, peer } = await openToRaw()
    const closing = connection.close(1000)
    await expect(connection.send('late')).rejects.toBeInstanceOf(InvalidStateError)
    peer.send({ opcode: Opcode.close, payload: Uint8Array.of(0x03, 0xe8) })
    peer.socket.end()
    await closing
    await expect(connection.send('later')).rejects.toBeInstanceOf(ConnectionClosedError)
    await expect(connection.send(pieces('later'))).rejects.toBeInstanceOf(ConnectionClosedError)
  })
})

describe('send of an async iterable', () => {
  it('sends fragments as they come, as one message', async () => {
    const { connection, peer } = await openToRaw()
    await connection.send(pieces('a', 'b', 'c'))
    await connection.send(pieces(Uint8Array.of(0x31), Uint8Array.of(0x32)))
    await peer.framesOf(7)
    expect(words(peer)).toEqual(['1:a+', '0:b+', '0:c+', '0:', '2:1+', '0:2+', '0:'])

    const server = await start(echo)
    const client = await open(server.url)
    await client.send(pieces('x'.repeat(3000), '€'))
    expect(await take(client, 1)).toEqual([`${'x'.repeat(3000)}€`])
  })

  it('sends nothing if there is nothing', async () => {
    const { connection, peer } = await openToRaw()
    await connection.send(pieces())
    await connection.send('after')
    await peer.framesOf(1)
    expect(words(peer)).toEqual(['1:after'])
  })

  it('makes other messages wait, in order, but not pings', async () => {
    const { connection, peer } = await openToRaw()
    const gate = deferred<void>()
    const order: string[] = []
    const slow = (async function* () {
      yield 'a'
      await gate.promise
      yield 'b'
    })()
    const first = connection.send(slow)
    await peer.framesOf(1)
    const sends = [
      first.then(() => order.push('slow')),
      connection.send('c').then(() => order.push('c')),
      connection.send(pieces('d')).then(() => order.push('d')),
      connection.send('e').then(() => order.push('e')),
    ]
    void connection.ping('p')
    await peer.framesOf(2)
    expect(words(peer)).toEqual(['1:a+', '9:p'])
    gate.resolve()
    await Promise.all(sends)
    await peer.framesOf(8)
    expect(words(peer)).toEqual(['1:a+', '9:p', '0:b+', '0:', '1:c', '1:d+', '0:', '1:e'])
    expect(order).toEqual(['slow', 'c', 'd', 'e'])
  })

  it('lets a Close pass, and then rejects without waiting for the next item', async () => {
    const { connection, peer } = await openToRaw()
    let left = false
    const endless: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => {
        let first = true
        return {
          next: () => {
            if (!first) return new Promise(() => {})
            first = false
            return Promise.resolve({ value: 'a', done: false })
          },
          return: () => {
            left = true
            return Promise.resolve({ value: undefined, done: true })
          },
        }
      },
    }
    const sending = connection.send(endless)
    const waiting = connection.send('waiting')
    await peer.framesOf(1)
    const closing = connection.close()
    await peer.framesOf(2)
    expect(words(peer).map((word) => word.slice(0, 2))).toEqual(['1:', '8:'])
    peer.send({ opcode: Opcode.close, payload: Uint8Array.of(0x03, 0xe8) })
    peer.socket.end()
    await expect(sending).rejects.toBeInstanceOf(ConnectionClosedError)
    await expect(waiting).rejects.toBeInstanceOf(ConnectionClosedError)
    await closing
    expect(left).toBe(true)
  })

  it.each([
    ['at once', []],
    ['in the middle', ['a', 'b']],
  ])('fails the connection with 1011 if it throws %s', async (_when, before) => {
    const { client, peer } = await openBoth()
    const throwing = (async function* () {
      yield* before
      throw new Error('boom')
    })()
    const sending = client.send(throwing)
    await expect(sending).rejects.toThrow('boom')
    expect(await peer.closed).toMatchObject({ code: 1011 })
  })

  it('fails the connection with 1011 if it throws that another connection has ended', async () => {
    const { client, peer } = await openBoth()
    const other = await openBoth()
    const relayed = client.send(
      (async function* () {
        yield 'a'
        yield* other.client
      })(),
    )
    await other.peer.close(4000)
    await expect(relayed).rejects.toMatchObject({ received: { code: 4000 } })
    expect(await peer.closed).toMatchObject({ code: 1011 })
  })

  it('takes what `for await` takes: steps that are no promises; a `return` that throws changes nothing', async () => {
    const steps = ['a', 'b', null]
    const iterable = {
      [Symbol.asyncIterator]: () => ({
        next() {
          const value = steps.shift()
          if (value === undefined) throw new Error('boom')
          return { done: value === null, value } as never
        },
        return() {
          throw new Error('return')
        },
      }),
    }
    const { client, peer } = await openBoth()
    await client.send(iterable)
    expect(await take(peer, 1)).toEqual(['ab'])
    await expect(client.send(iterable)).rejects.toThrow('boom')
    expect(await peer.closed).toMatchObject({ code: 1011 })
  })

  it.each([[['a', Uint8Array.of(1)]], [[Uint8Array.of(1), 'a']], [['a', 1 as never]], [[null as never]]])(
    'fails the connection with 1011 if it mixes types: %j',
    async (items) => {
      const { client, peer } = await openBoth()
      await expect(client.send(pieces(...items))).rejects.toBeInstanceOf(TypeError)
      expect(await peer.closed).toMatchObject({ code: 1011 })
    },
  )

  it('takes no more items than the peer takes', async () => {
    const { connection, peer } = await openToRaw()
    peer.socket.pause()
    let taken = 0
    const sending = connection.send(
      (async function* () {
        for (; taken < 300; taken++) yield new Uint8Array(100_000)
      })(),
    )
    expect(await settled(() => taken)).toBeLessThan(300)
    peer.socket.resume()
    await sending
    expect(taken).toBe(300)
  })
})

describe('ping', () => {
  it('measures the round trip', async () => {
    const { client } = await openBoth()
    expect(await client.ping()).toBeGreaterThan(0)
    expect(await client.ping('data')).toBeGreaterThan(0)
    expect(await client.ping(new Uint8Array(0))).toBeGreaterThan(0)
  })

  it('may be under way several times; a pong answers those before it, too', async () => {
    const { connection, peer } = await openToRaw()
    const answered: string[] = []
    const pings = ['a', 'b', 'c'].map((data) => connection.ping(data).then(() => answered.push(data)))
    await peer.framesOf(3)
    peer.send({ opcode: Opcode.pong, payload: 'unknown' }, { opcode: Opcode.pong, payload: 'b' })
    await Promise.all(pings.slice(0, 2))
    expect(answered).toEqual(['a', 'b'])
    peer.send({ opcode: Opcode.pong, payload: 'c' })
    await pings[2]
  })

  it('sends something unpredictable by default', async () => {
    const { connection, peer } = await openToRaw()
    void connection.ping()
    void connection.ping()
    const [one, other] = (await peer.framesOf(2)).map(({ payload }) => Buffer.from(payload).toString('hex'))
    expect(one).toHaveLength(8)
    expect(one).not.toBe(other)
  })

  it('rejects if the connection ends before the pong', async () => {
    const { connection, peer } = await openToRaw()
    const pinging = connection.ping()
    await peer.framesOf(1)
    peer.socket.resetAndDestroy()
    await expect(pinging).rejects.toBeInstanceOf(ConnectionClosedError)
  })
})

it('masks what a client sends, and not what a server sends', async () => {
  const server = await start((connection) => void connection.send('from the server'))
  const peer = await RawPeer.open(server.port)
  // `frames` refuses a masked frame here, and an unmasked one below.
  await peer.framesOf(1)
  const { connection, peer: raw } = await openToRaw()
  await connection.send('from the client')
  await raw.framesOf(1)
  await until(() => raw.frames.length === 1)
})
