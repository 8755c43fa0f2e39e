/** What a cursor into a connection's entries shows. `null` is the end of the list, wherever that is: live. */
import type { TransitionRecord } from '../../../src/inspect/records.ts'
import type { Connection } from './connection.ts'
import { type Entry, indexOfSeq } from './records.ts'
import type { StateValue } from './value.ts'

export type Cursor = number | null

/** The entry that the cursor stands on. */
export function entryAt(connection: Connection, cursor: Cursor): Entry | null {
  if (cursor === null) return connection.entries.at(-1) ?? null
  return connection.entries[indexOfSeq(connection.entries, cursor)] ?? connection.entries.at(-1) ?? null
}

/** The configuration behind that entry. */
export function valueAt(connection: Connection, cursor: Cursor): StateValue {
  return entryAt(connection, cursor)?.value ?? connection.value
}

/** What the entry did. */
export function transitionsAt(connection: Connection, cursor: Cursor): readonly TransitionRecord[] {
  return entryAt(connection, cursor)?.transitions ?? []
}

/** Where a step of the cursor leads; it stays within the list. */
export function move(connection: Connection, cursor: Cursor, steps: number): Cursor {
  const { entries } = connection
  if (entries.length === 0) return null
  const from = cursor === null ? entries.length - 1 : indexOfSeq(entries, cursor)
  // From the live end, the first step back goes to the entry before the last.
  const to = Math.min(Math.max(from + steps, 0), entries.length - 1)
  return entries[to]!.seq
}
