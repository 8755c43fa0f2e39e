import { type HandshakeError, HeadersTooLargeError, InvalidMessageError } from './errors.ts'
import { isToken } from './grammar.ts'
import { type ByteSource, Incremental, type Progress, type Reading } from './incremental.ts'
import { MAX_LINE } from './limits.ts'
import { Request, type Response } from './message.ts'
import { quote, showByte } from './quote.ts'
import { readHeaders } from './read-headers.ts'
import { readLine } from './read-line.ts'
import { refuse } from './reject.ts'

const REQUEST_LINE = /^([^ ]+) ([\x21-\xff]+) (HTTP\/\d\.\d)$/

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
  readonly #reading = new Incremental(readRequest)

  /** `data` is copied as far as it is kept. After the end of the request it all comes back as `rest`. */
  push(data: Uint8Array): RequestResult {
    return toResult(this.#reading.push(data))
  }

  /** The stream has ended: an error that says where, unless the request is complete. Nobody to answer is left. */
  end(): RequestResult {
    return toResult(this.#reading.end())
  }
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
  refuseBody(request)
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
function refuseBody({ method, protocol, headers }: Request): void {
  if (method !== 'GET' || protocol !== 'HTTP/1.1') return
  const lengths = headers.getAll('Content-Length')
  if (headers.has('Transfer-Encoding') || lengths.some((length) => !/^0+$/.test(length))) {
    throw new InvalidMessageError('a WebSocket handshake has no body', {
      code: 'UNEXPECTED_BODY',
      section: 'RFC 9112 6.3',
    })
  }
}
