import {
  HandshakeError,
  InvalidHeaderError,
  InvalidMethodError,
  InvalidOriginError,
  InvalidProtocolError,
  InvalidUpgradeError,
  NegotiationError,
} from './errors.ts'
import type { Extension, ExtensionParams, ServerExtensionFactory } from './extension.ts'
import { type Headers, headersOf } from './headers.ts'
import { acceptKey, isValidKey } from './key.ts'
import { type Request, Response } from './message.ts'
import { type AllowedOrigin, checkOrigin } from './origin.ts'
import { quote } from './quote.ts'
import { refuse, reject } from './reject.ts'
import { singleHeader } from './single-header.ts'
import { buildExtensions, type ExtensionElement, parseExtensions, parseTokens } from './syntax.ts'
import { checkUpgrade } from './upgrade.ts'

/** What a client must send: RFC 6455, section 4.2.1. */
const SECTION = '4.2.1'

export interface ResponseOptions {
  /** Who may connect; everyone if absent. */
  origins?: readonly AllowedOrigin[] | undefined
  extensions?: readonly ServerExtensionFactory[] | undefined
  /** In order of preference. If there are any, a client has to offer one of them. */
  subprotocols?: readonly string[] | undefined
  /**
   * Decides instead of `subprotocols`: returns one of those offered (none, maybe), or `null` for none. May throw
   * a `NegotiationError` to refuse the connection.
   */
  selectSubprotocol?: ((offered: string[]) => string | null) | undefined
}

/** The answer to an opening handshake: a 101 and what was agreed on, or the response that refuses it and why. */
export type Decision =
  | { response: Response; extensions: Extension[]; subprotocol: string | null; error?: undefined }
  | { response: Response; error: HandshakeError }

/**
 * Decides about a client's opening handshake (RFC 6455, section 4.2). Nothing in `request` makes it throw; what
 * a hook or an extension throws, other than `NegotiationError`, is the `cause` of the error behind a 500.
 *
 * The first of these that applies: 405 not GET, 505 not HTTP/1.1, 426 no `Upgrade` or `Connection` for
 * WebSocket, 400 for the key, the version, `Host`, 403 for the origin, 400 for the rest. Each of them tells the
 * version 13 if the request's is another.
 */
export function checkRequest(request: Request, options: ResponseOptions = {}): Decision {
  try {
    return accept(request, options)
  } catch (cause) {
    const error = cause instanceof HandshakeError ? cause : internalError(cause)
    error.response = refusal(error, request)
    return { response: error.response, error }
  }
}

function accept({ method, protocol, headers }: Request, options: ResponseOptions): Decision {
  if (method !== 'GET') throw new InvalidMethodError(`the method must be GET, it is ${quote(method)}`)
  if (protocol !== 'HTTP/1.1') {
    throw new InvalidProtocolError(`the protocol must be HTTP/1.1, it is ${quote(protocol)}`)
  }
  checkUpgrade(headers, SECTION)
  const key = readKey(headers)
  checkVersion(headers)
  checkHost(headers)
  checkOrigin(headers, options.origins)
  const [extensions, elements] = acceptExtensions(headers, options.extensions ?? [])
  const subprotocol = acceptSubprotocol(headers, options)

  const response = headersOf(acceptingLines(acceptKey(key)))
  if (elements.length > 0) response.append('Sec-WebSocket-Extensions', buildExtensions(elements))
  if (subprotocol !== null) response.append('Sec-WebSocket-Protocol', subprotocol)
  return { response: new Response(101, 'Switching Protocols', response), extensions, subprotocol }
}

/** The header lines of a 101 that agrees to nothing else; `accept` is its `Sec-WebSocket-Accept`. */
export function acceptingLines(accept: string): string {
  return `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n`
}

function readKey(headers: Headers): string {
  const header = 'Sec-WebSocket-Key'
  const value = singleHeader(headers, header, 'KEY', SECTION)
  if (isValidKey(value)) return value
  throw new InvalidHeaderError(`the header ${header} is not Base64 of 16 bytes: ${quote(value)}`, {
    code: 'INVALID_KEY',
    section: SECTION,
    header,
    value,
  })
}

function checkVersion(headers: Headers): void {
  const header = 'Sec-WebSocket-Version'
  const value = singleHeader(headers, header, 'VERSION', SECTION)
  if (value === '13') return
  throw new InvalidHeaderError(`the header ${header} must be 13, it is ${quote(value)}`, {
    code: 'UNSUPPORTED_VERSION',
    section: '4.4',
    header,
    value,
  })
}

