/** Where the replay of a connection holds, and why. */
import { crossingsOf } from '../../../src/report/crossings.ts'
import type { Breakpoint } from '../lab/engine/action.ts'
import { haltBehind } from '../lab/engine/breakpoints.ts'
import type { Connection } from '../model/connection.ts'
import type { Entry } from '../model/records.ts'

export interface Hold {
  /** Number of the entry. */
  seq: number
  words: string
}

/** Whether the replay holds at the entry at `index`. */
export function holdAt(
  breakpoints: readonly Breakpoint[],
  connection: Connection,
  index: number,
): Hold | null {
  const { entries, base, about } = connection
  const entry = entries[index]
  if (entry === undefined) return null
  const before = { value: entries[index - 1]?.value ?? base }
  const words =
    frameWords(breakpoints, connection, entry) ??
    haltBehind(breakpoints, entry, before, about?.side ?? 'machine')?.words
  return words === undefined ? null : { seq: entry.seq, words }
}

/** Of the entries from the one at `from` on, the first that it holds at. */
export function firstHold(
  breakpoints: readonly Breakpoint[],
  connection: Connection,
  from: number,
): Hold | null {
  if (breakpoints.length === 0) return null
  for (let index = from; index < connection.entries.length; index++) {
    const hold = holdAt(breakpoints, connection, index)
    if (hold !== null) return hold
  }
  return null
}

function frameWords(
  breakpoints: readonly Breakpoint[],
  { about }: Connection,
  entry: Entry,
): string | undefined {
  const kinds = breakpoints.flatMap((each) => (each.on === 'frame' ? each.kind : []))
  if (kinds.length === 0 || about === null) return undefined
  for (const { kind, name, from } of crossingsOf(entry, about.side)) {
    // `reserved 0x3` is one of a kind.
    const found = kind === 'frame' && kinds.find((wanted) => name.split(' ')[0] === wanted)
    if (found) return `The ${from} sent a ${found} frame.`
  }
  return undefined
}
