import type { TransitionRecord } from '../../../src/inspect/records.ts'
import type { Chart } from './chart.ts'

/** What the last transitions mark in the drawing. */
export interface Lit {
  /** Ids of the arrows that were followed. */
  edges: ReadonlySet<string>
  /** States that an event was taken in without leaving them, each with the event. */
  within: ReadonlyMap<string, string>
}

export function litBy(chart: Chart, transitions: readonly TransitionRecord[]): Lit {
  const edges = new Set<string>()
  const within = new Map<string, string>()
  for (const { source, targets, event } of transitions) {
    if (targets.length === 0 || (targets.length === 1 && targets[0] === source)) {
      within.set(source, event)
      continue
    }
    const joining = chart.edges.filter((edge) =>
      edge.transitions.some((each) => each.source === source && targets.includes(edge.target)),
    )
    const named = joining.filter((edge) =>
      edge.transitions.some((each) => each.source === source && each.event === event),
    )
    for (const edge of named.length > 0 ? named : joining) edges.add(edge.id)
  }
  return { edges, within }
}
