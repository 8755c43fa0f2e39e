import type { TransitionRecord } from '../../../src/inspect/records.ts'
import type { Chart } from '../statechart/chart.ts'
import { activeIds, leafIds, type StateValue } from './value.ts'

/**
 * Which transitions led from one configuration to the next, where only these two were told: those on this event
 * whose source was active and whose targets are; failing that, what was left and what was entered.
 */
export function inferTransitions(
  chart: Chart,
  before: StateValue,
  after: StateValue,
  event: string,
): TransitionRecord[] {
  const was = new Set(activeIds(before))
  const is = new Set(activeIds(after))
  const changed = [...was].some((id) => !is.has(id)) || [...is].some((id) => !was.has(id))
  const found: TransitionRecord[] = []
  for (const state of chart.states.values()) {
    if (!was.has(state.id)) continue
    const fitting = state.transitions.find(
      ({ event: on, targets }) =>
        on === event &&
        (changed ? targets.length > 0 && targets.every((target) => is.has(target)) : targets.length === 0),
    )
    if (fitting !== undefined) found.push({ source: state.id, targets: [...fitting.targets], event })
  }
  if (found.length > 0 || !changed) return found
  const targets = leafIds(after).filter((id) => !was.has(id))
  const source = leafIds(before).find((id) => !is.has(id))
  return source === undefined || targets.length === 0 ? [] : [{ source, targets, event }]
}
