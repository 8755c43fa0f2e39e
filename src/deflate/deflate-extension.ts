import { Frame } from '../framing/frame.ts'
import { isControl, Opcode } from '../framing/opcode.ts'
import { violation } from '../framing/rules.ts'
import type { Extension } from '../handshake/extension.ts'
import { type Deflator, FLUSH_TAIL, type Inflator } from './codec.ts'
import type { Direction } from './direction.ts'

/**
 * permessage-deflate as it was negotiated (RFC 7692, section 7). RSV1 on the first frame of a message marks it as
 * compressed (section 6); compressed and uncompressed messages may alternate.
 *
 * A stream is made when the first compressed message passes. With context takeover the connection keeps it: about
 * 2 ** (localMaxWindowBits + 2) + 2 ** (memLevel + 9) bytes for sending and 2 ** (remoteMaxWindowBits + 1) for
 * receiving, in Node with 16 KiB more for each. Without, the connections of one factory share one stream. All are
 * freed when the extension is garbage collected, or by `close`.
 */
export class DeflateExtension implements Extension {
  readonly name = 'permessage-deflate'
  /** RFC 7692, section 6: "Per-Message Compressed" is RSV1. */
  readonly reservedBit = 1
  readonly #local: Direction<Deflator>
  readonly #remote: Direction<Inflator>
  readonly #threshold: number
  /** The message being sent, or being received, is a compressed one. */
  #sendingCompressed = false
  #receivingCompressed = false

  /** `threshold`: see `DeflateOptions`. */
  constructor(local: Direction<Deflator>, remote: Direction<Inflator>, threshold: number) {
    this.#local = local
    this.#remote = remote
    this.#threshold = threshold
  }

  /** We forget our window after each message. */
  get localNoContextTakeover(): boolean {
    return this.#local.noContextTakeover
  }

  /** The peer forgets its window after each message. */
  get remoteNoContextTakeover(): boolean {
    return this.#remote.noContextTakeover
  }

  /** Base-2 logarithm of our window, 8-15. */
  get localMaxWindowBits(): number {
    return this.#local.maxWindowBits
  }

  /** Base-2 logarithm of the peer's window, 8-15. */
  get remoteMaxWindowBits(): number {
    return this.#remote.maxWindowBits
  }

  /**
   * Compresses a frame of a message (section 7.2.1); the frame itself is left as it is. Each frame is flushed, so a
   * fragment can be read when it arrives.
   */
  encode(frame: Frame): Frame {
    if (isControl(frame.opcode)) return frame
    const first = frame.opcode !== Opcode.continuation
    if (first) this.#sendingCompressed = !frame.fin || frame.payload.length >= this.#threshold
    if (!this.#sendingCompressed) return frame
    const payload = this.#deflate(frame.payload, frame.fin)
    return new Frame(frame.opcode, payload, frame.fin, first, frame.rsv2, frame.rsv3)
  }

  /**
   * Inflates a frame of a compressed message (section 7.2.2); any other is returned as it is. `maxSize` is a limit,
   * in bytes, of what this frame inflates to.
   *
   * Throws `PayloadTooBigError` over that limit, `InvalidPayloadError` for data that is not DEFLATE, and
   * `ProtocolError` for RSV1 on a continuation frame. RSV1 of a control frame stays set, for the caller to refuse.
   */
  decode(frame: Frame, { maxSize }: { maxSize: number | null }): Frame {
    if (isControl(frame.opcode)) return frame
    if (frame.opcode === Opcode.continuation) {
      if (frame.rsv1) throw violation('RSV1_ON_CONTINUATION')
    } else {
      this.#receivingCompressed = frame.rsv1
    }
    if (!this.#receivingCompressed) return frame
    const payload = this.#inflate(frame.payload, maxSize, frame.fin)
    return new Frame(frame.opcode, payload, frame.fin, false, frame.rsv2, frame.rsv3)
  }

  /** Frees the memory of both streams now rather than at a garbage collection. The connection must be over. */
  close(): void {
    this.#local.abandon()
    this.#remote.abandon()
  }

  #deflate(data: Uint8Array, fin: boolean): Uint8Array {
    // No data takes no stream. At the end of a message it is the empty block that remains without its tail, section
    // 7.2.3.6: every frame before ended at an octet's boundary.
    let payload: Uint8Array = fin ? Uint8Array.of(0x00) : new Uint8Array(0)
    if (data.length > 0) {
      const flushed = this.#local.stream.deflate(data)
      payload = fin ? flushed.subarray(0, -FLUSH_TAIL.length) : flushed
    }
    if (fin) this.#local.endMessage()
    return payload
  }

  #inflate(data: Uint8Array, maxSize: number | null, fin: boolean): Uint8Array {
    const payload = this.#remote.stream.inflate(data, maxSize, fin)
    if (typeof payload === 'string') {
      this.#remote.abandon()
      throw violation(payload === 'corrupt' ? 'INVALID_DEFLATE' : 'MESSAGE_TOO_BIG')
    }
    if (fin) this.#remote.endMessage()
    return payload
  }
}
