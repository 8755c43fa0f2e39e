/** Guide, point 4: what is to be sent, and who owns its bytes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidStateError, type Protocol, SEND_EOF } from '../../src/protocol/index.ts'
import { thrownBy } from '../thrown-by.ts'
import { newClient, responseBytes } from './handshakes.ts'
import { established } from './scene.ts'
import { situations } from './situations.ts'
import { bytes, hex, Peer, peerOf, sides, words } from './wire.ts'

const all = Object.values(situations).flat()

describe('dataToSend()', () => {
  it.each(sides)('empties the outbox of a %s', (side) => {
    const protocol = established(side)
    expect(protocol.dataToSend()).toEqual([])
    protocol.sendText('a')
    protocol.sendText('b')
    expect(words(side, protocol.dataToSend())).toEqual(['text(a)', 'text(b)'])
    expect(protocol.dataToSend()).toEqual([])
  })

  it.each(sides)('stays in a %s what it was until it is taken', (side) => {
    const protocol = established(side)
    protocol.receiveData(new Peer(peerOf(side)).ping('a'))
    protocol.receiveData(new Peer(peerOf(side)).close(1000))
    protocol.receiveEof()
    expect(words(side, protocol.dataToSend())).toEqual(['pong(a)', 'close(1000)', 'EOF'])
  })

  it('has the half-close as an empty element, which is SEND_EOF', () => {
    const server = established('server')
    server.fail(1011)
    expect(server.dataToSend()[1]).toBe(SEND_EOF)
    expect(SEND_EOF).toHaveLength(0)
    expect(SEND_EOF).toBeInstanceOf(Uint8Array)
  })

  it.each(sides)(
    'has nothing of a payload that cannot be written in a %s, which is left as it was',
    (side) => {
      const protocol = established(side)
      protocol.sendText('a', false)
      const { value } = protocol
      const wrong = new BigInt64Array(3) as unknown as Uint8Array
      expect(() => protocol.sendContinuation(wrong, true)).toThrow(TypeError)
      expect(protocol.value).toEqual(value)
      expect(protocol.dataToSend()).toHaveLength(1)
      expect(() => protocol.sendContinuation(wrong, true)).toThrow(TypeError)
      expect(protocol.dataToSend()).toEqual([])
      protocol.sendContinuation('b', true)
      expect(words(side, protocol.dataToSend())).toEqual(['continuation(b)'])
    },
  )

  it('has no other empty element: an empty frame is not empty on the wire', () => {
    const client = established('client')
    client.sendText('')
    client.sendBinary(hex(''), false)
    client.sendContinuation('', true)
    client.sendPing()
    for (const data of client.dataToSend()) expect(data.length).toBeGreaterThan(0)
  })
})

describe('effects()', () => {
  it.each(all)('is the same, tagged, when $name', (situation) => {
    for (const side of sides) {
      const run = (take: (protocol: Protocol) => unknown[]) => {
        const protocol = established(side, { randomBytes: (size) => new Uint8Array(size) })
        // All at once: what is not taken stays in the outbox.
        situation.run({
          protocol,
          peer: new Peer(peerOf(side)),
          receive(...pieces: Uint8Array[]) {
            for (const piece of pieces) protocol.receiveData(piece.slice())
            return this
          },
          act(action: (protocol: Protocol) => void) {
            action(protocol)
            return this
          },
          eof(cause: never) {
            protocol.receiveEof(cause)
            return this
          },
        } as never)
        return [take(protocol), take(protocol)]
      }
      const [data, none] = run((protocol) => protocol.dataToSend()) as [Uint8Array[], unknown[]]
      const tagged = data.map((each) =>
        each.length === 0 ? { type: 'halfClose' } : { type: 'write', data: each },
      )
      expect(run((protocol) => protocol.effects())).toEqual([tagged, []])
      expect(none).toEqual([])
    }
  })
})

describe('after SEND_EOF', () => {
  it.each(sides)('every send of a %s throws InvalidStateError, and nothing follows it', (side) => {
    const protocol = established(side)
    protocol.fail(1011)
    protocol.receiveEof()
    expect(words(side, protocol.dataToSend()).at(-1)).toBe('EOF')
    for (const send of [
      () => protocol.sendText('x'),
      () => protocol.sendText('x', false),
      () => protocol.sendBinary(hex('00')),
      () => protocol.sendPing(),
      () => protocol.sendPong(),
      () => protocol.sendClose(1000),
      () => protocol.sendClose(),
    ]) {
      expect(thrownBy(send)).toBeInstanceOf(InvalidStateError)
      expect(thrownBy(send)).toMatchObject({ code: 'INVALID_STATE' })
    }
    protocol.receiveData(new Peer(peerOf(side)).ping('x'))
    protocol.fail(1002)
    protocol.receiveEof()
    expect(protocol.dataToSend()).toEqual([])
  })
})

describe('a send', () => {
  const failing = () => {
    let fails = true
    const client = established('client', {
      randomBytes: (size) => {
        if (fails) throw new RangeError('no entropy')
        return new Uint8Array(size)
      },
    })
    return {
      client,
      mend: () => {
        fails = false
      },
    }
  }

  it.each<[string, (protocol: Protocol) => void]>([
    ['of a first fragment', (protocol) => protocol.sendText('x', false)],
    ['of a Ping', (protocol) => protocol.sendPing()],
    ['of a Close', (protocol) => protocol.sendClose(1000)],
  ])('%s without random bytes throws: nothing was sent, nothing changed', (_, send) => {
    const { client, mend } = failing()
    expect(thrownBy(() => send(client))).toBeInstanceOf(RangeError)
    expect(client.dataToSend()).toEqual([])
    expect(client.value).toEqual({ lifecycle: 'open', inbound: 'idle', outbound: 'idle' })
    expect(client.closeSent).toBeNull()
    mend()
    send(client)
    expect(client.dataToSend()).toHaveLength(1)
  })
})

describe('ownership of bytes', () => {
  it.each(sides)('what a %s sends is not changed', (side) => {
    const payload = Uint8Array.from({ length: 100 }, (_, at) => at)
    const copy = payload.slice()
    const protocol = established(side, { randomBytes: () => hex('ffffffff') })
    protocol.sendText(payload, false)
    protocol.sendContinuation(payload, true)
    protocol.sendBinary(payload)
    protocol.sendPing(payload)
    protocol.sendPong(payload)
    protocol.dataToSend()
    expect(payload).toEqual(copy)
  })

  it.each(sides)('what a %s was given to send may be changed behind the call', (side) => {
    const protocol = established(side)
    const payload = bytes('keep')
    protocol.sendBinary(payload)
    protocol.sendPing(payload)
    payload.fill(0)
    expect(words(side, protocol.dataToSend())).toEqual(['binary(keep)', 'ping(keep)'])
  })

  it.each(sides)(
    'what dataToSend() of a %s returned is not changed later, the input being overwritten',
    (side) => {
      const protocol = established(side)
      const peer = new Peer(peerOf(side))
      const taken: Uint8Array[] = []
      const inputs: Uint8Array[] = []
      const exchange = (input: Uint8Array) => {
        const data = input.slice()
        inputs.push(data)
        protocol.receiveData(data)
        taken.push(...protocol.dataToSend())
      }
      exchange(peer.ping('one'))
      protocol.sendText('two')
      exchange(peer.ping('three'))
      exchange(peer.close(1000, 'four'))
      const copies = taken.map((data) => data.slice())
      expect(words(side, copies)).toEqual(
        ['pong(one)', 'text(two)', 'pong(three)', 'close(1000 four)', 'EOF'].slice(
          0,
          side === 'server' ? 5 : 4,
        ),
      )
      for (const input of inputs) input.fill(0xff)
      exchange(peer.ping('five'))
      protocol.receiveEof()
      expect(taken).toEqual(copies)
    },
  )

  it.each(sides)(
    'the list that dataToSend() of a %s returned is not changed later, even an empty one',
    (side) => {
      const protocol = established(side)
      const none = protocol.dataToSend()
      protocol.sendText('later')
      expect(none).toEqual([])
      const one = protocol.dataToSend()
      protocol.sendText('latest')
      expect(one).toHaveLength(1)
      expect(none).toEqual([])
    },
  )

  it.each(sides)('a host of a %s may do with the list what it wants', (side) => {
    const protocol = established(side)
    protocol.dataToSend().push(hex('00'))
    expect(protocol.dataToSend()).toEqual([])
    protocol.eventsReceived().push(null as never)
    expect(protocol.eventsReceived()).toEqual([])
  })

  it('the payload of an event is not the input of a later one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...sides),
        fc.array(fc.uint8Array({ maxLength: 300 })),
        (side, payloads) => {
          const protocol = established(side)
          const peer = new Peer(peerOf(side))
          for (const payload of payloads) protocol.receiveData(peer.binary(payload))
          const received = protocol.eventsReceived().map((event) => event.type === 'frame' && event.payload)
          expect(received).toEqual(payloads)
        },
      ),
    )
  })

  it('the configuration that value shows cannot be changed', () => {
    const protocol = established('server')
    const { value } = protocol
    expect(() => Object.assign(value, { lifecycle: 'open', inbound: 'text' })).toThrow(TypeError)
    protocol.fail(1011)
    expect(() => Object.assign(protocol.value.lifecycle as object, { closing: 'initiated' })).toThrow(
      TypeError,
    )
    expect(established('server').value.inbound).toBe('idle')
  })

  it('a request that was sent is checked as it was sent, whatever is done to it later', () => {
    const client = newClient()
    const request = client.connect()
    client.sendRequest(request)
    request.headers.set('Sec-WebSocket-Key', 'AQIDBAUGBwgJCgsMDQ4PEA==')
    client.receiveData(responseBytes())
    expect(client.handshakeError).toBeNull()
  })
})

describe('frames in the outbox', () => {
  const sizes = [0, 1, 125, 126, 1023, 1024, 1025, 16_384, 16_385, 65_535, 65_536, 70_000]

  it.each(sides)('are the same bytes of a %s whether they are taken together or each by itself', (side) => {
    const send = (each: boolean) => {
      let next = 0
      const protocol = established(side, {
        randomBytes: (size) => Uint8Array.from({ length: size }, () => next++),
      })
      const taken: Uint8Array[] = []
      for (const size of sizes) {
        protocol.sendBinary(new Uint8Array(size).fill(size))
        protocol.sendPing(Uint8Array.of(size & 255))
        if (each) taken.push(...protocol.dataToSend())
      }
      return Buffer.concat([...taken, ...protocol.dataToSend()])
    }
    expect(Buffer.compare(send(true), send(false))).toBe(0)
  })

  it.each(sides)('are one element of a %s when they are small', (side) => {
    const protocol = established(side)
    for (let count = 0; count < 100; count++) protocol.sendText(`message ${count}`)
    const chunks = protocol.dataToSend()
    expect(chunks).toHaveLength(1)
    expect(words(side, chunks)).toHaveLength(100)
  })

  it('do not mix with those of other connections, nor with what was taken before', () => {
    const one = established('server')
    const other = established('server')
    const taken: Uint8Array[] = []
    for (let count = 0; count < 2000; count++) {
      one.sendText(`one ${count}`)
      other.sendText(`other ${count}`)
      if (count % 7 === 0) taken.push(...one.dataToSend())
    }
    taken.push(...one.dataToSend())
    const expected = Array.from({ length: 2000 }, (_, count) => count)
    expect(words('server', taken)).toEqual(expected.map((count) => `text(one ${count})`))
    expect(words('server', other.dataToSend())).toEqual(expected.map((count) => `text(other ${count})`))
  })

  it('hold a large payload of a server itself, not a copy', () => {
    const protocol = established('server')
    const payload = new Uint8Array(100_000)
    protocol.sendBinary(payload)
    expect(protocol.dataToSend()[1]).toBe(payload)
  })
})

describe('latestPongOnly (RFC 6455, section 5.5.3)', () => {
  const run = (side: 'client' | 'server') => {
    const protocol = established(side)
    const peer = new Peer(peerOf(side))
    protocol.latestPongOnly = true
    for (const payload of ['a', 'b', 'c']) {
      const data = peer.ping(payload)
      protocol.receiveData(data)
      data.fill(0)
    }
    return { protocol, peer, sent: () => words(side, protocol.dataToSend()) }
  }

  it.each(sides)('is off: a %s answers each Ping', (side) => {
    const protocol = established(side)
    expect(protocol.latestPongOnly).toBe(false)
    for (const payload of ['a', 'b']) protocol.receiveData(new Peer(peerOf(side)).ping(payload))
    expect(words(side, protocol.dataToSend())).toEqual(['pong(a)', 'pong(b)'])
  })

  it.each(sides)('lets the Pong of a %s that waits give way to the next one', (side) => {
    const { protocol, peer, sent } = run(side)
    expect(sent()).toEqual(['pong(c)'])
    protocol.receiveData(peer.ping('d'))
    expect(sent()).toEqual(['pong(d)'])
    expect(sent()).toEqual([])
  })

  it.each(sides)('leaves all else of a %s in order, and Pongs that nobody asked for', (side) => {
    const { protocol, sent } = run(side)
    protocol.sendText('text')
    protocol.sendPong(bytes('mine'))
    protocol.sendPing(bytes('ping'))
    expect(sent()).toEqual(['text(text)', 'pong(mine)', 'ping(ping)', 'pong(c)'])
  })

  it.each(sides)('puts it before the Close of a %s, whoever closes, and before the half-close', (side) => {
    const closing = run(side)
    closing.protocol.sendClose(1000)
    expect(closing.sent()).toEqual(['pong(c)', 'close(1000)'])

    const closed = run(side)
    closed.protocol.receiveData(closed.peer.close(1000))
    expect(closed.sent().slice(0, 2)).toEqual(['pong(c)', 'close(1000)'])

    const failed = run(side)
    failed.protocol.fail(1011)
    expect(failed.sent().slice(0, 2)).toEqual(['pong(c)', 'close(1011)'])

    const gone = run(side)
    gone.protocol.receiveEof()
    expect(gone.sent()).toEqual(['pong(c)', 'EOF'])
  })
})
