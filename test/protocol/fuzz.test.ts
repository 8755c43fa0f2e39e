/** Guide, point 3: whatever a peer sends, however it is cut. Each invariant is the sentence of its test. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Protocol, ServerProtocol, type Side } from '../../src/protocol/index.ts'
import { awaitingResponse, hostRequest, requestBytes, responseBytes } from './handshakes.ts'
import { established, type Feeding, feedings, type Outcome, Scene } from './scene.ts'
import { closePayload, concat, frame, peerOf, sides } from './wire.ts'

/** Frames that are mostly right, in an order that is mostly right, as `from` sends them. */
const streamOf = (from: Side) => {
  const payload = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => new TextEncoder().encode(text)),
    fc.uint8Array({ maxLength: 140 }),
  )
  const one = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constantFrom(1, 2), payload, fc.boolean()) },
    { weight: 4, arbitrary: fc.tuple(fc.constant(0), payload, fc.boolean()) },
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom(9, 10), payload, fc.constant(true)) },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constant(8),
        fc
          .tuple(fc.integer({ min: 990, max: 5001 }), fc.string({ maxLength: 20 }))
          .map(([code, reason]) => closePayload(code, reason)),
        fc.constant(true),
      ),
    },
    { weight: 1, arbitrary: fc.tuple(fc.nat(15), payload, fc.boolean()) },
  )
  return fc.array(one, { maxLength: 8 }).map((frames) => {
    // Mend most of the order, so that streams get further than their first frame.
    let inMessage = false
    return concat(
      ...frames.map(([opcode, data, fin], index) => {
        const mended = index % 7 === 6 || opcode > 2 ? opcode : inMessage ? 0 : opcode || 1
        if (mended <= 2) inMessage = !fin
        return frame(from, mended, data, { fin: mended > 2 ? true : fin })
      }),
    )
  })
}

/** A stream in which some bytes were changed, taken away or put in. */
const mutated = (stream: fc.Arbitrary<Uint8Array>) =>
  fc
    .tuple(
      stream,
      fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('set', 'cut', 'insert')), { maxLength: 3 }),
    )
    .map(([bytes, changes]) => {
      const list = [...bytes]
      for (const [place, byte, how] of changes) {
        const at = list.length === 0 ? 0 : place % list.length
        list.splice(at, how === 'insert' ? 0 : 1, ...(how === 'cut' ? [] : [byte]))
      }
      return Uint8Array.from(list)
    })

const anything = (from: Side) =>
  fc.oneof(
    streamOf(from),
    mutated(streamOf(from)),
    mutated(streamOf(from)),
    fc.uint8Array({ maxLength: 200 }),
  )

const cutsOf = fc.array(fc.nat(), { maxLength: 10 })

function pieces(stream: Uint8Array, cuts: number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length]
  return places.slice(1).map((place, index) => stream.slice(places[index], place))
}

/** What can be told of a stream, also where its error lies. */
function told(
  protocol: Protocol,
  input: Uint8Array[],
  feeding: Feeding,
  eof: boolean,
): Outcome & { offset: unknown } {
  const scene = new Scene(protocol, feeding)
  scene.receive(...input)
  if (eof) scene.eof()
  const outcome = scene.outcome()
  return { ...outcome, offset: (protocol.parserError as { offset?: unknown } | null)?.offset }
}

describe.each(sides)('a %s', (side) => {
  const from = peerOf(side)

  it('never throws for random bytes, and says the same however they were cut', () => {
    fc.assert(
      fc.property(anything(from), cutsOf, fc.boolean(), (stream, cuts, eof) => {
        const options = { maxSize: { message: 300, frame: 130 }, maxFragments: 4 }
        const whole = told(established(side, options), [stream], 'whole', eof)
        for (const feeding of feedings) {
          expect(told(established(side, options), pieces(stream, cuts), feeding, eof)).toEqual(whole)
        }
      }),
      { numRuns: 1500 },
    )
  })

  it('writes one Close at most, ends its half of TCP once at most, and writes nothing behind that', () => {
    fc.assert(
      fc.property(anything(from), anything(from), fc.boolean(), (one, other, closes) => {
        const scene = new Scene(established(side))
        scene.receive(one)
        if (closes && scene.protocol.state === 'open') scene.act((protocol) => protocol.sendClose(1000))
        scene.receive(other).eof()
        expect(scene.wire.filter((each) => each.startsWith('close')).length).toBeLessThanOrEqual(1)
        expect(scene.wire.indexOf('EOF')).toBe(scene.wire.length - 1)
        expect(scene.protocol.state).toBe('closed')
      }),
      { numRuns: 500 },
    )
  })

  it('answers each Ping that is an event by a Pong, and no other', () => {
    fc.assert(
      fc.property(anything(from), (stream) => {
        const scene = new Scene(established(side))
        scene.receive(stream)
        const answered = scene.events
          .filter((each) => each.startsWith('ping'))
          .map((each) => each.replace('ping', 'pong'))
        expect(scene.wire.filter((each) => each.startsWith('pong'))).toEqual(answered)
      }),
    )
  })

  it('delivers messages whose text is UTF-8, and a FIN sequence that is right', () => {
    fc.assert(
      fc.property(anything(from), (stream) => {
        const protocol = established(side)
        protocol.receiveData(stream)
        let text: number[] | null = null
        let inMessage = false
        for (const event of protocol.eventsReceived()) {
          if (event.type !== 'frame' || event.opcode > 2) continue
          expect(event.opcode === 0).toBe(inMessage)
          inMessage = !event.fin
          if (event.opcode === 1) text = []
          if (event.opcode === 2) text = null
          text?.push(...event.payload)
          const stillRight = () =>
            new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(text!), { stream: !event.fin })
          if (text !== null) expect(stillRight).not.toThrow()
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('an opening handshake', () => {
  it('of a client never throws for what a server answers, and says the same however it was cut', () => {
    const stream = streamOf('server').map((frames) => concat(responseBytes(), frames))
    fc.assert(
      fc.property(fc.oneof(stream, mutated(stream)), cutsOf, fc.boolean(), (bytes, cuts, eof) => {
        const whole = told(awaitingResponse(), [bytes], 'whole', eof)
        for (const feeding of feedings) {
          expect(told(awaitingResponse(), pieces(bytes, cuts), feeding, eof)).toEqual(whole)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('of a server never throws for what a client asks, and says the same however it was cut', () => {
    const stream = streamOf('client').map((frames) => concat(requestBytes(), frames))
    fc.assert(
      fc.property(fc.oneof(stream, mutated(stream)), cutsOf, fc.boolean(), (bytes, cuts, accepts) => {
        const play = (input: Uint8Array[], feeding: Feeding) => {
          const scene = new Scene(new ServerProtocol(), feeding)
          scene.receive(...input).flush()
          if (accepts && scene.protocol.closeExpected() === false && scene.events.length > 0) {
            scene.act((server) => server.sendResponse(server.accept(hostRequest())))
          }
          return scene.outcome()
        }
        const whole = play([bytes], 'whole')
        for (const feeding of feedings) expect(play(pieces(bytes, cuts), feeding)).toEqual(whole)
      }),
      { numRuns: 400 },
    )
  })
})
