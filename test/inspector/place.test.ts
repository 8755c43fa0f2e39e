import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Breakpoint } from '../../inspector/src/lab/engine/action.ts'
import type { Declared } from '../../inspector/src/links/link.ts'
import { leftOutOf, linkOf, MAX_LINK, MAX_TEXT, readLink } from '../../inspector/src/place/link.ts'
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

  it('brings back where the replay holds, also in a machine with names of its own', () => {
    const breakpoints: Breakpoint[] = [
      { on: 'frame', kind: 'ping' },
      { on: 'state', id: 'payment.step-2 (retry)' },
      { on: 'transition', event: 'receive.eof' },
      { on: 'code', code: 1006 },
    ]
    const link = linkOf(at({ breakpoints }))
    expect(readLink(link)).toEqual(at({ breakpoints }))
    expect(leftOutOf(link)).toBeNull()
  })

  it.each<Declared>([
    { links: [{ is: 'bits', of: 'c3', id: '4.0 wire 0 8' }], cites: [] },
    { links: [{ is: 'crossing', of: 'f1:c3', id: '4.1' }], cites: ['6455 5.5.2', '7692 6'] },
    { links: [{ is: 'effect', of: 'c3', id: '12.0' }], cites: [] },
    {
      links: [
        { is: 'transition', of: 'c3', id: 'lifecycle.open receive.ping' },
        { is: 'edge', of: 'c3', id: 'lifecycle.open→lifecycle.closing' },
      ],
      cites: [],
    },
    { links: [{ is: 'clause', of: '', id: '6455 5.5.1' }], cites: [] },
  ])('brings back what is pinned %#', (pin) => {
    expect(readLink(linkOf(at({ pin })))).toEqual(at({ pin }))
  })

  it.each([
    'moon',
    {},
    { l: [] },
    { l: 'clause 6455 5.4' },
    { l: ['record 4'], o: 'c3' },
    { l: ['state lifecycle.open'], o: 'c3' },
    { l: ['crossing 4.0'] },
    { l: ['crossing 4'], o: 'c3' },
    { l: ['bits 4.0 wire 0'], o: 'c3' },
    { l: ['clause five'] },
    { l: ['clause 6455 5.4'], c: ['<b>'] },
    { l: ['edge a\nstate b'], o: 'c3' },
    { l: [`edge ${'x'.repeat(500)}`], o: 'c3' },
    { l: Array.from({ length: 50 }, () => 'clause 6455 5.4') },
  ])('pins nothing that cannot be pinned %#', (p) => {
    expect(readLink(`#live/c3/${encoded({ p })}`)).toEqual(at({ picked: 'c3' }))
  })

  it('holds as much as there can be', () => {
    const wide = '語'.repeat(MAX_TEXT)
    const place = at({
      picked: wide,
      of: wide,
      cursor: 999_999,
      list: { ...firstPlace.list, text: wide, state: wide },
      log: { ...firstPlace.log, text: wide },
      pin: { links: [{ is: 'edge', of: wide, id: wide.slice(5) }], cites: ['6455 5.5.2'] },
      breakpoints: Array.from({ length: 20 }, (_, index) => ({
        on: 'state',
        id: wide.slice(0, 118) + String(index).padStart(2, '0'),
      })),
    })
    expect(linkOf(place).length).toBeLessThan(MAX_LINK)
    expect(readLink(linkOf(place))).toEqual(place)
  })

  it.each<[unknown, Breakpoint[], string | null]>([
    [[], [], null],
    ['moon', [], 'Its breakpoints are no list of such.'],
    [
      [{ on: 'moon' }, { on: 'code', code: 1006 }, { on: 'code', code: 1006 }],
      [{ on: 'code', code: 1006 }],
      'One of its 3 breakpoints is none that there is: {"on":"moon"}.',
    ],
    [
      [null, { on: 'frame', kind: 'ping' }, { on: 'code', code: -1 }, { on: 'transition', event: '<b>' }],
      [{ on: 'frame', kind: 'ping' }],
      '3 of its 4 breakpoints are none that there are; the first is null.',
    ],
    [[{ on: 'frame', kind: 'ping', more: 1 }], [], 'Its only breakpoint is none that there is'],
    [[{ on: 'state', id: 'a\u0000b' }], [], 'is none that there is'],
    [[{ on: 'state', id: 'x'.repeat(121) }], [], 'is none that there is'],
    [
      Array.from({ length: 30 }, (_, code) => ({ on: 'code', code })),
      Array.from({ length: 20 }, (_, code) => ({ on: 'code', code })),
      'It has more breakpoints than the 20 there may be.',
    ],
  ])('leaves out what is no breakpoint, and nothing else: %j', (b, breakpoints, told) => {
    const link = `#live/4/ladder/17/${encoded({ g: { text: 'ok' }, b })}`
    expect(readLink(link)).toEqual(
      at({
        picked: '4',
        of: '4',
        cursor: 17,
        tab: 'ladder',
        log: { ...firstPlace.log, text: 'ok' },
        breakpoints,
      }),
    )
    if (told === null) expect(leftOutOf(link)).toBeNull()
    else expect(leftOutOf(link)).toContain(told)
  })

  it('tells that its end is missing', () => {
    const link = linkOf(at({ breakpoints: [{ on: 'code', code: 1006 }] }))
    expect(leftOutOf(link)).toBeNull()
    expect(leftOutOf(link.slice(0, -4))).toContain('cut off')
    expect(leftOutOf(`#live/${'x'.repeat(MAX_LINK)}`)).toContain('longer than')
    for (const whole of ['', '#live', '#live/4/ladder/17', '#lab/free/~e30']) {
      expect(leftOutOf(whole)).toBeNull()
    }
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
  const states: unknown[] = [null]
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
      get state() {
        return states[at]
      },
      pushState: (state: unknown, _: string, url?: string | URL | null) => {
        entries.splice(at + 1, Number.POSITIVE_INFINITY, String(url))
        states.splice(at + 1, Number.POSITIVE_INFINITY, state)
        at++
      },
      replaceState: (state: unknown, _: string, url?: string | URL | null) => {
        entries[at] = String(url)
        states[at] = state
      },
    },
    addEventListener: (_: 'hashchange', listener: () => void) => void listeners.add(listener),
    back: () => goTo(at - 1),
    follow(link: string) {
      entries.splice(at + 1, Number.POSITIVE_INFINITY, link)
      states.splice(at + 1, Number.POSITIVE_INFINITY, null)
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

  it('take breakpoints from a link that is followed, and keep them on the way back', () => {
    const [ping, code]: Breakpoint[] = [
      { on: 'frame', kind: 'ping' },
      { on: 'code', code: 1006 },
    ] as const
    const page = addressed('#live/4')
    const places = createPlaces(page)
    page.follow(linkOf(at({ picked: '5', breakpoints: [ping!] })))
    expect(places.getSnapshot()).toEqual(at({ picked: '5', breakpoints: [ping!] }))
    // One that says nothing of them leaves them.
    page.follow('#live/6')
    expect(places.getSnapshot()).toEqual(at({ picked: '6', breakpoints: [ping!] }))
    vi.runAllTimers()
    expect(readLink(page.location.hash).breakpoints).toEqual([ping])

    places.go({ tab: 'ladder' })
    places.set({ breakpoints: [code!] })
    vi.runAllTimers()
    page.back()
    expect(places.getSnapshot()).toEqual(at({ picked: '6', breakpoints: [code!] }))
    vi.runAllTimers()
    expect(readLink(page.location.hash).breakpoints).toEqual([code])
    places.set({ breakpoints: [] })
    vi.runAllTimers()
    expect(page.location.hash).toBe('#live/6')
  })

  it('tell what was left out of a link, until that has been read', () => {
    const broken = `#live/4/${encoded({ b: [{ on: 'moon' }] })}`
    const page = addressed(broken)
    const places = createPlaces(page)
    expect(places.getLeftOut()).toContain('moon')
    places.go({ tab: 'ladder' })
    expect(places.getLeftOut()).toContain('moon')
    const listener = vi.fn()
    places.subscribe(listener)
    places.hush()
    expect(places.getLeftOut()).toBeNull()
    expect(listener).toHaveBeenCalled()
    page.follow(broken)
    expect(places.getLeftOut()).toContain('moon')
    page.follow('#live/5')
    expect(places.getLeftOut()).toBeNull()
  })

  it('within another page have no address', () => {
    const places = createPlaces(null)
    places.go({ picked: '4' })
    vi.runAllTimers()
    expect(places.getSnapshot().picked).toBe('4')
  })
})
