/**
 * What one end sent and what the other received, paired. TCP is a stream: the n-th frame sent is the n-th received,
 * and nothing is lost but the end. Each pair is checked by all that both ends know of it; where something does not
 * fit, nothing is paired any more. Taken on from where it was left as records come in.
 */
import type { Side } from '../../../machines/events.ts'
import { type Crossing, crossingsOf } from '../../../src/report/crossings.ts'
import { isCrafted, lifecycleOf, otherSide } from '../../../src/report/step.ts'
import type { Entry } from '../model/records.ts'
import { type Bounds, isPossible, narrowed } from './clocks.ts'
import { crossingName } from './words.ts'

/** Something that one end recorded: that it sent or received something, or did what left nothing on the wire. */
export interface Moment {
  side: Side
  /** Place among the moments of its side. */
  at: number
  entry: Entry
  crossing: Crossing | null
  /** The same thing at the other end; `null`: that has not recorded it, or not yet. */
  other: Passing | null
  /** Place of its rung; -1: it has none yet. */
  row: number
}

/** A moment of something that crossed the wire. */
export type Passing = Moment & { crossing: Crossing }

export const isPassing = (moment: Moment): moment is Passing => moment.crossing !== null
export const isSent = ({ side, crossing }: Passing) => crossing.from === side

/** One direction of the stream. */
interface Stream {
  /** In the order of the wire. */
  sent: Passing[]
  /** Answers to Pings: they are written behind all else, and one may give way to the next (RFC 6455, section 5.5.3). */
  pongs: Passing[]
  /** How the sender ended its half of TCP: FIN, then it may have given up. */
  ends: Passing[]
  received: Passing[]
  /** How the receiver saw it end. */
  end: Passing | null
  /** How far they are paired. */
  nextSent: number
  nextPong: number
  nextReceived: number
}

export interface Pairing {
  moments: Readonly<Record<Side, Moment[]>>
  /** Of each entry, the place of its first moment. */
  starts: Readonly<Record<Side, number[]>>
  /** By who sends. */
  streams: Readonly<Record<Side, Stream>>
  bounds: Bounds
  /** Something that has a rung already was paired: those behind it may be in the wrong place. */
  late: boolean
  /** Why the two do not fit, as a sentence; `null`: they do. */
  problem: string | null
}

const emptyStream = (): Stream => ({
  sent: [],
  pongs: [],
  ends: [],
  received: [],
  end: null,
  nextSent: 0,
  nextPong: 0,
  nextReceived: 0,
})

export const startPairing = (bounds: Bounds): Pairing => ({
  moments: { client: [], server: [] },
  starts: { client: [], server: [] },
  streams: { client: emptyStream(), server: emptyStream() },
  bounds,
  late: false,
  problem: null,
})

/** Takes on the entries of a side from place `from` on. */
export function takeEntries(pairing: Pairing, side: Side, entries: readonly Entry[], from: number): void {
  for (let place = from; place < entries.length; place++) {
    const entry = entries[place]!
    const before = entries[place - 1]
    if (before !== undefined && entry.seq !== before.seq + 1) {
      pairing.problem ??= `Records of the ${side} are missing behind its #${before.seq}.`
    }
    if (isCrafted(entry)) {
      pairing.problem ??= `The ${side} put bytes on the wire by hand (its #${entry.seq}).`
    }
    pairing.starts[side].push(pairing.moments[side].length)
    takeEntry(pairing, side, entry)
  }
}

function takeEntry({ moments, streams }: Pairing, side: Side, entry: Entry): void {
  const own = moments[side]
  const add = (crossing: Crossing | null) => {
    const moment: Moment = { side, at: own.length, entry, crossing, other: null, row: -1 }
    own.push(moment)
    return moment
  }
  const crossings = crossingsOf(entry, side)
  if (crossings.length === 0) add(null)
  for (const crossing of crossings) {
    const moment = add(crossing) as Passing
    const stream = streams[crossing.from]
    if (crossing.from !== side) {
      if (crossing.kind === 'end') stream.end ??= moment
      else stream.received.push(moment)
    } else if (crossing.kind === 'end') {
      if (!isTooLate(moment)) stream.ends.push(moment)
    } else if (crossing.automatic && crossing.name === 'pong') stream.pongs.push(moment)
    else stream.sent.push(moment)
  }
}

