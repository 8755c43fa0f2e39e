import { type ReactNode, useEffect, useRef, useState } from 'react'
import './popover.css'

interface Props {
  title: string
  /** It opens above its button. */
  up?: boolean
  children: ReactNode
}

/** A button that opens a small panel; Escape and a click elsewhere close it. */
export function Popover({ title, up = false, children }: Props) {
  const details = useRef<HTMLDetailsElement>(null)
  const [shown, setShown] = useState(false)
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
    <details
      className={up ? 'pop up' : 'pop'}
      ref={details}
      onToggle={({ currentTarget }) => setShown(currentTarget.open)}
    >
      <summary>{title}</summary>
      {shown && <div className="pop-body">{children}</div>}
    </details>
  )
}
