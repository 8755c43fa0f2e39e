import { type ReactNode, useEffect, useRef } from 'react'

/** A button that opens a small panel; Escape and a click elsewhere close it. */
export function Popover({ title, children }: { title: string; children: ReactNode }) {
  const details = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const close = (event: Event) => {
      const open = details.current
      if (open === null || !open.open) return
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape') return
        open.querySelector('summary')?.focus()
      } else if (open.contains(event.target as Node)) return
      open.open = false
    }
    addEventListener('pointerdown', close)
    addEventListener('keydown', close)
    return () => {
      removeEventListener('pointerdown', close)
      removeEventListener('keydown', close)
    }
  }, [])
  return (
    <details className="lab-pop" ref={details}>
      <summary>{title}</summary>
      <div className="lab-pop-body">{children}</div>
    </details>
  )
}
