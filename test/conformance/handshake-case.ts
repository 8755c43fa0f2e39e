/** Cases of the opening handshake (RFC 6455, section 4; RFC 7692, section 7.1): one request, one response. */
import type { DeflateOptions } from '../../src/deflate/options.ts'
import type { Side } from '../../src/protocol/index.ts'

/** How the endpoint is set up. */
export interface Endpoint {
  subprotocols?: string[]
  /** One factory of permessage-deflate each, in order of preference. */
  deflate?: DeflateOptions[]
  /** Of a server. */
  origins?: (string | RegExp | null)[]
  /** Of a client. */
  origin?: string
  headers?: Record<string, string>
  /** Path and query of the URL; `/chat` if absent. */
  target?: string
}

/** Headers by name in lower case, repeated ones joined; `null` must not be there. */
export type ExpectedHeaders = Readonly<Record<string, string | null>>

interface Common {
  section: string
  /** What is sent. */
  name: string
  endpoint?: Endpoint
  /** The tester ends its half of TCP behind what it sends. */
  thenEnds?: boolean
}

/** The tester sends this request; the server answers with this status, or not at all. */
export interface ServerHandshake extends Common {
  side: 'server'
  request: string | Uint8Array
  status: number | null
  headers?: ExpectedHeaders
}

/** The client's request is as `asks` says; the tester sends this response; the client takes it or says why not. */
export interface ClientHandshake extends Common {
  side: 'client'
  asks?: ExpectedHeaders
  response: (key: string) => string
  /** `open`, or the `code` of the error. */
  outcome: string
  subprotocol?: string
}

export type Handshake = ServerHandshake | ClientHandshake

export interface HandshakeCategory {
  name: string
  side: Side
  cases: readonly Handshake[]
}

export function handshakeTitle(each: Handshake): string {
  const outcome = each.side === 'client' ? each.outcome : (each.status ?? 'no answer')
  const headers = Object.entries((each.side === 'client' ? {} : each.headers) ?? {})
    .map(([name, value]) => `${name}: ${value ?? 'none'}`)
    .join(', ')
  return `${each.section} ${each.name} → ${outcome}${headers === '' ? '' : `, ${headers}`}`
}
