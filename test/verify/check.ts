/** Visits every state that can be reached, nearest first, and holds the invariants against each. */
import { Broken, type InvariantName } from './invariants.ts'
import { StateSet } from './state-set.ts'
import { type Act, type Bounds, type Table, World } from './world.ts'

export interface Failure {
  invariant: InvariantName
  /** What happened, from the start: there is no shorter way. */
  path: readonly Act[]
}

export interface Report {
  bounds: Bounds
  states: number
  transitions: number
  /** States in which both sides are closed. */
  ends: number
  /** Steps of the longest of the shortest paths. */
  depth: number
  milliseconds: number
  /** Of the states and the transitions. */
  bytes: number
  /** The first of each invariant. */
  failures: Failure[]
}

export interface CheckOptions {
  /** Stops once these are broken. */
  enough?: readonly InvariantName[]
  /** More than so many states: a RangeError. */
  maxStates?: number
}

/** A list of numbers that grows. */
class Numbers {
  items = new Uint32Array(4096)
  length = 0

  push(one: number, other: number): void {
    if (this.length + 2 > this.items.length) {
      const grown = new Uint32Array(this.items.length * 2)
      grown.set(this.items)
      this.items = grown
    }
    this.items[this.length++] = one
    this.items[this.length++] = other
  }
}

export function check(
  tables: { client: Table; server: Table },
  bounds: Bounds,
  { enough, maxStates = 60_000_000 }: CheckOptions = {},
): Report {
  const start = performance.now()
  const world = new World(tables, bounds)
  const { acts } = world
  const states = new StateSet()
  /** Pairs of states: what leads on, without TCP being cut where it was not. */
  const edges = new Numbers()
  const ends: number[] = []
  const failures: Failure[] = []
  let transitions = 0
  let depth = 0
  let levelEnd = 1

  const fail = (invariant: InvariantName, at: number, act?: Act) => {
    if (failures.some((failure) => failure.invariant === invariant)) return
    failures.push({ invariant, path: [...pathTo(world, states, at), ...(act === undefined ? [] : [act])] })
  }
  const isEnough = () =>
    failures.length > 0 &&
    enough !== undefined &&
    enough.every((name) => failures.some(({ invariant }) => invariant === name))

  const performs = (at: number, act: Act): boolean => {
    try {
      return world.perform(act)
    } catch (error) {
      if (!(error instanceof Broken)) throw error
      fail(error.invariant, at, act)
      return false
    }
  }

  states.add(world.high, world.low, 0)
  for (let at = 0; at < states.size; at++) {
    if (at === levelEnd) {
      depth++
      levelEnd = states.size
    }
    const high = states.high[at]!
    const low = states.low[at]!
    world.load(high, low)
    const wasCut = world.cut === 1
    const { bothClosed, ending } = world
    for (const invariant of world.broken()) fail(invariant, at)
    let waysOn = 0
    let takes = 0
    for (const act of acts) {
      world.load(high, low)
      if (!performs(at, act)) continue
      transitions++
      const next = states.add(world.high, world.low, at)
      const isOurs = wasCut || (act.kind !== 'cut' && act.kind !== 'gone')
      if (!isOurs) continue
      waysOn++
      if (act.kind === 'take') takes++
      if (next !== at) edges.push(at, next)
    }
    if (bothClosed) ends.push(at)
    else if (waysOn === 0) fail('way-on', at)
    if (ending && !bothClosed && !wasCut && takes === 0) fail('ends-by-itself', at)
    if (isEnough()) break
    if (states.size > maxStates) throw new RangeError(`more than ${maxStates} states`)
  }

  if (!isEnough()) {
    const stuck = firstThatCannotEnd(states.size, edges, ends)
    if (stuck >= 0) fail('can-end', stuck)
  }
  return {
    bounds,
    states: states.size,
    transitions,
    ends: ends.length,
    depth,
    milliseconds: performance.now() - start,
    bytes: states.bytes + edges.items.byteLength,
    failures,
  }
}

/** Goes backwards from the ends; the first state that is not met, or -1. */
function firstThatCannotEnd(size: number, edges: Numbers, ends: readonly number[]): number {
  const starts = new Uint32Array(size + 1)
  for (let at = 1; at < edges.length; at += 2) starts[edges.items[at]! + 1]!++
  for (let at = 0; at < size; at++) starts[at + 1]! += starts[at]!
  const sources = new Uint32Array(edges.length / 2)
  const filled = starts.slice()
  for (let at = 0; at < edges.length; at += 2) sources[filled[edges.items[at + 1]!]!++] = edges.items[at]!
  const met = new Uint8Array(size)
  const queue = new Uint32Array(size)
  let waiting = 0
  for (const end of ends) {
    met[end] = 1
    queue[waiting++] = end
  }
  for (let at = 0; at < waiting; at++) {
    const state = queue[at]!
    for (let edge = starts[state]!; edge < starts[state + 1]!; edge++) {
      const source = sources[edge]!
      if (met[source]) continue
      met[source] = 1
      queue[waiting++] = source
    }
  }
  return met.indexOf(0)
}

/** The acts of a shortest path from the start to a state. */
function pathTo(world: World, states: StateSet, to: number): Act[] {
  const path: Act[] = []
  for (let at = to; at !== 0; at = states.from[at]!) {
    const from = states.from[at]!
    const act = world.acts.find((each) => {
      world.load(states.high[from]!, states.low[from]!)
      try {
        return world.perform(each) && world.high === states.high[at] && world.low === states.low[at]
      } catch (error) {
        if (error instanceof Broken) return false
        throw error
      }
    })
    path.push(act!)
  }
  return path.reverse()
}
