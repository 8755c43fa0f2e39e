import { type HandshakeError, HeadersTooLargeError, InvalidMessageError } from './errors.ts'
import { HEADER_LINES, isToken, TOKEN_CHARACTERS } from './grammar.ts'
import { headersOf } from './headers.ts'
import { type ByteSource, Incremental, type Progress, type Reading } from './incremental.ts'
import { decodeLatin1 } from './latin1.ts'
import { MAX_HEADERS, MAX_LINE } from './limits.ts'
import { Request, type Response } from './message.ts'
import { quote, showByte } from './quote.ts'
import { readHeaders } from './read-headers.ts'
import { readLine } from './read-line.ts'
import { refuse } from './reject.ts'

const REQUEST_LINE = /^([^ ]+) ([\x21-\xff]+) (HTTP\/\d\.\d)$/

/** A request that nothing is wrong with, and in which no whitespace is left to be trimmed: most are like that. */
const USUAL_REQUEST = new RegExp(
  `^([${TOKEN_CHARACTERS}]+) ([\\x21-\\x7e\\x80-\\xff]+) (HTTP/\\d\\.\\d)\\r\\n(${HEADER_LINES})\\r\\n`,
)
/** Its most bytes: so no line in it is too long. */
const USUAL_SIZE = MAX_LINE

/** `rest` are the bytes behind the request (a view on those pushed); `response` is what to answer. */
export type RequestResult =
  | { status: 'incomplete' }
  | { status: 'request'; request: Request; rest: Uint8Array }
  | { status: 'error'; error: HandshakeError; response: Response | null }

/**
 * Reads one request from bytes in pieces of any size (RFC 9112, section 3), in linear time; the result does not
 * depend on how they were cut. Nothing that is pushed makes it throw.
 *
 * - At most 8192 bytes a line (else 414 or 431) and 128 header lines (431): beyond is refused at its first byte.
 * - Any method, target and HTTP version is a request: `checkRequest` refuses it. What is not HTTP at all, or
 *   malformed, is a 400, as soon as it is seen. Bytes above 0x7f are kept, as Latin-1.
 * - A body would be taken for frames: a GET with one is a 400 (RFC 9112, section 6.3).
 */
export class RequestParser {
  /** Read at once. */
  #request: Request | null = null
  #reading: Incremental<Request> | null = null

  /** `data` is copied as far as it is kept. After the end of the request it all comes back as `rest`. */
  push(data: Uint8Array): RequestResult {
    if (this.#reading === null && this.#request === null) {
      const usual = readUsual(data)
      if (usual !== null) {
        this.#request = usual.request
        return usual
      }
    }
    if (this.#request !== null) return { status: 'request', request: this.#request, rest: data }
    this.#reading ??= new Incremental(readRequest)
    return toResult(this.#reading.push(data))
  }

  /** The stream has ended: an error that says where, unless the request is complete. Nobody to answer is left. */
  end(): RequestResult {
    if (this.#request !== null) {
      return { status: 'request', request: this.#request, rest: new Uint8Array(0) }
    }
    this.#reading ??= new Incremental(readRequest)
    return toResult(this.#reading.end())
  }
}

/**
 * The request at the beginning of `data`, by a single pattern; `null` where that does not fit, for whatever reason.
 * It takes nothing that `readRequest` would not take, and makes the same of it, in a tenth of the time.
 */
function readUsual(data: Uint8Array): Extract<RequestResult, { status: 'request' }> | null {
  const text = decodeLatin1(data, 0, Math.min(data.length, USUAL_SIZE))
  let match = USUAL_REQUEST.exec(text)
  if (match === null) return null
  const size = match[0].length
  // What is kept are parts of the text: they are not to keep what came behind the request.
  if (size < text.length) match = USUAL_REQUEST.exec(decodeLatin1(data, 0, size))!
  const [, method, path, protocol, lines] = match
  const headers = headersOf(lines!)
  if (headers.size > MAX_HEADERS) return null
  const request =
    method === 'GET' && protocol === 'HTTP/1.1'
      ? new Request(path!, headers)
      : new Request(path!, headers, { method: method!, protocol: protocol! })
  return hasBody(request) ? null : { status: 'request', request, rest: data.subarray(size) }
}

function toResult(progress: Progress<Request>): RequestResult {
  switch (progress.status) {
    case 'incomplete':
      return progress
    case 'complete':
      return { status: 'request', request: progress.value, rest: progress.rest }
    case 'error': {
      const { error } = progress
      if (error.code !== 'UNEXPECTED_EOF') error.response ??= refuse(error, refusalStatus(error))
      return { status: 'error', error, response: error.response }
    }
  }
}

function refusalStatus(error: HandshakeError): number {
  if (!(error instanceof HeadersTooLargeError)) return 400
  return error.code === 'LINE_TOO_LONG' ? 414 : 431
}

function* readRequest(source: ByteSource): Reading<Request> {
  let line = yield* readRequestLine(source)
  // One empty line before it may be ignored (RFC 9112, section 2.2).
  if (line === '') line = yield* readRequestLine(source)
  const [, method = '', path = '', protocol = ''] = REQUEST_LINE.exec(line) ?? []
  if (method === '') throw notHttp(`this is not an HTTP request line: ${quote(line)}`)
  const headers = yield* readHeaders(source)
  const request = new Request(path, headers, { method, protocol })
  if (hasBody(request)) {
    throw new InvalidMessageError('a WebSocket handshake has no body', {
      code: 'UNEXPECTED_BODY',
      section: 'RFC 9112 6.3',
    })
  }
  return request
}

function readRequestLine(source: ByteSource): Reading<string> {
  let inMethod = true
  return readLine(source, {
    name: 'the request line',
    tooLong: () =>
      new HeadersTooLargeError(`the request line is longer than ${MAX_LINE} bytes`, {
        code: 'LINE_TOO_LONG',
        section: 'RFC 9112 3',
      }),
    // So a TLS ClientHello, say, is found at its first byte: it may never hold a line end.
    check: (byte, index) => {
      if (!inMethod) return
      if (byte === 0x20 && index > 0) inMethod = false
      else if (!isToken(String.fromCharCode(byte))) {
        throw notHttp(`this is not HTTP: no method has ${showByte(byte)} in it, at byte ${index}`)
      }
    },
  })
}

function notHttp(message: string): InvalidMessageError {
  return new InvalidMessageError(message, { code: 'NOT_HTTP', section: 'RFC 9112 3' })
}

/** Only where `checkRequest` would have no objection: its refusals tell more. */
function hasBody({ method, protocol, headers }: Request): boolean {
  if (method !== 'GET' || protocol !== 'HTTP/1.1') return false
  return (
    headers.has('Transfer-Encoding') ||
    headers.getAll('Content-Length').some((length) => !/^0+$/.test(length))
  )
}
