import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Size } from '../shell/useSize.ts'
import type { Box } from './layout.ts'
import { CLOSE, CROWDED, closeUp, fitInto, offSight, pan, type View, zoom } from './viewport.ts'

export interface PanZoom {
  view: View
  /** Size of the element that the drawing is seen in. */
  room: Size
  zoomBy(factor: number): void
  fitAll(): void
  /** It could be drawn larger from near. */
  mayFollow: boolean
  /** It is seen from near, rather than all of it. */
  near: boolean
  /** What happens is kept in sight. */
  following: boolean
  follow(): void
  /** Brings something into sight that is not. */
  reveal(box: Box): void
}

/**
 * Dragging moves the drawing, the wheel and two fingers zoom. Until one of them is used the drawing is fitted into
 * whatever room there is; where that is too little, `targets` are shown from near.
 */
export function usePanZoom(
  element: RefObject<HTMLElement | null>,
  room: Size,
  drawing: Size | null,
  targets: readonly Box[],
): PanZoom {
  const [moved, setMoved] = useState<{ view: View; drawing: Size } | null>(null)
  const [chosen, setChosen] = useState<'all' | 'near' | null>(null)
  const fit = drawing === null ? { scale: 1, x: 0, y: 0 } : fitInto(drawing, room)
  const mayFollow = fit.scale < CLOSE
  const near = chosen ?? (fit.scale < CROWDED ? 'near' : 'all')
  const isNear = mayFollow && near === 'near' && drawing !== null && targets.length > 0
  const fitted = isNear ? closeUp(drawing, room, targets) : fit
  const view = moved !== null && moved.drawing === drawing ? moved.view : fitted

  const latest = useRef({ view, drawing })
  useLayoutEffect(() => {
    latest.current = { view, drawing }
  })
  const change = useCallback((by: (view: View) => View) => {
    const { view, drawing } = latest.current
    if (drawing === null) return
    const next = by(view)
    latest.current = { view: next, drawing }
    setMoved({ view: next, drawing })
  }, [])

  useEffect(() => {
    const target = element.current
    if (target === null) return
    const pointers = new Map<number, { x: number; y: number }>()
    const place = (event: MouseEvent) => {
      const corner = target.getBoundingClientRect()
      return { x: event.clientX - corner.left, y: event.clientY - corner.top }
    }

    // A card that lies over the drawing scrolls by itself.
    const isOver = ({ target }: Event) => (target as Element).closest('.state-card') !== null

    const onWheel = (event: WheelEvent) => {
      if (isOver(event)) return
      event.preventDefault()
      change((view) => zoom(view, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), place(event)))
    }
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0 || isOver(event)) return
      pointers.set(event.pointerId, place(event))
    }
    const onMove = (event: PointerEvent) => {
      const before = pointers.get(event.pointerId)
      if (before === undefined) return
      const now = place(event)
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point)
      if (other === undefined) {
        // A click that shakes is still a click.
        if (!target.hasPointerCapture(event.pointerId)) {
          if (Math.hypot(now.x - before.x, now.y - before.y) < 4) return
          target.setPointerCapture(event.pointerId)
        }
        change((view) => pan(view, now.x - before.x, now.y - before.y))
      } else {
        const apart = (point: { x: number; y: number }) => Math.hypot(point.x - other.x, point.y - other.y)
        const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }
        change((view) => zoom(view, apart(now) / Math.max(apart(before), 1), middle))
      }
      pointers.set(event.pointerId, now)
    }
    const onUp = (event: PointerEvent) => pointers.delete(event.pointerId)

    target.addEventListener('wheel', onWheel, { passive: false })
    target.addEventListener('pointerdown', onDown)
    target.addEventListener('pointermove', onMove)
    target.addEventListener('pointerup', onUp)
    target.addEventListener('pointercancel', onUp)
    return () => {
      target.removeEventListener('wheel', onWheel)
      target.removeEventListener('pointerdown', onDown)
      target.removeEventListener('pointermove', onMove)
      target.removeEventListener('pointerup', onUp)
      target.removeEventListener('pointercancel', onUp)
    }
  }, [element, change])

  return {
    view,
    room,
    zoomBy: (factor) => change((view) => zoom(view, factor, { x: room.width / 2, y: room.height / 2 })),
    fitAll: () => {
      setMoved(null)
      setChosen('all')
    },
    mayFollow,
    near: isNear,
    following: isNear && view === fitted,
    follow: () => {
      setMoved(null)
      setChosen('near')
    },
    reveal(box) {
      const by = offSight(view, room, box)
      if (by.x !== 0 || by.y !== 0) change((view) => pan(view, by.x, by.y))
    },
  }
}
