import { Frame } from '../framing/frame.ts'
import { headerSize } from '../framing/header.ts'
import { Opcode } from '../framing/opcode.ts'
import { allocate } from '../framing/platform.ts'
import { writeFrame, writeFrameHeader } from '../framing/serialize.ts'

/** What is to be done with TCP, in order. */
export type Effect = { type: 'write'; data: Uint8Array } | { type: 'halfClose' }

/** The element that stands for the end of our half of TCP (FIN) in `dataToSend()`. */
export const SEND_EOF: Uint8Array = new Uint8Array(0)

/** Payloads from this size on, in bytes, are passed on as they are, if they need not be masked. */
const UNCOPIED_FROM = 1024

/** Bytes of a page, and of the largest frame that is written to one. */
const PAGE_SIZE = 65_536
const MAX_PAGED = 16_384

// The page that all outboxes write to, one behind the other: what was written is never written to again.
let page = new Uint8Array(0)
let used = 0

/** The one ordered list of what a side owes the wire. Frames that follow each other in a page are one element. */
export class Outbox {
  #items: Uint8Array[] | null = null
  /** What was written to a page and is no element yet. */
  #page: Uint8Array | null = null
  #start = 0
  #end = 0
  /** A Pong that gives way to the next one. */
  #pong: { frame: Frame; maskingKey: Uint8Array | null } | null = null

  write(data: Uint8Array): void {
    this.#close()
    ;(this.#items ??= []).push(data)
  }

  /** A frame that keeps to the rules. A large payload that is not masked is not copied. */
  writeFrame(frame: Frame, maskingKey: Uint8Array | null): void {
    // Nothing follows a Close frame.
    if (this.#pong !== null && frame.opcode === Opcode.close) this.#releasePong()
    const { length } = frame.payload
    const header = headerSize(length, maskingKey !== null)
    if (maskingKey === null && length >= UNCOPIED_FROM) {
      const at = this.#reserve(header)
      writeFrameHeader(page, at, frame, null)
      this.write(frame.payload)
    } else if (length > MAX_PAGED) {
      const bytes = allocate(header + length)
      writeFrame(bytes, 0, frame, maskingKey)
      this.write(bytes)
    } else {
      const at = this.#reserve(header + length)
      writeFrame(page, at, frame, maskingKey)
    }
  }

  /** A Pong that is written behind all else when the list is taken, unless another one takes its place. */
  holdPong(frame: Frame, maskingKey: Uint8Array | null): void {
    const { opcode, payload, fin, rsv1, rsv2, rsv3 } = frame
    // Both may be overwritten before it is taken.
    this.#pong = {
      frame: new Frame(opcode, payload.slice(), fin, rsv1, rsv2, rsv3),
      maskingKey: maskingKey?.slice() ?? null,
    }
  }

  halfClose(): void {
    this.#releasePong()
    this.write(SEND_EOF)
  }

  /** Empties the list, which is the caller's from now on. */
  drain(): Uint8Array[] {
    this.#releasePong()
    this.#close()
    const items = this.#items
    this.#items = null
    return items ?? []
  }

  #releasePong(): void {
    if (this.#pong === null) return
    const { frame, maskingKey } = this.#pong
    this.#pong = null
    this.writeFrame(frame, maskingKey)
  }

  /** Room for `size` bytes in `page`, to be written at once; where it begins. */
  #reserve(size: number): number {
    if (used + size > page.length) {
      page = allocate(PAGE_SIZE)
      used = 0
    }
    const at = used
    used += size
    if (this.#page !== page || this.#end !== at) {
      this.#close()
      this.#page = page
      this.#start = at
    }
    this.#end = used
    return at
  }

  /** Makes an element of what was written to a page, and lets go of the page. */
  #close(): void {
    if (this.#page === null) return
    const written = new Uint8Array(this.#page.buffer, this.#start, this.#end - this.#start)
    this.#page = null
    ;(this.#items ??= []).push(written)
  }
}
