/**
 * The ladder of a connection whose ends were both recorded: each rung goes from the moment when one end sent something
 * to the moment when the other received it.
 *
 * The rungs are in an order that both ends agree with. What was sent and received with nothing between that would not
 * fit is one rung; what crossed with something of the other direction has one where it leaves and one where it
 * arrives. Pure, and taken on from where it was left as records come in.
 */
import type { Side } from '../../../machines/events.ts'
import { otherSide } from '../../../src/report/step.ts'
import type { Entry } from '../model/records.ts'
import { type Bounds, shiftWithin } from './clocks.ts'
import { type Lanes, laneOf, sameLane } from './lanes.ts'
import {
  isClosed,
  isPassing,
  isSent,
  type Moment,
  type Pairing,
  type Passing,
  pair,
  startPairing,
  takeEntries,
} from './pairing.ts'
import { GAP } from './rungs.ts'

interface RungBase {
  /** The lanes behind it, and in front of it. */
  lanes: Lanes
  before: Lanes
}

/** `whole`: `moment` is its sending, and its receipt is here as well. */
export type Part = 'whole' | 'leaving' | 'arriving'

type OfMoment = { kind: 'passage'; part: Part; moment: Passing } | { kind: 'local'; moment: Moment }

export type BetweenRung = RungBase & (OfMoment | { kind: 'gap'; ms: number; place: number })

/** How far it is: what is told of one end may be ahead of what is told of the other. */
interface Mark {
  at: Readonly<Record<Side, number>>
  rungs: number
  arrivals: number
  lanes: Lanes
  /** Of the last thing that happened, by the clock of the observed side. */
  time: number | null
}

export interface Between {
  observed: Side
  /** Both from their first one on. */
  entries: Readonly<Record<Side, readonly Entry[]>>
  pairing: Pairing
  rungs: BetweenRung[]
  /** Places of the rungs where something arrives that left elsewhere, rising. */
  arrivals: number[]
  /** What is added to the times of each side, ms. */
  shift: Readonly<Record<Side, number>>
  /** Behind this the order may change. */
  sure: Mark
}

/** What is given: the configurations in front of the first entries, and the entries. */
export interface Ends {
  observed: Side
  initial: Readonly<Record<Side, unknown>>
  entries: Readonly<Record<Side, readonly Entry[]>>
  /** What is known of the clocks beforehand. */
  bounds: Bounds
}

const sides = ['client', 'server'] as const

export function drawBetween(before: Between | null, ends: Ends): Between {
  const known = before !== null && goesOn(before, ends) ? before : null
  if (known !== null && sides.every((side) => known.entries[side] === ends.entries[side])) return known
  const state = known ?? start(ends)
  const { entries, pairing } = state
  state.entries = ends.entries
  if (pairing.problem !== null) return state
  for (const side of sides) takeEntries(pairing, side, ends.entries[side], entries[side].length)
  pair(pairing)
  if (pairing.problem !== null) return state
  const server = serverShift(state)
  const shifted = shiftWithin(pairing.bounds, server)
  if (shifted !== server || pairing.late) {
    state.shift =
      ends.observed === 'client' ? { client: 0, server: shifted } : { client: -shifted, server: 0 }
    state.sure = firstMark(ends)
    pairing.late = false
  }
  merge(state)
  return state
}

/** What is added to the server's times by the client's clock, ms. */
const serverShift = ({ shift }: Between) => shift.server - shift.client

function start(ends: Ends): Between {
  return {
    observed: ends.observed,
    entries: { client: [], server: [] },
    pairing: startPairing(ends.bounds),
    rungs: [],
    arrivals: [],
    shift: { client: 0, server: 0 },
    sure: firstMark(ends),
  }
}

const firstMark = ({ initial }: Ends): Mark => ({
  at: { client: 0, server: 0 },
  rungs: 0,
  arrivals: 0,
  lanes: { client: laneOf(initial.client), server: laneOf(initial.server) },
  time: null,
})

const goesOn = ({ entries, observed }: Between, ends: Ends) =>
  observed === ends.observed &&
  sides.every((side) => {
    const [was, is] = [entries[side], ends.entries[side]]
    return was.length === 0 || (was[0] === is[0] && was.at(-1) === is[was.length - 1])
  })

