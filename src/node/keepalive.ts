import type { Clock } from '../protocol/host.ts'

/** What keepalive needs of a connection. */
export interface KeptAlive {
  /** Whether the application holds messages back: pongs are not seen then. */
  readonly holding: boolean
  /** How often reading was paused for that. */
  readonly pauses: number
  /** Sends a ping; resolves with its pong. */
  ping(): Promise<unknown>
  /** The pong is missing. */
  timedOut(): void

  // Its place in the line, for keepalive to use: with thousands of connections an object for it would count.
  /** When its turn is; 0: it does not stand in line. */
  due: number
  before: KeptAlive | null
  behind: KeptAlive | null
}

/** A clock that can be read, in milliseconds since whenever. */
export interface ReadableClock extends Clock {
  readonly now: number
}

/**
 * Pings the connections of a server now and then, so that those whose other end vanished are found. One whose
 * application holds messages back is let alone: that its pongs are not seen is not the peer's fault.
 *
 * As all wait for the same time they stand in line, with one timer for the first of them.
 */
export class Keepalive {
  readonly #interval: number
  readonly #timeout: number | null
  readonly #clock: ReadableClock
  #timer: unknown = null
  #first: KeptAlive | null = null
  #last: KeptAlive | null = null
  /** Those that were pinged, and the timers for their pongs: `null`, it may take any time. */
  readonly #waits = new Map<KeptAlive, unknown>()

  /** `interval`, from one ping to the next, and `timeout`, for its pong, in milliseconds. */
  constructor(interval: number, timeout: number | null, clock: ReadableClock) {
    // No timer can be set to less, and what has had its turn must not have the next one at once.
    this.#interval = Math.max(1, interval)
    this.#timeout = timeout
    this.#clock = clock
  }

  /** To be called once for a connection. */
  start(connection: KeptAlive): void {
    connection.due = Math.ceil(this.#clock.now + this.#interval)
    connection.before = this.#last
    if (this.#last === null) this.#first = connection
    else this.#last.behind = connection
    this.#last = connection
    if (this.#timer === null) this.#setTimer()
  }

  /** Does nothing for a connection that was not started. */
  stop(connection: KeptAlive): void {
    this.#leave(connection)
    this.#endWait(connection)
  }

  #leave(connection: KeptAlive): void {
    if (connection.due === 0) return
    const { before, behind } = connection
    if (before === null) this.#first = behind
    else before.behind = behind
    if (behind === null) this.#last = before
    else behind.before = before
    connection.due = 0
    connection.before = null
    connection.behind = null
    if (this.#first === null) this.#endTimer()
  }

  #setTimer(): void {
    this.#timer = this.#clock.setTimeout(() => this.#call(), this.#first!.due - this.#clock.now)
  }

  #endTimer(): void {
    this.#clock.clearTimeout(this.#timer)
    this.#timer = null
  }

  #call(): void {
    const { now } = this.#clock
    while (this.#first !== null && this.#first.due <= now) {
      const connection = this.#first
      this.#leave(connection)
      if (connection.holding) this.start(connection)
      else this.#ping(connection)
    }
    this.#endTimer()
    if (this.#first !== null) this.#setTimer()
  }

  #ping(connection: KeptAlive): void {
    this.#await(connection, connection.pauses)
    connection.ping().then(
      () => {
        // Unless it was stopped meanwhile.
        if (this.#endWait(connection)) this.start(connection)
      },
      () => this.#endWait(connection),
    )
  }

  /** `pauses`: how often reading was paused when the wait began. */
  #await(connection: KeptAlive, pauses: number): void {
    const timer =
      this.#timeout === null
        ? null
        : this.#clock.setTimeout(() => this.#check(connection, pauses), this.#timeout)
    this.#waits.set(connection, timer)
  }

  /** Whether it did wait. */
  #endWait(connection: KeptAlive): boolean {
    this.#clock.clearTimeout(this.#waits.get(connection))
    return this.#waits.delete(connection)
  }

  #check(connection: KeptAlive, pauses: number): void {
    // It may lie unread, or have done so until now: the time that it has starts again.
    const { holding } = connection
    if (holding || connection.pauses !== pauses) {
      // Held back now: not to be taken for as read when it is asked next.
      this.#await(connection, holding ? -1 : connection.pauses)
      return
    }
    this.#endWait(connection)
    connection.timedOut()
  }
}
