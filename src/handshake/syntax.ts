import { InvalidHeaderError } from './errors.ts'
import type { ExtensionParams } from './extension.ts'
import { isToken, TOKEN_CHARACTERS } from './grammar.ts'
import { quote } from './quote.ts'

/** An element of `Sec-WebSocket-Extensions`: offered, or accepted (RFC 6455, section 9.1). */
export type ExtensionElement = [name: string, params: ExtensionParams]

// Sticky: each one takes up where the last one stopped.
const WHITESPACE = /[\t ]*/y
const TOKEN = new RegExp(`[${TOKEN_CHARACTERS}]+`, 'y')
const PROTOCOL = new RegExp(`[${TOKEN_CHARACTERS}]+(?:/[${TOKEN_CHARACTERS}]+)?`, 'y')
const QUOTED_STRING = /"(?:[\t !\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"/y

/**
 * The tokens of a comma-separated header such as `Connection` or `Sec-WebSocket-Protocol`, over all its lines
 * (RFC 9110, section 5.6.1: empty elements are ignored). Throws `InvalidHeaderError` if `values` is malformed.
 */
export function parseTokens(header: string, values: readonly string[]): string[] {
  // Most often it is a single one.
  if (values.length === 1 && isToken(values[0]!)) return [values[0]!]
  return values.flatMap((value) =>
    parseList(new Cursor(header, value), (cursor) => cursor.take(TOKEN, 'a token')),
  )
}

/** The protocols of an `Upgrade` header, `name` or `name/version` (RFC 9110, section 7.8). Throws as above. */
export function parseUpgrade(values: readonly string[]): string[] {
  if (values.length === 1 && isToken(values[0]!)) return [values[0]!]
  return values.flatMap((value) =>
    parseList(new Cursor('Upgrade', value), (cursor) => cursor.take(PROTOCOL, 'a protocol')),
  )
}

/**
 * The elements of `Sec-WebSocket-Extensions`, over all its lines (RFC 6455, section 9.1). Throws
 * `InvalidHeaderError` if `values` is malformed; a quoted value has to be a token inside its quotes.
 */
export function parseExtensions(values: readonly string[]): ExtensionElement[] {
  return values.flatMap((value) => parseList(new Cursor('Sec-WebSocket-Extensions', value), parseExtension))
}

/**
 * The value of `Sec-WebSocket-Extensions` (RFC 6455, section 9.1). Throws a `TypeError` if a name or value is
 * not a token.
 */
export function buildExtensions(extensions: readonly ExtensionElement[]): string {
  return extensions.map(([name, params]) => [token(name), ...params.map(buildParam)].join('; ')).join(', ')
}

function buildParam([name, value]: ExtensionParams[number]): string {
  return value === null ? token(name) : `${token(name)}=${token(value)}`
}

function token(text: string): string {
  if (!isToken(text)) throw new TypeError(`${quote(String(text))} is not a token: no extension can say it`)
  return text
}

function parseExtension(cursor: Cursor): ExtensionElement {
  const name = cursor.take(TOKEN, "an extension's name")
  const params: ExtensionParams = []
  while (cursor.skip(';')) params.push(parseParam(cursor))
  return [name, params]
}

function parseParam(cursor: Cursor): ExtensionParams[number] {
  const name = cursor.take(TOKEN, "a parameter's name")
  if (!cursor.skip('=')) return [name, null]
  if (!cursor.at('"')) return [name, cursor.take(TOKEN, "a parameter's value")]
  const start = cursor.position
  const value = cursor.take(QUOTED_STRING, 'a quoted value').slice(1, -1).replace(/\\(.)/g, '$1')
  // "the value after quoted-string unescaping MUST conform to the 'token' ABNF"
  if (!isToken(value)) throw cursor.expected('a token inside the quotes', start)
  return [name, value]
}

function parseList<T>(cursor: Cursor, parseElement: (cursor: Cursor) => T): T[] {
  const elements: T[] = []
  do {
    while (cursor.skip(','));
    // An empty element at the end is ignored, a header without any other is not (`1#element`).
    if (cursor.ended && elements.length > 0) break
    elements.push(parseElement(cursor))
  } while (cursor.skip(','))
  if (!cursor.ended) throw cursor.expected('a comma', cursor.position)
  return elements
}

/** Where in a header's value we are: always behind whitespace. */
class Cursor {
  position = 0
  readonly #header: string
  readonly #value: string

  constructor(header: string, value: string) {
    this.#header = header
    this.#value = value
    this.#match(WHITESPACE)
  }

  get ended(): boolean {
    return this.position === this.#value.length
  }

  at(delimiter: string): boolean {
    return this.#value[this.position] === delimiter
  }

  /** Goes past `delimiter` if it is next; says whether it was. */
  skip(delimiter: string): boolean {
    if (!this.at(delimiter)) return false
    this.position += 1
    this.#match(WHITESPACE)
    return true
  }

  /** Goes past what `pattern` matches and returns it. Throws if it is not next. */
  take(pattern: RegExp, what: string): string {
    const start = this.position
    const matched = this.#match(pattern)
    if (matched === null) throw this.expected(what, start)
    this.#match(WHITESPACE)
    return matched
  }

  expected(what: string, position: number): InvalidHeaderError {
    return new InvalidHeaderError(
      `expected ${what} at position ${position} of the header ${this.#header}, ${quote(this.#value)}`,
      {
        code: 'MALFORMED_HEADER',
        section: SECTIONS[this.#header] ?? '4',
        header: this.#header,
        value: this.#value,
      },
    )
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.position
    const [matched] = pattern.exec(this.#value) ?? []
    if (matched === undefined) return null
    this.position += matched.length
    return matched
  }
}

/** Where the syntax of a header is defined. */
const SECTIONS: Readonly<Record<string, string>> = {
  Connection: 'RFC 9110 7.6.1',
  Upgrade: 'RFC 9110 7.8',
  'Sec-WebSocket-Extensions': '9.1',
  'Sec-WebSocket-Protocol': '11.3.4',
}
