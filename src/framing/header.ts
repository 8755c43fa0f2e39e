import type { FrameError } from './errors.ts'
import { extendedLengthSize, lengthMarker, readLength, writeExtendedLength } from './length.ts'
import { keyBytes } from './mask.ts'
import { isControl, isOpcode, Opcode } from './opcode.ts'
import { violation } from './rules.ts'

/** Bytes of the longest header: 2, a 64-bit length, a masking key. */
export const MAX_HEADER_SIZE = 14

/** The reserved bits as one number, as `reservedBits` arguments mean them. */
export const RSV1 = 4
export const RSV2 = 2
export const RSV3 = 1

/** The header of one frame (RFC 6455, section 5.2). Filled by `parseHeader`, so that one can serve many frames. */
export class Header {
  fin = false
  /** RSV1 to RSV3 as a number of three bits: 4, 2, 1. */
  rsv = 0
  opcode: Opcode = Opcode.continuation
  masked = false
  /** The masking key as a signed number, its first byte the lowest; without meaning unless `masked`. */
  key = 0
  /** Bytes of the payload. */
  length = 0
  /** Bytes of the header itself: 2 to 14. */
  size = 0

  copy(): Header {
    const copy = new Header()
    copy.fin = this.fin
    copy.rsv = this.rsv
    copy.opcode = this.opcode
    copy.masked = this.masked
    copy.key = this.key
    copy.length = this.length
    copy.size = this.size
    return copy
  }

  /** The 4 bytes of the masking key, as a new array; `null` if it is not masked. */
  get maskingKey(): Uint8Array | null {
    return this.masked ? keyBytes(this.key) : null
  }
}

/** What a header must keep to, as far as it depends on the connection. */
export interface HeaderRules {
  /** Which reserved bits may be set, an extension having defined them: RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly reservedBits: number
  /** Largest payload in bytes of a data frame; `Infinity` for no limit. Control frames end at 125 anyway. */
  readonly maxPayload: number
  /** The rule that a payload over `maxPayload` breaks. */
  readonly tooBig: 'FRAME_TOO_BIG' | 'MESSAGE_TOO_BIG'
}

/**
 * Reads the header of a frame that starts at `data[start]`, of which bytes up to `data[end - 1]` are there.
 * Returns `true` when it is whole and right, and has filled `header`; `false` when bytes are missing: then nothing was
 * looked at; or the first rule that it breaks, in the order of its bytes, with its offset counted from `start`.
 * `masked` says whether a mask is required, or forbidden (RFC 6455, section 5.1).
 */
export function parseHeader(
  data: Uint8Array,
  start: number,
  end: number,
  masked: boolean,
  rules: HeaderRules,
  header: Header,
): boolean | FrameError {
  if (end - start < 2) return false
  const first = data[start]!
  const second = data[start + 1]!
  const marker = second & 0x7f
  const keyAt = start + 2 + extendedLengthSize(marker)
  const hasMask = second >= 0x80
  const size = keyAt - start + (hasMask ? 4 : 0)
  if (end - start < size) return false

  header.fin = first >= 0x80
  header.rsv = (first >> 4) & 7
  header.opcode = (first & 15) as Opcode
  header.masked = hasMask
  header.length = readLength(marker, data, start + 2)
  header.size = size
  if (hasMask) {
    header.key = data[keyAt]! | (data[keyAt + 1]! << 8) | (data[keyAt + 2]! << 16) | (data[keyAt + 3]! << 24)
  }
  return findViolation(header, data, start, masked, rules) ?? true
}

/** The first rule that a header breaks, if any; `data[start]` is its first byte. */
function findViolation(
  header: Header,
  data: Uint8Array,
  start: number,
  masked: boolean,
  rules: HeaderRules,
): FrameError | null {
  const { opcode, length } = header
  const control = isControl(opcode)
  const marker = data[start + 1]! & 0x7f
  // Section 5.2: "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values."
  if ((header.rsv & ~rules.reservedBits) !== 0) return violation('RESERVED_BITS', { offset: 0 })
  // Section 5.2: "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_."
  if (!isOpcode(opcode)) return violation('RESERVED_OPCODE', { offset: 0, detail: String(opcode) })
  // Section 5.5: control frames "MUST have a payload length of 125 bytes or less and MUST NOT be fragmented."
  if (control && !header.fin) return violation('CONTROL_FRAME_FRAGMENTED', { offset: 0 })
  // Section 5.1: a server closes upon an unmasked frame, a client upon a masked one.
  if (header.masked !== masked) {
    return violation(masked ? 'MASK_MISSING' : 'MASK_UNEXPECTED', { offset: 1 })
  }
  if (control && length > 125) return violation('CONTROL_FRAME_TOO_LONG', { offset: 1 })
  // Section 5.2: "the minimal number of bytes MUST be used to encode the length".
  if (marker !== lengthMarker(length)) return violation('LENGTH_NOT_MINIMAL', { offset: 2 })
  // Section 5.2: of a 64-bit length "the most significant bit MUST be 0".
  if (length > Number.MAX_SAFE_INTEGER) {
    return violation(data[start + 2]! >= 0x80 ? 'LENGTH_SIGN_BIT' : 'LENGTH_TOO_LARGE', { offset: 2 })
  }
  if (!control && length > rules.maxPayload) {
    const detail = `${length} bytes, limit ${rules.maxPayload}`
    return violation(rules.tooBig, { offset: marker === length ? 1 : 2, detail })
  }
  return null
}

/** Bytes of the header of a frame with a payload of `length` bytes: 2 to 14. */
export function headerSize(length: number, masked: boolean): number {
  return 2 + extendedLengthSize(lengthMarker(length)) + (masked ? 4 : 0)
}

/**
 * Writes a header to `target` from `at` on and returns the index behind it. `first` is its first byte: FIN, the
 * reserved bits, the opcode. `key` is the masking key as a number, its first byte the lowest. Nothing is checked.
 */
export function writeHeader(
  target: Uint8Array,
  at: number,
  first: number,
  length: number,
  key: number | null,
): number {
  target[at] = first
  target[at + 1] = (key === null ? 0 : 0x80) | lengthMarker(length)
  const keyAt = writeExtendedLength(length, target, at + 2)
  if (key === null) return keyAt
  target[keyAt] = key
  target[keyAt + 1] = key >> 8
  target[keyAt + 2] = key >> 16
  target[keyAt + 3] = key >> 24
  return keyAt + 4
}
