import { quote } from './quote.ts'

/** A `ws` or `wss` URI, taken apart (RFC 6455, section 3). */
export interface WebSocketUri {
  /** `true` for `wss`. */
  readonly secure: boolean
  /** In lower case; an internationalised name in Punycode; an IPv6 address without brackets. */
  readonly host: string
  /** 1-65535; 80 or 443 if the URI names none. */
  readonly port: number
  /** As given, percent-encoded where needed; `''` if the URI has none. Dot segments are kept. */
  readonly path: string
  /** Without its question mark; `''` if the URI has none. */
  readonly query: string
  /** What the request asks for: the path, `'/'` if it is empty, and the query. */
  readonly resourceName: string
  /** Percent-decoded; `null` if the URI has none. */
  readonly userInfo: { readonly username: string; readonly password: string } | null
}

/** The part of a URI that is wrong. */
export type UriPart = 'scheme' | 'userInfo' | 'host' | 'port' | 'path' | 'query' | 'fragment'

const CODES = {
  scheme: 'INVALID_URI_SCHEME',
  userInfo: 'INVALID_URI_USER_INFO',
  host: 'INVALID_URI_HOST',
  port: 'INVALID_URI_PORT',
  path: 'INVALID_URI_PATH',
  query: 'INVALID_URI_QUERY',
  fragment: 'INVALID_URI_FRAGMENT',
} as const

/** The URI does not name a WebSocket server. Its message never shows the user information. */
export class InvalidUriError extends Error {
  static {
    InvalidUriError.prototype.name = 'InvalidUriError'
  }
  /** Which part of the URI is wrong. */
  readonly part: UriPart
  /** `'INVALID_URI_SCHEME'` and so on, one for each part. */
  readonly code: (typeof CODES)[UriPart]
  /** The section of RFC 6455. */
  readonly section = '3'

