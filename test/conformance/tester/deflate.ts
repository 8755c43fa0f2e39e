/**
 * The tester's end of permessage-deflate (RFC 7692, section 7.2). It compresses with Node's zlib, one call a message,
 * the window before it given as a dictionary; and it inflates so that a distance beyond the agreed window, or into a
 * message before where the context was to be dropped, is an error.
 */
import { constants, deflateRawSync } from 'node:zlib'
import { Z_BUF_ERROR, Z_OK, Z_SYNC_FLUSH, ZStream, zlibInflate, zlibInflateInit2 } from 'pako'
import type { CompressedMessage } from '../frames.ts'

const TAIL = Uint8Array.of(0x00, 0x00, 0xff, 0xff)

export interface Direction {
  windowBits: number
  noContextTakeover: boolean
}

export class Compressor {
  readonly #direction: Direction
  #history: Buffer = Buffer.alloc(0)

  constructor(direction: Direction) {
    this.#direction = direction
  }

  /** Section 7.2.1, steps 1 to 3. */
  compress(message: Uint8Array, blocks?: CompressedMessage['blocks']): Uint8Array {
    // zlib has no 8 for raw deflate; of 9, its distances fit the window of 8.
    const deflated = deflateRawSync(message, {
      windowBits: Math.max(9, this.#direction.windowBits),
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#history.length > 0 ? { dictionary: this.#history } : {}),
      ...(blocks === 'stored' ? { level: 0 } : {}),
      ...(blocks === 'fixed' ? { strategy: constants.Z_FIXED } : {}),
    })
    if (!this.#direction.noContextTakeover) {
      this.#history = Buffer.from(Buffer.concat([this.#history, message.subarray(-32_768)]).subarray(-32_768))
    }
    return deflated.subarray(0, deflated.length - TAIL.length)
  }
}

export class Decompressor {
  readonly #direction: Direction
  #stream: ZStream | null = null

  constructor(direction: Direction) {
    this.#direction = direction
  }

  /** Section 7.2.2; throws for what does not keep to the agreement. */
  decompress(message: Uint8Array): Uint8Array {
    const { windowBits, noContextTakeover } = this.#direction
    const stream = this.#stream ?? new ZStream()
    if (this.#stream === null && zlibInflateInit2(stream, -windowBits) !== Z_OK)
      throw new Error('no such window')
    this.#stream = noContextTakeover ? null : stream
    stream.input = Buffer.concat([message, TAIL])
    stream.next_in = 0
    stream.avail_in = stream.input.length
    // zlib uses its output as a window as far as it reaches: byte by byte it cannot.
    const room = windowBits === 15 ? 65_536 : 1
    const chunks: Uint8Array[] = []
    do {
      stream.output = new Uint8Array(room)
      stream.next_out = 0
      stream.avail_out = room
      const status = zlibInflate(stream, Z_SYNC_FLUSH)
      if (status !== Z_OK && status !== Z_BUF_ERROR)
        throw new Error(`RFC 7692 7.2.1: ${stream.msg || status}`)
      chunks.push(stream.output.subarray(0, stream.next_out))
    } while (stream.avail_out === 0)
    if (stream.avail_in > 0)
      throw new Error('RFC 7692 7.2.1: there is something behind the compressed message')
    return Buffer.concat(chunks)
  }
}