/** Pairs what can be paired by now. */
export function pair(pairing: Pairing): void {
  pairStream(pairing, 'client')
  pairStream(pairing, 'server')
  // Whether an end can be the same, the frames of both directions tell.
  pairEnds(pairing, 'client')
  pairEnds(pairing, 'server')
}

function pairStream(pairing: Pairing, from: Side): void {
  const stream = pairing.streams[from]
  const { sent, received } = stream
  while (pairing.problem === null && stream.nextReceived < received.length) {
    const receipt = received[stream.nextReceived]!
    const next = sent[stream.nextSent]
    const pong = receipt.crossing.name === 'pong' ? pongFor(stream, receipt, next) : -1
    if (pong >= 0) {
      joinInTime(pairing, stream.pongs[pong]!, receipt)
      stream.nextPong = pong + 1
    } else if (next !== undefined && agree(next.crossing, receipt.crossing)) {
      joinInTime(pairing, next, receipt)
      stream.nextSent++
    } else if (next !== undefined || isClosed(pairing, from)) {
      pairing.problem = misfit(from, receipt, next)
      return
    } else return
    stream.nextReceived++
  }
}

/** Place of the answer that was received: one that was owed before what was sent `next`. */
function pongFor({ pongs, nextPong }: Stream, receipt: Passing, next: Passing | undefined): number {
  let first = -1
  for (let place = nextPong; place < pongs.length; place++) {
    const pong = pongs[place]!
    if (next !== undefined && pong.at > next.at) break
    if (!agree(pong.crossing, receipt.crossing)) continue
    // Those that are as long are told apart by what they hold; previews may have been redacted.
    if (pong.crossing.preview?.data === receipt.crossing.preview?.data) return place
    if (first < 0) first = place
  }
  return first
}

/**
 * Ends are paired only if they can be the same: something between the two, such as a proxy, or the system may have
 * ended TCP by itself. So it is no misfit if they cannot.
 */
function pairEnds(pairing: Pairing, from: Side): void {
  const stream = pairing.streams[from]
  const { end, ends, sent } = stream
  if (
    pairing.problem !== null ||
    end === null ||
    end.other !== null ||
    stream.nextReceived < stream.received.length
  )
    return
  const named = (name: string) => ends.find(({ crossing }) => crossing.name === name)
  const isFin = end.crossing.name === 'FIN'
  const fin = isFin ? named('FIN') : undefined
  // FIN comes behind all else; but whoever does not read any more, records nothing.
  const cut = stream.nextSent < sent.length && wasReading(pairing, otherSide(from))
  if (fin !== undefined && !cut && isPossible(boundsBy(pairing, fin, end))) {
    joinInTime(pairing, fin, end)
    return
  }
  // Who gives up may write that down behind it.
  const givenUp = isFin || end.crossing.name === 'RST' ? named('given up') : undefined
  if (givenUp !== undefined && isPossible(boundsBy(pairing, givenUp, end))) join(pairing, givenUp, end)
}

function join(pairing: Pairing, sent: Passing, received: Passing): void {
  sent.other = received
  received.other = sent
  if (sent.row >= 0 && received.row >= 0) pairing.late = true
}

/** The same, of what was written down before it left: it tells how the clocks stand. */
function joinInTime(pairing: Pairing, sent: Passing, received: Passing): void {
  join(pairing, sent, received)
  pairing.bounds = boundsBy(pairing, sent, received)
  if (isPossible(pairing.bounds)) return
  const { side, entry } = received
  pairing.problem = `However their clocks are set, something was received before it was sent, such as the ${side}'s #${entry.seq} (${name(received)}).`
}

