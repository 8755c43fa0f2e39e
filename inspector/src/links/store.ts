/** What lights the page just now: what the pointer is on, else what the focus is on, else what was pinned. */
import { bitsIn, type Declared, keyOf, type Link } from './link.ts'

export interface Target extends Declared {
  /** Its links as one string. */
  key: string
}

export function targetOf(declared: Declared): Target | null {
  return declared.links.length === 0 ? null : { ...declared, key: declared.links.map(keyOf).join('\n') }
}

export interface Light {
  target: Target | null
  pinned: Target | null
}

/** Records and states are not pinned: the cursor is a record's pin, and its card a state's. */
export function canBePinned({ is }: Link): boolean {
  return is !== 'record' && is !== 'state'
}

export function createLight() {
  let pointed: Target | null = null
  let focused: Target | null = null
  let snapshot: Light = { target: null, pinned: null }
  const listeners = new Set<() => void>()
  const update = (pinned: Target | null) => {
    const target = pointed ?? focused ?? pinned
    if (isSame(target, snapshot.target) && isSame(pinned, snapshot.pinned)) return
    snapshot = { target, pinned }
    for (const listener of listeners) listener()
  }
  return {
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    getSnapshot: () => snapshot,
    point(target: Target | null) {
      pointed = target
      update(snapshot.pinned)
    },
    focus(target: Target | null) {
      focused = target
      update(snapshot.pinned)
    },
    /** What is pinned already is let go. */
    pin: (target: Target) => update(isSame(target, snapshot.pinned) ? null : target),
    letGo: () => update(null),
    /** The cursor of the connection `of` went to a record: what is pinned of another one is let go. */
    moved(of: string, seq: number | null) {
      const [link] = snapshot.pinned?.links ?? []
      if (seq === null || link === undefined || link.of !== of) return
      const at = link.is === 'bits' ? bitsIn(link.id).frame : link.id
      const isOfRecord = link.is === 'bits' || link.is === 'crossing' || link.is === 'effect'
      if (isOfRecord && Number(at.split('.')[0]) !== seq) update(null)
    },
    reset() {
      pointed = null
      focused = null
      update(null)
    },
  }
}

const isSame = (a: Target | null, b: Target | null) =>
  a === b || (a !== null && b !== null && a.key === b.key && a.cites.join() === b.cites.join())

/** The one of the page. */
export const light = createLight()
