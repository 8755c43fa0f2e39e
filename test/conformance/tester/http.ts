/** The tester's end of the opening handshake (RFC 6455, section 4), as text, without `src/handshake`. */
import { createHash } from 'node:crypto'

export const sampleKey = 'dGhlIHNhbXBsZSBub25jZQ=='

/** Section 4.2.2, step 5.4. */
export const acceptOf = (key: string) =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')

/** Header lines to be other than they should: `null` takes one away, an array repeats it. */
export type Change = Readonly<Record<string, string | readonly string[] | null>>

function lines(headers: Change): string {
  return Object.entries(headers)
    .flatMap(([name, value]) => (value === null ? [] : [value].flat().map((each) => `${name}: ${each}\r\n`)))
    .join('')
}

export function requestText(change: Change = {}, line = 'GET /chat HTTP/1.1'): string {
  const headers = {
    Host: 'server.example.com',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': sampleKey,
    'Sec-WebSocket-Version': '13',
    ...change,
  }
  return `${line}\r\n${lines(headers)}\r\n`
}

export function responseText(
  key: string,
  change: Change = {},
  line = 'HTTP/1.1 101 Switching Protocols',
  body = '',
): string {
  const headers = {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': acceptOf(key),
    ...change,
  }
  return `${line}\r\n${lines(headers)}\r\n${body}`
}

/** The head of an HTTP message: `headers` by name in lower case, in order. */
export interface Head {
  line: string
  headers: Map<string, string[]>
}

/** Splits off the head of an HTTP message, or `null` while it is not whole. */
export function splitHead(data: Buffer): { head: Head; rest: Buffer } | null {
  const end = data.indexOf('\r\n\r\n')
  if (end < 0) return null
  const [line = '', ...fields] = data.subarray(0, end).toString('latin1').split('\r\n')
  const headers = new Map<string, string[]>()
  for (const field of fields) {
    const colon = field.indexOf(':')
    const name = field.slice(0, colon).toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), field.slice(colon + 1).trim()])
  }
  return { head: { line, headers }, rest: data.subarray(end + 4) }
}

export const statusOf = (head: Head) => Number(/^HTTP\/1\.1 (\d{3})/.exec(head.line)?.[1] ?? 0)
