/** What each side says after each situation of an established connection; the table is in `situations.ts`. */
import { describe, expect, it } from 'vitest'
import { InvalidStateError, type Protocol } from '../../src/protocol/index.ts'
import { thrownBy } from '../thrown-by.ts'
import { eventWord, feedings, type Scene } from './scene.ts'
import { play, situations } from './situations.ts'
import { hex, sides, words } from './wire.ts'

/** Every send in a sequence that is right for the message that is being sent. */
function sends({ value }: Protocol): Record<string, (protocol: Protocol) => void> {
  const inMessage = value.outbound !== 'idle'
  return {
    data: (protocol) => (inMessage ? protocol.sendContinuation('x', true) : protocol.sendText('x')),
    binary: (protocol) =>
      inMessage ? protocol.sendContinuation(hex('00'), false) : protocol.sendBinary(hex('00'), false),
    ping: (protocol) => protocol.sendPing(),
    pong: (protocol) => protocol.sendPong(),
    close: (protocol) => protocol.sendClose(1000),
  }
}

/** What may be sent: data and Close while open, Ping and Pong until our half of TCP is ended. */
function allowed({ protocol, wire }: Scene): string[] {
  if (protocol.state === 'open') return ['data', 'binary', 'ping', 'pong', 'close']
  return protocol.state === 'closing' && !wire.includes('EOF') ? ['ping', 'pong'] : []
}

for (const [topic, rows] of Object.entries(situations)) {
  describe(`RFC 6455, sections 5-7, ${topic}`, () => {
    describe.each(rows)('$name', (situation) => {
      it.each(sides.flatMap((side) => feedings.map((feeding) => [side, feeding] as const)))(
        '%s says so, input given %s',
        (side, feeding) => {
          expect(play(situation, side, feeding).outcome()).toEqual(situation.outcome(side))
        },
      )

      it.each(sides)('%s sends what it then may, and nothing else', (side) => {
        for (const name of ['data', 'binary', 'ping', 'pong', 'close']) {
          const scene = play(situation, side)
          const before = scene.outcome()
          const send = () => sends(scene.protocol)[name]!(scene.protocol)
          if (allowed(scene).includes(name)) {
            send()
            expect(scene.protocol.dataToSend()).toHaveLength(1)
            continue
          }
          expect(thrownBy(send)).toBeInstanceOf(InvalidStateError)
          expect(scene.outcome()).toEqual(before)
        }
      })

      it.each(sides)('%s answers the end of the stream with one half-close in all', (side) => {
        const scene = play(situation, side).eof()
        expect(scene.protocol.state).toBe('closed')
        expect(scene.wire.filter((each) => each === 'EOF')).toHaveLength(1)
        expect(scene.wire.at(-1)).toBe('EOF')
        expect(scene.wire.filter((each) => each.startsWith('close(')).length).toBeLessThanOrEqual(1)
      })
    })
  })
}

describe('guide, point 5: closeExpected() and deadline', () => {
  it.each(Object.values(situations).flat())('agree when $name', (situation) => {
    for (const side of sides) {
      const { protocol } = play(situation, side)
      expect(protocol.closeExpected()).toBe(protocol.state === 'closing')
      expect(protocol.deadline).toBe(protocol.state === 'closing' ? 'closing' : null)
    }
  })
})

describe('guide, point 9: an incomplete message', () => {
  it.each(sides)('can be seen by a %s when the connection drops in the middle of one', (side) => {
    const scene = play(situations['while open']![0]!, side)
    scene.receive(scene.peer.text('never ', false), scene.peer.continuation('fini', false)).eof()
    expect(scene.protocol.value.inbound).toBe('text')
    expect(scene.events).toEqual(['text(never )+', 'continuation(fini)+'])
  })
})

describe('an event', () => {
  it.each(sides)('of a %s is handed out once, in order, by whichever call asks first', (side) => {
    const { protocol, peer } = play(situations['while open']![0]!, side)
    protocol.receiveData(peer.text('a'))
    protocol.receiveData(peer.text('b'))
    expect(eventWord(protocol.nextEvent()!)).toBe('text(a)')
    protocol.receiveData(peer.text('c'))
    expect(protocol.eventsReceived().map(eventWord)).toEqual(['text(b)', 'text(c)'])
    expect(protocol.eventsReceived()).toEqual([])
    expect(protocol.nextEvent()).toBeNull()
    expect(words(side, protocol.dataToSend())).toEqual([])
  })
})
