/** Where the user is, kept while the lab is looked at, and written into the address as it changes. */
import { isLabHash } from '../lab/labHash.ts'
import { leftOutOf, linkOf, readLink } from './link.ts'
import { firstPlace, type Place } from './place.ts'

export interface Places {
  subscribe(listener: () => void): () => void
  getSnapshot(): Place
  /** What of the link that was opened was left out; `null`: nothing, or that has been read. */
  getLeftOut(): string | null
  /** It has been read. */
  hush(): void
  /** A step that the browser's Back undoes. */
  go(change: Partial<Place>): void
  /** A change that is none, such as each of the many while the cursor is dragged. */
  set(change: Partial<Place>): void
}

/** What is needed of a window. */
export interface Addressed {
  location: Pick<Location, 'hash'>
  history: Pick<History, 'state' | 'pushState' | 'replaceState'>
  addEventListener(type: 'hashchange', listener: () => void): void
}

/** Browsers refuse more than 100 changes of the address in 30 s. */
const PAUSE = 400
/** A place that was left sooner than that was only passed through, ms. */
const STAY = 1_000

/** State of an entry of the history that was written here: no link that was followed. */
const OWN = 'place'

/** `page` is `null` where the address is somebody else's: within another page. */
export function createPlaces(page: Addressed | null): Places {
  let place = page === null ? firstPlace : readLink(page.location.hash)
  let leftOut = page === null ? null : leftOutOf(page.location.hash)
  let inLab = page !== null && isLabHash(page.location.hash)
  let timer: ReturnType<typeof setTimeout> | undefined
  let went = Number.NEGATIVE_INFINITY
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const update = (next: Place) => {
    place = next
    tell()
  }
  if (page !== null && !inLab) page.history.replaceState(OWN, '', page.location.hash)

  const write = (how: 'pushState' | 'replaceState') => {
    clearTimeout(timer)
    timer = undefined
    if (page === null || isLabHash(page.location.hash)) return
    const link = linkOf(place)
    if (link === (page.location.hash || linkOf(firstPlace))) return
    page.history[how](OWN, '', link)
  }
  const writeSoon = () => {
    timer ??= setTimeout(() => write('replaceState'), PAUSE)
  }

  // A link that was followed, Back or Forward: not what is written here, which is no event.
  page?.addEventListener('hashchange', () => {
    const { hash } = page.location
    const fromLab = inLab
    inLab = isLabHash(hash)
    clearTimeout(timer)
    timer = undefined
    if (inLab) return
    const read = readLink(hash)
    // The lab's way back says only that: all is as it was left.
    if (fromLab && read === firstPlace) {
      write('replaceState')
      return
    }
    const isOwn = page.history.state === OWN
    if (!isOwn) leftOut = leftOutOf(hash)
    // Where it holds is said by a link that is followed, if it says so; Back does not undo it.
    const kept = isOwn || read.breakpoints.length === 0
    update(kept ? { ...read, breakpoints: place.breakpoints } : read)
    if (isOwn || place.breakpoints.length > 0) writeSoon()
  })

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => place,
    getLeftOut: () => leftOut,
    hush() {
      leftOut = null
      tell()
    },
    go(change) {
      // The address of the place that is left.
      if (timer !== undefined) write('replaceState')
      update({ ...place, ...change })
      const now = Date.now()
      write(now - went < STAY ? 'replaceState' : 'pushState')
      went = now
    },
    set(change) {
      update({ ...place, ...change })
      writeSoon()
    },
  }
}
