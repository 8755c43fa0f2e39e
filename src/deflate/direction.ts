import type { RawDeflateStream } from './codec.ts'
import type { StreamPool } from './stream-pool.ts'

/** What compresses one direction of a connection: nothing until it is needed. */
export class Direction<T extends RawDeflateStream> {
  readonly #pool: StreamPool<T>
  readonly noContextTakeover: boolean
  /** 8-15. */
  readonly maxWindowBits: number
  #stream: T | null = null

  constructor(pool: StreamPool<T>, noContextTakeover: boolean, maxWindowBits: number) {
    this.#pool = pool
    this.noContextTakeover = noContextTakeover
    this.maxWindowBits = maxWindowBits
  }

  /** The stream of the message that is passing. */
  get stream(): T {
    this.#stream ??= this.#pool.take(this.maxWindowBits)
    return this.#stream
  }

  /** The next message goes on with the same window (RFC 7692, sections 7.2.1 and 7.2.2), or with a new one. */
  endMessage(): void {
    if (!this.noContextTakeover || this.#stream === null) return
    this.#pool.giveBack(this.maxWindowBits, this.#stream)
    this.#stream = null
  }

  /** Ends a message that will not be completed, and the window with it. */
  abandon(): void {
    this.#stream?.close()
    this.#stream = null
  }
}
