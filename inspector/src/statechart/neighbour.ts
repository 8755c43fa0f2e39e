import type { Box } from './layout.ts'

export type Direction = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight'

/** The box that an arrow key leads to: the nearest in that direction, by more than `least`, straight ahead before aside. */
export function neighbour(
  boxes: ReadonlyMap<string, Box>,
  from: string,
  direction: Direction,
  least = 1,
): string | null {
  const start = boxes.get(from)
  if (start === undefined) return null
  const at = nameOf(start)
  let best: { id: string; far: number } | null = null
  for (const [id, box] of boxes) {
    if (id === from) continue
    const to = nameOf(box)
    const dx = to.x - at.x
    const dy = to.y - at.y
    const [ahead, aside] = {
      ArrowUp: [-dy, dx] as const,
      ArrowDown: [dy, dx] as const,
      ArrowLeft: [-dx, dy] as const,
      ArrowRight: [dx, dy] as const,
    }[direction]
    if (ahead <= least) continue
    const far = ahead + 2 * Math.abs(aside)
    if (best === null || far < best.far) best = { id, far }
  }
  return best?.id ?? null
}

/** Where a box's name stands, roughly. */
const nameOf = (box: Box) => ({
  x: box.x + Math.min(box.width, 100) / 2,
  y: box.y + Math.min(box.height, 24) / 2,
})

/** Boxes whose middles are no farther apart are in a row. */
const ROW = 12

/** Every box once, row by row: a walk that comes to all of them, however they lie. */
export function inRows(boxes: ReadonlyMap<string, Box>): string[] {
  const middle = ({ y, height }: Box) => y + height / 2
  const byHeight = [...boxes].sort(([, a], [, b]) => middle(a) - middle(b))
  const rows: [string, Box][][] = []
  for (const each of byHeight) {
    const row = rows.at(-1)
    if (row !== undefined && middle(each[1]) - middle(row[0]![1]) <= ROW) row.push(each)
    else rows.push([each])
  }
  return rows.flatMap((row) => row.sort(([, a], [, b]) => a.x - b.x).map(([id]) => id))
}

/** The label that an arrow key leads to: to the sides through all of them in rows, up and down to the nearest. */
export function nextLabel(
  labels: ReadonlyMap<string, Box>,
  from: string,
  direction: Direction,
): string | null {
  if (direction === 'ArrowUp' || direction === 'ArrowDown') return neighbour(labels, from, direction, ROW)
  const all = inRows(labels)
  return all[all.indexOf(from) + (direction === 'ArrowRight' ? 1 : -1)] ?? null
}
