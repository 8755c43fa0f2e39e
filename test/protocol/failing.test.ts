/**
 * Guide, point 3; RFC 6455, section 7.1.7: wrong input fails the connection. What came before it in the same chunk
 * is delivered, and answered, first; what comes behind it is discarded.
 */
import { describe, expect, it } from 'vitest'
import {
  type FrameError,
  InvalidPayloadError,
  PayloadTooBigError,
  ProtocolError,
  type ProtocolOptions,
} from '../../src/protocol/index.ts'
import { established, type Feeding, feedings, Scene } from './scene.ts'
import { closePayload, concat, hex, type Peer, sides } from './wire.ts'

interface Wrong {
  name: string
  /** What the peer sends: right frames, then the wrong one. */
  input: (peer: Peer) => Uint8Array[]
  code: string
  section: string
  closeCode: 1002 | 1007 | 1009
  /** Of the offending byte, counted from the start of the wrong frame; a function where a mask moves it. */
  offset: (header: number) => number
  options?: ProtocolOptions
  inbound?: string
}

const at = (offset: number) => () => offset
const inPayload = (offset: number) => (header: number) => header + offset

const wrong: Wrong[] = [
  ...[4, 2, 1, 7].map(
    (rsv): Wrong => ({
      name: `reserved bits ${rsv.toString(2)} without an extension`,
      input: (peer) => [peer.frame(1, 'x', { rsv })],
      code: 'RESERVED_BITS',
      section: '5.2',
      closeCode: 1002,
      offset: at(0),
    }),
  ),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map(
    (opcode): Wrong => ({
      name: `the reserved opcode ${opcode}`,
      input: (peer) => [peer.frame(opcode, 'x')],
      code: 'RESERVED_OPCODE',
      section: '5.2',
      closeCode: 1002,
      offset: at(0),
    }),
  ),
  ...[8, 9, 10].flatMap((opcode): Wrong[] => [
    {
      name: `a control frame ${opcode} in fragments`,
      input: (peer) => [peer.frame(opcode, '', { fin: false })],
      code: 'CONTROL_FRAME_FRAGMENTED',
      section: '5.5',
      closeCode: 1002,
      offset: at(0),
    },
    {
      name: `a control frame ${opcode} of 126 bytes`,
      input: (peer) => [peer.frame(opcode, new Uint8Array(126))],
      code: 'CONTROL_FRAME_TOO_LONG',
      section: '5.5',
      closeCode: 1002,
      offset: at(1),
    },
  ]),
  {
    name: 'a wrong mask',
    input: (peer) => [peer.frame(1, 'x', { masked: peer.side === 'server' })],
    code: '',
    section: '5.1',
    closeCode: 1002,
    offset: at(1),
  },
  {
    name: 'a continuation outside of a message',
    input: (peer) => [peer.continuation('x', true)],
    code: 'UNEXPECTED_CONTINUATION',
    section: '5.4',
    closeCode: 1002,
    offset: at(0),
  },
  {
    name: 'a continuation without FIN outside of a message',
    input: (peer) => [peer.continuation('x', false)],
    code: 'UNEXPECTED_CONTINUATION',
    section: '5.4',
    closeCode: 1002,
    offset: at(0),
  },
  ...([true, false] as const).flatMap((fin) =>
    [1, 2].map(
      (opcode): Wrong => ({
        name: `a new message, opcode ${opcode}, FIN ${fin}, in the middle of one`,
        input: (peer) => [peer.text('a', false), peer.ping('p'), peer.frame(opcode, 'x', { fin })],
        code: 'EXPECTED_CONTINUATION',
        section: '5.4',
        closeCode: 1002,
        offset: at(0),
        inbound: 'text',
      }),
    ),
  ),
  {
    name: 'text with a byte that is not UTF-8',
    input: (peer) => [peer.text(hex('61 62 ff'))],
    code: 'INVALID_UTF8',
    section: '8.1',
    closeCode: 1007,
    offset: inPayload(2),
  },
  {
    name: 'text with a surrogate',
    input: (peer) => [peer.text(hex('61 eda080'))],
    code: 'INVALID_UTF8',
    section: '8.1',
    closeCode: 1007,
    offset: inPayload(2),
  },
  {
    name: 'text that ends inside a character',
    input: (peer) => [peer.text(hex('61 c3'))],
    code: 'INVALID_UTF8',
    section: '8.1',
    closeCode: 1007,
    offset: inPayload(2),
  },
  {
    name: 'text that ends inside a character in its last fragment',
    input: (peer) => [peer.text(hex('61 c3'), false), peer.continuation('', true)],
    code: 'INVALID_UTF8',
    section: '8.1',
    closeCode: 1007,
    offset: inPayload(0),
    inbound: 'text',
  },
  {
    name: 'a fragment that makes text invalid',
    input: (peer) => [peer.text(hex('61 e2'), false), peer.ping(''), peer.continuation(hex('82 61'), true)],
    code: 'INVALID_UTF8',
    section: '8.1',
    closeCode: 1007,
    offset: inPayload(1),
    inbound: 'text',
  },
  {
    name: 'a Close of one byte',
    input: (peer) => [peer.frame(8, hex('03'))],
    code: 'CLOSE_TOO_SHORT',
    section: '5.5.1',
    closeCode: 1002,
    offset: inPayload(0),
  },
  {
    name: 'a Close with a code that may not be sent',
    input: (peer) => [peer.close(1005, 'x')],
    code: 'CLOSE_CODE_INVALID',
    section: '7.4',
    closeCode: 1002,
    offset: inPayload(0),
  },
  {
    name: 'a Close with a reason that is not UTF-8',
    input: (peer) => [peer.frame(8, closePayload(1000, hex('61 ff')))],
    code: 'CLOSE_REASON_INVALID_UTF8',
    section: '5.5.1',
    closeCode: 1007,
    offset: inPayload(3),
  },
  {
    name: 'a message over maxSize',
    input: (peer) => [peer.binary('12345678901')],
    code: 'MESSAGE_TOO_BIG',
    section: '10.4',
    closeCode: 1009,
    offset: at(1),
    options: { maxSize: 10 },
  },
  {
    name: 'a message over maxFragments',
    input: (peer) => [peer.binary('', false), peer.continuation('', false), peer.continuation('', true)],
    code: 'TOO_MANY_FRAGMENTS',
    section: '10.4',
    closeCode: 1009,
    offset: at(0),
    options: { maxFragments: 2 },
    inbound: 'binary',
  },
]

