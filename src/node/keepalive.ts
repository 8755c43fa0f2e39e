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
}

/**
 * Pings a connection now and then, so that one whose other end vanished is found. While its application holds
 * messages back it is let alone: that its pongs are not seen is not the peer's fault.
 */
export class Keepalive {
  readonly #connection: KeptAlive
  readonly #interval: number
  readonly #timeout: number | null
  readonly #clock: Clock
  #timer: unknown = null
  #stopped = false
  /** What `pauses` was when the wait for a pong began. */
  #pauses = 0

  constructor(connection: KeptAlive, interval: number, timeout: number | null, clock: Clock) {
    this.#connection = connection
    this.#interval = interval
    this.#timeout = timeout
    this.#clock = clock
  }

  start(): void {
    this.#wait(this.#interval, () => this.#ping())
  }

  stop(): void {
    this.#stopped = true
    this.#clock.clearTimeout(this.#timer)
  }

  #wait(ms: number, then: () => void): void {
    if (this.#stopped) return
    this.#clock.clearTimeout(this.#timer)
    this.#timer = this.#clock.setTimeout(then, ms)
  }

  #ping(): void {
    if (this.#connection.holding) {
      this.start()
      return
    }
    this.#pauses = this.#connection.pauses
    this.#connection.ping().then(
      () => this.start(),
      () => this.stop(),
    )
    if (this.#timeout !== null) this.#wait(this.#timeout, () => this.#check())
  }

  #check(): void {
    // It may lie unread, or have done so until now: the time that it has starts again.
    const { holding, pauses } = this.#connection
    if (holding || pauses !== this.#pauses) {
      // Held back now: not to be taken for as read when it is asked next.
      this.#pauses = holding ? -1 : pauses
      this.#wait(this.#timeout!, () => this.#check())
      return
    }
    this.stop()
    this.#connection.timedOut()
  }
}
