import type { Size } from '../shell/useSize.ts'
import type { Point } from './layout.ts'

/** How the drawing is seen: `screen = drawing * scale + offset`. */
export interface View extends Point {
  scale: number
}

const SMALLEST = 0.2
const LARGEST = 3
/** A small drawing is not blown up. */
const LARGEST_FIT = 1.15

/** All of it, as large as it goes, in the middle. */
export function fitInto(drawing: Size, room: Size, margin = 8): View {
  const scale = Math.min(
    LARGEST_FIT,
    (room.width - 2 * margin) / drawing.width,
    (room.height - 2 * margin) / drawing.height,
  )
  const usable = Number.isFinite(scale) && scale > 0 ? scale : 1
  return {
    scale: usable,
    x: (room.width - drawing.width * usable) / 2,
    y: (room.height - drawing.height * usable) / 2,
  }
}

/** Closer or farther, with the point `at` (of the screen) staying where it is. */
export function zoom(view: View, factor: number, at: Point): View {
  const scale = Math.min(LARGEST, Math.max(SMALLEST, view.scale * factor))
  const by = scale / view.scale
  return { scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by }
}

export function pan(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x + dx, y: view.y + dy }
}