function merge(state: Between): void {
  const { pairing, rungs, arrivals, sure, shift } = state
  const { moments } = pairing
  rungs.length = sure.rungs
  arrivals.length = sure.arrivals
  const at = { ...sure.at }
  let { lanes, time } = sure
  let isSure = true

  /** Its other end is told of, but has no rung yet. */
  const waits = ({ other }: Moment) => other !== null && other.at >= at[other.side]
  const isBlocked = (moment: Moment) => waits(moment) && isPassing(moment) && !isSent(moment)
  const take = (moment: Moment) => {
    const { side } = moment
    moment.row = rungs.length
    at[side]++
    const lane = laneOf(moment.entry.value)
    if (!sameLane(lane, lanes[side])) lanes = { ...lanes, [side]: lane }
  }
  /** `receipt` is at the same rung, or there is none. */
  const push = (moment: Moment, receipt: Moment | null) => {
    const one = moment.entry.time + shift[moment.side]
    const other = receipt === null ? one : receipt.entry.time + shift[receipt.side]
    const quiet = time === null ? 0 : Math.min(one, other) - time
    if (quiet >= GAP) rungs.push({ kind: 'gap', ms: quiet, place: rungs.length, lanes, before: lanes })
    time = Math.max(time ?? one, one, other)
    const before = lanes
    take(moment)
    if (receipt !== null) take(receipt)
    if (!isPassing(moment)) {
      rungs.push({ kind: 'local', moment, lanes, before })
      return
    }
    const part = receipt !== null ? 'whole' : isSent(moment) ? 'leaving' : 'arriving'
    if (part === 'arriving') arrivals.push(rungs.length)
    rungs.push({ kind: 'passage', part, moment, lanes, before })
  }

  for (;;) {
    const client = moments.client[at.client]
    const server = moments.server[at.server]
    if (client === undefined || server === undefined) {
      const only = client ?? server
      if (only === undefined) break
      if (isSure && !isClosed(pairing, otherSide(only.side))) {
        state.sure = { at: { ...at }, rungs: rungs.length, arrivals: arrivals.length, lanes, time }
        isSure = false
      }
      push(only, null)
    } else if (client.other === server) {
      if (isPassing(client) && isSent(client)) push(client, server)
      else push(server, client)
    } else {
      const held = isBlocked(client)
      if (held && isBlocked(server)) {
        pairing.problem = `The client's #${client.entry.seq} and the server's #${server.entry.seq} each came before the other.`
        return
      }
      push(held ? server : isBlocked(server) ? client : earlier(client, server), null)
    }
  }
  if (isSure) state.sure = { at, rungs: rungs.length, arrivals: arrivals.length, lanes, time }

  /** At the same time, what need not wait for its receipt comes first. */
  function earlier(client: Moment, server: Moment): Moment {
    const later = timeOf(state, client) - timeOf(state, server)
    if (later !== 0) return later < 0 ? client : server
    return waits(client) ? server : client
  }
}

/** A name that it keeps, whatever else comes in. */
export function keyOf({ rungs }: Between, rung: BetweenRung): string {
  if (rung.kind === 'gap') {
    const ended = rungs[rung.place + 1]
    return ended === undefined || ended.kind === 'gap' ? '' : `gap ${nameOf(ended.moment)}`
  }
  return nameOf(rung.moment)
}

const nameOf = ({ side, entry, crossing }: Moment) => `${side}${entry.seq}.${crossing?.index ?? ''}`

/** Places of the first rung of a record of the observed side, and of its last; `null`: it has none. */
export function placesOf(
  { pairing, observed, entries }: Between,
  seq: number | null,
): [number, number] | null {
  const first = entries[observed][0]?.seq
  const starts = pairing.starts[observed]
  const start = seq === null || first === undefined ? undefined : starts[seq - first]
  if (seq === null || first === undefined || start === undefined) return null
  const moments = pairing.moments[observed]
  const end = starts[seq - first + 1] ?? moments.length
  return [moments[start]!.row, moments[end - 1]!.row]
}

/** By the clock of the observed side. */
export const timeOf = ({ shift }: Between, { entry, side }: Moment) => entry.time + shift[side]

/** When it was sent and received; `null`: nobody recorded that. */
export function timesOf(between: Between, moment: Passing): { sent: number | null; received: number | null } {
  const { sent, received } = ends(moment)
  return {
    sent: sent === null ? null : timeOf(between, sent),
    received: received === null ? null : timeOf(between, received),
  }
}

export function ends(moment: Passing): { sent: Passing | null; received: Passing | null } {
  return isSent(moment) ? { sent: moment, received: moment.other } : { sent: moment.other, received: moment }
}

/** What `side` recorded of a rung. */
export function momentOf({ moment }: OfMoment, side: Side): Moment | null {
  return moment.side === side ? moment : moment.other
}

/** A line from the rung where something leaves to the one where it arrives. */
interface Span {
  moment: Passing
  from: number
  to: number
}

/** Of lines that only pass by, no more are drawn. */
const PASSING = 40

/** The lines that are seen between the rungs `first` and `end`. */
export function spansIn({ rungs, arrivals }: Between, first: number, end: number): Span[] {
  const spans: Span[] = []
  const add = (moment: Passing) => {
    const { sent, received } = ends(moment)
    if (sent !== null && received !== null) spans.push({ moment: sent, from: sent.row, to: received.row })
  }
  for (let place = first; place < end; place++) {
    const rung = rungs[place]
    if (rung?.kind !== 'passage' || rung.part === 'whole') continue
    // One that both leaves and arrives here is one line.
    if (rung.part === 'leaving' || (rung.moment.other?.row ?? first) < first) add(rung.moment)
  }
  let low = 0
  let high = arrivals.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (arrivals[middle]! < end) low = middle + 1
    else high = middle
  }
  for (const place of arrivals.slice(low, low + PASSING)) {
    const rung = rungs[place]
    if (rung?.kind === 'passage' && (rung.moment.other?.row ?? first) < first) add(rung.moment)
  }
  return spans
}