const boundsBy = ({ bounds }: Pairing, sent: Passing, received: Passing) =>
  narrowed(bounds, sent.side, sent.entry.time, received.entry.time)

/** By all that both know. What was refused was not always read to its end. */
function agree(sent: Crossing, received: Crossing): boolean {
  if (sent.kind !== received.kind) return false
  if (sent.kind === 'http') return sent.name === received.name
  const [a, b] = [sent.wire, received.wire]
  if (!same(sent.opcode, received.opcode) || !same(sent.fin, received.fin)) return false
  if (a !== null && b !== null && a.maskingKey !== b.maskingKey) return false
  if (received.fate === 'invalid') return true
  if (a !== null && b !== null) {
    if (a.payloadLength !== b.payloadLength || a.reservedBits !== b.reservedBits) return false
  }
  // Of a Close that was sent by itself the length is what is told of its reason, which may be cut.
  return (sent.automatic && sent.name === 'close') || same(sent.length, received.length)
}

const same = <T>(a: T | null, b: T | null) => a === null || b === null || a === b

/** A FIN that was owed when TCP had ended otherwise than by the peer's FIN. */
const isTooLate = ({ crossing, entry }: Passing) =>
  crossing.name === 'FIN' && entry.event.type === 'receive.eof' && (entry.event.transport ?? 'end') !== 'end'

/** Behind the moment at `at` of a side; without it, behind the last one. */
const lifecycleAt = ({ moments }: Pairing, side: Side, at = moments[side].length - 1) =>
  lifecycleOf(moments[side][at]?.entry.value)

export const isClosed = (pairing: Pairing, side: Side) => lifecycleAt(pairing, side).startsWith('closed')

/** Behind a Close frame, a failure or a refusal nothing is read but the end. */
const READS = /^(connecting\.(?!rejected)|open$|closing\.initiated$)/

/** Did a side take what came, until it was closed? */
function wasReading(pairing: Pairing, side: Side): boolean {
  let at = pairing.moments[side].length - 1
  while (at > 0 && lifecycleAt(pairing, side, at).startsWith('closed')) at--
  return READS.test(lifecycleAt(pairing, side, at))
}

const name = ({ crossing }: Passing) =>
  crossingName(crossing) + (crossing.length === null ? '' : `, ${crossing.length} B`)

function misfit(from: Side, receipt: Passing, next: Passing | undefined): string {
  const to = otherSide(from)
  const got = `the ${to} received as its #${receipt.entry.seq} (${name(receipt)})`
  return next === undefined
    ? `What ${got} the ${from} never sent.`
    : `What ${got} is not what the ${from} sent as its #${next.entry.seq} (${name(next)}).`
}

/**
 * What became of something that one end recorded: `arrives`: the other did as well; `under way`: it may yet;
 * `lost`: it never will; `unread`: the other end did not look at it; `replaced`: a Pong that gave way to a later one;
 * `too late`: TCP was gone; `untold`: the records end before; `unsent`: received, but the other end did not send it,
 * or has not said so yet.
 */
export type Fate = 'arrives' | 'under way' | 'lost' | 'unread' | 'replaced' | 'too late' | 'untold' | 'unsent'

/** `live`: the receiver may have more to tell. */
export function fateOf(pairing: Pairing, moment: Passing, live: boolean): Fate {
  if (moment.other !== null) return 'arrives'
  if (!isSent(moment)) return 'unsent'
  if (isTooLate(moment)) return 'too late'
  const stream = pairing.streams[moment.side]
  const receiver = otherSide(moment.side)
  const { kind, automatic, name } = moment.crossing
  const last = stream.pongs[stream.nextPong - 1]
  if (automatic && name === 'pong' && last !== undefined && moment.at < last.at) return 'replaced'
  if (kind !== 'end' && !wasReading(pairing, receiver)) return 'unread'
  if (stream.end !== null || isClosed(pairing, receiver)) return 'lost'
  return live ? 'under way' : 'untold'
}
