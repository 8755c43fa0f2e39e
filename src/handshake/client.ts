import { buildBasicAuthorization } from './authorization.ts'
import { HandshakeError, InvalidHeaderError, InvalidStatusError, NegotiationError } from './errors.ts'
import type { ClientExtensionFactory, Extension, ExtensionParams } from './extension.ts'
import { isToken } from './grammar.ts'
import { Headers, type HeadersInit } from './headers.ts'
import { acceptKey } from './key.ts'
import { Request, type Response } from './message.ts'
import { quote } from './quote.ts'
import { singleHeader } from './single-header.ts'
import { buildExtensions, parseExtensions, parseTokens } from './syntax.ts'
import { checkUpgrade } from './upgrade.ts'
import { hostHeader, type WebSocketUri } from './uri.ts'

/** What the server must answer: RFC 6455, section 4.1. */
const SECTION = '4.1'

/** Of ours, what a caller may say in its own words. */
const REPLACEABLE = new Set(['host', 'origin', 'authorization'])
/** What belongs to the handshake, or would announce a body that a GET for WebSocket has not. */
const RESERVED = /^(?:upgrade|connection|content-length|transfer-encoding|sec-websocket-.*)$/

export interface RequestOptions {
  /** The `Sec-WebSocket-Key`, as of `generateKey`. */
  key: string
  origin?: string | undefined
  /**
   * More headers. `Host`, `Origin` and `Authorization` replace those that would be sent; the ones that make the
   * handshake (`Upgrade`, `Connection`, `Sec-WebSocket-*`) or a body are refused.
   */
  headers?: HeadersInit | undefined
  /** What to offer, in order of preference. */
  extensions?: readonly ClientExtensionFactory[] | undefined
  /** What to offer, in order of preference: tokens, each one once. */
  subprotocols?: readonly string[] | undefined
}

/** What was agreed on. */
export interface Agreement {
  /** In the order of negotiation. */
  extensions: Extension[]
  subprotocol: string | null
}

/**
 * The opening handshake for `uri` (RFC 6455, section 4.1). Throws a `TypeError` for a subprotocol that is not a
 * token or is named twice, a header that is reserved or cannot be sent, or an extension that is not made of tokens.
 */
export function buildRequest(uri: WebSocketUri, options: RequestOptions): Request {
  const { key, origin, extensions = [], subprotocols = [] } = options
  checkSubprotocols(subprotocols)
  const headers = new Headers({ Host: hostHeader(uri) })
  if (origin !== undefined) headers.append('Origin', origin)
  headers.append('Upgrade', 'websocket')
  headers.append('Connection', 'Upgrade')
  headers.append('Sec-WebSocket-Key', key)
  headers.append('Sec-WebSocket-Version', '13')
  if (extensions.length > 0) {
    const offers = extensions.map(
      (factory) => [factory.name, factory.getRequestParams()] as [string, ExtensionParams],
    )
    headers.append('Sec-WebSocket-Extensions', buildExtensions(offers))
  }
  if (subprotocols.length > 0) headers.append('Sec-WebSocket-Protocol', subprotocols.join(', '))
  if (uri.userInfo !== null) {
    headers.append('Authorization', buildBasicAuthorization(uri.userInfo.username, uri.userInfo.password))
  }
  addHeaders(headers, new Headers(options.headers))
  return new Request(uri.resourceName, headers)
}

function checkSubprotocols(subprotocols: readonly string[]): void {
  for (const [index, subprotocol] of subprotocols.entries()) {
    if (!isToken(subprotocol))
      throw new TypeError(`the subprotocol ${quote(String(subprotocol))} is not a token`)
    if (subprotocols.indexOf(subprotocol) < index) {
      throw new TypeError(`the subprotocol ${quote(subprotocol)} is named twice`)
    }
  }
}

function addHeaders(headers: Headers, additional: Headers): void {
  for (const [name, value] of additional) {
    const key = name.toLowerCase()
    if (RESERVED.test(key)) throw new TypeError(`the header ${name} belongs to the handshake itself`)
    if (!REPLACEABLE.has(key)) {
      headers.append(name, value)
      continue
    }
    if (additional.getAll(name).length > 1) throw new TypeError(`the header ${name} may be given only once`)
    headers.set(name, value)
  }
}

