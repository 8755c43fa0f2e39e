import type { FrameError } from './errors.ts'
import { violation } from './rules.ts'
import { decodeUtf8, encodeUtf8, findInvalidUtf8 } from './utf8.ts'

/** What a Close frame says (RFC 6455, section 5.5.1). */
export interface Close {
  /** 1000-4999; 1005 stands for an empty Close frame and never goes on the wire (section 7.4.1). */
  code: number
  /** At most 123 bytes as UTF-8. */
  reason: string
}

/** Bytes of a Close reason, as UTF-8, that fit in a control frame behind the code (section 5.5). */
export const MAX_CLOSE_REASON = 123

/**
 * Reads the payload of a Close frame (RFC 6455, section 5.5.1); an empty one is code 1005 with an empty reason.
 * Returns the error for a wrong one, with its offset counted from the start of the payload: `CLOSE_TOO_SHORT`,
 * `CONTROL_FRAME_TOO_LONG`, `CLOSE_REASON_INVALID_UTF8` (looked for before the code) or `CLOSE_CODE_INVALID`.
 */
export function parseClose(payload: Uint8Array): Close | FrameError {
  if (payload.length === 0) return { code: 1005, reason: '' }
  if (payload.length === 1) return violation('CLOSE_TOO_SHORT', { offset: 0 })
  if (payload.length > MAX_CLOSE_REASON + 2) return violation('CONTROL_FRAME_TOO_LONG', { offset: 125 })
  const invalid = findInvalidUtf8(payload, 2)
  if (invalid !== -1) return violation('CLOSE_REASON_INVALID_UTF8', { offset: invalid })
  const code = readCloseCode(payload)
  if (!isValidCloseCode(code)) return violation('CLOSE_CODE_INVALID', { offset: 0, detail: String(code) })
  return { code, reason: decodeUtf8(payload.subarray(2)) }
}

/** The code in a payload of at least 2 bytes, whether it may be there or not. */
export function readCloseCode(payload: Uint8Array): number {
  return payload[0]! * 256 + payload[1]!
}

/**
 * The payload of a Close frame (RFC 6455, section 5.5.1); empty without a code. A lone surrogate in `reason` becomes
 * U+FFFD. Throws `ProtocolError` for a code that is not allowed on the wire (`CLOSE_CODE_INVALID`), for a reason over
 * 123 bytes as UTF-8 (`CLOSE_REASON_TOO_LONG`) or without a code (`CLOSE_REASON_WITHOUT_CODE`).
 */
export function serializeClose(code?: number, reason = ''): Uint8Array {
  if (code === undefined) {
    if (reason !== '') throw violation('CLOSE_REASON_WITHOUT_CODE')
    return new Uint8Array(0)
  }
  if (!isValidCloseCode(code)) throw violation('CLOSE_CODE_INVALID', { detail: String(code) })
  const text = encodeUtf8(reason)
  if (text.length > MAX_CLOSE_REASON) {
    throw violation('CLOSE_REASON_TOO_LONG', { detail: String(text.length) })
  }
  const payload = new Uint8Array(2 + text.length)
  payload[0] = code >> 8
  payload[1] = code & 255
  payload.set(text, 2)
  return payload
}

/**
 * Whether a Close frame may carry this code: 1000-1003, 1007-1014 (RFC 6455, section 7.4.1, and the codes registered
 * with IANA since), 3000-4999 (section 7.4.2).
 */
export function isValidCloseCode(code: number): boolean {
  return (
    Number.isInteger(code) &&
    ((code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999))
  )
}

const names: Readonly<Record<number, string>> = {
  1000: 'normal closure',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1005: 'no close code received',
  1006: 'abnormal closure',
  1007: 'invalid payload data',
  1008: 'policy violation',
  1009: 'message too big',
  1010: 'mandatory extension missing',
  1011: 'internal error',
  1012: 'service restart',
  1013: 'try again later',
  1014: 'bad gateway',
  1015: 'TLS handshake failed',
}

/** A close code in words (RFC 6455, section 7.4): `'normal closure'` for 1000; `'unknown'` for one without a meaning. */
export function closeCodeName(code: number): string {
  if (code >= 3000 && code <= 3999) return 'registered'
  if (code >= 4000 && code <= 4999) return 'private use'
  return names[code] ?? 'unknown'
}
