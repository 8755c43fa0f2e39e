import { isFieldContent, isToken, trimWhitespace } from './grammar.ts'
import { quote } from './quote.ts'

/**
 * What `new Headers` takes: pairs of name and value (another `Headers`, of ours or of the platform, is such an
 * iterable), or an object; a list of values repeats the header, `undefined` leaves it out.
 */
export type HeadersInit =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>

interface Field {
  /** The name in lower case, to look it up by. */
  readonly key: string
  readonly name: string
  readonly value: string
}

/**
 * The headers of an HTTP message (RFC 9110, section 5): in order, with their spelling and with repeated ones;
 * looked up without regard to case. Values are Latin-1, spaces and tabs around them are taken away.
 */
export class Headers implements Iterable<[name: string, value: string]> {
  #fields: Field[] = []

  /** Throws a `TypeError` for what `append` refuses, or if `init` is not what `HeadersInit` says. */
  constructor(init?: HeadersInit) {
    if (init === undefined || init === null) return
    if (typeof init !== 'object') throw new TypeError('headers must be pairs, an object or Headers')
    for (const [name, value] of isIterable(init) ? init : pairs(init)) this.append(name, value)
  }

  /** How many header lines there are, repeated ones counted each. */
  get size(): number {
    return this.#fields.length
  }

  /** The value of the header, the first one where it is repeated (see `getAll`), or `null`. */
  get(name: string): string | null {
    const key = lowerCase(name)
    return this.#fields.find((field) => field.key === key)?.value ?? null
  }

  /** Every value of the header in order; none if it is missing. */
  getAll(name: string): string[] {
    const key = lowerCase(name)
    return this.#fields.filter((field) => field.key === key).map((field) => field.value)
  }

  has(name: string): boolean {
    const key = lowerCase(name)
    return this.#fields.some((field) => field.key === key)
  }

  /** Replaces the header, in the place of the first one, or appends it. Throws like `append`. */
  set(name: string, value: string): void {
    const field = createField(name, value)
    const at = this.#fields.findIndex(({ key }) => key === field.key)
    if (at < 0) {
      this.#fields.push(field)
      return
    }
    this.#fields = this.#fields.filter(({ key }, index) => key !== field.key || index === at)
    this.#fields[at] = field
  }

  /**
   * Adds a header line, beside others of that name. Throws a `TypeError` if `name` is not a token or `value`
   * holds a control character (such as CR, LF or NUL) or one above U+00FF (RFC 9110, sections 5.1 and 5.5).
   */
  append(name: string, value: string): void {
    this.#fields.push(createField(name, value))
  }

  /** Takes away every line of the header; says whether there was one. */
  delete(name: string): boolean {
    const key = lowerCase(name)
    const before = this.#fields.length
    this.#fields = this.#fields.filter((field) => field.key !== key)
    return this.#fields.length < before
  }

  *[Symbol.iterator](): Generator<[name: string, value: string], undefined, undefined> {
    for (const { name, value } of this.#fields) yield [name, value]
  }
}

/** Names as nearly every handshake spells them, to be kept once rather than with each connection; to their keys. */
const usual = new Map(
  [
    ...[
      'Host',
      'Upgrade',
      'Connection',
      'Origin',
      'User-Agent',
      'Cookie',
      'Pragma',
      'Cache-Control',
      'Accept',
    ],
    ...['Accept-Encoding', 'Accept-Language', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'Date'],
    ...['Sec-WebSocket-Extensions', 'Sec-WebSocket-Protocol', 'Sec-WebSocket-Accept', 'Server'],
  ].map((name) => [name, { name, key: name.toLowerCase() }]),
)

function createField(spelling: string, value: string): Field {
  const known = usual.get(spelling)
  const name = known?.name ?? spelling
  if (known === undefined && !isToken(name))
    throw new TypeError(`${quote(String(name))} is not a valid header name`)
  const trimmed = trimWhitespace(String(value))
  if (!isFieldContent(trimmed))
    throw new TypeError(`${quote(trimmed)} is not a valid value of the header ${name}`)
  return { key: known?.key ?? lowerCase(name), name, value: trimmed }
}

function lowerCase(name: string): string {
  return String(name).toLowerCase()
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
