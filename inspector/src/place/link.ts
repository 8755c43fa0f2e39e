/**
 * The place in a link: `#live`, `#live/c3`, `#live/c3/ladder`, `#live/c3/ladder/17` (the record that the cursor is
 * at); `newest` stands for whichever connection that is. Filters, breakpoints and what is pinned follow as the lab's
 * actions do: `#live/newest/~…`, base64url of JSON. What is in a link is not trusted: it is bounded, and what cannot
 * be is left out.
 */
import { isBreakpoint, MOST_BREAKPOINTS, readBreakpoints } from '../breakpoints/link.ts'
import { orders, sides, sources } from '../connections/filter.ts'
import { decodeJson, encodeJson } from '../link/base64url.ts'
import { type Check, integer, isObject, oneOf, text } from '../link/checks.ts'
import { readPin, writePin } from '../links/pinLink.ts'
import { directions, kinds } from '../log/filter.ts'
import { parts, views } from '../shell/views.ts'
import { firstPlace, type Place } from './place.ts'

const LIVE = '#live'
const NEWEST = 'newest'

/** Characters of a link: as many as the bounds of its parts allow, and some. */
export const MAX_LINK = 32_768
/** Characters of a text to filter by, and of an id. */
export const MAX_TEXT = 200

export function linkOf(place: Place): string {
  const { picked, cursor, of, tab } = place
  const id = picked ?? (cursor === null ? null : of)
  const named = id !== null && id.length <= MAX_TEXT
  const path = [named ? partOf(id) : NEWEST, tab, named && cursor !== null ? String(cursor) : '']
  if (path[2] === '') path.pop()
  if (path.length === 2 && tab === firstPlace.tab) path.pop()
  if (path.length === 1 && !named) path.pop()
  const more = moreOf(place)
  if (more !== null) path.push(`~${encodeJson(more)}`)
  return [LIVE, ...path].join('/')
}

/** What a hash says; for all that it does not say, or not so that it can be, the place at first. */
export function readLink(hash: string): Place {
  if (!hash.startsWith(`${LIVE}/`) || hash.length > MAX_LINK) return firstPlace
  const { path, rest } = partsOf(hash)
  const more = rest === null ? {} : (readMore(rest) ?? {})
  const [part = NEWEST, name, seq = ''] = path
  const id = part === NEWEST || part === '' ? null : idIn(part)
  const cursor = id !== null && /^\d{1,15}$/.test(seq) ? Number(seq) : null
  return {
    picked: id,
    cursor,
    of: cursor === null ? null : id,
    tab: views.find((each) => each === name) ?? firstPlace.tab,
    view: parts.find((each) => each === more['v']) ?? firstPlace.view,
    list: { ...firstPlace.list, ...fitting(listChecks, more['l']) },
    log: { ...firstPlace.log, ...fitting(logChecks, more['g']) },
    pin: readPin(more['p']),
    breakpoints: readBreakpoints(more['b']).breakpoints,
  }
}

/** What of a hash was left out that somebody would miss, as a sentence; `null`: nothing. */
export function leftOutOf(hash: string): string | null {
  if (!hash.startsWith(`${LIVE}/`)) return null
  if (hash.length > MAX_LINK) return `It is longer than ${MAX_LINK} characters.`
  const { rest } = partsOf(hash)
  if (rest === null) return null
  const more = readMore(rest)
  if (more === null)
    return 'Its end was cut off or changed on the way, and with it filters, breakpoints and what is pinned.'
  return readBreakpoints(more['b']).leftOut
}

/** What stands between the slashes, and what is behind `~`. */
function partsOf(hash: string): { path: string[]; rest: string | null } {
  const path = hash.slice(LIVE.length + 1).split('/')
  return { path, rest: path.at(-1)?.startsWith('~') === true ? path.pop()!.slice(1) : null }
}

/** Whatever it is called, it is not taken for something else of the link. */
function partOf(id: string): string {
  if (id === NEWEST) return '%6Eewest'
  return encodeURIComponent(id).replaceAll('~', '%7E')
}

function idIn(part: string): string | null {
  try {
    const id = decodeURIComponent(part)
    return id.length <= MAX_TEXT ? id : null
  } catch {
    return null
  }
}

/** What is not as it is at first, and has no part of the path. */
function moreOf({ view, list, log, pin, breakpoints }: Place): Record<string, unknown> | null {
  const held = breakpoints.filter(isBreakpoint).slice(0, MOST_BREAKPOINTS)
  const pinned = pin === null ? null : writePin(pin)
  const more = {
    ...(view === firstPlace.view ? {} : { v: view }),
    ...named('l', changed(firstPlace.list, fitting(listChecks, list))),
    ...named('g', changed(firstPlace.log, fitting(logChecks, log))),
    ...(pinned === null ? {} : { p: pinned }),
    ...(held.length === 0 ? {} : { b: held }),
  }
  return Object.keys(more).length === 0 ? null : more
}

const named = (name: string, fields: object) => (Object.keys(fields).length === 0 ? {} : { [name]: fields })

function changed(first: object, fields: Record<string, unknown>): Record<string, unknown> {
  const before = first as Record<string, unknown>
  return Object.fromEntries(Object.entries(fields).filter(([name, field]) => field !== before[name]))
}

/** `null` if it cannot be read. */
function readMore(encoded: string): Record<string, unknown> | null {
  try {
    const read = decodeJson(encoded)
    return isObject(read) ? read : null
  } catch {
    return null
  }
}

const listChecks: Record<keyof Place['list'], Check> = {
  text: text(MAX_TEXT),
  side: oneOf('', ...sides),
  state: text(MAX_TEXT),
  source: oneOf('', ...sources),
  code: (code) => code === null || integer(0, 65_535)(code),
  order: oneOf(...orders),
}

const logChecks: Record<keyof Place['log'], Check> = {
  kind: oneOf('', ...kinds),
  direction: oneOf('', ...directions),
  text: text(MAX_TEXT),
}

/** The fields that may be as they are. */
function fitting<Name extends string>(
  checks: Record<Name, Check>,
  fields: unknown,
): Partial<Record<Name, never>> {
  if (!isObject(fields)) return {}
  const fit = Object.entries(fields).filter(
    ([name, field]) => Object.hasOwn(checks, name) && checks[name as Name](field),
  )
  return Object.fromEntries(fit) as Partial<Record<Name, never>>
}
