import { littleEndian, setPattern, turnKey, writeKey, xorWords } from './mask.ts'
import { copyInto, nativeMask } from './platform.ts'

/** Sizes in bytes from which half words pay, then words, then a call to native code (measured on Node 20). */
const HALF_WORDS_FROM = 16
const WORDS_FROM = 512
const NATIVE_FROM = 4096

/** A chunk of fewer bytes is masked one by one: a view on it costs as much. */
const VIEWS_FROM = 128

/** Indexes are counted in 32 bits. */
const MAX_WORDWISE = 2 ** 31

const keyBytes = new Uint8Array(4)

/**
 * Bytes that arrived together, and the views by which their memory is worked on. These are made once for all frames in
 * it: one costs more than to unmask a small payload.
 */
export class Chunk {
  readonly bytes: Uint8Array
  // Asked of `bytes` for each payload, they would cost as much as a view.
  #buffer: ArrayBufferLike | null = null
  readonly #byteOffset: number
  /** Where the first word is in `bytes`: at a multiple of 8 in the underlying buffer. Negative if words are of no use. */
  readonly #shift: number
  #halfWords: Int32Array | null = null
  #words: BigUint64Array | null = null

  constructor(bytes: Uint8Array) {
    const { length, byteOffset } = bytes
    this.bytes = bytes
    this.#byteOffset = byteOffset
    this.#shift = littleEndian && length >= VIEWS_FROM && length < MAX_WORDWISE ? -byteOffset & 7 : -1
  }

  /** `bytes[start]` to `bytes[end - 1]`, as a plain array in the same memory. */
  view(start: number, end: number): Uint8Array {
    this.#buffer ??= this.bytes.buffer
    return new Uint8Array(this.#buffer, this.#byteOffset + start, end - start)
  }

  /**
   * Unmasks `bytes[start]` to `bytes[end - 1]` where they are (RFC 6455, section 5.3). The lowest byte of `key` is the
   * first of the masking key; `phase` is how many bytes of the payload came before. Returns whether all is known to be
   * ASCII: in a short payload that is seen on the way.
   */
  unmask(start: number, end: number, key: number, phase: number): boolean {
    const length = end - start
    const turned = turnKey(key, phase)
    if (length >= NATIVE_FROM && nativeMask !== null) {
      const view = this.view(start, end)
      nativeMask(view, writeKey(turned, keyBytes), view, 0, length)
      return false
    }
    if (length < HALF_WORDS_FROM || this.#shift < 0) return isAscii(maskBytes(this.bytes, start, end, turned))
    if (length < WORDS_FROM) return isAscii(this.#maskHalfWords(start, end, turned))
    this.#maskWords(start, end, turned)
    return false
  }

  /**
   * Writes `bytes[start]` to `bytes[end - 1]`, which lie from `at` on in their payload, to there in `payload`, unmasked.
   * Native code does both at once. Returns the same as `unmask`.
   */
  unmaskTo(payload: Chunk, at: number, start: number, end: number, key: number): boolean {
    const length = end - start
    if (length < NATIVE_FROM || nativeMask === null) {
      this.copyTo(payload, at, start, end)
      return payload.unmask(at, at + length, key, at)
    }
    nativeMask(this.#part(start, end), writeKey(turnKey(key, at), keyBytes), payload.bytes, at, length)
    return false
  }

  /** Writes the same as it is. */
  copyTo(payload: Chunk, at: number, start: number, end: number): void {
    copyInto(this.#part(start, end), payload.bytes, at)
  }

  /** Without a view where it is all. */
  #part(start: number, end: number): Uint8Array {
    return end - start === this.bytes.length ? this.bytes : this.view(start, end)
  }

  /** Masks four bytes at a time; returns all that came of it, joined by OR. */
  #maskHalfWords(start: number, end: number, key: number): number {
    const shift = this.#shift & 3
    this.#halfWords ??= new Int32Array(
      this.bytes.buffer,
      this.#byteOffset + shift,
      (this.bytes.length - shift) >>> 2,
    )
    const words = this.#halfWords
    const aligned = start + ((shift - start) & 3)
    const turned = turnKey(key, aligned - start)
    let seen = maskBytes(this.bytes, start, aligned, key)
    let at = (aligned - shift) >>> 2
    const last = (end - shift) >>> 2
    for (; at + 4 <= last; at += 4) {
      seen |= words[at]! ^= turned
      seen |= words[at + 1]! ^= turned
      seen |= words[at + 2]! ^= turned
      seen |= words[at + 3]! ^= turned
    }
    for (; at < last; at++) seen |= words[at]! ^= turned
    return seen | maskBytes(this.bytes, last * 4 + shift, end, turned)
  }

  /** Masks eight bytes at a time. */
  #maskWords(start: number, end: number, key: number): void {
    const shift = this.#shift
    this.#words ??= new BigUint64Array(
      this.bytes.buffer,
      this.#byteOffset + shift,
      (this.bytes.length - shift) >>> 3,
    )
    const aligned = start + ((shift - start) & 7)
    const turned = turnKey(key, aligned - start)
    const last = (end - shift) >>> 3
    maskBytes(this.bytes, start, aligned, key)
    setPattern(turned)
    xorWords(this.#words, (aligned - shift) >>> 3, last)
    maskBytes(this.bytes, last * 8 + shift, end, turned)
  }
}

/** Masks one byte at a time; returns all that came of it, joined by OR. */
function maskBytes(bytes: Uint8Array, start: number, end: number, key: number): number {
  let seen = 0
  let at = start
  for (; at + 4 <= end; at += 4) {
    seen |= bytes[at]! ^= key & 0xff
    seen |= bytes[at + 1]! ^= (key >>> 8) & 0xff
    seen |= bytes[at + 2]! ^= (key >>> 16) & 0xff
    seen |= bytes[at + 3]! ^= key >>> 24
  }
  for (let rest = key; at < end; at++, rest >>>= 8) seen |= bytes[at]! ^= rest & 0xff
  return seen
}

/** Whether no byte of `seen` has its highest bit set. */
function isAscii(seen: number): boolean {
  return (seen & 0x80808080) === 0
}
