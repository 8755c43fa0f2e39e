import { type RefObject, useCallback, useLayoutEffect, useState } from 'react'

export interface Rows {
  /** The first row that is drawn, and the one behind the last. */
  first: number
  end: number
  /** Brings a row into sight; at the end, its end. */
  show(index: number, align: 'end' | 'near'): void
}

/** Rows beyond what is seen, so that scrolling shows no gap. */
const MARGIN = 8

/** Which rows of a list of equal ones are drawn; costs the same however many there are. */
export function useRows(scroller: RefObject<HTMLElement | null>, count: number, height: number): Rows {
  const [seen, setSeen] = useState({ first: 0, end: 30 })
  const look = useCallback(() => {
    const element = scroller.current
    if (element === null) return
    const first = Math.max(0, Math.floor(element.scrollTop / height) - MARGIN)
    const end = Math.ceil((element.scrollTop + element.clientHeight) / height) + MARGIN
    setSeen((before) => (before.first === first && before.end === end ? before : { first, end }))
  }, [scroller, height])

  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    look()
    element.addEventListener('scroll', look, { passive: true })
    const observer = new ResizeObserver(look)
    observer.observe(element)
    return () => {
      element.removeEventListener('scroll', look)
      observer.disconnect()
    }
  }, [scroller, look])

  const show = useCallback(
    (index: number, align: 'end' | 'near') => {
      const element = scroller.current
      if (element === null) return
      const top = index * height
      const lowest = top + height - element.clientHeight
      if (align === 'end' || element.scrollTop < lowest) element.scrollTop = Math.max(0, lowest)
      else if (element.scrollTop > top) element.scrollTop = top
      // Not one frame later: the row may be asked for at once.
      look()
    },
    [scroller, height, look],
  )
  return { first: Math.min(seen.first, count), end: Math.min(seen.end, count), show }
}
