import { isFieldContent, isToken, trimWhitespace } from './grammar.ts'
import { quote } from './quote.ts'

/**
 * What `new Headers` takes: pairs of name and value (another `Headers`, of ours or of the platform, is such an
 * iterable), or an object; a list of values repeats the header, `undefined` leaves it out.
 */
export type HeadersInit =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>

/** Headers of lines as `Headers` keeps them, which the caller has checked. */
export let headersOf: (lines: string) => Headers
/** The lines of headers, as they stand on the wire. */
export let linesOf: (headers: Headers) => string

/**
 * The headers of an HTTP message (RFC 9110, section 5): in order, with their spelling and with repeated ones;
 * looked up without regard to case. Values are Latin-1, spaces and tabs around them are taken away.
 */
export class Headers implements Iterable<[name: string, value: string]> {
  static {
    headersOf = (lines) => {
      const headers = new Headers()
      headers.#lines = lines
      return headers
    }
    linesOf = (headers) => headers.#lines
  }

  /**
   * Each one as `name: value` and CRLF. Nothing else is kept, since most connections are idle, and their
   * handshake stays with them: names and values as strings of their own take four times as much memory.
   */
  #lines = ''

  /** Throws a `TypeError` for what `append` refuses, or if `init` is not what `HeadersInit` says. */
  constructor(init?: HeadersInit) {
    if (init === undefined || init === null) return
    if (typeof init !== 'object') throw new TypeError('headers must be pairs, an object or Headers')
    for (const [name, value] of isIterable(init) ? init : pairs(init)) this.append(name, value)
  }

  /** How many header lines there are, repeated ones counted each. */
  get size(): number {
    this.#locate()
    return count
  }

  /** The value of the header, the first one where it is repeated (see `getAll`), or `null`. */
  get(name: string): string | null {
    const at = this.#find(name, lowerCase(name), 0)
    return at < 0 ? null : this.#valueAt(at)
  }

  /** Every value of the header in order; none if it is missing. */
  getAll(name: string): string[] {
    const key = lowerCase(name)
    const values: string[] = []
    for (let at = this.#find(name, key, 0); at >= 0; at = this.#find(name, key, at + 1)) {
      values.push(this.#valueAt(at))
    }
    return values
  }

  /** Whether there is such a header. */
  has(name: string): boolean {
    return this.#find(name, lowerCase(name), 0) >= 0
  }

  /** Replaces the header, in the place of the first one, or appends it. Throws like `append`. */
  set(name: string, value: string): void {
    const line = createLine(name, value)
    if (!this.#replace(name, line)) this.#become(this.#lines + line)
  }

  /**
   * Adds a header line, beside others of that name. Throws a `TypeError` if `name` is not a token or `value`
   * holds a control character (such as CR, LF or NUL) or one above U+00FF (RFC 9110, sections 5.1 and 5.5).
   */
  append(name: string, value: string): void {
    this.#become(this.#lines + createLine(name, value))
  }

  /** Takes away every line of the header; says whether there was one. */
  delete(name: string): boolean {
    return this.#replace(name, '')
  }

  *[Symbol.iterator](): Generator<[name: string, value: string], undefined, undefined> {
    const lines = this.#lines
    for (let at = 0; at < lines.length; ) {
      const colon = lines.indexOf(':', at)
      const end = lines.indexOf('\r', colon)
      yield [lines.slice(at, colon), lines.slice(colon + 2, end)]
      at = end + 2
    }
  }

  #become(lines: string): void {
    this.#lines = lines
    if (located === this) located = null
  }

  /** Puts `line` in the place of the first header of this name, and takes the others away. */
  #replace(name: string, line: string): boolean {
    const key = lowerCase(name)
    let lines = ''
    let end = 0
    for (let at = this.#find(name, key, 0); at >= 0; at = this.#find(name, key, at + 1)) {
      lines += this.#lines.slice(end, marks[at * 2]!) + (end === 0 ? line : '')
      end = marks[at * 2 + 2]!
    }
    if (end === 0) return false
    this.#become(lines + this.#lines.slice(end))
    return true
  }

  /** Between `: ` and CRLF. */
  #valueAt(at: number): string {
    return this.#lines.slice(marks[at * 2 + 1]! + 2, marks[at * 2 + 2]! - 2)
  }

  /** The first line from number `from` on with this name, whose lower case is `key`, or -1. */
  #find(name: string, key: string, from: number): number {
    if (located !== this) this.#locate()
    const lines = this.#lines
    for (let at = from; at < count; at++) {
      const start = marks[at * 2]!
      const colon = marks[at * 2 + 1]!
      if (colon - start !== key.length) continue
      if (lines.startsWith(name, start) || lines.slice(start, colon).toLowerCase() === key) return at
    }
    return -1
  }

  #locate(): void {
    if (located === this) return
    const lines = this.#lines
    let end = 0
    for (count = 0; end < lines.length; count++) {
      marks[count * 2] = end
      marks[count * 2 + 1] = lines.indexOf(':', end)
      end = lines.indexOf('\n', end) + 1
    }
    marks[count * 2] = end
    located = this
  }
}

/**
 * Where the lines of the headers are that were looked at last, as those of a handshake are looked at many times in a
 * row: for each line where it begins and where its colon is; behind the last one where another would begin.
 */
const marks: number[] = [0]
let count = 0
let located: Headers | null = null

/** Names that nearly every handshake is asked for, in lower case. */
const usual = new Map(
  [
    ...['Host', 'Upgrade', 'Connection', 'Origin', 'Content-Length', 'Transfer-Encoding'],
    ...['Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'Sec-WebSocket-Accept'],
    ...['Sec-WebSocket-Extensions', 'Sec-WebSocket-Protocol'],
  ].map((name) => [name, name.toLowerCase()]),
)

function lowerCase(name: string): string {
  return usual.get(name) ?? String(name).toLowerCase()
}

function createLine(name: string, value: string): string {
  if (!isToken(name)) throw new TypeError(`${quote(String(name))} is not a valid header name`)
  const trimmed = trimWhitespace(String(value))
  if (!isFieldContent(trimmed)) {
    throw new TypeError(`${quote(trimmed)} is not a valid value of the header ${name}`)
  }
  return `${name}: ${trimmed}\r\n`
}

function isIterable(init: HeadersInit): init is Iterable<readonly [string, string]> {
  return Symbol.iterator in init
}

function* pairs(init: Readonly<Record<string, string | readonly string[] | undefined>>) {
  for (const [name, values] of Object.entries(init)) {
    if (values === undefined) continue
    for (const value of typeof values === 'object' ? values : [values]) yield [name, value] as const
  }
}