const kinds = { 1002: ProtocolError, 1007: InvalidPayloadError, 1009: PayloadTooBigError }

describe.each(wrong)('$name', ({ input, code, section, closeCode, offset, options, inbound }) => {
  const rows = sides.flatMap((side) => feedings.map((feeding) => [side, feeding] as const))

  it.each(rows)('fails the connection of a %s, input given %s', (side, feeding: Feeding) => {
    const scene = new Scene(established(side, options), feeding)
    const { peer, protocol } = scene
    const before = [peer.text('one'), peer.ping('two')]
    const frames = input(peer)
    scene.receive(...before, ...frames, peer.text('behind'), peer.ping('behind'), peer.close(1000)).flush()

    const error = protocol.parserError as FrameError
    const masked = side === 'server' ? 4 : 0
    const start = concat(...before, ...frames.slice(0, -1)).length
    expect(error).toBeInstanceOf(kinds[closeCode])
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      code: code === '' ? (side === 'server' ? 'MASK_MISSING' : 'MASK_UNEXPECTED') : code,
      section,
      closeCode,
      offset: start + offset(2 + masked),
    })
    expect(protocol.value).toEqual({
      lifecycle: { closing: 'failed' },
      inbound: inbound ?? 'idle',
      outbound: 'idle',
    })
    expect(scene.events.slice(0, 2)).toEqual(['text(one)', 'ping(two)'])
    expect(scene.events).toHaveLength(2 + frames.length - 1)
    const pongs = scene.events.filter((each) => each.startsWith('ping')).map((each) => each.replace('i', 'o'))
    expect(scene.wire).toEqual([
      ...pongs,
      `close(${closeCode} ${error.message})`,
      ...(side === 'server' ? ['EOF'] : []),
    ])
    expect(protocol.closeSent).toEqual({ code: closeCode, reason: error.message })
    expect(protocol.closeReceived).toBeNull()
    expect(protocol.handshakeError).toBeNull()
  })
})

