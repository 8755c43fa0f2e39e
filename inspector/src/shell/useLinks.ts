import { type RefObject, useEffect, useRef } from 'react'
import type { Connection } from '../model/connection.ts'
import { linkedTo, targetOf } from './link.ts'

/**
 * Lights what belongs to whatever the pointer or the focus is on, within the nearest `[data-links]` around
 * `inside`: everything there shows the same connection.
 */
export function useLinks(inside: RefObject<HTMLElement | null>, connection: Connection): void {
  const newest = useRef(connection)
  newest.current = connection
  useEffect(() => {
    const scope = inside.current?.closest<HTMLElement>('[data-links]') ?? inside.current
    if (scope === null) return
    let lit: Element[] = []
    const light = (element: Element | null) => {
      for (const each of lit) each.removeAttribute('data-linked')
      const target = targetOf(element)
      const seqs =
        target === null
          ? []
          : [...scope.querySelectorAll('[data-seq]')].map((each) => Number(each.getAttribute('data-seq')))
      const selectors = linkedTo(target, newest.current, seqs)
      lit = selectors.length === 0 ? [] : [...scope.querySelectorAll(selectors.join(','))]
      for (const each of lit) each.setAttribute('data-linked', '')
    }
    const over = (event: Event) => light(event.target as Element)
    const out = () => light(null)
    scope.addEventListener('pointerover', over)
    scope.addEventListener('pointerleave', out)
    scope.addEventListener('focusin', over)
    scope.addEventListener('focusout', out)
    return () => {
      out()
      scope.removeEventListener('pointerover', over)
      scope.removeEventListener('pointerleave', out)
      scope.removeEventListener('focusin', over)
      scope.removeEventListener('focusout', out)
    }
  }, [inside])
}
