/** The ladder as data: one rung for each thing that went over the wire, and for each long silence. */
import type { Side } from '../../../machines/events.ts'
import { type Crossing, crossingsOf } from '../../../src/report/crossings.ts'
import { otherSide } from '../../../src/report/step.ts'
import type { Fold } from '../model/fold.ts'
import type { Entry } from '../model/records.ts'
import { inferPeer, type Lane, type Lanes, laneOf, peerAtFirst, sameLane } from './lanes.ts'

/** Silences from this length are folded into a rung of their own, ms. */
export const GAP = 1000

interface RungBase {
  key: string
  /** The record that it belongs to; of a silence, the one that ended it. */
  seq: number
  time: number
  /** The lanes behind it, and in front of it. */
  lanes: Lanes
  before: Lanes
}

export type Rung =
  | (RungBase & { kind: 'crossing'; crossing: Crossing; entry: Entry })
  | (RungBase & { kind: 'gap'; ms: number })
  /** Something that left nothing on the wire: a failure without a Close, or a send that was refused. */
  | (RungBase & { kind: 'local'; entry: Entry; side: Side })

export interface LadderState {
  rungs: Rung[]
  /** Place of the first rung of each record, by its number. */
  places: Map<number, number>
  lanes: Lanes
  time: number | null
  closedByUs: boolean
}

/** The other side, where it was watched as well. */
export interface Watched {
  /** The configuration in front of the first entry. */
  initial: unknown
  entries: readonly Entry[]
}

const lanesOf = (observed: Side, own: Lane, theirs: Lane): Lanes =>
  observed === 'client' ? { client: own, server: theirs } : { client: theirs, server: own }

/** `initial` is the configuration in front of the first entry; the peer's lane is inferred. */
export function ladderFold(observed: Side, initial: unknown): Fold<Entry, LadderState> {
  const peer = otherSide(observed)
  const both = (own: Lane, theirs: Lane) => lanesOf(observed, own, theirs)

  return {
    start: () => ({
      rungs: [],
      places: new Map(),
      lanes: both(laneOf(initial), peerAtFirst(initial)),
      time: null,
      closedByUs: false,
    }),

    take(state, entry) {
      const { seq, time } = entry
      const push = (rung: Rung) => {
        state.rungs.push(rung)
        state.lanes = rung.lanes
      }
      const quiet = state.time === null ? 0 : time - state.time
      if (quiet >= GAP) {
        const { lanes } = state
        push({ kind: 'gap', key: `${seq}gap`, seq, time, ms: quiet, lanes, before: lanes })
      }
      state.time = time
      state.places.set(seq, state.rungs.length)

      const after = laneOf(entry.value)
      const crossings = crossingsOf(entry, observed)
      if (crossings.length === 0) {
        const lanes = both(after, state.lanes[peer])
        push({ kind: 'local', key: `${seq}`, seq, time, entry, side: observed, lanes, before: state.lanes })
      }
      for (const [index, crossing] of crossings.entries()) {
        const theirs = inferPeer(state.lanes[peer], crossing, observed, state.closedByUs)
        if (crossing.name === 'close' && crossing.from === observed) state.closedByUs = true
        const lanes = both(after, theirs)
        push({
          kind: 'crossing',
          key: `${seq}.${index}`,
          seq,
          time,
          crossing,
          entry,
          lanes,
          before: state.lanes,
        })
      }
    },
  }
}

/**
 * The rung at `index` with the other side's lane as it was, where that was watched too. Asked when it is drawn: what
 * the other side did may be told later.
 */
export function rungBetween(rungs: readonly Rung[], index: number, observed: Side, watched: Watched): Rung {
  const rung = rungs[index]!
  const earlier = rungs[index - 1]
  const theirs = earlier === undefined ? laneOf(watched.initial) : laneAt(watched, earlier.time)
  return {
    ...rung,
    before: lanesOf(observed, rung.before[observed], theirs),
    lanes: lanesOf(observed, rung.lanes[observed], laneAt(watched, rung.time)),
  }
}

/** Where the other side came to behind the last rung, which has none of its own; `null`: it stayed where it was. */
export function laneSince(rungs: readonly Rung[], watched: Watched): Lane | null {
  const last = rungs.at(-1)
  const now = laneAt(watched, Number.POSITIVE_INFINITY)
  return last === undefined || sameLane(now, laneAt(watched, last.time)) ? null : now
}

/** Where the other side was at this time. */
function laneAt({ initial, entries }: Watched, time: number): Lane {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (entries[middle]!.time <= time) low = middle + 1
    else high = middle
  }
  return laneOf(entries[low - 1]?.value ?? initial)
}

/** Place of the first rung of the record `seq`, or of the first one behind it; `null`: of the last record. */
export function placeOf({ places, rungs }: LadderState, seq: number | null): number {
  const wanted = seq ?? rungs.at(-1)?.seq
  if (wanted === undefined) return -1
  const known = places.get(wanted)
  if (known !== undefined) return known
  let low = 0
  let high = rungs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (rungs[middle]!.seq < wanted) low = middle + 1
    else high = middle
  }
  return Math.min(low, rungs.length - 1)
}

/** Place of the last rung of the record that the one at `place` belongs to. */
export function lastOf(rungs: readonly Rung[], place: number): number {
  let last = place
  while (rungs[last + 1] !== undefined && rungs[last + 1]!.seq === rungs[place]?.seq) last++
  return last
}
