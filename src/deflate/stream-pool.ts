import type { RawDeflateStream } from './codec.ts'

/**
 * Makes streams, and keeps one idle of each window size to lend out again. A connection without context takeover
 * needs a stream only while a message passes, so all of them together get by with one.
 */
export class StreamPool<T extends RawDeflateStream> {
  readonly #create: (windowBits: number) => T
  readonly #idle = new Map<number, T>()

  constructor(create: (windowBits: number) => T) {
    this.#create = create
  }

  /** A stream without a past. `windowBits`: 8-15. */
  take(windowBits: number): T {
    const stream = this.#idle.get(windowBits)
    if (stream === undefined) return this.#create(windowBits)
    this.#idle.delete(windowBits)
    return stream
  }

  /** Takes back what `take(windowBits)` gave. */
  giveBack(windowBits: number, stream: T): void {
    if (this.#idle.has(windowBits)) {
      stream.close()
      return
    }
    stream.reset()
    this.#idle.set(windowBits, stream)
  }
}
