import { expect } from 'vitest'
import { type HandshakeError, Headers, Request } from '../../src/handshake/index.ts'

/** RFC 6455, section 1.3. */
export const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
export const SAMPLE_ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

/** One byte for each character (Latin-1). */
export function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

export function text(data: Uint8Array | null): string {
  return String.fromCharCode(...(data ?? []))
}

export function lines(...all: string[]): string {
  return all.map((line) => `${line}\r\n`).join('')
}

interface Parser<R extends { status: string; rest?: Uint8Array }> {
  push(data: Uint8Array): R
  end(): R
}

/** The data in pieces that end at the offsets; each piece is overwritten once it was pushed. */
export function feed<R extends { status: string; rest?: Uint8Array }>(
  parser: Parser<R>,
  data: Uint8Array,
  offsets: readonly number[],
): { result: R; rest: string } {
  let result: R | undefined
  let rest = ''
  let from = 0
  for (const to of [...offsets, data.length]) {
    const piece = data.slice(from, to)
    from = to
    result = parser.push(piece)
    if (result.rest !== undefined) rest += text(result.rest)
    piece.fill(0x21)
  }
  return { result: result!, rest }
}

/** Byte by byte. */
export function everyOffset(data: Uint8Array): number[] {
  return Array.from({ length: Math.max(0, data.length - 1) }, (_, index) => index + 1)
}

/** What the whole data gives, after it was seen that it gives the same byte by byte and cut in two anywhere. */
export function feedAllWays<R extends { status: string; rest?: Uint8Array }>(
  create: () => Parser<R>,
  input: string,
): { result: R; rest: string } {
  const data = bytes(input)
  const whole = feed(create(), data, [])
  const expected = comparable(whole)
  expect(comparable(feed(create(), data, everyOffset(data)))).toEqual(expected)
  for (const offset of everyOffset(data)) {
    expect(comparable(feed(create(), data, [offset])), `cut at ${offset}`).toEqual(expected)
  }
  return whole
}

/** A result without what may differ: how much of the rest came with which piece. */
export function comparable({
  result,
  rest,
}: {
  result: { status: string; error?: HandshakeError }
  rest: string
}) {
  const { rest: _, error, ...others } = result as { rest?: Uint8Array; error?: HandshakeError }
  return { ...others, rest, error: error && { ...error, message: error.message, name: error.name } }
}

/** A correct opening handshake, changed: `null` takes a header away, a list repeats it. */
export function handshake(
  changes: Record<string, string | string[] | null> = {},
  options: { method?: string; protocol?: string } = {},
): Request {
  const headers = new Headers({
    Host: 'server.example.com',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': SAMPLE_KEY,
    'Sec-WebSocket-Version': '13',
  })
  for (const [name, values] of Object.entries(changes)) {
    headers.delete(name)
    for (const value of typeof values === 'string' ? [values] : (values ?? [])) headers.append(name, value)
  }
  return new Request('/chat', headers, options)
}
