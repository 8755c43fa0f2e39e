import type { ReactNode } from 'react'

/** What a view scrolls; it can be focused, so that the keyboard scrolls it too. */
export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section className="view-scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
