import { ByteBuffer } from './byte-buffer.ts'
import { HandshakeError, HeadersTooLargeError, InvalidMessageError, InvalidProtocolError } from './errors.ts'
import { type ByteSource, Incremental, type Progress, type Reading } from './incremental.ts'
import { MAX_INTERIM_RESPONSES, MAX_LINE } from './limits.ts'
import { Response } from './message.ts'
import { quote, showByte } from './quote.ts'
import { readBody } from './read-body.ts'
import { readHeaders } from './read-headers.ts'
import { readLine } from './read-line.ts'

const STATUS_LINE = /^(HTTP\/\d\.\d) ([1-5]\d\d) (.*)$/
// Where a status line differs from this (# for a digit) something else than HTTP is speaking.
const BEGINNING = 'HTTP/#.# ### '

/** `rest` are the bytes behind the response (a view on those pushed): frames, if its status is 101. */
export type ResponseResult =
  | { status: 'incomplete' }
  | { status: 'response'; response: Response; rest: Uint8Array }
  | { status: 'error'; error: HandshakeError }

/**
 * Reads the final response to a GET from bytes in pieces of any size (RFC 9112, sections 4 and 6), in linear
 * time; the result does not depend on how they were cut. Nothing that is pushed makes it throw.
 *
 * - At most 8192 bytes a line and 128 header lines: beyond is refused at its first byte.
 * - Up to 16 responses with a status 1xx other than 101 are passed over (RFC 9110, section 15.2).
 * - At most 2 ** 20 bytes of the body are kept; the response is complete as soon as they are there.
 * - An error behind the headers has the response, with the body so far, in its `response`.
 */
export class ResponseParser {
  readonly #reading = new Incremental(readResponse)

  /** `data` is copied as far as it is kept. After the end of the response it all comes back as `rest`. */
  push(data: Uint8Array): ResponseResult {
    return toResult(this.#reading.push(data))
  }

  /** The stream has ended: completes a body that ends with it, else an error that says where it ended. */
  end(): ResponseResult {
    return toResult(this.#reading.end())
  }
}

function toResult(progress: Progress<Response>): ResponseResult {
  if (progress.status !== 'complete') return progress
  return { status: 'response', response: progress.value, rest: progress.rest }
}

function* readResponse(source: ByteSource): Reading<Response> {
  let interim = 0
  for (;;) {
    const response = yield* readHead(source)
    if (response.status >= 200 || response.status === 101) {
      yield* readContent(source, response)
      return response
    }
    interim += 1
    if (interim > MAX_INTERIM_RESPONSES) {
      throw new HeadersTooLargeError(`there are more than ${MAX_INTERIM_RESPONSES} interim responses`, {
        code: 'TOO_MANY_INTERIM_RESPONSES',
        section: 'RFC 9110 15.2',
      })
    }
  }
}

function* readHead(source: ByteSource): Reading<Response> {
  const line = yield* readLine(source, {
    name: 'the status line',
    tooLong: () =>
      new HeadersTooLargeError(`the status line is longer than ${MAX_LINE} bytes`, {
        code: 'LINE_TOO_LONG',
        section: 'RFC 9112 4',
      }),
    check: checkBeginning,
  })
  const [, protocol, status, reasonPhrase = ''] = STATUS_LINE.exec(line) ?? []
  if (status === undefined) throw notHttp(`this is not an HTTP status line: ${quote(line)}`)
  if (protocol !== 'HTTP/1.1') {
    throw new InvalidProtocolError(`the server answered with ${protocol} instead of HTTP/1.1: ${quote(line)}`)
  }
  return new Response(Number(status), reasonPhrase, yield* readHeaders(source))
}

function checkBeginning(byte: number, index: number): void {
  const expected = BEGINNING[index]
  if (expected === undefined) return
  const character = String.fromCharCode(byte)
  if (expected === '#' ? /\d/.test(character) : character === expected) return
  throw notHttp(`this is not HTTP: no status line has ${showByte(byte)} at byte ${index}`)
}

function notHttp(message: string): InvalidMessageError {
  return new InvalidMessageError(message, { code: 'NOT_HTTP', section: 'RFC 9112 4' })
}

function* readContent(source: ByteSource, response: Response): Reading<void> {
  if (response.status < 200 || response.status === 204 || response.status === 304) return
  const body = new ByteBuffer()
  try {
    yield* readBody(source, response.headers, body)
  } catch (error) {
    if (error instanceof HandshakeError) error.response = response
    throw error
  } finally {
    response.body = body.toBytes()
  }
}
