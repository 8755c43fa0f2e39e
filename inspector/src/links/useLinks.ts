import { type RefObject, useEffect, useRef } from 'react'
import { lightOf, type Scene } from './light.ts'
import { type Declared, readLinks } from './link.ts'
import { canBePinned, light, type Target, targetOf } from './store.ts'

const DECLARED = '[data-link], [data-link-cites]'
/** Of a list, the row that its focus is on. */
const ROW = 'aria-activedescendant'
const WATCHED: MutationObserverInit = {
  subtree: true,
  childList: true,
  attributeFilter: ['data-link', 'data-link-cites', 'data-link-of'],
}

/**
 * Lights, within `root`, what belongs to whatever the pointer or the focus is on, or to what was pinned by a click or
 * Enter; Escape lets go. What is lit has `data-linked`. Elements are asked one by one, and only while there is light,
 * so that whoever draws them need not know of it.
 */
export function useLinks(root: RefObject<HTMLElement | null>, scene: Scene): void {
  const newest = useRef(scene)
  newest.current = scene
  useEffect(() => {
    const page = root.current
    if (page === null) return

    const paint = () => {
      const { target, pinned } = light.getSnapshot()
      const isLit = target === null ? () => false : lightOf(newest.current, target)
      for (const element of page.querySelectorAll(DECLARED)) {
        element.toggleAttribute('data-linked', isLit(declaredBy(element)))
        if (!element.hasAttribute('data-link-pin')) continue
        const isPinned = pinned !== null && targetAt(element)?.key === pinned.key
        element.setAttribute('aria-pressed', String(isPinned))
      }
      // What comes into sight while there is light is lit as well.
      observer.disconnect()
      if (target !== null) observer.observe(page, WATCHED)
    }
    const focus = (element: Element | null) => {
      const seen = element !== null && page.contains(element) && element.matches(':focus-visible')
      light.focus(seen ? targetAt(rowOf(element)) : null)
    }
    const observer = new MutationObserver(() => {
      focus(document.activeElement)
      paint()
    })

    const until = new AbortController()
    const { signal } = until
    let pointedAt: Element | null = null
    const point = (element: Element | null) => {
      if (element === pointedAt) return
      pointedAt = element
      light.point(targetAt(element))
    }
    page.addEventListener('pointerover', ({ target }) => point((target as Element).closest(DECLARED)), {
      signal,
    })
    page.addEventListener('pointerleave', () => point(null), { signal })
    page.addEventListener('focusin', ({ target }) => focus(target as Element), { signal })
    page.addEventListener('focusout', () => light.focus(null), { signal })
    // A key may have led to another row.
    page.addEventListener('keyup', () => focus(document.activeElement), { signal })
    page.addEventListener('click', ({ target }) => pin(target as Element), { signal })
    document.addEventListener(
      'keydown',
      ({ key, target }) => {
        if (key === 'Escape') light.letGo()
        else if (key === 'Enter' && target instanceof Element && target.hasAttribute(ROW)) pin(rowOf(target))
      },
      { signal },
    )
    const unsubscribe = light.subscribe(paint)
    return () => {
      until.abort()
      unsubscribe()
      observer.disconnect()
      light.reset()
    }
  }, [root])

  // What was pinned of a connection is let go when another one is shown.
  const shown = [...scene.connections.keys()].join('\n')
  useEffect(() => {
    const of = light.getSnapshot().pinned?.links[0]?.of ?? ''
    if (of !== '' && !shown.split('\n').includes(of)) light.letGo()
  }, [shown])
}

function pin(element: Element | null): void {
  const target = targetAt(element)
  if (target?.links.every(canBePinned)) light.pin(target)
}

function rowOf(element: Element): Element | null {
  return element.hasAttribute(ROW) ? document.getElementById(element.getAttribute(ROW) ?? '') : element
}

function declaredBy(element: Element): Declared {
  const of = element.closest('[data-link-of]')?.getAttribute('data-link-of') ?? ''
  return { links: readLinks(element.getAttribute('data-link'), of), cites: citedBy(element) }
}

const citedBy = (element: Element) => element.getAttribute('data-link-cites')?.split('\n') ?? []

/** What the element belongs to, and what is cited on the way to it. */
function targetAt(element: Element | null): Target | null {
  const from = element?.closest(DECLARED) ?? null
  const link = element?.closest('[data-link]') ?? null
  if (from === null || link === null) return null
  const declared = declaredBy(link)
  return targetOf(from === link ? declared : { ...declared, cites: [...declared.cites, ...citedBy(from)] })
}
