import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { linkOf, MAX_LINK, readLink } from '../../inspector/src/place/link.ts'
import { firstPlace, type Place } from '../../inspector/src/place/place.ts'
import { createPlaces } from '../../inspector/src/place/places.ts'

const at = (change: Partial<Place>): Place => ({ ...firstPlace, ...change })
const encoded = (value: unknown) => `~${Buffer.from(JSON.stringify(value)).toString('base64url')}`

describe('a link to a place', () => {
  it.each<[string, Place]>([
    ['#live', firstPlace],
    ['#live/c3', at({ picked: 'c3' })],
    ['#live/newest/ladder', at({ tab: 'ladder' })],
    ['#live/c3/messages', at({ picked: 'c3', tab: 'messages' })],
    ['#live/c3/statechart/17', at({ picked: 'c3', cursor: 17, of: 'c3' })],
    ['#live/f1%3Ac2/frame/0', at({ picked: 'f1:c2', cursor: 0, of: 'f1:c2', tab: 'frame' })],
  ])('%s can be read by people', (link, place) => {
    expect(linkOf(place)).toBe(link)
    expect(readLink(link)).toEqual(place)
  })

  it('names the connection of a moment, also while the newest one is followed', () => {
    expect(linkOf(at({ cursor: 5, of: '4' }))).toBe('#live/4/statechart/5')
  })

  it('brings back the filters, and the part of a narrow page', () => {
    const place = at({
      picked: '7',
      view: 'log',
      list: {
        text: 'Grüße /chat',
        side: 'server',
        state: 'closed',
        source: 'ended',
        code: 1006,
        order: 'peer',
      },
      log: { kind: 'ping and pong', direction: 'sent', text: '“”' },
    })
    const link = linkOf(place)
    expect(link).toMatch(/^#live\/7\/~[\w-]+$/)
    expect(readLink(link)).toEqual(place)
  })

  it('brings back a connection whatever it is called', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ minLength: 1, maxLength: 60 }),
          fc.constantFrom('newest', '~', '~e30', '/', '%', '..'),
        ),
        fc.option(fc.nat(), { nil: null }),
        (id, cursor) => {
          const place = at({ picked: id, cursor, of: cursor === null ? null : id })
          expect(readLink(linkOf(place))).toEqual(place)
        },
      ),
    )
  })

  it.each<[string, Place]>([
    ['', firstPlace],
    ['#elsewhere/4/ladder', firstPlace],
    ['#live/4/no-such-tab', at({ picked: '4' })],
    ['#live/4/ladder/-1', at({ picked: '4', tab: 'ladder' })],
    ['#live/4/ladder/1e9', at({ picked: '4', tab: 'ladder' })],
    ['#live/newest/ladder/3', at({ tab: 'ladder' })],
    ['#live//ladder', at({ tab: 'ladder' })],
    ['#live/%E0%A4%A/ladder', at({ tab: 'ladder' })],
    ['#live/4/ladder/~broken', at({ picked: '4', tab: 'ladder' })],
    [`#live/4/${encoded([1])}`, at({ picked: '4' })],
    [`#live/4/${encoded({ v: 'cellar', l: 'no', g: { kind: 'no', text: 5 } })}`, at({ picked: '4' })],
    [
      `#live/4/${encoded({ l: { side: 'server', code: 70_000, __proto__x: 1 }, g: { text: 'ok', kind: 1 } })}`,
      at({
        picked: '4',
        list: { ...firstPlace.list, side: 'server' },
        log: { ...firstPlace.log, text: 'ok' },
      }),
    ],
    [`#live/${'x'.repeat(MAX_LINK)}`, firstPlace],
  ])('%s is taken as far as it can be', (link, place) => {
    expect(readLink(link)).toEqual(place)
  })

  it('takes anything without harm', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), fc.json(), (text, json) => {
        for (const link of [`#live/${text}`, `#live/${encoded(JSON.parse(json))}`]) {
          const place = readLink(link)
          expect(Object.keys(place)).toEqual(Object.keys(firstPlace))
          // And so does what is made of it.
          expect(readLink(linkOf(place))).toEqual(place)
        }
      }),
    )
  })
})

