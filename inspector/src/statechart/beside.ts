/** Where the box goes that tells what was emitted: beside what it belongs to, over as little else as possible. */
import type { Size } from '../shell/useSize.ts'
import type { Chart } from './chart.ts'
import type { Box, Layout } from './layout.ts'
import type { Lit } from './lit.ts'

/** The label or state that the last transition is marked at; `null` if it is not drawn. */
export function besideOf(lit: Lit, layout: Layout): Box | null {
  for (const id of lit.edges) {
    const label = layout.edges.get(id)?.label
    if (label != null) return label
  }
  for (const id of lit.within.keys()) {
    const box = layout.boxes.get(id)
    if (box !== undefined) return box
  }
  return null
}

/** What should be read as well: labels, states, and the names of those that hold others. */
export function obstaclesOf(chart: Chart, layout: Layout): Box[] {
  const found: Box[] = []
  for (const { label } of layout.edges.values()) if (label !== null) found.push(label)
  for (const [id, box] of layout.boxes) {
    const state = chart.states.get(id)
    if (state === undefined) continue
    found.push(state.children.length === 0 ? box : { ...box, width: state.key.length * 9 + 20, height: 26 })
  }
  return found
}

const GAP = 6
const STEP = 12
/** How far away it may be, in steps. */
const REACH = 16
/** Not to touch is not to cover. */
const AIR = 2

/** The place for a box of `size`: what it covers counts most, then how far away it is. */
export function placeBeside(beside: Box, size: Size, layout: Size, obstacles: readonly Box[]): Box {
  // What is out of reach needs not be looked at again and again.
  const reach = { x: size.width + GAP + REACH * STEP, y: size.height + GAP + REACH * STEP }
  const around = {
    x: beside.x - reach.x,
    y: beside.y - reach.y,
    width: beside.width + 2 * reach.x,
    height: beside.height + 2 * reach.y,
  }
  const near = [beside, ...obstacles.filter((each) => shared(each, around) > 0)]
  let best: Box | null = null
  let least = Number.POSITIVE_INFINITY
  const consider = (x: number, y: number) => {
    if (x < 0 || y < 0 || x + size.width > layout.width || y + size.height > layout.height) return
    let cost = apart(x, size.width, beside.x, beside.width) + apart(y, size.height, beside.y, beside.height)
    const room = { x: x - AIR, y: y - AIR, width: size.width + 2 * AIR, height: size.height + 2 * AIR }
    for (const each of near) {
      // Nothing makes it better again.
      if (cost >= least) return
      cost += shared(room, each) * 10
    }
    if (cost >= least) return
    best = { ...size, x, y }
    least = cost
  }
  for (let step = 0; step <= REACH; step++) {
    const by = step * STEP
    for (const x of [beside.x + beside.width + GAP + by, beside.x - size.width - GAP - by]) {
      for (let shift = -REACH; shift <= REACH; shift++) consider(x, beside.y + shift * STEP)
    }
    for (const y of [beside.y + beside.height + GAP + by, beside.y - size.height - GAP - by]) {
      for (let shift = -REACH; shift <= REACH; shift++) consider(beside.x + shift * STEP, y)
    }
  }
  return best ?? { ...size, x: beside.x + beside.width + GAP, y: beside.y }
}

/** How much of two boxes is the same. */
function shared(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return width <= 0 || height <= 0 ? 0 : width * height
}

/** The distance between two stretches of a line; where they are beside each other, a little for not being in line. */
function apart(a: number, length: number, b: number, other: number): number {
  const gap = Math.max(b - (a + length), a - (b + other))
  return gap > 0 ? gap : Math.abs(a + length / 2 - (b + other / 2)) * 0.05
}
