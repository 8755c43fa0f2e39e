import type { Box } from './layout.ts'

export type Direction = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight'

/** The box that an arrow key leads to: the nearest in that direction, straight ahead before aside. */
export function neighbour(
  boxes: ReadonlyMap<string, Box>,
  from: string,
  direction: Direction,
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
    if (ahead <= 1) continue
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
