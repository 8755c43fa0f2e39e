/** One direction of the wire: what was written, how much of it was delivered, and how it ends. */
import type { Side } from './action.ts'
import { type Segment, segmentsOf } from './segments.ts'

interface Write {
  /** Position in the stream behind it. */
  end: number
  /** ms of the lab's clock. */
  at: number
  /** Number among the writes of both directions. */
  order: number
}

export class Stream {
  readonly from: Side
  hold = true
  delay = 0
  delivered = 0
  /** What ends it, behind the bytes; `null` while it goes on. */
  ending: 'end' | 'reset' | null = null
  /** The end has arrived: nothing passes any more. */
  ended = false
  /** Where the part starts for which whoever reads gave up; `null`: none so far. */
  wrongAt: number | null = null
  /** From here on, what arrives is not read any more. */
  unreadFrom: number | null = null
  #bytes = new Uint8Array(0)
  #writes: Write[] = []
  #segments: readonly Segment[] | null = null

  constructor(from: Side) {
    this.from = from
  }

  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** Everything that was ever written, in parts; the end of the stream is one of them. */
  get segments(): readonly Segment[] {
    if (this.#segments === null) {
      const segments = segmentsOf(this.#bytes, this.from)
      if (this.ending !== null) {
        const kind = this.ending === 'end' ? 'fin' : 'rst'
        segments.push({ kind, start: this.#bytes.length, length: 0, partial: false, frame: null, line: null })
      }
      this.#segments = segments
    }
    return this.#segments
  }

  /** The part that is to arrive next; `null` if nothing is under way. */
  get head(): Segment | null {
    if (this.ended) return null
    if (this.delivered === this.#bytes.length) return this.ending === null ? null : this.segments.at(-1)!
    return this.segments.find(({ start, length }) => start + length > this.delivered) ?? null
  }

  /** Which write the next byte, or the end, belongs to. */
  get headWrite(): Write | null {
    if (this.head === null) return null
    return this.#writes.find(({ end }) => end > this.delivered) ?? this.#writes.at(-1) ?? null
  }

  write(data: Uint8Array, at: number, order: number): void {
    if (this.ended || this.ending !== null || data.length === 0) return
    const bytes = new Uint8Array(this.#bytes.length + data.length)
    bytes.set(this.#bytes)
    bytes.set(data, this.#bytes.length)
    this.#bytes = bytes
    this.#writes.push({ end: bytes.length, at, order })
    this.#segments = null
  }

  end(how: 'end' | 'reset', at: number, order: number): void {
    if (this.ending !== null || this.ended) return
    this.ending = how
    this.#writes.push({ end: this.#bytes.length + 1, at, order })
    this.#segments = null
  }

  /** What is under way is lost. */
  lose(): void {
    this.#bytes = this.#bytes.slice(0, this.delivered)
    this.#writes = this.#writes.filter(({ end }) => end <= this.delivered)
    this.#segments = null
  }

  /** Takes up to `limit` bytes off the wire. */
  take(limit: number): Uint8Array {
    const data = this.#bytes.slice(this.delivered, this.delivered + limit)
    this.delivered += data.length
    return data
  }
}
