import { type HandshakeError, InvalidMessageError } from './errors.ts'
import type { ByteSource, Reading } from './incremental.ts'
import { decodeLatin1 } from './latin1.ts'
import { MAX_LINE } from './limits.ts'
import { showByte } from './quote.ts'

const HTAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SP = 0x20
const DEL = 0x7f

/** What is special about a line. */
export interface LineRules {
  /** What it is called in an error: `'the request line'`. */
  name: string
  /** The error if it is longer than `MAX_LINE`. */
  tooLong: () => HandshakeError
  /** Looks at each byte (not at CR and LF) as it arrives; throws if it cannot be right. */
  check?: (byte: number, index: number) => void
}

/**
 * Reads a line, as Latin-1, without its CRLF (RFC 9112, section 2.2). RFC 9112 lets a recipient take a single
 * LF for the end of a line; we do not, because two recipients that disagree about lines can be played off
 * against each other (section 11.2).
 */
export function* readLine(source: ByteSource, rules: LineRules): Reading<string> {
  let line = ''
  let returned = false // the last byte was CR
  for (;;) {
    const { data } = source
    let at = source.offset
    // What is taken of this piece is decoded at once: most lines arrive whole.
    let taken = at
    for (; at < data.length; at++) {
      const byte = data[at]!
      const index = line.length + at - taken
      if (returned) {
        if (byte !== LF) throw malformed('BARE_CR', 'a CR that no LF follows', rules, index)
        source.offset = at + 1
        return line
      }
      if (byte === CR) {
        line += decodeLatin1(data, taken, at)
        taken = at + 1
        returned = true
        continue
      }
      if (byte === LF) throw malformed('BARE_LF', 'an LF that no CR precedes', rules, index)
      rules.check?.(byte, index)
      if ((byte < SP && byte !== HTAB) || byte === DEL) {
        throw malformed('CONTROL_CHARACTER', `the control character ${showByte(byte)}`, rules, index)
      }
      if (index === MAX_LINE) throw rules.tooLong()
    }
    line += decodeLatin1(data, taken, at)
    source.offset = at
    if (source.ended) throw streamEnded(rules.name, line.length)
    yield
  }
}

/** The stream ended inside `what`, of which `length` bytes had come. */
export function streamEnded(what: string, length: number): InvalidMessageError {
  const message =
    length === 0
      ? `the stream ended before ${what}`
      : `the stream ended in ${what}, after ${length} bytes of it`
  return new InvalidMessageError(message, { code: 'UNEXPECTED_EOF', section: 'RFC 9112 8' })
}

function malformed(code: string, what: string, { name }: LineRules, length: number): InvalidMessageError {
  return new InvalidMessageError(`${name} holds ${what}, at byte ${length}`, {
    code,
    section: 'RFC 9112 2.2',
  })
}
