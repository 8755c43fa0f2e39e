import { Chunk } from './chunk.ts'
import type { FrameError } from './errors.ts'
import type { Frame } from './frame.ts'
import { Header, type HeaderRules, MAX_HEADER_SIZE, parseHeader } from './header.ts'
import { Opcode } from './opcode.ts'
import { frameOf } from './parse.ts'
import { allocatePooled, copyInto } from './platform.ts'
import { violation } from './rules.ts'
import { Utf8Validator } from './utf8.ts'

/** What the next frame must keep to, as the state of the connection has it now. */
export interface DecodeContext extends HeaderRules {
  /** The message in progress: a continuation frame continues it, and a text frame out of sequence is not looked into. */
  readonly message: 'idle' | 'text' | 'binary'
  /**
   * Whether text is to be checked for UTF-8 here; `false` when an extension transforms the payloads of the message. A
   * frame with a reserved bit is left to the extension in any case.
   */
  readonly validate: boolean
}

const EMPTY = new Uint8Array(0)

/** A payload that arrives in pieces gets room for at most so many times what has arrived of it. */
const GROWTH = 32

/** A payload of at most so many bytes is still in the cache when all of it has arrived, and then unmasked at once. */
const MAX_AT_ONCE = 65_536

/** Where a header is read to; a decoder has one of its own only while it waits for the rest of a payload. */
const shared = new Header()

/**
 * Reads frames from bytes that arrive in any pieces (RFC 6455, section 5.2), one frame at a time. It knows bytes; what
 * the connection's state has to say comes in as a context.
 *
 * A payload that lies within one piece is a view on it, unmasked where it is. Otherwise it is gathered in a buffer that
 * grows with what arrives, never with what is only declared. Once `next` has returned `null`, no piece is referred to.
 */
export class FrameDecoder {
  readonly #masked: boolean

  // Input that was not looked at: what is left of one chunk, and those behind it.
  #chunk: Chunk | null = null
  #at = 0
  #queue: Uint8Array[] | null = null
  #queueAt = 0

  // The beginning of a header that is not whole; made when there is one, as most connections are idle.
  #carry: Uint8Array = EMPTY
  #carried = 0

  // The frame whose header is whole but whose payload is not, if `#inPayload`; else the one returned last.
  #header: Header = shared
  #inPayload = false
  /** Whether its payload is to be checked for UTF-8. */
  #text = false
  #gathered: Chunk | null = null
  #filled = 0

  #utf8: Utf8Validator | null = null
  #received = 0
  #offset = 0
  #error: FrameError | null = null
  /** What had arrived of the payload of the frame that the error is about. */
  #refused: Uint8Array = EMPTY

  /** `masked`: whether frames must be masked, as on a server, or must not be, as on a client (section 5.1). */
  constructor({ masked }: { masked: boolean }) {
    this.#masked = masked
  }

  /** Begins with another stream, of which `offset` bytes were taken. Nothing of the last one may be left. */
  startAt(offset: number): void {
    this.#received = offset
    this.#offset = offset
  }

