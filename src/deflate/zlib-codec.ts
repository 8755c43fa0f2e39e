import { constants, DeflateRaw, InflateRaw, type ZlibError } from 'minizlib'
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
import { PakoInflator } from './pako-codec.ts'
import { SlidingWindow } from './sliding-window.ts'

/** DEFLATE expands a byte to 1032 at most: 258 bytes from a length and a distance of one bit each. */
const MAX_EXPANSION = 1032

/**
 * Input goes to zlib in slices that the limit can hold however they expand, but never in smaller ones than this
 * (bytes): so at most this times `MAX_EXPANSION`, 2 MiB, is inflated beyond the limit.
 */
const MIN_SLICE = 2048

const EMPTY = new Uint8Array(0)

/**
 * Raw DEFLATE by Node's zlib, without its thread pool: a small message takes microseconds, a hand-over to a thread
 * many times that. minizlib is what reaches the synchronous way in, and keeps up with Node there.
 *
 * Native memory is freed when a stream is garbage collected, so `close` is not needed for it to come back.
 */
export const zlibCodec: RawDeflateCodec = {
  createDeflator: (settings) => new ZlibDeflator(settings),
  createInflator: (settings) => new ZlibInflator(settings),
}

class ZlibDeflator implements Deflator {
  readonly #deflate: DeflateRaw

  constructor({ windowBits, level, memLevel }: DeflatorSettings) {
    // minizlib hands its options on to Node's zlib, but does not declare them all.
    const options = { windowBits: zlibWindowBits(windowBits), level, memLevel, flush: constants.Z_SYNC_FLUSH }
    this.#deflate = new DeflateRaw(options)
  }

  deflate(data: Uint8Array): Uint8Array {
    this.#deflate.write(data)
    return asBytes(this.#deflate.read())
  }

  reset(): void {
    this.#deflate.reset()
  }

  close(): void {
    this.#deflate.close()
  }
}

class ZlibInflator implements Inflator {
  readonly #settings: InflatorSettings
  readonly #inflate: InflateRaw
  readonly #window: SlidingWindow
  #error: ZlibError | null = null
  /**
   * Takes over at the first final block, until `reset`. zlib goes on behind one only as a new stream with a
   * dictionary, which takes 30 µs and a peer two bytes; the port just keeps its window.
   */
  #successor: PakoInflator | null = null

  constructor(settings: InflatorSettings) {
    const windowBits = zlibWindowBits(settings.windowBits)
    const options = { windowBits, flush: constants.Z_SYNC_FLUSH }
    this.#settings = settings
    this.#window = new SlidingWindow(2 ** windowBits)
    this.#inflate = new InflateRaw(options)
    this.#inflate.on('error', (error: unknown) => {
      this.#error = error as ZlibError
    })
  }

  inflate(data: Uint8Array, maxOutput: number | null, fin: boolean): Uint8Array | InflateFailure {
    if (this.#successor !== null) return this.#successor.inflate(data, maxOutput, fin)
    const input = fin ? concatenate([data, FLUSH_TAIL], data.length + FLUSH_TAIL.length) : data
    const chunks: Uint8Array[] = []
    let length = 0
    for (let offset = 0; offset < input.length; ) {
      const slice = input.subarray(offset, offset + sliceLength(maxOutput, length))
      this.#inflate.write(slice)
      if (this.#error !== null) return this.#error.code === 'ERR_BUFFER_TOO_LARGE' ? 'too big' : 'corrupt'
      const consumed = this.#inflate.handle!.bytesWritten
      const chunk = asBytes(this.#inflate.read())
      length += chunk.length
      if (maxOutput !== null && length > maxOutput) return 'too big'
      if (chunk.length > 0) {
        chunks.push(chunk)
        this.#window.push(chunk)
      }
      offset += consumed
      if (consumed === slice.length) continue
      // zlib takes no more: a final block has ended. What the tail put back is no longer needed then.
      this.#successor = new PakoInflator(this.#settings, this.#window.content)
      this.#window.clear()
      const room = maxOutput === null ? null : maxOutput - length
      const rest = this.#successor.inflate(data.subarray(offset), room, fin)
      if (typeof rest === 'string') return rest
      chunks.push(rest)
      length += rest.length
      break
    }
    return concatenate(chunks, length)
  }

  reset(): void {
    this.#window.clear()
    this.#successor = null
    this.#inflate.reset()
  }

  close(): void {
    this.#inflate.close()
    this.#successor?.close()
    this.#window.clear()
  }
}

function sliceLength(maxOutput: number | null, length: number): number {
  if (maxOutput === null) return Number.POSITIVE_INFINITY
  return Math.max(MIN_SLICE, Math.floor((maxOutput - length) / MAX_EXPANSION))
}

/** minizlib gives a `Buffer`, or `null` for no bytes at all. */
function asBytes(buffer: Uint8Array | null): Uint8Array {
  return buffer === null ? EMPTY : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
