import type { Entry } from '../model/records.ts'
import type { ChartEdge } from './chart.ts'

/** Did this entry follow the arrow? */
export function follows({ transitions }: Entry, edge: ChartEdge): boolean {
  return transitions.some(
    ({ source, targets, event }) =>
      targets.includes(edge.target) &&
      edge.transitions.some((each) => each.source === source && each.event === event),
  )
}

/** Number of the last entry before place `from` that followed the arrow, going round; `null`: none did. */
export function lastFollowing(entries: readonly Entry[], edge: ChartEdge, from: number): number | null {
  for (let step = 1; step <= entries.length; step++) {
    const entry = entries[(((from - step) % entries.length) + entries.length) % entries.length]!
    if (follows(entry, edge)) return entry.seq
  }
  return null
}
