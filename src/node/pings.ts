import { type Deferred, defer, tolerate } from './deferred.ts'

interface Flight extends Deferred<number> {
  readonly payload: Uint8Array
  /** Of `performance.now()`. */
  readonly start: number
}

/** Pings that wait for their pongs, in the order in which they were sent (RFC 6455, section 5.5.3). */
export class Pings {
  #flights: Flight[] = []

  has(payload: Uint8Array): boolean {
    return this.#flights.some((flight) => isEqual(flight.payload, payload))
  }

  /** The round trip in milliseconds; rejects if the connection ends before. `payload` is kept. */
  add(payload: Uint8Array): Promise<number> {
    const flight = { ...defer<number>(), payload, start: performance.now() }
    this.#flights.push(flight)
    return tolerate(flight.promise)
  }

  /**
   * A pong answers its ping, and those before it: a peer may answer only the last of several. One that answers none
   * is unsolicited, and means nothing.
   */
  answer(payload: Uint8Array): void {
    const index = this.#flights.findIndex((flight) => isEqual(flight.payload, payload))
    if (index < 0) return
    const now = performance.now()
    for (const flight of this.#flights.splice(0, index + 1)) flight.resolve(now - flight.start)
  }

  end(error: Error): void {
    for (const flight of this.#flights) flight.reject(error)
    this.#flights = []
  }
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}
