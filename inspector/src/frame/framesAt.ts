/** Which frames the frame view shows for a cursor. */
import type { Side } from '../../../machines/events.ts'
import { type Crossing, crossingsOf } from '../../../src/report/crossings.ts'
import type { Connection } from '../model/connection.ts'
import { type Entry, indexOfSeq } from '../model/records.ts'
import { type Cursor, entryAt } from '../model/view.ts'

export interface FramesAt {
  entry: Entry
  /** The event's own frame, then what the protocol sent by itself. */
  frames: Crossing[]
  /** The event at the cursor is no frame: this is the one before it, or failing that the one behind it. */
  instead: boolean
  /** Numbers of the entries with a frame on both sides of this one. */
  previous: number | null
  next: number | null
}

export function framesOf(entry: Entry, side: Side): Crossing[] {
  return crossingsOf(entry, side).filter(({ kind }) => kind === 'frame')
}

export function framesAt(connection: Connection, cursor: Cursor): FramesAt | null {
  const { entries, about } = connection
  const at = entryAt(connection, cursor)
  if (about === null || at === null) return null
  const has = (index: number) => framesOf(entries[index]!, about.side).length > 0
  const search = (from: number, step: 1 | -1): number | null => {
    for (let index = from; index >= 0 && index < entries.length; index += step) if (has(index)) return index
    return null
  }
  const here = indexOfSeq(entries, at.seq)
  const found = search(here, -1) ?? search(here, 1)
  if (found === null) return null
  const seqAt = (index: number | null) => (index === null ? null : entries[index]!.seq)
  return {
    entry: entries[found]!,
    frames: framesOf(entries[found]!, about.side),
    instead: found !== here,
    previous: seqAt(search(found - 1, -1)),
    next: seqAt(search(found + 1, 1)),
  }
}
