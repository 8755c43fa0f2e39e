import { useRef } from 'react'
import type { Entry } from '../model/records.ts'
import { isFiltering, type LogFilter, predicateOf } from './filter.ts'

interface Filtered {
  filter: LogFilter
  entries: readonly Entry[]
  shown: Entry[]
}

/** The entries that are shown. Of a list that only grew, only what is new is looked at. */
export function useFiltered(entries: readonly Entry[], filter: LogFilter): readonly Entry[] {
  const known = useRef<Filtered | null>(null)
  if (!isFiltering(filter)) {
    known.current = null
    return entries
  }
  if (known.current?.entries !== entries || known.current.filter !== filter) {
    known.current = filtered(known.current, entries, filter)
  }
  return known.current.shown
}

export function filtered(before: Filtered | null, entries: readonly Entry[], filter: LogFilter): Filtered {
  const fits = predicateOf(filter)
  const count = before?.entries.length ?? 0
  const grew =
    before !== null &&
    before.filter === filter &&
    count <= entries.length &&
    count > 0 &&
    before.entries[0] === entries[0] &&
    before.entries[count - 1] === entries[count - 1]
  if (!grew) return { filter, entries, shown: entries.filter(fits) }
  const more: Entry[] = []
  for (let at = count; at < entries.length; at++) if (fits(entries[at]!)) more.push(entries[at]!)
  return { filter, entries, shown: more.length === 0 ? before.shown : before.shown.concat(more) }
}
