/** RFC 6455, section 10.4: limits for what a peer sends. */
import { describe, expect, it } from 'vitest'
import { PayloadTooBigError, type ProtocolOptions } from '../../src/protocol/index.ts'
import { thrownBy } from '../thrown-by.ts'
import { deciding, newClient, openedClient, openedServer } from './handshakes.ts'
import { established, feedings, Scene } from './scene.ts'
import { Peer, peerOf, sides } from './wire.ts'

interface Row {
  name: string
  options: ProtocolOptions
  input: (peer: Peer) => Uint8Array[]
  /** `null`: it is within the limits. */
  code: 'MESSAGE_TOO_BIG' | 'FRAME_TOO_BIG' | 'TOO_MANY_FRAGMENTS' | null
}

const size = (length: number) => new Uint8Array(length)
const fragments = (peer: Peer, count: number, payload: Uint8Array) => [
  peer.binary(payload, false),
  ...Array.from({ length: count - 2 }, () => peer.continuation(payload, false)),
  peer.continuation(payload, true),
]

const rows: Row[] = [
  { name: 'a message of 1 MiB', options: {}, input: (p) => [p.binary(size(2 ** 20))], code: null },
  {
    name: 'a message over 1 MiB',
    options: {},
    input: (p) => [p.binary(size(2 ** 20 + 1))],
    code: 'MESSAGE_TOO_BIG',
  },
  {
    name: 'a message over 1 MiB without a limit',
    options: { maxSize: null },
    input: (p) => [p.binary(size(2 ** 20 + 1))],
    code: null,
  },
  { name: 'a message of maxSize', options: { maxSize: 10 }, input: (p) => [p.binary(size(10))], code: null },
  {
    name: 'a text over maxSize in bytes, not in characters',
    options: { maxSize: 10 },
    input: (p) => [p.text('ééééé!')],
    code: 'MESSAGE_TOO_BIG',
  },
  {
    name: 'fragments of maxSize together',
    options: { maxSize: 10 },
    input: (p) => fragments(p, 5, size(2)),
    code: null,
  },
  {
    name: 'fragments over maxSize together',
    options: { maxSize: 9 },
    input: (p) => fragments(p, 5, size(2)),
    code: 'MESSAGE_TOO_BIG',
  },
  {
    name: 'an empty fragment behind maxSize',
    options: { maxSize: 4 },
    input: (p) => [p.binary(size(4), false), p.continuation('', false), p.continuation('', true)],
    code: null,
  },
  {
    name: 'messages in a row of maxSize each',
    options: { maxSize: 4 },
    input: (p) => [...fragments(p, 2, size(2)), p.text('abcd'), p.binary(size(4))],
    code: null,
  },
  {
    name: 'control frames, which do not count',
    options: { maxSize: { message: 4, frame: 4 } },
    input: (p) => [
      p.binary(size(2), false),
      p.ping(size(125)),
      p.pong(size(125)),
      p.continuation(size(2), true),
    ],
    code: null,
  },
  {
    name: 'nothing within nothing',
    options: { maxSize: 0 },
    input: (p) => [p.text(''), p.ping('x')],
    code: null,
  },
  {
    name: 'something within nothing',
    options: { maxSize: 0 },
    input: (p) => [p.text('x')],
    code: 'MESSAGE_TOO_BIG',
  },
  {
    name: 'a frame of maxSize.frame',
    options: { maxSize: { frame: 4 } },
    input: (p) => fragments(p, 3, size(4)),
    code: null,
  },
  {
    name: 'a frame over maxSize.frame',
    options: { maxSize: { frame: 4 } },
    input: (p) => [p.binary(size(4), false), p.continuation(size(5), true)],
    code: 'FRAME_TOO_BIG',
  },
  {
    name: 'a message over 1 MiB with a limit for frames alone',
    options: { maxSize: { frame: 2 ** 19 } },
    input: (p) => fragments(p, 3, size(2 ** 19)),
    code: 'MESSAGE_TOO_BIG',
  },
  {
    name: 'a message over maxSize.message in frames within maxSize.frame',
    options: { maxSize: { message: 7, frame: 4 } },
    input: (p) => fragments(p, 2, size(4)),
    code: 'MESSAGE_TOO_BIG',
  },
  {
    name: 'a large message with a limit for frames and none for messages',
    options: { maxSize: { message: null, frame: 2 ** 20 } },
    input: (p) => fragments(p, 3, size(2 ** 20)),
    code: null,
  },
  {
    name: 'a message of 1 MiB with an empty object',
    options: { maxSize: {} },
    input: (p) => [p.binary(size(2 ** 20 + 1))],
    code: 'MESSAGE_TOO_BIG',
  },
  {
    name: 'a message over 1 MiB with null for both',
    options: { maxSize: { message: null, frame: null } },
    input: (p) => [p.binary(size(2 ** 20 + 1))],
    code: null,
  },
  {
    name: '16384 fragments',
    options: {},
    input: (p) => fragments(p, 16384, size(0)),
    code: null,
  },
  {
    name: '16385 fragments, empty ones',
    options: {},
    input: (p) => fragments(p, 16385, size(0)),
    code: 'TOO_MANY_FRAGMENTS',
  },
  {
    name: 'more fragments without a limit',
    options: { maxFragments: null },
    input: (p) => fragments(p, 20000, size(0)),
    code: null,
  },
  {
    name: 'maxFragments, control frames between them',
    options: { maxFragments: 3 },
    input: (p) => fragments(p, 3, size(1)).flatMap((each) => [p.ping(''), each, p.pong('')]),
    code: null,
  },
  {
    name: 'messages in a row of maxFragments each',
    options: { maxFragments: 2 },
    input: (p) => [...fragments(p, 2, size(1)), p.text('x'), ...fragments(p, 2, size(1))],
    code: null,
  },
  {
    name: 'whole messages, when a message may have one frame',
    options: { maxFragments: 1 },
    input: (p) => [p.text('a'), p.text('b')],
    code: null,
  },
  {
    name: 'two fragments, when a message may have one frame',
    options: { maxFragments: 1 },
    input: (p) => fragments(p, 2, size(1)),
    code: 'TOO_MANY_FRAGMENTS',
  },
]

