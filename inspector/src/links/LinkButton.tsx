import type { ReactNode } from 'react'
import { declare } from './link.ts'

interface Props {
  /** What it is, by `link.ts`. */
  link: string | readonly string[]
  cites?: string
  className?: string
  label?: string
  tabIndex?: number
  /** The pointer or the focus came to it. */
  onReach?: (() => void) | undefined
  children: ReactNode
}

/** Something that lights what belongs to it when the pointer or the focus is on it, and is pinned by a click or Enter. */
export function LinkButton({ link, cites, className = '', label, tabIndex, onReach, children }: Props) {
  return (
    // `useLinks` says whether it is pressed.
    <button
      type="button"
      className={`link-button ${className}`}
      {...declare(link, cites)}
      data-link-pin=""
      aria-pressed={false}
      aria-label={label}
      tabIndex={tabIndex}
      onPointerEnter={onReach}
      onFocus={onReach}
    >
      {children}
    </button>
  )
}
