/**
 * Raw DEFLATE (RFC 1951) as permessage-deflate needs it: synchronous, one stream per direction that goes on from
 * message to message, and bounded while it inflates. Everything else of RFC 7692 is written once, above it.
 */
export interface RawDeflateCodec {
  createDeflator(settings: DeflatorSettings): Deflator
  createInflator(settings: InflatorSettings): Inflator
}

export interface DeflatorSettings {
  /** Base-2 logarithm of the LZ77 sliding window, 8-15: no distance in the output is longer than the window. */
  windowBits: number
  /** -1 (the library's choice, 6) or 0-9. */
  level: number
  /** 1-9. */
  memLevel: number
}

export interface InflatorSettings {
  /** Base-2 logarithm of the LZ77 sliding window, 8-15: distances up to that long are understood, at least. */
  windowBits: number
}

/** What both directions have in common. */
export interface RawDeflateStream {
  /** Forgets the window; the memory is kept. */
  reset(): void
  /** Frees the memory now rather than at a garbage collection. The stream cannot be used afterwards. */
  close(): void
}

export interface Deflator extends RawDeflateStream {
  /**
   * Compresses and flushes: the result ends at an octet's boundary with the 00 00 ff ff of an empty block (RFC 7692,
   * section 7.2.1, steps 1 and 2). `data` must not be empty; the result is the caller's to keep.
   */
  deflate(data: Uint8Array): Uint8Array
}

/** Why data could not be inflated: it is not DEFLATE, or there is more than the limit in it. The stream is spent. */
export type InflateFailure = 'corrupt' | 'too big'

export interface Inflator extends RawDeflateStream {
  /**
   * Inflates all that `data` holds, or says why not. No more than a small multiple of `maxOutput` (bytes; `null` for
   * no limit) plus a constant is ever produced, whatever `data` would expand to.
   *
   * `fin` says that a message ends here: the `FLUSH_TAIL` that its sender took off is put back (RFC 7692, section
   * 7.2.2), unless a final block (BFINAL) has ended the data by itself. Blocks that follow a final block still see
   * the window (section 7.2.3.4 speaks of blocks, not of streams).
   */
  inflate(data: Uint8Array, maxOutput: number | null, fin: boolean): Uint8Array | InflateFailure
}

/** What every flush ends with, and what never goes on the wire at the end of a message (RFC 7692, section 7.2.1). */
export const FLUSH_TAIL: Uint8Array = Uint8Array.of(0x00, 0x00, 0xff, 0xff)

/**
 * The window to ask zlib (and its port) for. Of raw DEFLATE with 8 bits it only inflates; with 9 its distances are at
 * most 512 - 262 bytes (window less lookahead), which fits the 256 bytes of 8.
 */
export function zlibWindowBits(windowBits: number): number {
  return Math.max(windowBits, 9)
}