describe.each(rows)('$name', ({ options, input, code }) => {
  it.each(sides)(code === null ? 'passes a %s' : 'fails the connection of a %s with 1009', (side) => {
    const frames = input(new Peer(peerOf(side)))
    const isLarge = frames.reduce((sum, each) => sum + each.length, 0) > 20_000
    for (const feeding of isLarge ? (['whole', 'coalesced', 'stepping'] as const) : feedings) {
      const scene = new Scene(established(side, options), feeding)
      scene.receive(...frames).flush()
      const { parserError, state } = scene.protocol
      if (code === null) {
        expect(parserError).toBeNull()
        expect(state).toBe('open')
        expect(scene.events).toHaveLength(frames.length)
        continue
      }
      expect(parserError).toBeInstanceOf(PayloadTooBigError)
      expect(parserError).toMatchObject({ code, section: '10.4', closeCode: 1009 })
      expect(scene.wire.find((each) => each.startsWith('close'))).toMatch('close(1009 ')
      expect(scene.events).toHaveLength(frames.length - 1)
    }
  })
})

it('a size is refused as soon as the header is whole, before any of the payload came', () => {
  for (const side of sides) {
    const scene = new Scene(established(side, { maxSize: 100 }))
    const data = scene.peer.binary(size(101))
    const start = data.length - 101
    scene.receive(data.slice(0, start - 1))
    expect(scene.protocol.state).toBe('open')
    scene.receive(data.slice(start - 1, start))
    expect(start).toBe(side === 'server' ? 6 : 2)
    expect(scene.protocol.parserError).toMatchObject({ code: 'MESSAGE_TOO_BIG' })
  }
})

it('a new message in the middle of one of maxFragments is out of sequence, not a fragment too many', () => {
  for (const side of sides) {
    const scene = new Scene(established(side, { maxFragments: 2 }))
    const { peer } = scene
    scene.receive(peer.text('a', false), peer.continuation('b', false), peer.text('c'))
    expect(scene.protocol.parserError).toMatchObject({ code: 'EXPECTED_CONTINUATION', closeCode: 1002 })
  }
})

describe('limits', () => {
  it.each([-1, Number.NaN, Number.NEGATIVE_INFINITY])('of %s are refused', (value) => {
    for (const options of [
      { maxSize: value },
      { maxSize: { message: value } },
      { maxSize: { frame: value } },
      { maxFragments: value },
    ]) {
      expect(thrownBy(() => established('client', options))).toBeInstanceOf(RangeError)
      expect(thrownBy(() => newClient(options))).toBeInstanceOf(RangeError)
    }
  })

  it('hold behind an opening handshake too', () => {
    for (const protocol of [openedClient({ maxSize: 3 }), openedServer({ maxSize: 3 })]) {
      const scene = new Scene(protocol)
      scene.receive(scene.peer.text('abc'), scene.peer.text('abcd'))
      expect(scene.events).toEqual(['text(abc)'])
      expect(protocol.parserError).toMatchObject({ code: 'MESSAGE_TOO_BIG' })
    }
  })
})

describe('many small frames', () => {
  it.each<[string, (count: number) => void]>([
    [
      'taken one by one from what was received',
      (count) => {
        const client = established('client')
        client.receiveData(new Uint8Array(count * 2).fill(0x8a).map((byte, at) => (at % 2 === 0 ? byte : 0)))
        let taken = 0
        while (client.nextEvent() !== null) taken++
        expect(taken).toBe(count)
      },
    ],
    [
      'held byte by byte',
      (count) => {
        const [server, request] = deciding()
        const data = new Peer('client').text('x'.repeat(count - 8))
        for (const byte of data) server.receiveData(Uint8Array.of(byte))
        server.sendResponse(server.accept(request))
        expect(server.eventsReceived()).toHaveLength(1)
      },
    ],
  ])('%s are all looked at, in linear time: more would be beyond what a test has', (_, run) => {
    run(64_000)
  })
})
