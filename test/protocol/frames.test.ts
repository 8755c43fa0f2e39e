/** Guide, points 7 and 8; RFC 6455, sections 5.2, 5.5 and 5.6: frames as they are sent and received. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Frame, Opcode, Protocol, ProtocolError } from '../../src/protocol/index.ts'
import { thrownBy } from '../thrown-by.ts'
import { established, eventWord, feedings, Scene } from './scene.ts'
import { bytes, concat, hex, Peer, peerOf, readFrame, readFrames, sides, words } from './wire.ts'

describe('the examples of section 5.7', () => {
  const rows: [string, (protocol: Protocol) => void, string, string][] = [
    ['unmasked "Hello"', (p) => p.sendText('Hello'), '810548656c6c6f', '818537fa213d7f9f4d5158'],
    ['"Hel"', (p) => p.sendText('Hel', false), '010348656c', '018337fa213d7f9f4d'],
    ['a Ping', (p) => p.sendPing(bytes('Hello')), '890548656c6c6f', '898537fa213d7f9f4d5158'],
    ['a Pong', (p) => p.sendPong(bytes('Hello')), '8a0548656c6c6f', '8a8537fa213d7f9f4d5158'],
    ['an empty Ping', (p) => p.sendPing(), '8900', '898037fa213d'],
    ['an empty Pong', (p) => p.sendPong(), '8a00', '8a8037fa213d'],
    ['an empty Close', (p) => p.sendClose(), '8800', '888037fa213d'],
    ['Close 1000', (p) => p.sendClose(1000), '880203e8', '888237fa213d3412'],
    ['bytes of text', (p) => p.sendText(bytes('Hello')), '810548656c6c6f', '818537fa213d7f9f4d5158'],
    ['empty text', (p) => p.sendText(''), '8100', '818037fa213d'],
    ['binary', (p) => p.sendBinary(hex('00ff')), '820200ff', '828237fa213d3705'],
  ]
  it.each(rows)('%s is sent as written there, masked by a client only', (_, send, unmasked, masked) => {
    const server = new Protocol('server')
    send(server)
    expect(server.dataToSend()).toEqual([hex(unmasked)])
    const client = new Protocol('client', { randomBytes: () => hex('37fa213d') })
    send(client)
    expect(client.dataToSend()).toEqual([hex(masked)])
  })
})

describe('a frame received', () => {
  it.each(sides)('by a %s is an event at once, as it came: no message is put together', (side) => {
    const scene = new Scene(established(side))
    scene.receive(scene.peer.text('one ', false))
    expect(scene.events).toEqual(['text(one )+'])
    scene.receive(scene.peer.continuation('two', true))
    expect(scene.events).toEqual(['text(one )+', 'continuation(two)'])
  })

  it.each(sides)('by a %s is a Frame with its fields', (side) => {
    const protocol = established(side)
    protocol.receiveData(new Peer(peerOf(side)).binary(hex('00ff'), false))
    const [event] = protocol.eventsReceived()
    expect(event).toBeInstanceOf(Frame)
    expect(event).toMatchObject({
      type: 'frame',
      opcode: Opcode.binary,
      fin: false,
      rsv1: false,
      rsv2: false,
      rsv3: false,
    })
    expect([...(event as Frame).payload]).toEqual([0, 255])
  })

  it.each(
    sides.flatMap((side) => [0, 1, 125, 126, 127, 65535, 65536, 70001].map((size) => [side, size] as const)),
  )('by a %s may have %i bytes', (side, size) => {
    const payload = Uint8Array.from({ length: size }, (_, at) => (at * 7) & 255)
    const protocol = established(side)
    protocol.receiveData(new Peer(peerOf(side)).binary(payload))
    const [event] = protocol.eventsReceived()
    expect((event as Frame).payload).toEqual(payload)
  })

  it.each(feedings)('does not depend on how it was given: %s', (feeding) => {
    for (const side of sides) {
      const scene = new Scene(established(side), feeding)
      const { peer } = scene
      scene.receive(peer.text('a'), peer.ping('b'), peer.binary(hex('00')), peer.pong(''), peer.text('ö'))
      scene.flush()
      expect(scene.events).toEqual(['text(a)', 'ping(b)', 'binary(00)', 'pong()', 'text(c3b6)'])
      expect(scene.wire).toEqual(['pong(b)'])
    }
  })
})

describe('what one side sends', () => {
  it('is what the other receives, whatever it is', () => {
    const message = fc.record({
      kind: fc.constantFrom('text', 'binary', 'ping', 'pong') as fc.Arbitrary<
        'text' | 'binary' | 'ping' | 'pong'
      >,
      payload: fc.uint8Array({ maxLength: 125 }),
      long: fc.constantFrom(1, 1, 1, 1200),
    })
    fc.assert(
      fc.property(fc.constantFrom(...sides), fc.array(message), (side, messages) => {
        const [from, to] = [established(side), established(peerOf(side), { maxSize: null })]
        const expected: string[] = []
        for (const { kind, payload, long } of messages) {
          const data = kind === 'binary' ? concat(...Array<Uint8Array>(long).fill(payload)) : payload
          if (kind === 'text') from.sendText(Buffer.from(data).toString('base64'))
          else if (kind === 'binary') from.sendBinary(data)
          else if (kind === 'ping') from.sendPing(data)
          else from.sendPong(data)
          expected.push(kind)
        }
        const outbox = from.dataToSend()
        const sent = words(side, outbox)
        for (const data of outbox) to.receiveData(data)
        const received = to.eventsReceived().map(eventWord)
        expect(received).toEqual(sent)
        expect(received.map((each) => each.slice(0, each.indexOf('(')))).toEqual(expected)
      }),
    )
  })

  it('as a string with half a surrogate pair has U+FFFD for it', () => {
    const server = established('server')
    server.sendText('a\ud800b')
    expect(readFrame('server', server.dataToSend()[0]!).payload).toEqual(bytes('a\ufffdb'))
  })
})

describe('section 5.5: a control frame', () => {
  const tooLong = new Uint8Array(126)

  it.each(sides)('of 125 bytes is sent by a %s, one of 126 is not', (side) => {
    for (const kind of ['sendPing', 'sendPong'] as const) {
      const protocol = established(side)
      const error = thrownBy(() => protocol[kind](tooLong))
      expect(error).toBeInstanceOf(ProtocolError)
      expect(error).toMatchObject({ code: 'CONTROL_FRAME_TOO_LONG', section: '5.5', offset: null })
      expect(protocol.dataToSend()).toEqual([])
      expect(protocol.state).toBe('open')
      protocol[kind](tooLong.subarray(1))
      expect(readFrame(side, protocol.dataToSend()[0]!).payload).toHaveLength(125)
    }
  })

  it.each(sides)('may go between fragments, from and to a %s', (side) => {
    const scene = new Scene(established(side))
    scene.act((protocol) => {
      protocol.sendText('a', false)
      protocol.sendPing()
      protocol.sendPong(bytes('x'))
      protocol.sendContinuation('b', true)
    })
    expect(scene.wire).toEqual(['text(a)+', 'ping()', 'pong(x)', 'continuation(b)'])
  })
})

describe('section 5.5.2: a Ping', () => {
  it.each(sides)('is answered by a %s with its payload, in order', (side) => {
    const scene = new Scene(established(side), 'coalesced')
    scene.receive(
      scene.peer.ping('1'),
      scene.peer.text('x'),
      scene.peer.ping('2'),
      scene.peer.ping(new Uint8Array(125)),
    )
    scene.flush()
    expect(scene.wire).toEqual(['pong(1)', 'pong(2)', `pong(${'00'.repeat(125)})`])
  })

  it.each(sides)('is answered behind what a %s put into the outbox before', (side) => {
    const protocol = established(side)
    protocol.sendText('first')
    protocol.receiveData(new Peer(peerOf(side)).ping('x'))
    protocol.sendText('last')
    expect(words(side, protocol.dataToSend())).toEqual(['text(first)', 'pong(x)', 'text(last)'])
  })
})

describe('section 5.3: masking', () => {
  it('takes a new key for each frame of a client, from the platform', () => {
    const client = established('client')
    const keys = Array.from({ length: 3000 }, () => {
      client.sendPing()
      return readFrame('client', client.dataToSend()[0]!).maskingKey!.join()
    })
    expect(new Set(keys).size).toBeGreaterThan(2990)
  })

  it('takes keys that are injected, four bytes a frame, so that a run can be repeated', () => {
    const run = () => {
      const sizes: number[] = []
      let next = 0
      const client = established('client', {
        randomBytes: (size) => {
          sizes.push(size)
          return Uint8Array.from({ length: size }, () => next++)
        },
      })
      client.sendText('a')
      client.receiveData(new Peer('server').ping('b'))
      client.sendClose(1000)
      expect(sizes).toEqual([4, 4, 4])
      return client.dataToSend()
    }
    expect(run()).toEqual(run())
    expect(run().flatMap((data) => readFrames('client', data).map((frame) => frame.maskingKey))).toEqual([
      hex('00010203'),
      hex('04050607'),
      hex('08090a0b'),
    ])
  })

  it('asks for no random bytes on a server', () => {
    const server = established('server', {
      randomBytes: () => {
        throw new Error('not needed')
      },
    })
    server.sendText('a')
    server.receiveData(new Peer('client').ping(''))
    expect(words('server', server.dataToSend())).toEqual(['text(a)', 'pong()'])
  })
})
