/** What is pinned, in a link: as elements declare it, and as it is checked when it comes back. */
import { type Check, isObject, text } from '../link/checks.ts'
import { type Declared, type Link, readLinks } from './link.ts'
import { canBePinned } from './store.ts'

/** Links, and sections cited, of one pin. */
const MOST = 10
/** Characters of each. */
const MAX_TEXT = 200

interface Written {
  /** `bits 4.0 wire 0 8`, as in `data-link`. */
  l: string[]
  /** Id of their connection. */
  o?: string
  /** Sections. */
  c?: string[]
}

/** `null` if it is too much for a link. */
export function writePin({ links, cites }: Declared): Written | null {
  const of = links.map((link) => link.of).find((id) => id !== '') ?? ''
  const written: Written = {
    l: links.map(({ is, id }) => `${is} ${id}`),
    ...(of === '' ? {} : { o: of }),
    ...(cites.length === 0 ? {} : { c: [...cites] }),
  }
  return readPin(written) === null ? null : written
}

/** `null` if there is none that could be. */
export function readPin(read: unknown): Declared | null {
  if (!isObject(read)) return null
  const { l, o = '', c = [] } = read
  if (!isList(l) || !isList(c) || l.length === 0 || !text(MAX_TEXT)(o)) return null
  const links = readLinks(l.join('\n'), o as string)
  const fit = links.every((link) => fitsKind(link) && canBePinned(link)) && c.every(isClause)
  return fit ? { links, cites: c } : null
}

const isList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length <= MOST && value.every(isLine)

const isLine: Check = (value) => text(MAX_TEXT)(value) && !(value as string).includes('\n')

const isClause = (clause: string) => /^\d{1,5} \d+(?:\.\d+)*$/.test(clause)

function fitsKind({ is, of, id }: Link): boolean {
  switch (is) {
    case 'clause':
      return isClause(id)
    case 'bits':
      return of !== '' && /^\d{1,15}\.\d{1,6} (?:wire|shown) \d{1,12} \d{1,12}$/.test(id)
    case 'crossing':
    case 'effect':
      return of !== '' && /^\d{1,15}\.\d{1,6}$/.test(id)
    case 'transition':
    case 'edge':
      return of !== '' && id !== ''
    default:
      return false
  }
}
