/** RFC 6455, section 5.4: the sequence of frames, both directions. */
import { describe, expect, it } from 'vitest'
import { InvalidStateError, type Protocol, ProtocolError } from '../../src/protocol/index.ts'
import { thrownBy } from '../thrown-by.ts'
import { established, feedings, Scene } from './scene.ts'
import { hex, sides, words } from './wire.ts'

const send = {
  text: (protocol: Protocol) => protocol.sendText('t'),
  textBegins: (protocol: Protocol) => protocol.sendText('t', false),
  binary: (protocol: Protocol) => protocol.sendBinary(hex('00')),
  binaryBegins: (protocol: Protocol) => protocol.sendBinary(hex('00'), false),
  continues: (protocol: Protocol) => protocol.sendContinuation('c', false),
  ends: (protocol: Protocol) => protocol.sendContinuation('c', true),
}
type Send = keyof typeof send

/** What was sent before, what then may follow, and the code of the error for everything else. */
const sequences: { before: Send[]; outbound: string; may: Send[]; code: string }[] = [
  {
    before: [],
    outbound: 'idle',
    may: ['text', 'textBegins', 'binary', 'binaryBegins'],
    code: 'UNEXPECTED_CONTINUATION',
  },
  {
    before: ['text', 'binary'],
    outbound: 'idle',
    may: ['text', 'textBegins', 'binary', 'binaryBegins'],
    code: 'UNEXPECTED_CONTINUATION',
  },
  { before: ['textBegins'], outbound: 'text', may: ['continues', 'ends'], code: 'EXPECTED_CONTINUATION' },
  { before: ['binaryBegins'], outbound: 'binary', may: ['continues', 'ends'], code: 'EXPECTED_CONTINUATION' },
  {
    before: ['textBegins', 'continues', 'continues'],
    outbound: 'text',
    may: ['continues', 'ends'],
    code: 'EXPECTED_CONTINUATION',
  },
  {
    before: ['binaryBegins', 'continues', 'ends'],
    outbound: 'idle',
    may: ['text', 'textBegins', 'binary', 'binaryBegins'],
    code: 'UNEXPECTED_CONTINUATION',
  },
]

describe.each(sequences)('a message being sent, after $before', ({ before, outbound, may, code }) => {
  const protocolAfter = (side: 'client' | 'server') => {
    const protocol = established(side)
    for (const each of before) send[each](protocol)
    protocol.dataToSend()
    return protocol
  }

  it.each(sides)('stands in the value of a %s', (side) => {
    expect(protocolAfter(side).value).toEqual({ lifecycle: 'open', inbound: 'idle', outbound })
  })

  it.each(sides)('may be followed by a %s with what the sequence allows', (side) => {
    for (const each of may) {
      const protocol = protocolAfter(side)
      send[each](protocol)
      expect(words(side, protocol.dataToSend())).toHaveLength(1)
    }
  })

  it.each(sides)(
    'may not be followed by a %s with anything else: nothing is sent, nothing changes',
    (side) => {
      for (const each of Object.keys(send) as Send[]) {
        if (may.includes(each)) continue
        const protocol = protocolAfter(side)
        const { value } = protocol
        const error = thrownBy(() => send[each](protocol))
        expect(error).toBeInstanceOf(ProtocolError)
        expect(error).toMatchObject({ code, closeCode: 1002, section: '5.4', offset: null })
        expect(protocol.dataToSend()).toEqual([])
        expect(protocol.value).toEqual(value)
        expect(protocol.parserError).toBeNull()
        send[may[0]!](protocol)
        expect(protocol.dataToSend()).toHaveLength(1)
      }
    },
  )
})

describe('a wrong sequence of sends is found before a wrong state', () => {
  const states: Record<string, (scene: Scene) => unknown> = {
    'closing, initiated': (scene) => scene.act((protocol) => protocol.sendClose(1000)),
    'closing, acknowledged': (scene) => scene.receive(scene.peer.close(1000)),
    'closing, failed': (scene) => scene.act((protocol) => protocol.fail(1011)),
    closed: (scene) => scene.eof(),
  }
  const rows = Object.keys(states).flatMap((state) => sides.map((side) => ({ state, side })))

  it.each(rows)('by a $side that is $state outside of a message', ({ state, side }) => {
    const scene = new Scene(established(side))
    states[state]!(scene)
    expect(thrownBy(() => scene.protocol.sendContinuation('x', true))).toBeInstanceOf(ProtocolError)
    expect(thrownBy(() => scene.protocol.sendText('x'))).toBeInstanceOf(InvalidStateError)
    expect(thrownBy(() => scene.protocol.sendBinary(hex('00')))).toBeInstanceOf(InvalidStateError)
    expect(scene.protocol.dataToSend()).toEqual([])
  })

  it.each(rows)('by a $side that is $state in the middle of a message', ({ state, side }) => {
    const scene = new Scene(established(side))
    scene.act((protocol) => protocol.sendText('x', false))
    states[state]!(scene)
    expect(thrownBy(() => scene.protocol.sendText('x'))).toBeInstanceOf(ProtocolError)
    expect(thrownBy(() => scene.protocol.sendBinary(hex('00')))).toBeInstanceOf(ProtocolError)
    expect(thrownBy(() => scene.protocol.sendContinuation('x', true))).toBeInstanceOf(InvalidStateError)
    expect(scene.protocol.dataToSend()).toEqual([])
  })
})

describe('a message being received', () => {
  it.each(sides.flatMap((side) => feedings.map((feeding) => [side, feeding] as const)))(
    'by a %s may come in fragments, empty ones too, with control frames between them, %s',
    (side, feeding) => {
      const scene = new Scene(established(side), feeding)
      const { peer } = scene
      scene.receive(
        peer.text('', false),
        peer.ping('1'),
        peer.continuation('a', false),
        peer.continuation('', false),
        peer.pong('2'),
        peer.continuation('', true),
        peer.binary('b', false),
        peer.continuation('c', true),
        peer.text('d'),
      )
      scene.flush()
      expect(scene.events).toEqual([
        'text()+',
        'ping(1)',
        'continuation(a)+',
        'continuation()+',
        'pong(2)',
        'continuation()',
        'binary(b)+',
        'continuation(c)',
        'text(d)',
      ])
      expect(scene.protocol.value.inbound).toBe('idle')
    },
  )

  it.each(sides)('by a %s does not touch the message that is sent meanwhile', (side) => {
    const scene = new Scene(established(side))
    scene
      .receive(scene.peer.text('a', false))
      .act((protocol) => protocol.sendBinary(hex('00'), false))
      .receive(scene.peer.continuation('b', true))
    expect(scene.protocol.value).toEqual({ lifecycle: 'open', inbound: 'idle', outbound: 'binary' })
  })

  it.each(sides)('by a %s may have a character cut in two', (side) => {
    const scene = new Scene(established(side))
    scene.receive(
      scene.peer.text(hex('e282'), false),
      scene.peer.ping(''),
      scene.peer.continuation('', false),
      scene.peer.continuation(hex('ac'), true),
    )
    expect(scene.protocol.state).toBe('open')
    expect(scene.events).toHaveLength(4)
  })
})