/**
 * Checks what the server answered to `request`, as it was sent (RFC 6455, section 4.1). Returns what was agreed
 * on or, instead of throwing it, why the handshake failed; the error has the response in its `response`.
 *
 * `extensions` are the factories of what was offered; the offer itself is read from `request`.
 */
export function checkResponse(
  response: Response,
  options: { request: Request; extensions?: readonly ClientExtensionFactory[] | undefined },
): Agreement | HandshakeError {
  try {
    return readResponse(response, options.request, options.extensions ?? [])
  } catch (cause) {
    const error =
      cause instanceof HandshakeError
        ? cause
        : new HandshakeError('an extension could not take the response', {
            code: 'INTERNAL_ERROR',
            section: '9.1',
            cause,
          })
    error.response = response
    return error
  }
}

function readResponse(
  response: Response,
  request: Request,
  factories: readonly ClientExtensionFactory[],
): Agreement {
  const { status, headers } = response
  if (status !== 101) {
    const answer = response.reasonPhrase === '' ? status : `${status} ${quote(response.reasonPhrase)}`
    throw new InvalidStatusError(`the server answered ${answer} instead of 101`)
  }
  checkUpgrade(headers, SECTION)
  checkAccept(headers, request.headers.get('Sec-WebSocket-Key') ?? '')
  return {
    extensions: readExtensions(headers, request.headers, factories),
    subprotocol: readSubprotocol(headers, request.headers),
  }
}

function checkAccept(headers: Headers, key: string): void {
  const header = 'Sec-WebSocket-Accept'
  const value = singleHeader(headers, header, 'ACCEPT', SECTION)
  if (value === acceptKey(key)) return
  throw new InvalidHeaderError(`the header ${header} does not answer the key: ${quote(value)}`, {
    code: 'INVALID_ACCEPT',
    section: SECTION,
    header,
    value,
  })
}

function readExtensions(
  answered: Headers,
  asked: Headers,
  factories: readonly ClientExtensionFactory[],
): Extension[] {
  const offered = parseExtensions(asked.getAll('Sec-WebSocket-Extensions')).map(([name]) => name)
  const accepted: Extension[] = []
  const names = new Set<string>()
  for (const [name, params] of parseExtensions(answered.getAll('Sec-WebSocket-Extensions'))) {
    if (!offered.includes(name)) {
      throw new NegotiationError(`the server accepted an extension that was not offered: ${quote(name)}`, {
        code: 'EXTENSION_NOT_OFFERED',
      })
    }
    if (names.has(name)) {
      throw new NegotiationError(`the server accepted the extension ${quote(name)} twice`, {
        code: 'REPEATED_EXTENSION',
      })
    }
    names.add(name)
    accepted.push(createExtension(name, params, accepted, factories))
  }
  return accepted
}

/** Several factories may have offered variants of one extension: the first one that takes the answer has it. */
function createExtension(
  name: string,
  params: ExtensionParams,
  accepted: readonly Extension[],
  factories: readonly ClientExtensionFactory[],
): Extension {
  let cause: unknown
  for (const factory of factories) {
    if (factory.name !== name) continue
    try {
      return factory.processResponseParams(params, accepted)
    } catch (error) {
      if (!(error instanceof NegotiationError)) throw error
      cause ??= error
    }
  }
  const why = cause instanceof Error ? `: ${cause.message}` : ''
  throw new NegotiationError(`the server's answer for the extension ${quote(name)} is unacceptable${why}`, {
    code: 'EXTENSION_REFUSED',
    cause,
  })
}

function readSubprotocol(answered: Headers, asked: Headers): string | null {
  const header = 'Sec-WebSocket-Protocol'
  const [subprotocol, ...others] = parseTokens(header, answered.getAll(header))
  if (subprotocol === undefined) return null
  if (others.length > 0) {
    const chosen = quote([subprotocol, ...others].join(', '))
    throw new NegotiationError(`the server chose more than one subprotocol: ${chosen}`, {
      code: 'REPEATED_SUBPROTOCOL',
      section: SECTION,
    })
  }
  if (!parseTokens(header, asked.getAll(header)).includes(subprotocol)) {
    throw new NegotiationError(`the server chose a subprotocol that was not offered: ${quote(subprotocol)}`, {
      code: 'SUBPROTOCOL_NOT_OFFERED',
      section: SECTION,
    })
  }
  return subprotocol
}
