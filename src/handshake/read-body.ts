import type { ByteBuffer } from './byte-buffer.ts'
import { HeadersTooLargeError, InvalidMessageError } from './errors.ts'
import { trimWhitespace } from './grammar.ts'
import type { Headers } from './headers.ts'
import type { ByteSource, Reading } from './incremental.ts'
import { MAX_BODY, MAX_LINE } from './limits.ts'
import { quote } from './quote.ts'
import { readHeaders } from './read-headers.ts'
import { readLine, streamEnded } from './read-line.ts'

/**
 * Reads a response's body into `body` (RFC 9112, section 6.3): chunked, of a given length, or all until the
 * stream ends. Stops when `MAX_BODY` bytes are there: a refusal's text is wanted, not a download.
 */
export function readBody(source: ByteSource, headers: Headers, body: ByteBuffer): Reading<void> {
  const codings = headers.getAll('Transfer-Encoding')
  if (codings.length > 0) {
    // Other codings than chunked are left in the body as they are; they do not say where it ends.
    const last = trimWhitespace(codings.join(',').split(',').at(-1) ?? '')
    return last.toLowerCase() === 'chunked' ? readChunks(source, body) : readToEnd(source, body)
  }
  const lengths = headers.getAll('Content-Length')
  return lengths.length > 0 ? readExactly(source, body, parseLength(lengths)) : readToEnd(source, body)
}

/** The same length may be said repeatedly (RFC 9110, section 8.6). */
function parseLength(values: string[]): number {
  const [length = '', ...others] = values.join(',').split(',').map(trimWhitespace)
  if (/^\d+$/.test(length) && others.every((other) => other === length)) return Number(length)
  throw new InvalidMessageError(`the response has the Content-Length ${quote(values.join(', '))}`, {
    code: 'INVALID_CONTENT_LENGTH',
    section: 'RFC 9112 6.3',
  })
}

function* readExactly(source: ByteSource, body: ByteBuffer, length: number): Reading<void> {
  let left = length
  while (left > 0) {
    const taken = source.take(Math.min(left, MAX_BODY - body.length))
    body.append(taken)
    left -= taken.length
    if (left === 0 || body.length === MAX_BODY) return
    if (source.ended) throw streamEnded("the response's body", body.length)
    yield
  }
}

function* readToEnd(source: ByteSource, body: ByteBuffer): Reading<void> {
  for (;;) {
    body.append(source.take(MAX_BODY - body.length))
    if (source.ended || body.length === MAX_BODY) return
    yield
  }
}

/** RFC 9112, section 7.1. Chunk extensions and trailers are read and dropped. */
function* readChunks(source: ByteSource, body: ByteBuffer): Reading<void> {
  for (;;) {
    const line = yield* readLine(source, { name: "a chunk's size", tooLong: chunkLineTooLong })
    const [, size] = /^([\da-fA-F]+)[\t ]*(?:;.*)?$/.exec(line) ?? []
    if (size === undefined) throw invalidChunk(`a chunk has the size ${quote(line)}`)
    const length = Number.parseInt(size, 16)
    if (length === 0) {
      yield* readHeaders(source)
      return
    }
    yield* readExactly(source, body, length)
    if (body.length === MAX_BODY) return
    yield* readLine(source, {
      name: 'the line end behind a chunk',
      tooLong: chunkLineTooLong,
      check: () => {
        throw invalidChunk('a chunk is longer than its size')
      },
    })
  }
}

function chunkLineTooLong(): HeadersTooLargeError {
  return new HeadersTooLargeError(`a chunk's size and extensions are longer than ${MAX_LINE} bytes`, {
    code: 'CHUNK_LINE_TOO_LONG',
    section: 'RFC 9112 7.1.1',
  })
}

function invalidChunk(message: string): InvalidMessageError {
  return new InvalidMessageError(message, { code: 'INVALID_CHUNK', section: 'RFC 9112 7.1' })
}