  /**
   * Takes bytes in, which may be overwritten from now on. Behind an error they are dropped. Returns whether `next` has
   * anything new to look at: what is only the middle of a payload was gathered already.
   */
  push(data: Uint8Array): boolean {
    if (data.length === 0 || this.#error !== null) return false
    this.#received += data.length
    if (this.#chunk !== null) {
      this.#queue ??= []
      this.#queue.push(data)
      return true
    }
    if (this.#isMiddle(data)) return false
    this.#chunk = new Chunk(data)
    this.#at = 0
    return true
  }

  /**
   * The next frame; or the error that ends the stream, the same one from then on; or `null` when bytes are missing.
   * Nothing behind the frame is looked at. Errors are found as soon as the header is whole, and text is checked as far
   * as it has arrived. Their offset is that of the offending byte in the stream of frames: for a header the first byte
   * of the field, for text that ends inside a character the end of the frame.
   */
  next(context: DecodeContext): Frame | FrameError | null {
    if (this.#error !== null) return this.#error
    if (!this.#inPayload) {
      const whole = this.#readHeader(context)
      if (typeof whole === 'object') return this.#fail(whole)
      if (!whole) return null
      this.#inPayload = true
      this.#text = isText(this.#header, context)
      if (this.#header.opcode === Opcode.text) this.#utf8?.reset()
    }
    const payload = this.#readPayload()
    if (payload === null) {
      if (this.#header === shared) this.#header = shared.copy()
      return null
    }
    return payload instanceof Uint8Array ? this.#finish(payload) : this.#fail(payload)
  }

  /** Bytes held that are not yet part of a returned frame. */
  get buffered(): number {
    return this.#received - this.#offset
  }

  /** Bytes of the stream of frames that the returned frames took. */
  get offset(): number {
    return this.#offset
  }

  /** Whether `next` has found the beginning of a frame that is not whole. */
  get midFrame(): boolean {
    return this.#inPayload || this.#carried > 0
  }

  /**
   * The masking key of the frame that `next` has just returned; `null` when it was not masked. To be asked before any
   * decoder reads on.
   */
  get maskingKey(): Uint8Array | null {
    return this.#header.maskingKey
  }

  /** The same as a number, its first byte the lowest. */
  get key(): number | null {
    return this.#header.masked ? this.#header.key : null
  }

  /** Bytes of the header of that frame: 2 to 14. */
  get headerSize(): number {
    return this.#header.size
  }

  /** The frame that broke a rule, with as much of its payload as had arrived; as long as its masking key is good for. */
  get refused(): Frame | null {
    return this.#error === null ? null : frameOf(this.#header, this.#refused)
  }

  /** Bytes that its payload, or that of the frame that `next` has just returned, has by its header. */
  get payloadSize(): number {
    return this.#header.length
  }

  /** Drops all that is held, for a connection that reads no further. An error stays. */
  clear(): void {
    this.#chunk = null
    this.#queue = null
    this.#queueAt = 0
    this.#carried = 0
    this.#inPayload = false
    this.#gathered = null
    this.#filled = 0
    this.#received = this.#offset
  }

  /** Fills `#header` and consumes its bytes if it is whole; else keeps them aside and returns `false`. */
  #readHeader(context: DecodeContext): boolean | FrameError {
    this.#header = shared
    for (let chunk = this.#input(); chunk !== null; chunk = this.#input()) {
      const { bytes } = chunk
      const carried = this.#carried
      if (carried === 0) {
        const whole = parseHeader(bytes, this.#at, bytes.length, this.#masked, context, shared)
        if (whole === true) this.#at += shared.size
        if (whole !== false) return whole
      }
      if (this.#carry === EMPTY) this.#carry = new Uint8Array(MAX_HEADER_SIZE)
      // What is copied too much belongs to the payload and is ignored.
      const copied = Math.min(MAX_HEADER_SIZE - carried, bytes.length - this.#at)
      for (let i = 0; i < copied; i++) this.#carry[carried + i] = bytes[this.#at + i]!
      if (carried > 0) {
        const whole = parseHeader(this.#carry, 0, carried + copied, this.#masked, context, shared)
        if (whole === true) {
          this.#at += shared.size - carried
          this.#carried = 0
        }
        if (whole !== false) return whole
      }
      this.#carried += copied
      this.#at += copied
    }
    return false
  }

  /** The whole payload, unmasked; or `null` when bytes are missing, those there being taken; or what is wrong in it. */
  #readPayload(): Uint8Array | FrameError | null {
    const text = this.#text
    const { length, masked, key } = this.#header
    if (length === 0) return EMPTY
    for (let chunk = this.#input(); chunk !== null; chunk = this.#input()) {
      const { bytes } = chunk
      const start = this.#at
      const filled = this.#filled
      const end = Math.min(start + length - filled, bytes.length)
      this.#at = end
      if (end - start === length) {
        const payload = chunk.view(start, end)
        const ascii = masked && chunk.unmask(start, end, key, 0)
        return (text ? this.#check(payload, 0, length, ascii) : null) ?? payload
      }
      const to = filled + end - start
      const gathered = this.#room(to)
      const ascii = this.#gather(chunk, start, end, gathered)
      const invalid = text ? this.#check(gathered.bytes, filled, to, ascii) : null
      if (invalid !== null) return invalid
      this.#filled = to
      if (to === length) return gathered.bytes
    }
    return null
  }

  /** Copies a piece to `gathered`, and unmasks what is looked at or whole. Returns whether it is known to be ASCII. */
  #gather(chunk: Chunk, start: number, end: number, gathered: Chunk): boolean {
    const { length, masked, key } = this.#header
    const filled = this.#filled
    if (masked && (this.#text || length > MAX_AT_ONCE)) {
      return chunk.unmaskTo(gathered, filled, start, end, key)
    }
    chunk.copyTo(gathered, filled, start, end)
    if (masked && filled + end - start === length) gathered.unmask(0, length, key, 0)
    return false
  }

  /** Gathers a chunk that holds nothing but a piece of a payload of which more is to come, if it need not be looked at. */
  #isMiddle(data: Uint8Array): boolean {
    const { length } = this.#header
    const to = this.#filled + data.length
    if (!this.#inPayload || to >= length || length > MAX_AT_ONCE || this.#text) return false
    copyInto(data, this.#room(to).bytes, this.#filled)
    this.#filled = to
    return true
  }

  /** Looks for the first byte that is not UTF-8 in the next piece of a text, which may be known to be ASCII. */
  #check(bytes: Uint8Array, start: number, end: number, ascii: boolean): FrameError | null {
    if (ascii && this.#utf8?.complete !== false) return null
    this.#utf8 ??= new Utf8Validator()
    const invalid = this.#utf8.push(bytes, start, end)
    if (invalid === -1) return null
    this.#refused = bytes.subarray(0, end)
    return violation('INVALID_UTF8', { offset: this.#header.size + this.#filled + invalid - start })
  }

  /** The frame that is whole now, unless it ends a text inside a character. */
  #finish(payload: Uint8Array): Frame | FrameError {
    const header = this.#header
    const size = header.size + header.length
    if (this.#text && header.fin && this.#utf8?.complete === false) {
      this.#refused = payload
      return this.#fail(violation('INVALID_UTF8', { offset: size, detail: 'it ends inside a character' }))
    }
    this.#offset += size
    this.#inPayload = false
    this.#gathered = null
    this.#filled = 0
    return frameOf(header, payload)
  }

  /** What has arrived of the payload, with the last piece of a header that is whole but wrong. */
  #behindHeader(): Uint8Array {
    const chunk = this.#chunk!
    const { size, length, masked, key } = this.#header
    const start = this.#at + size - this.#carried
    const end = Math.min(start + length, chunk.bytes.length)
    if (masked) chunk.unmask(start, end, key, 0)
    return chunk.view(start, end)
  }

  /** Ends the stream with an error whose offset is counted from the start of the frame. */
  #fail(error: FrameError): FrameError {
    if (error.offset !== null) error.offset += this.#offset
    if (!this.#inPayload) this.#refused = this.#behindHeader()
    this.#error = error
    this.clear()
    return error
  }

  /**
   * Where a payload is gathered, with room for `needed` bytes. What is reserved is in proportion to what arrived, which
   * keeps the time linear; a platform lends memory that is not written to for nothing.
   */
  #room(needed: number): Chunk {
    const held = this.#gathered
    if (held !== null && needed <= held.bytes.length) return held
    const { length } = this.#header
    const most = needed * GROWTH
    // If that is not for all of it: what suffices for the next time to be the last, as it will have to be copied.
    const bytes = allocatePooled(most >= length ? length : Math.min(most, Math.ceil(length / GROWTH)))
    if (held !== null) bytes.set(held.bytes)
    this.#gathered = new Chunk(bytes)
    return this.#gathered
  }

  /** The chunk to read on in, at `#at`, if there is input; lets go of one that is used up. */
  #input(): Chunk | null {
    if (this.#chunk === null || this.#at < this.#chunk.bytes.length) return this.#chunk
    this.#at = 0
    this.#chunk = null
    if (this.#queue === null) return null
    this.#chunk = new Chunk(this.#queue[this.#queueAt]!)
    this.#queue[this.#queueAt] = EMPTY
    this.#queueAt++
    if (this.#queueAt === this.#queue.length) {
      this.#queue = null
      this.#queueAt = 0
    }
    return this.#chunk
  }
}

/** Whether the payload behind a header is text to be checked. */
function isText(header: Header, context: DecodeContext): boolean {
  if (!context.validate || header.rsv !== 0) return false
  return header.opcode === Opcode.text
    ? context.message === 'idle'
    : header.opcode === Opcode.continuation && context.message === 'text'
}
