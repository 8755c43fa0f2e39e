import { isFieldContent, isToken } from './grammar.ts'
import { Headers, type HeadersInit, linesOf } from './headers.ts'
import { encodeLatin1 } from './latin1.ts'
import { quote } from './quote.ts'

// No whitespace or control character: it would end the request line early (RFC 9112, section 3.2).
const REQUEST_TARGET = /^[\x21-\x7e\x80-\xff]+$/

/** Whether it can stand in a request line: visible Latin-1 without a space. */
export function isRequestTarget(path: string): boolean {
  return REQUEST_TARGET.test(path)
}

const HTTP_VERSION = /^HTTP\/\d\.\d$/

/** An opening handshake as the client sends it (RFC 6455, section 4.1). */
export class Request {
  /** Tells it from the other events. */
  readonly type = 'request'
  /** `'GET'`, as section 4.1 has it, unless a peer sent another. */
  method: string
  /** The request target: path and query, such as `'/chat?room=1'`; as sent, not decoded. */
  path: string
  /** `'HTTP/1.1'` */
  protocol: string
  /** As sent: in order, with their spelling and with repeated ones. */
  headers: Headers

  /** A `Headers` is kept, not copied. Throws a `TypeError` for names and values that `Headers` refuses. */
  constructor(path: string, headers?: HeadersInit, options: { method?: string; protocol?: string } = {}) {
    this.method = options.method ?? 'GET'
    this.path = path
    this.protocol = options.protocol ?? 'HTTP/1.1'
    this.headers = headers instanceof Headers ? headers : new Headers(headers)
  }
}

/** What the server answers to it: 101, or why not (RFC 6455, section 4.2.2). */
export class Response {
  /** Tells it from the other events. */
  readonly type = 'response'
  /** 100-599 */
  status: number
  /** `'Switching Protocols'` behind 101; may be empty. */
  reasonPhrase: string
  /** As sent: in order, with their spelling and with repeated ones. */
  headers: Headers
  /** `null` where the status has none (1xx, 204, 304). At most 2 ** 20 bytes if it was received. */
  body: Uint8Array | null

  /** A `Headers` is kept, not copied. Throws a `TypeError` for names and values that `Headers` refuses. */
  constructor(status: number, reasonPhrase: string, headers?: HeadersInit, body: Uint8Array | null = null) {
    this.status = status
    this.reasonPhrase = reasonPhrase
    this.headers = headers instanceof Headers ? headers : new Headers(headers)
    this.body = body
  }
}

/**
 * The bytes of a request (RFC 9112, section 3). Throws a `TypeError` if its method, path or protocol is not
 * what a request line can hold: they could smuggle in a header.
 */
export function serializeRequest(request: Request): Uint8Array<ArrayBuffer> {
  const { method, path, protocol } = request
  if (!isToken(method)) throw new TypeError(`${quote(method)} is not a valid HTTP method`)
  if (!isRequestTarget(path)) throw new TypeError(`${quote(path)} is not a valid request target`)
  if (!HTTP_VERSION.test(protocol)) throw new TypeError(`${quote(protocol)} is not an HTTP version`)
  return serialize(`${method} ${path} ${protocol}`, request.headers, null)
}

/**
 * The bytes of a response (RFC 9112, section 4). Throws a `TypeError` if its status is not an integer from 100
 * to 599 or its reason phrase holds a control character or one above U+00FF.
 */
export function serializeResponse(response: Response): Uint8Array<ArrayBuffer> {
  const { status, reasonPhrase } = response
  if (!Number.isInteger(status) || status < 100 || status > 599) {
    throw new TypeError(`${status} is not an HTTP status`)
  }
  if (!isFieldContent(reasonPhrase))
    throw new TypeError(`${quote(reasonPhrase)} is not a valid reason phrase`)
  return serialize(`HTTP/1.1 ${status} ${reasonPhrase}`, response.headers, response.body)
}

function serialize(startLine: string, headers: Headers, body: Uint8Array | null): Uint8Array<ArrayBuffer> {
  const head = encodeLatin1(`${startLine}\r\n${linesOf(headers)}\r\n`)
  if (body === null || body.length === 0) return head
  const bytes = new Uint8Array(head.length + body.length)
  bytes.set(head)
  bytes.set(body, head.length)
  return bytes
}
