/**
 * What the page keeps of a connection: one append-only list of entries, one for each thing that happened. Every
 * view is a pure function of it and a cursor.
 *
 * The list is bounded: a connection keeps its newest `MAX_ENTRIES` entries (up to a tenth more for a moment, so
 * that letting go is cheap). The page keeps `MAX_CONNECTIONS` connections, ended ones going first, and
 * `MAX_ALL_ENTRIES` entries of all together: beyond it the oldest entries of the
 * ended connections go, those that were seen first before the others, then those of live ones.
 */
import type { EffectRecord, EventRecord, TransitionRecord } from '../../../src/inspect/records.ts'
import type { StateValue } from './value.ts'

export const MAX_ENTRIES = 200_000
export const MAX_ALL_ENTRIES = 400_000
export const MAX_CONNECTIONS = 500

export interface Entry {
  /** Number within its connection, rising. */
  seq: number
  /** Milliseconds since 1970. */
  time: number
  event: LoggedEvent
  /** The configuration behind the event. */
  value: StateValue
  /** What the machine emitted; `null` if nobody said (a foreign machine). */
  effects: readonly EffectRecord[] | null
  transitions: readonly TransitionRecord[]
}

/** A record's event; of a foreign machine, whatever its event carries. */
export type LoggedEvent = EventRecord & { [field: string]: unknown }

/** Appends, and lets go of the oldest when there are too many. The list that was given is left as it was. */
export function append(entries: readonly Entry[], added: readonly Entry[], limit = MAX_ENTRIES): Entry[] {
  const all = entries.concat(added)
  return all.length > limit * 1.1 ? all.slice(all.length - limit) : all
}

/** Position of the entry with number `seq`, or of the first one behind it. */
export function indexOfSeq(entries: readonly Entry[], seq: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (entries[middle]!.seq < seq) low = middle + 1
    else high = middle
  }
  return low
}
