import {
  Z_BUF_ERROR,
  Z_DEFAULT_STRATEGY,
  Z_OK,
  Z_STREAM_END,
  Z_SYNC_FLUSH,
  ZStream,
  zlibDeflate,
  zlibDeflateEnd,
  zlibDeflateInit2,
  zlibDeflateReset,
  zlibInflate,
  zlibInflateEnd,
  zlibInflateInit2,
  zlibInflateReset,
  zlibInflateResetKeep,
  zlibInflateSetDictionary,
} from 'pako'
import {
  type Deflator,
  type DeflatorSettings,
  FLUSH_TAIL,
  type InflateFailure,
  type Inflator,
  type InflatorSettings,
  type RawDeflateCodec,
  zlibWindowBits,
} from './codec.ts'
import { concatenate } from './concatenate.ts'

/** The method's number in zlib's interface: there is no other. */
const Z_DEFLATED = 8

const EMPTY = new Uint8Array(0)

/** Where output is written before it is copied to its size; one for all, as nothing here is asynchronous. */
const scratch = new Uint8Array(64 * 1024)

/** Raw DEFLATE in pure JavaScript: pako's port of zlib, by the interface of zlib itself. */
export const pakoCodec: RawDeflateCodec = {
  createDeflator: (settings) => new PakoDeflator(settings),
  createInflator: (settings) => new PakoInflator(settings),
}

class PakoDeflator implements Deflator {
  readonly #stream = new ZStream()

  constructor({ windowBits, level, memLevel }: DeflatorSettings) {
    const bits = -zlibWindowBits(windowBits) // negative: raw
    const status = zlibDeflateInit2(this.#stream, level, Z_DEFLATED, bits, memLevel, Z_DEFAULT_STRATEGY)
    if (status !== Z_OK) throw new Error(`deflateInit2 answered ${status}`)
  }

  deflate(data: Uint8Array): Uint8Array {
    const stream = this.#stream
    const chunks: Uint8Array[] = []
    let length = 0
    stream.input = data
    stream.next_in = 0
    stream.avail_in = data.length
    do {
      stream.output = scratch
      stream.next_out = 0
      stream.avail_out = scratch.length
      const status = zlibDeflate(stream, Z_SYNC_FLUSH)
      if (status !== Z_OK && status !== Z_BUF_ERROR) throw new Error(`deflate answered ${status}`)
      chunks.push(scratch.slice(0, stream.next_out))
      length += stream.next_out
    } while (stream.avail_out === 0)
    stream.input = EMPTY
    return concatenate(chunks, length)
  }

  reset(): void {
    zlibDeflateReset(this.#stream)
  }

  close(): void {
    zlibDeflateEnd(this.#stream)
  }
}

/** Also takes over from zlib behind a final block: then `dictionary` is the window so far. */
export class PakoInflator implements Inflator {
  readonly #stream = new ZStream()
  /** A final block has been read: what follows is a new DEFLATE stream, on the same window. */
  #ended = false

  constructor({ windowBits }: InflatorSettings, dictionary: Uint8Array | null = null) {
    const status = zlibInflateInit2(this.#stream, -zlibWindowBits(windowBits))
    if (status !== Z_OK) throw new Error(`inflateInit2 answered ${status}`)
    if (dictionary === null) return
    if (dictionary.length > 0) zlibInflateSetDictionary(this.#stream, dictionary)
    this.#ended = true
  }

  inflate(data: Uint8Array, maxOutput: number | null, fin: boolean): Uint8Array | InflateFailure {
    const chunks: Uint8Array[] = []
    const length = this.#inflate(data, maxOutput, 0, chunks)
    if (typeof length === 'string') return length
    if (!fin || this.#ended) return concatenate(chunks, length)
    const lengthWithTail = this.#inflate(FLUSH_TAIL, maxOutput, length, chunks)
    return typeof lengthWithTail === 'string' ? lengthWithTail : concatenate(chunks, lengthWithTail)
  }

  /** Appends to `chunks`, which hold `length` bytes; returns how many they hold then. */
  #inflate(
    data: Uint8Array,
    maxOutput: number | null,
    length: number,
    chunks: Uint8Array[],
  ): number | InflateFailure {
    const stream = this.#stream
    stream.input = data
    stream.next_in = 0
    stream.avail_in = data.length
    try {
      for (;;) {
        if (this.#ended) {
          // A tail that a final block did not need to the end is no beginning of anything.
          if (stream.avail_in === 0 || data === FLUSH_TAIL) return length
          zlibInflateResetKeep(stream)
          this.#ended = false
        }
        const room = maxOutput === null ? scratch.length : Math.min(scratch.length, maxOutput - length + 1)
        stream.output = scratch
        stream.next_out = 0
        stream.avail_out = room
        const status = zlibInflate(stream, Z_SYNC_FLUSH)
        if (status !== Z_OK && status !== Z_STREAM_END && status !== Z_BUF_ERROR) return 'corrupt'
        length += stream.next_out
        if (maxOutput !== null && length > maxOutput) return 'too big'
        if (stream.next_out > 0) chunks.push(scratch.slice(0, stream.next_out))
        if (status === Z_STREAM_END) this.#ended = true
        else if (stream.avail_out > 0) return length
      }
    } finally {
      stream.input = EMPTY
    }
  }

  reset(): void {
    zlibInflateReset(this.#stream)
    this.#ended = false
  }

  close(): void {
    zlibInflateEnd(this.#stream)
  }
}