describe('a length that is not allowed (section 5.2)', () => {
  it.each([
    ['16 bits for 125', '7e007d', 'LENGTH_NOT_MINIMAL', 1002],
    ['64 bits for 65535', '7f000000000000ffff', 'LENGTH_NOT_MINIMAL', 1002],
    ['the sign bit', '7f8000000000000000', 'LENGTH_SIGN_BIT', 1002],
    ['over 2^53', '7f0020000000000000', 'LENGTH_TOO_LARGE', 1009],
  ])('%s', (_, length, code, closeCode) => {
    for (const side of sides) {
      const scene = new Scene(established(side, { maxSize: null }))
      const digits = hex(length)
      if (side === 'server') digits[0]! |= 0x80
      scene.receive(concat(hex('82'), digits, side === 'server' ? hex('00000000') : hex('')))
      expect(scene.protocol.parserError).toMatchObject({ code, closeCode, offset: 2 })
      expect(scene.wire[0]).toMatch(`close(${closeCode} `)
    }
  })
})

describe('section 8.1: what has arrived of a text is checked', () => {
  it.each(sides)(
    'by a %s inside a frame that is not whole, at the first byte that makes it invalid',
    (side) => {
      const scene = new Scene(established(side))
      const data = scene.peer.text(hex('ceba e1bd b9cf 83ce bcce b5 f4 90 80 80 65 64 69 74 65 64'))
      const first = data.length - 9
      for (const [index, byte] of data.entries()) {
        if (index === first) expect(scene.protocol.state).toBe('open')
        scene.receive(Uint8Array.of(byte))
        if (index === first) break
      }
      expect(scene.protocol.parserError).toMatchObject({ code: 'INVALID_UTF8', offset: first })
      expect(scene.wire[0]).toMatch('close(1007 ')
    },
  )

  it.each(sides)('by a %s only if it is text', (side) => {
    const scene = new Scene(established(side))
    const { peer } = scene
    scene.receive(
      peer.binary(hex('ff'), false),
      peer.continuation(hex('ff'), true),
      peer.ping(hex('ff')),
      peer.pong(hex('ff')),
    )
    expect(scene.protocol.state).toBe('open')
  })

  it.each(sides)('by a %s afresh for each message', (side) => {
    const scene = new Scene(established(side))
    const { peer } = scene
    scene.receive(
      peer.text('é'),
      peer.text(hex('c3'), false),
      peer.continuation(hex('a9'), true),
      peer.text('é'),
    )
    expect(scene.events).toHaveLength(4)
    scene.receive(peer.text(hex('a9')))
    expect(scene.protocol.parserError).toMatchObject({ code: 'INVALID_UTF8' })
  })
})

describe('the reason of the Close', () => {
  it.each(sides)('of a %s is never over 123 bytes', (side) => {
    for (const { input, options } of wrong) {
      const scene = new Scene(established(side, options))
      scene.receive(...input(scene.peer))
      const { reason } = scene.protocol.closeSent!
      expect(new TextEncoder().encode(reason).length).toBeLessThanOrEqual(123)
      expect(reason).not.toBe('')
    }
  })
})

it('the end of the stream has the offset of the byte that did not come', () => {
  for (const side of sides) {
    const scene = new Scene(established(side))
    const data = concat(scene.peer.text('abc'), scene.peer.text('def').slice(0, -1))
    scene.receive(data).eof()
    expect(scene.protocol.parserError).toMatchObject({ code: 'UNEXPECTED_EOF', offset: data.length })
  }
})