/** RFC 9112, section 3.2; empty it is for URIs without a host, and there is no such `ws` URI. */
function checkHost(headers: Headers): void {
  const header = 'Host'
  const value = singleHeader(headers, header, 'HOST', 'RFC 9112 3.2')
  if (/^(?:\[[^\s[\]]+\]|[^\s,/?#@[\]:\\]+)(?::\d*)?$/.test(value)) return
  throw new InvalidHeaderError(`the header ${header} does not name a host: ${quote(value)}`, {
    code: 'INVALID_HOST',
    section: 'RFC 9112 3.2',
    header,
    value,
  })
}

/**
 * In the client's order, the first acceptable offer of each extension (RFC 6455, section 9.1). An extension
 * twice would use the same reserved bits twice.
 */
function acceptExtensions(
  headers: Headers,
  factories: readonly ServerExtensionFactory[],
): [extensions: Extension[], elements: ExtensionElement[]] {
  const extensions: Extension[] = []
  const elements: ExtensionElement[] = []
  for (const [name, params] of parseExtensions(headers.getAll('Sec-WebSocket-Extensions'))) {
    if (elements.some(([accepted]) => accepted === name)) continue
    const accepted = acceptExtension(name, params, extensions, factories)
    if (accepted === null) continue
    elements.push([name, accepted[0]])
    extensions.push(accepted[1])
  }
  return [extensions, elements]
}

function acceptExtension(
  name: string,
  params: ExtensionParams,
  accepted: readonly Extension[],
  factories: readonly ServerExtensionFactory[],
): [ExtensionParams, Extension] | null {
  for (const factory of factories) {
    if (factory.name !== name) continue
    try {
      return factory.processRequestParams(params, accepted)
    } catch (error) {
      if (!(error instanceof NegotiationError)) throw internalError(error)
    }
  }
  return null
}

/** As in `websockets`: a server that names subprotocols insists on one of them. */
function acceptSubprotocol(headers: Headers, options: ResponseOptions): string | null {
  const { selectSubprotocol, subprotocols = [] } = options
  const header = 'Sec-WebSocket-Protocol'
  const offered = parseTokens(header, headers.getAll(header))
  if (selectSubprotocol !== undefined) return ask(selectSubprotocol, offered)
  if (subprotocols.length === 0) return null
  const selected = subprotocols.find((subprotocol) => offered.includes(subprotocol))
  if (selected !== undefined) return selected
  const problem =
    offered.length === 0 ? 'the client offers no subprotocol' : 'the client offers other subprotocols'
  throw new NegotiationError(`${problem}; expected one of ${quote(subprotocols.join(', '))}`, {
    code: offered.length === 0 ? 'MISSING_SUBPROTOCOL' : 'NO_COMMON_SUBPROTOCOL',
    section: '4.2.2',
  })
}

function ask(selectSubprotocol: (offered: string[]) => string | null, offered: string[]): string | null {
  try {
    const selected = selectSubprotocol([...offered]) ?? null
    if (selected === null || offered.includes(selected)) return selected
    throw new RangeError(
      `selectSubprotocol returned ${quote(String(selected))}, which the client did not offer`,
    )
  } catch (error) {
    throw error instanceof NegotiationError ? error : internalError(error)
  }
}

function internalError(cause: unknown): HandshakeError {
  return new HandshakeError('the server failed to decide about the request', {
    code: 'INTERNAL_ERROR',
    section: '4.2.2',
    cause,
  })
}

function refusal(error: HandshakeError, { headers }: Request): Response {
  const response = refusalByKind(error)
  // Also beside other faults: a client of another version learns it at once (RFC 6455, section 4.4).
  const versions = headers.getAll('Sec-WebSocket-Version')
  if (versions.length !== 1 || versions[0] !== '13') response.headers.append('Sec-WebSocket-Version', '13')
  return response
}

function refusalByKind(error: HandshakeError): Response {
  if (error instanceof InvalidMethodError) {
    const response = refuse(error, 405)
    response.headers.append('Allow', 'GET')
    return response
  }
  if (error instanceof InvalidUpgradeError) return refuseWithoutUpgrade(error)
  if (error instanceof InvalidProtocolError) return refuse(error, 505)
  if (error instanceof InvalidOriginError) return refuse(error, 403)
  if (error.code === 'INTERNAL_ERROR') return refuse(error, 500)
  return refuse(error, 400)
}

/** Most often a person with a browser. `Connection` names `Upgrade` beside it (RFC 9110, section 7.8). */
function refuseWithoutUpgrade(error: InvalidUpgradeError): Response {
  const explanation =
    'This address speaks WebSocket: you need a WebSocket client, a browser alone will not do.'
  const response = reject(426, `Failed to open a WebSocket connection: ${error.message}.\n\n${explanation}\n`)
  response.headers.set('Connection', 'Upgrade, close')
  response.headers.append('Upgrade', 'websocket')
  return response
}
