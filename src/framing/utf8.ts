import { nativeIsUtf8 } from './platform.ts'

export { encodeUtf8 } from './platform.ts'

const encoder = new TextEncoder()
// A byte order mark is part of the text: section 8.1 of RFC 6455 gives no leave to drop it.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Length in bytes from which a call to native code pays (measured on Node 20). */
const NATIVE_FROM = 64

/**
 * Checks text that comes in pieces for UTF-8 (RFC 6455, section 8.1; RFC 3629) and finds the first byte that makes
 * it invalid, whatever may follow: overlong forms, surrogates and code points over U+10FFFF included.
 */
export class Utf8Validator {
  // The continuation bytes that are still to come, and the range that the next of them must be in.
  #missing = 0
  #lowest = 0x80
  #highest = 0xbf

  /**
   * Takes the next piece, `bytes[start]` to `bytes[end - 1]`. Returns -1, or the index in `bytes` of the first byte
   * that makes the text invalid; nothing may be pushed after that before `reset`.
   */
  push(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
    let at = start
    if (nativeIsUtf8 !== null && end - start >= NATIVE_FROM) {
      // Whole characters are left to native code. It says only yes or no: where a fault is, is looked for here.
      at += this.#missing
      const invalid = this.#push(bytes, start, at)
      if (invalid !== -1) return invalid
      const whole = lastBoundary(bytes, end)
      if (nativeIsUtf8(viewOf(bytes, at, whole))) at = whole
    }
    return this.#push(bytes, at, end)
  }

  #push(bytes: Uint8Array, start: number, end: number): number {
    let missing = this.#missing
    let lowest = this.#lowest
    let highest = this.#highest
    let at = start
    while (at < end) {
      if (missing === 0) {
        const lead = bytes[at]!
        if (lead < 0x80) {
          at = skipAscii(bytes, at + 1, end)
          continue
        }
        lowest = 0x80
        highest = 0xbf
        // C0 and C1 could only start an overlong form, F5 and above a code point over U+10FFFF.
        if (lead < 0xc2 || lead > 0xf4) return at
        if (lead < 0xe0) {
          missing = 1
        } else if (lead < 0xf0) {
          missing = 2
          if (lead === 0xe0) lowest = 0xa0
          else if (lead === 0xed) highest = 0x9f
        } else {
          missing = 3
          if (lead === 0xf0) lowest = 0x90
          else if (lead === 0xf4) highest = 0x8f
        }
        at++
      } else {
        const byte = bytes[at]!
        if (byte < lowest || byte > highest) return at
        lowest = 0x80
        highest = 0xbf
        missing--
        at++
      }
    }
    this.#missing = missing
    this.#lowest = lowest
    this.#highest = highest
    return -1
  }

  /** Whether the text may end here: not inside a character. */
  get complete(): boolean {
    return this.#missing === 0
  }

  /** Starts a new text. */
  reset(): void {
    this.#missing = 0
    this.#lowest = 0x80
    this.#highest = 0xbf
  }
}

/** Where the last character before `end` starts, or `end`: before it, no character is cut in two. */
function lastBoundary(bytes: Uint8Array, end: number): number {
  for (let at = end - 1; at >= end - 3; at--) {
    if (bytes[at]! < 0x80) return end
    if (bytes[at]! >= 0xc0) return at
  }
  return end
}

function viewOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  if (end - start === bytes.length) return bytes
  return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start)
}

/** The index of the first byte at or behind `at` that is not ASCII; `end` if there is none. */
function skipAscii(bytes: Uint8Array, at: number, end: number): number {
  // Eight at a time: most text is ASCII for long stretches.
  while (
    at + 8 <= end &&
    (bytes[at]! |
      bytes[at + 1]! |
      bytes[at + 2]! |
      bytes[at + 3]! |
      bytes[at + 4]! |
      bytes[at + 5]! |
      bytes[at + 6]! |
      bytes[at + 7]!) <
      0x80
  ) {
    at += 8
  }
  while (at < end && bytes[at]! < 0x80) at++
  return at
}

/**
 * The index of the first byte that makes `bytes` from `start` on invalid as UTF-8; `bytes.length` if the text ends
 * inside a character; -1 if it is valid.
 */
export function findInvalidUtf8(bytes: Uint8Array, start = 0): number {
  const validator = new Utf8Validator()
  const invalid = validator.push(bytes, start)
  return invalid === -1 && !validator.complete ? bytes.length : invalid
}

/** Whether `bytes` are valid and complete UTF-8 (RFC 3629). */
export function isUtf8(bytes: Uint8Array): boolean {
  return findInvalidUtf8(bytes) === -1
}

/** The text that `bytes` are in UTF-8, a leading byte order mark included; what is invalid becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

/** The longest beginning of `text` that is at most `maxBytes` long as UTF-8 and cuts no character in two. */
export function truncateUtf8(text: string, maxBytes: number): string {
  return text.slice(0, encoder.encodeInto(text, new Uint8Array(maxBytes)).read)
}
