import type { Size } from '../shell/useSize.ts'
import type { Box, Point } from './layout.ts'

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

/** Drawn smaller than that, the whole is a picture of something that nobody can read. */
export const CROWDED = 0.69
/** How large what happened is drawn then: at least, and at most. The small letters of the drawing have 13 pixels. */
export const READABLE = 0.7
export const CLOSE = 0.85

/**
 * So large that it can be read, with a target in the middle as far as the drawing goes: the first that there is room
 * for, or else the last.
 */
export function closeUp(drawing: Size, room: Size, targets: readonly Box[], margin = 16): View {
  const most = ({ width, height }: Box) =>
    Math.min((room.width - 2 * margin) / width, (room.height - 2 * margin) / height)
  const target = targets.find((each) => most(each) >= READABLE) ?? targets.at(-1)
  if (target === undefined) return fitInto(drawing, room)
  const scale = Math.max(READABLE, Math.min(CLOSE, most(target)))
  const along = (room: number, size: number, from: number, length: number) => {
    const least = room - size * scale - 8
    const middle = room / 2 - (from + length / 2) * scale
    return least > 8 ? (room - size * scale) / 2 : Math.min(8, Math.max(least, middle))
  }
  return {
    scale,
    x: along(room.width, drawing.width, target.x, target.width),
    y: along(room.height, drawing.height, target.y, target.height),
  }
}

/** How far to pan so that `box` is in sight. */
export function offSight({ scale, x, y }: View, room: Size, box: Box, margin = 8): Point {
  const along = (room: number, from: number, length: number) => {
    if (from < margin) return margin - from
    return Math.min(0, Math.max(room - margin - (from + length), margin - from))
  }
  return {
    x: along(room.width, box.x * scale + x, box.width * scale),
    y: along(room.height, box.y * scale + y, box.height * scale),
  }
}

/** Is all of `box` in sight? */
export function isInSight(view: View, room: Size, box: Box): boolean {
  const { x, y } = offSight(view, room, box, 0)
  return x === 0 && y === 0
}

/** How wide a card is; `statechart.css` has the same. */
const CARD = 300

/** Where a card covers `box` least: on the other side; where there is no room beside it, above or below. */
export function cornerFor(box: Box, { scale, x, y }: View, room: Size): string {
  const across = (box.x + Math.min(box.width, 120) / 2) * scale + x
  const down = (box.y + Math.min(box.height, 44) / 2) * scale + y
  const side = across > room.width / 2 ? 'left' : 'right'
  return room.width < 2 * CARD && down > room.height / 2 ? `${side} up` : side
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
