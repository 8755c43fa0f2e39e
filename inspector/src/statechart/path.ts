import type { Point } from './layout.ts'

/** Length of an arrow's head. */
const HEAD = 7

/** An arrow's line: right angles with rounded corners, ending where its head begins. */
export function roundedPath(points: readonly Point[], radius = 6): string {
  const line = shortened(points)
  const [first, ...rest] = line
  if (first === undefined) return ''
  let path = `M${first.x} ${first.y}`
  rest.forEach((point, index) => {
    const next = rest[index + 1]
    if (next === undefined) {
      path += `L${point.x} ${point.y}`
      return
    }
    const before = line[index]!
    const size = Math.min(radius, distance(before, point) / 2, distance(point, next) / 2)
    const from = towards(point, before, size)
    const to = towards(point, next, size)
    path += `L${from.x} ${from.y}Q${point.x} ${point.y} ${to.x} ${to.y}`
  })
  return path
}

/** The head, as a triangle. */
export function arrowHead(points: readonly Point[]): string {
  const tip = points.at(-1)
  const before = points.at(-2)
  if (tip === undefined || before === undefined) return ''
  const back = towards(tip, before, HEAD)
  const across = { x: ((tip.y - back.y) * 3.6) / HEAD, y: ((back.x - tip.x) * 3.6) / HEAD }
  return `M${tip.x} ${tip.y}L${back.x + across.x} ${back.y + across.y}L${back.x - across.x} ${back.y - across.y}Z`
}

function shortened(points: readonly Point[]): Point[] {
  const tip = points.at(-1)
  const before = points.at(-2)
  if (tip === undefined || before === undefined) return [...points]
  return [...points.slice(0, -1), towards(tip, before, Math.min(HEAD - 1, distance(tip, before)))]
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y)

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to)
  if (whole === 0) return from
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole }
}
