import { type RefObject, useEffect, useRef } from 'react'

/** While it is open, Escape and a press of the pointer elsewhere close what `element` holds; nothing else hears that key. */
export function useDismiss(
  element: RefObject<HTMLElement | null>,
  isOpen: () => boolean,
  close: (by: 'key' | 'pointer') => void,
): void {
  const now = useRef({ isOpen, close })
  now.current = { isOpen, close }
  useEffect(() => {
    const onPointer = ({ target }: Event) => {
      if (now.current.isOpen() && element.current?.contains(target as Node) !== true)
        now.current.close('pointer')
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !now.current.isOpen()) return
      event.stopPropagation()
      now.current.close('key')
    }
    addEventListener('pointerdown', onPointer)
    // In front of whoever else would let go of something.
    addEventListener('keydown', onKey, { capture: true })
    return () => {
      removeEventListener('pointerdown', onPointer)
      removeEventListener('keydown', onKey, { capture: true })
    }
  }, [element])
}
