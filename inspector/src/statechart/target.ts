import type { Chart } from './chart.ts'
import type { Box, Layout } from './layout.ts'
import type { Lit } from './lit.ts'

/**
 * What is to be in sight: where the machine is in every region, and what the last transition went through and emitted;
 * where there is no room for that, the former in the first region only; where there is none for both, the latter.
 */
export function targetsOf(
  chart: Chart,
  layout: Layout,
  lit: Lit,
  active: ReadonlySet<string>,
  emitted: Box | null,
): readonly Box[] {
  const boxes: Box[] = emitted === null ? [] : [emitted]
  for (const id of lit.edges) {
    const edge = layout.edges.get(id)
    if (edge === undefined) continue
    for (const { x, y } of edge.points) boxes.push({ x, y, width: 0, height: 0 })
    if (edge.label !== null) boxes.push(edge.label)
    const target = layout.boxes.get(chart.edges.find((each) => each.id === id)?.target ?? '')
    if (target !== undefined) boxes.push(target)
  }
  for (const id of lit.within.keys()) {
    const box = layout.boxes.get(id)
    if (box !== undefined) boxes.push(box)
  }
  const leaves = [...active].filter((id) => chart.states.get(id)?.children.length === 0)
  const all = leaves.flatMap((id) => layout.boxes.get(id) ?? [])
  // The first region is the one that says most.
  return [[...boxes, ...all], [...boxes, ...all.slice(0, 1)], boxes]
    .filter(({ length }) => length > 0)
    .map(around)
}

function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  }
}
