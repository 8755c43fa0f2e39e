import { headerSize, writeHeader } from '../framing/header.ts'
import { copyMasked } from '../framing/mask.ts'
import { MAX_PAGED, Page } from '../framing/page.ts'
import { encodeUtf8 } from '../framing/platform.ts'
import { borrow } from './pool.ts'

/** What is to be done with TCP, in order. */
export type Effect = { type: 'write'; data: Uint8Array } | { type: 'halfClose' }

/** The element that stands for the end of our half of TCP (FIN) in `dataToSend()`. */
export const SEND_EOF: Uint8Array = new Uint8Array(0)

/** Payloads from this size on, in bytes, are passed on as they are, if they need not be masked. */
export const UNCOPIED_FROM = 1024

/** The page that all outboxes write to. */
let page: Page | null = null

/** The one ordered list of what a side owes the wire. Frames that follow each other in a page are one element. */
export class Outbox {
  #items: Uint8Array[] | null = null
  /** The page that was written to, from `#start` to `#end`, as far as that is no element yet. */
  #buffer: ArrayBuffer | null = null
  #start = 0
  #end = 0
  /** A Pong that gives way to the next one. */
  #pong: { first: number; payload: Uint8Array; key: number | null } | null = null

  write(data: Uint8Array): void {
    this.#close()
    if (this.#items === null) this.#items = [data]
    else this.#items.push(data)
  }

  /**
   * A frame that keeps to the rules; `first` is its first byte, `key` its masking key as a number. A large payload that
   * is not masked is not copied.
   */
  writeFrame(first: number, payload: Uint8Array, key: number | null): void {
    const { length } = payload
    if (length >= UNCOPIED_FROM && (key === null || length > MAX_PAGED)) {
      this.#writeLarge(first, payload, length, key)
      return
    }
    const page = this.#page(length)
    page.write(first, payload, length, key)
    this.#end = page.used
  }

  #writeLarge(first: number, payload: Uint8Array, length: number, key: number | null): void {
    if (key === null) {
      const page = this.#page(0)
      page.writeHeader(first, length)
      this.#end = page.used
      this.write(payload)
    } else {
      const header = headerSize(length, true)
      const memory = borrow(header + length)
      writeHeader(memory, 0, first, length, key)
      copyMasked(payload, memory, header, key)
      this.write(memory.subarray(0, header + length))
    }
  }

  /** A Pong that is written behind all else when the list is taken, unless another one takes its place. */
  holdPong(first: number, payload: Uint8Array, key: number | null): void {
    // It may be overwritten before it is taken.
    this.#pong = { first, payload: payload.slice(), key }
  }

  /** Writes it now, as nothing follows a Close frame. */
  releasePong(): void {
    if (this.#pong === null) return
    const { first, payload, key } = this.#pong
    this.#pong = null
    this.writeFrame(first, payload, key)
  }

  /** The same with a text as its payload. */
  writeText(first: number, text: string, key: number | null): void {
    if (text.length * 3 > MAX_PAGED) {
      this.writeFrame(first, encodeUtf8(text), key)
      return
    }
    const page = this.#page(text.length * 3)
    page.writeText(first, text, key)
    this.#end = page.used
  }

  /** The same, not masked; returns the payload, which is not to be changed. */
  writeTextSeen(first: number, text: string): Uint8Array {
    if (text.length * 3 > MAX_PAGED) {
      const payload = encodeUtf8(text)
      this.writeFrame(first, payload, null)
      return payload
    }
    const page = this.#page(text.length * 3)
    const length = page.writeText(first, text, null)
    this.#end = page.used
    return new Uint8Array(page.buffer, page.used - length, length)
  }

  halfClose(): void {
    this.releasePong()
    this.write(SEND_EOF)
  }

  /** Empties the list, which is the caller's from now on. */
  drain(): Uint8Array[] {
    this.releasePong()
    const items = this.#items
    if (items === null) return this.#start === this.#end ? [] : [this.#take()]
    this.#close()
    this.#items = null
    return items
  }

  /** A page with room for a payload of `size` bytes, to be written to at once. */
  #page(size: number): Page {
    if (page === null || !page.fits(size)) page = new Page()
    if (this.#buffer !== page.buffer || this.#end !== page.used) this.#open(page)
    return page
  }

  /** Goes on at another place. */
  #open({ buffer, used }: Page): void {
    this.#close()
    this.#buffer = buffer
    this.#start = used
    this.#end = used
  }

  /** Makes an element of what was written to a page. */
  #close(): void {
    if (this.#start < this.#end) (this.#items ??= []).push(this.#take())
  }

  /** What was written to a page, which is let go of. */
  #take(): Uint8Array {
    const written = new Uint8Array(this.#buffer!, this.#start, this.#end - this.#start)
    this.#buffer = null
    this.#start = this.#end
    return written
  }
}

let spare: Outbox | null = null

/** An empty one, for a connection that has something to write: most of them are idle. */
export function borrowOutbox(): Outbox {
  const outbox = spare ?? new Outbox()
  spare = null
  return outbox
}

/** Gives back one that was drained. */
export function returnOutbox(outbox: Outbox): void {
  spare = outbox
}
