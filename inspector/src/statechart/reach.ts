import { activeIds, type StateValue } from '../model/value.ts'
import type { Chart, ChartState } from './chart.ts'

/** What is known of a guard: whether it holds, or nothing. */
export type KnownGuards = (guard: string | null) => boolean | undefined

/** The guards of the connection machine that are settled by its side alone. */
export function guardsOf(side: 'client' | 'server'): KnownGuards {
  return (guard) =>
    guard === 'isClient' ? side === 'client' : guard === 'isServer' ? side === 'server' : undefined
}

/** The same, with what the lifecycle's state settles: data passes while it lets it. Whether FIN is set is not known. */
export function guardsNow(side: 'client' | 'server', lifecycle: string): KnownGuards {
  const bySide = guardsOf(side)
  return (guard) => {
    if (guard !== null && /^mayReceive/.test(guard)) {
      return lifecycle === 'open' || lifecycle === 'closing.initiated' ? undefined : false
    }
    if (guard !== null && /^maySend/.test(guard)) return lifecycle === 'open' ? undefined : false
    return bySide(guard)
  }
}

/** Ids of the arrows that may be followed next: away from an active state, and no guard is known to forbid it. */
export function possibleNow(
  chart: Chart,
  active: ReadonlySet<string>,
  known: KnownGuards,
): ReadonlySet<string> {
  const edges = chart.edges.filter(({ transitions }) =>
    transitions.some(({ source, guard }) => active.has(source) && known(guard) !== false),
  )
  return new Set(edges.map(({ id }) => id))
}

/**
 * Ids of the states that this side can ever be in: a client never awaits a request. A state that is left at once,
 * by a transition that needs no event, is not one to be in.
 */
export function reachable(chart: Chart, start: StateValue, known: KnownGuards): ReadonlySet<string> {
  const entered = new Set<string>()
  const passed = new Set<string>()
  const queue: string[] = []

  const enter = (id: string) => {
    for (let up = id; up !== ''; up = chart.states.get(up)?.parent ?? '') {
      if (!entered.has(up)) {
        entered.add(up)
        queue.push(up)
      }
    }
    const state = chart.states.get(id)
    if (state !== undefined) descend(state)
  }
  const descend = (state: ChartState) => {
    for (const id of state.children) {
      const child = chart.states.get(id)!
      if ((state.kind === 'parallel' || child.initial) && !entered.has(id)) enter(id)
    }
  }

  for (const id of activeIds(start)) enter(id)
  for (const id of chart.roots) if (chart.parallel || chart.states.get(id)!.initial) enter(id)

  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const { transitions } = chart.states.get(id) ?? { transitions: [] }
    const possible = transitions.filter(({ guard }) => known(guard) !== false)
    const away = possible.find(
      ({ event, guard }) => event === '' && (guard === null || known(guard) === true),
    )
    if (away !== undefined) passed.add(id)
    for (const { targets } of away === undefined ? possible : [away]) targets.forEach(enter)
  }
  const is = new Set(activeIds(start))
  for (const id of passed) if (!is.has(id)) entered.delete(id)
  return entered
}
