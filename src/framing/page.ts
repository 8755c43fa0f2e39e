import { headerSize, writeHeader } from './header.ts'
import { copyMasked, masksNatively, maskWords } from './mask.ts'
import { allocate, copyInto, type Utf8Writer, utf8Writer } from './platform.ts'

const PAGE_SIZE = 65_536

/** The largest payload that is written to a page, bytes. */
export const MAX_PAGED = 16_384

/** What a frame takes at most beside its payload, bytes: its header, and what masking spills over the end. */
const SPARE = 24

/**
 * Memory that frames are written to, one behind the other. What was written is never written to again. The views are
 * kept because making one takes longer than masking a small payload.
 */
export class Page {
  readonly buffer: ArrayBuffer
  readonly #bytes: Uint8Array
  readonly #halves: Int32Array
  readonly #words: BigUint64Array
  readonly #text: Utf8Writer
  /** Where the next frame begins. */
  used = 0

  constructor() {
    this.#bytes = allocate(PAGE_SIZE)
    this.buffer = this.#bytes.buffer as ArrayBuffer
    this.#halves = new Int32Array(this.buffer)
    this.#words = new BigUint64Array(this.buffer)
    this.#text = utf8Writer(this.buffer)
  }

  /** Whether a payload of `size` bytes, at most `MAX_PAGED`, has room. */
  fits(size: number): boolean {
    // Whoever got a view may have taken the memory away (`ArrayBuffer.transfer`): then it has none.
    return this.used + size + SPARE <= this.#bytes.length
  }

  /** The header of a frame whose payload follows elsewhere. */
  writeHeader(first: number, length: number): void {
    this.used = writeHeader(this.#bytes, this.used, first, length, null)
  }

  /** A frame, masked if there is a `key`; `first` is its first byte, `length` that of its payload. */
  write(first: number, payload: Uint8Array, length: number, key: number | null): void {
    const at = this.used
    const start = at + headerSize(length, key !== null)
    if (key !== null && masksNatively(length)) copyMasked(payload, this.#bytes, start, key)
    else {
      copyInto(payload, this.#bytes, start)
      if (key !== null) maskWords(this.#halves, this.#words, start, start + length, key)
    }
    // Behind masking, which takes whole words and so spills over both ends of the payload.
    writeHeader(this.#bytes, at, first, length, key)
    this.used = start + length
  }

  /** The same with a text as its payload: three times its length must fit. Returns how many bytes it took. */
  writeText(first: number, text: string, key: number | null): number {
    const at = this.used
    // Right if it is ASCII.
    const guess = at + headerSize(text.length, key !== null)
    const length = this.#text(text, guess)
    const start = at + headerSize(length, key !== null)
    if (start !== guess) this.#bytes.copyWithin(start, guess, guess + length)
    if (key !== null) maskWords(this.#halves, this.#words, start, start + length, key)
    writeHeader(this.#bytes, at, first, length, key)
    this.used = start + length
    return length
  }
}
