import { type Deferred, defer, tolerate } from './deferred.ts'

interface Flight extends Deferred<number> {
  readonly key: string
  /** Of `performance.now()`. */
  readonly start: number
}

/** Pings that wait for their pongs, in the order in which they were sent (RFC 6455, section 5.5.3). */
export class Pings {
  readonly #flights = new Set<Flight>()
  /** The same by payload: an application may send one twice. */
  readonly #byKey = new Map<string, Set<Flight>>()

  has(payload: Uint8Array): boolean {
    return this.#byKey.has(keyOf(payload))
  }

  /** The round trip in milliseconds; rejects if the connection ends before. */
  add(payload: Uint8Array): Promise<number> {
    const flight = { ...defer<number>(), key: keyOf(payload), start: performance.now() }
    this.#flights.add(flight)
    const same = this.#byKey.get(flight.key)
    if (same === undefined) this.#byKey.set(flight.key, new Set([flight]))
    else same.add(flight)
    return tolerate(flight.promise)
  }

  /**
   * A pong answers its ping, and those before it: a peer may answer only the last of several. One that answers none
   * is unsolicited, and means nothing.
   */
  answer(payload: Uint8Array): void {
    const same = this.#byKey.get(keyOf(payload))
    if (same === undefined) return
    const [answered] = same
    const now = performance.now()
    for (const flight of this.#flights) {
      this.#land(flight)
      flight.resolve(now - flight.start)
      if (flight === answered) return
    }
  }

  end(error: Error): void {
    for (const flight of this.#flights) flight.reject(error)
    this.#flights.clear()
    this.#byKey.clear()
  }

  #land(flight: Flight): void {
    this.#flights.delete(flight)
    const same = this.#byKey.get(flight.key)!
    same.delete(flight)
    if (same.size === 0) this.#byKey.delete(flight.key)
  }
}

const keyOf = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length).toString('latin1')
