/**
 * The payload length of a frame in its three forms (RFC 6455, section 5.2): 7 bits; or 7 bits that say 126 and 16
 * bits behind them; or 7 bits that say 127 and 64 bits behind them. Named here once for reading and writing.
 */
const MARKER_16 = 126
const MARKER_64 = 127
const MAX_7 = 125
const MAX_16 = 0xffff

/** The 7 bits that a length of so many bytes must be written with: itself up to 125, else 126 or 127. */
export function lengthMarker(length: number): number {
  return length <= MAX_7 ? length : length <= MAX_16 ? MARKER_16 : MARKER_64
}

/** How many bytes of length follow these 7 bits: 0, 2 or 8. */
export function extendedLengthSize(marker: number): 0 | 2 | 8 {
  return marker <= MAX_7 ? 0 : marker === MARKER_16 ? 2 : 8
}

/** The length in bytes; `at` is where the bytes behind the 7 bits start. Over 2^53-1 it is rounded. */
export function readLength(marker: number, data: Uint8Array, at: number): number {
  if (marker <= MAX_7) return marker
  let length = 0
  const end = at + extendedLengthSize(marker)
  for (let i = at; i < end; i++) length = length * 256 + data[i]!
  return length
}

/** Writes the bytes behind the 7 bits, if any, and returns the index behind them. `length` is up to 2^53-1. */
export function writeExtendedLength(length: number, target: Uint8Array, at: number): number {
  return length <= MAX_7 ? at : writeLong(length, target, at)
}

/** By itself, so that what writes short frames can take the other half in. */
function writeLong(length: number, target: Uint8Array, at: number): number {
  if (length <= MAX_16) {
    target[at] = length >> 8
    target[at + 1] = length
    return at + 2
  }
  let rest = length
  for (let i = at + 7; i >= at; i--) {
    target[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return at + 8
}
