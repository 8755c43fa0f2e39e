import { HandshakeError } from './errors.ts'

/**
 * A piece of grammar being read: it yields whenever it has used all bytes and needs more, returns what it has
 * read, throws a `HandshakeError` at the byte that breaks a rule. So the grammar is written in its own order,
 * and what comes of the bytes does not depend on how they were cut.
 */
export type Reading<T> = Generator<void, T, void>

/** The bytes that a reading takes from. */
export class ByteSource {
  /** What was fed last. Belongs to who fed it: whatever is to be kept must be copied before the next yield. */
  data: Uint8Array = new Uint8Array(0)
  /** Where in `data` the next byte is. */
  offset = 0
  /** No more is coming. */
  ended = false

  /** Takes up to `limit` of the bytes that are there, as a view on them. */
  take(limit: number): Uint8Array {
    const taken = this.data.subarray(this.offset, Math.min(this.data.length, this.offset + limit))
    this.offset += taken.length
    return taken
  }
}

/** How far a reading is: `rest` are the bytes behind what it has read, a view on those pushed. */
export type Progress<T> =
  | { status: 'incomplete' }
  | { status: 'complete'; value: T; rest: Uint8Array }
  | { status: 'error'; error: HandshakeError }

type Result<T> = { status: 'complete'; value: T } | { status: 'error'; error: HandshakeError }

/** Feeds a reading. The one border where what it throws becomes a value. */
export class Incremental<T> {
  readonly #source = new ByteSource()
  readonly #reading: Reading<T>
  #result: Result<T> | null = null

  constructor(read: (source: ByteSource) => Reading<T>) {
    this.#reading = read(this.#source)
  }

  /** Once the reading is over, `data` comes back as `rest`, or the error is repeated. */
  push(data: Uint8Array): Progress<T> {
    this.#source.data = data
    this.#source.offset = 0
    return this.#resume()
  }

  /** There is no more to read: the reading is over now, one way or the other. */
  end(): Progress<T> {
    this.#source.data = new Uint8Array(0)
    this.#source.offset = 0
    this.#source.ended = true
    return this.#resume()
  }

  #resume(): Progress<T> {
    this.#result ??= this.#step()
    if (this.#result === null) return { status: 'incomplete' }
    if (this.#result.status === 'error') return this.#result
    return { ...this.#result, rest: this.#source.take(Number.POSITIVE_INFINITY) }
  }

  #step(): Result<T> | null {
    try {
      const step = this.#reading.next()
      return step.done ? { status: 'complete', value: step.value } : null
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error
      return { status: 'error', error }
    }
  }
}