/** A window's address and history, with Back. */
function addressed(hash = '') {
  const entries = [hash]
  let at = 0
  const listeners = new Set<() => void>()
  const goTo = (to: number) => {
    at = to
    for (const listener of listeners) listener()
  }
  return {
    entries,
    location: {
      get hash() {
        return entries[at]!
      },
    },
    history: {
      pushState: (_: unknown, __: string, url?: string | URL | null) => {
        entries.splice(at + 1, Number.POSITIVE_INFINITY, String(url))
        at++
      },
      replaceState: (_: unknown, __: string, url?: string | URL | null) => {
        entries[at] = String(url)
      },
    },
    addEventListener: (_: 'hashchange', listener: () => void) => void listeners.add(listener),
    back: () => goTo(at - 1),
    follow(link: string) {
      entries.splice(at + 1, Number.POSITIVE_INFINITY, link)
      goTo(at + 1)
    },
  }
}

describe('places', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('begin where the address says, and leave it alone until something changes', () => {
    const page = addressed('#live/4/ladder')
    expect(createPlaces(page).getSnapshot()).toEqual(at({ picked: '4', tab: 'ladder' }))
    const plain = addressed()
    const places = createPlaces(plain)
    places.set({ tab: 'statechart' })
    vi.runAllTimers()
    expect([...page.entries, ...plain.entries]).toEqual(['#live/4/ladder', ''])
  })

  it('are steps that Back undoes, with all that was changed on the way', () => {
    const page = addressed()
    const places = createPlaces(page)
    places.go({ picked: '4', of: '4' })
    vi.advanceTimersByTime(5_000)
    places.set({ cursor: 9 })
    places.go({ tab: 'ladder' })
    expect(page.entries).toEqual(['', '#live/4/statechart/9', '#live/4/ladder/9'])
    page.back()
    expect(places.getSnapshot()).toEqual(at({ picked: '4', of: '4', cursor: 9 }))
    page.back()
    expect(places.getSnapshot()).toEqual(firstPlace)
  })

  it('that were only passed through are no steps', () => {
    const page = addressed()
    const places = createPlaces(page)
    for (const picked of ['1', '2', '3', '4']) {
      places.go({ picked })
      vi.advanceTimersByTime(300)
    }
    expect(page.entries).toEqual(['', '#live/4'])
  })

  it('write the address at most every 400 ms while the cursor is dragged', () => {
    const page = addressed('#live/4')
    const places = createPlaces(page)
    const replace = vi.spyOn(page.history, 'replaceState')
    for (let cursor = 0; cursor < 1_000; cursor++) {
      places.set({ cursor, of: '4' })
      vi.advanceTimersByTime(10)
    }
    vi.runAllTimers()
    expect(replace.mock.calls.length).toBeLessThanOrEqual(26)
    expect(page.entries).toEqual(['#live/4/statechart/999'])
  })

  it('are kept while the lab is looked at, whose address is left alone', () => {
    const page = addressed('#live/4')
    const places = createPlaces(page)
    places.set({ cursor: 3, of: '4' })
    page.follow('#lab/opening')
    vi.runAllTimers()
    expect(page.location.hash).toBe('#lab/opening')
    page.follow('#live')
    expect(places.getSnapshot()).toEqual(at({ picked: '4', cursor: 3, of: '4' }))
    expect(page.location.hash).toBe('#live/4/statechart/3')
  })

  it('within another page have no address', () => {
    const places = createPlaces(null)
    places.go({ picked: '4' })
    vi.runAllTimers()
    expect(places.getSnapshot().picked).toBe('4')
  })
})
