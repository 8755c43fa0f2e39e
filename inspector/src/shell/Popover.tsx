import { type ReactNode, useRef, useState } from 'react'
import { useDismiss } from './useDismiss.ts'
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
  useDismiss(
    details,
    () => details.current?.open === true,
    (by) => {
      if (by === 'key') details.current?.querySelector('summary')?.focus()
      if (details.current !== null) details.current.open = false
    },
  )
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
