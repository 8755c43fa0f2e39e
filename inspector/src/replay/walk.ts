/** A replay as a pure function: where the cursor is some time later, and whether it holds there. */
import { firstHold, type Hold, holdAt } from '../breakpoints/hold.ts'
import type { Breakpoint } from '../lab/engine/action.ts'
import type { Connection } from '../model/connection.ts'
import type { Entry } from '../model/records.ts'

/** How fast: a record a second, or so many times as fast as it was. */
export const speeds = ['one a second', '0.1×', '1×', '10×', '100×'] as const
export type Speed = (typeof speeds)[number]

/** Silences are cut to this, ms of the replay. */
export const LONGEST = 1_000
/** Records that are passed at once; there may be very many in a millisecond. */
const MOST = 5_000

export interface Walk {
  /** Place of the entry that the cursor is at; -1: in front of the first. */
  index: number
  /** For how long it has been there, ms. */
  waited: number
  hold: Hold | null
  /** There is nothing behind it. */
  ended: boolean
}

export const walkFrom = (index: number): Walk => ({ index, waited: 0, hold: null, ended: false })

/** `elapsed` ms later. */
export function walk(
  { index, waited }: Walk,
  elapsed: number,
  speed: Speed,
  breakpoints: readonly Breakpoint[],
  connection: Connection,
): Walk {
  const last = connection.entries.length - 1
  let left = waited + elapsed
  const until = Math.min(last, index + MOST)
  let at = index
  while (at < until) {
    const pause = pauseBehind(connection, at, speed)
    if (left < pause) return { index: at, waited: left, hold: null, ended: false }
    left -= pause
    at++
    const hold = holdAt(breakpoints, connection, at)
    if (hold !== null) return { index: at, waited: 0, hold, ended: at >= last }
  }
  return { index: at, waited: at < last ? left : 0, hold: null, ended: at >= last }
}

/** How long the cursor stays at the entry at `index`, ms. */
function pauseBehind({ entries }: Connection, index: number, speed: Speed): number {
  const entry = entries[index]
  const next = entries[index + 1]
  if (entry === undefined || next === undefined) return 0
  if (speed === 'one a second') return 1_000
  return Math.min(LONGEST, Math.max(0, next.time - entry.time) / Number.parseFloat(speed))
}

/** What of a connection was looked at while its end is followed. */
export interface Watched {
  id: string
  firstSeen: number
  /** Whether the newest connection is followed, whichever that is. */
  follows: boolean
  /** Number of the first entry that was not. */
  next: number
}

/**
 * What came in while the end was followed: whether it holds there, and what has been looked at then. What there was
 * when the following began is past; of a connection that came up meanwhile, everything is new. Only it takes a while
 * until a page has been told what there was: whatever is from before `since` (ms since 1970) is past as well, and so
 * is all that is in a file.
 */
export function watch(
  before: Watched | null,
  connection: Connection,
  follows: boolean,
  breakpoints: readonly Breakpoint[],
  since: number | null = null,
): Watched & { hold: Hold | null } {
  const { id, entries, file, firstSeen, firstSeq, nextSeq } = connection
  const isOther = before?.id !== id
  const cameUp = before?.follows === true && follows && firstSeen >= before.firstSeen
  const from = !isOther ? before.next : cameUp ? firstSeq : nextSeq
  const next = Math.max(from, (entries.at(-1)?.seq ?? -1) + 1)
  let index = entries.length
  const isNew = ({ seq, time }: Entry) => seq >= from && file === null && (since === null || time >= since)
  while (index > 0 && isNew(entries[index - 1]!)) index--
  return { id, firstSeen, follows, next, hold: firstHold(breakpoints, connection, index) }
}
