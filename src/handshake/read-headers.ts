import { HeadersTooLargeError, InvalidMessageError } from './errors.ts'
import { isToken } from './grammar.ts'
import { Headers } from './headers.ts'
import type { ByteSource, Reading } from './incremental.ts'
import { MAX_HEADERS, MAX_LINE } from './limits.ts'
import { quote } from './quote.ts'
import { readLine } from './read-line.ts'

/** Reads header lines and the empty line that ends them (RFC 9112, section 5). */
export function* readHeaders(source: ByteSource): Reading<Headers> {
  const headers = new Headers()
  for (let number = 1; ; number++) {
    const line = yield* readLine(source, {
      name: `header line ${number}`,
      tooLong: () =>
        new HeadersTooLargeError(`header line ${number} is longer than ${MAX_LINE} bytes`, {
          code: 'HEADER_TOO_LONG',
        }),
      check: (byte, index) => index === 0 && checkFirstByte(byte, number),
    })
    if (line === '') return headers
    const colon = line.indexOf(':')
    if (colon < 0)
      throw malformed('INVALID_HEADER_LINE', `header line ${number} has no colon: ${quote(line)}`)
    const name = line.slice(0, colon)
    // Also refuses whitespace before the colon: servers have to (RFC 9112, section 5.1).
    if (!isToken(name))
      throw malformed('INVALID_HEADER_NAME', `header line ${number} has the name ${quote(name)}`)
    headers.append(name, line.slice(colon + 1))
  }
}

function checkFirstByte(byte: number, number: number): void {
  if (number > MAX_HEADERS) throw new HeadersTooLargeError(`there are more than ${MAX_HEADERS} header lines`)
  if (byte === 0x20 || byte === 0x09) {
    throw new InvalidMessageError(`header line ${number} begins with whitespace: folded lines are obsolete`, {
      code: 'FOLDED_HEADER',
      section: 'RFC 9112 5.2',
    })
  }
}

function malformed(code: string, message: string): InvalidMessageError {
  return new InvalidMessageError(message, { code, section: 'RFC 9112 5' })
}