  constructor(message: string, options: { part: UriPart; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.part = options.part
    this.code = CODES[options.part]
  }
}

// RFC 3986, appendix B. The fragment keeps its '#', so that an empty one is seen.
const COMPONENTS = /^(?:([^:/?#]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(#.*)?$/s
// A host's colon and the port behind it; an IPv6 address has its colons in brackets.
const HOST_AND_PORT = /^(\[[^\]]*\][^:]*|[^:]*)(?::(.*))?$/s
// White space, control characters, lone surrogates; by number, since classes of Unicode take their time to be looked up.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\s\0-\x1f\x7f-\x9f\ud800-\udfff]/u
// reg-name (RFC 3986, section 3.2.2) without percent-encoding.
const REGISTERED_NAME = /^[A-Za-z0-9._~!$&'()*+,;=-]+$/
// Everything that is not pchar, '/' or '?' (RFC 3986, sections 3.3 and 3.4); a '%' is taken as encoded already.
const NOT_IN_RESOURCE_NAME = /[^A-Za-z0-9._~!$&'()*+,;=:@/?%-]/gu

/**
 * Takes a WebSocket URI apart (RFC 6455, section 3). The path goes to the server as it is written: dot segments
 * stay (`/a/../b`), only what a URI cannot hold is percent-encoded.
 *
 * Throws `InvalidUriError` if it is not `ws` or `wss`; has no host, a bad one or a bad port (0, above 65535, not
 * a number); a fragment, even an empty one; a user name without a password; or whitespace, a control character
 * or half a surrogate pair anywhere.
 */
export function parseUri(uri: string): WebSocketUri {
  // Both patterns match any string: each of their parts may be empty.
  const [, scheme, authority, path = '', query = '', fragment] = COMPONENTS.exec(uri) ?? []
  const secure = parseScheme(scheme)
  if (authority === undefined)
    throw new InvalidUriError('the URI names no host: "//" is missing', { part: 'host' })
  // The last '@': a user name or password may hold a raw one, a host may not.
  const at = authority.lastIndexOf('@')
  const userInfo = at < 0 ? null : parseUserInfo(authority.slice(0, at))
  const [, host = '', port = ''] = HOST_AND_PORT.exec(authority.slice(at + 1)) ?? []
  const target = { host: parseHost(host), port: parsePort(port, secure) }
  if (fragment !== undefined) {
    throw new InvalidUriError(`the URI has a fragment, ${quote(fragment)}: "#" must be written "%23"`, {
      part: 'fragment',
    })
  }
  const resource = { path: encode(path, 'path'), query: encode(query, 'query') }
  const resourceName = (resource.path || '/') + (resource.query && `?${resource.query}`)
  return { secure, ...target, ...resource, resourceName, userInfo }
}

/** The `Host` header for a URI: an IPv6 address in brackets, the port unless it is the default one. */
export function hostHeader(uri: Pick<WebSocketUri, 'secure' | 'host' | 'port'>): string {
  const host = uri.host.includes(':') ? `[${uri.host}]` : uri.host
  return uri.port === defaultPort(uri.secure) ? host : `${host}:${uri.port}`
}

function defaultPort(secure: boolean): number {
  return secure ? 443 : 80
}

function parseScheme(scheme: string | undefined): boolean {
  switch (scheme?.toLowerCase()) {
    case 'ws':
      return false
    case 'wss':
      return true
    case undefined:
      throw new InvalidUriError('the URI has no scheme: it must be ws or wss', { part: 'scheme' })
    default:
      throw new InvalidUriError(`the URI's scheme must be ws or wss, not ${quote(scheme ?? '')}`, {
        part: 'scheme',
      })
  }
}

/** For Basic authentication: the user name holds no colon, neither part a control character (RFC 7617, section 2). */
function parseUserInfo(userInfo: string): { username: string; password: string } {
  const colon = userInfo.indexOf(':')
  if (colon < 0) throw userInfoError('has a user name without a password')
  const username = decodeUserInfo(userInfo.slice(0, colon))
  const password = decodeUserInfo(userInfo.slice(colon + 1))
  if (username.includes(':')) throw userInfoError('has a user name with a colon in it')
  return { username, password }
}

function decodeUserInfo(text: string): string {
  refuseForbidden(text, 'userInfo')
  let decoded: string
  try {
    decoded = decodeURIComponent(text)
  } catch (cause) {
    throw new InvalidUriError("the URI's user information is not percent-encoded UTF-8", {
      part: 'userInfo',
      cause,
    })
  }
  if (/\p{Cc}/u.test(decoded)) throw userInfoError('has user information with a control character in it')
  return decoded
}

function userInfoError(what: string): InvalidUriError {
  return new InvalidUriError(`the URI ${what}`, { part: 'userInfo' })
}

function parseHost(host: string): string {
  if (host === '') throw new InvalidUriError('the URI names no host', { part: 'host' })
  refuseForbidden(host, 'host')
  if (REGISTERED_NAME.test(host)) return host.toLowerCase()
  if (host.startsWith('[')) {
    platformHost(host)
    return host.slice(1, -1).toLowerCase()
  }
  // What is percent-encoded or not ASCII: decoded, and put into Punycode, by the platform.
  return platformHost(host)
}

function platformHost(host: string): string {
  if (!/^\[[\da-fA-F:.]*\]$/.test(host) && !/^(?:[^\0-\x7f]|[A-Za-z0-9._~!$&'()*+,;=%-])+$/.test(host)) {
    throw hostError(host)
  }
  try {
    return new URL(`ws://${host}`).hostname
  } catch (cause) {
    throw hostError(host, cause)
  }
}

function hostError(host: string, cause?: unknown): InvalidUriError {
  return new InvalidUriError(`the URI's host ${quote(host)} is not a valid name or address`, {
    part: 'host',
    cause,
  })
}

function parsePort(port: string, secure: boolean): number {
  if (port === '') return defaultPort(secure)
  const number = /^\d+$/.test(port) ? Number(port) : 0
  if (number < 1 || number > 65535) {
    throw new InvalidUriError(`the URI's port must be from 1 to 65535, not ${quote(port)}`, { part: 'port' })
  }
  return number
}

function encode(text: string, part: 'path' | 'query'): string {
  refuseForbidden(text, part)
  return text.replace(NOT_IN_RESOURCE_NAME, encodeURIComponent)
}

function refuseForbidden(text: string, part: UriPart): void {
  const forbidden = FORBIDDEN.exec(text)
  if (forbidden === null) return
  throw new InvalidUriError(
    `the URI has ${quote(forbidden[0])} in its ${part}, character ${forbidden.index + 1}`,
    {
      part,
    },
  )
}
