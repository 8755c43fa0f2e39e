import type { Clock } from '../protocol/host.ts'

interface Timer {
  readonly at: number
  readonly callback: () => void
}

/** A clock that stands still until it is told to go on. */
export class VirtualClock implements Clock {
  /** Milliseconds since it was made. */
  now = 0
  readonly #timers = new Set<Timer>()

  /** How many timers are running. */
  get pending(): number {
    return this.#timers.size
  }

  /** When the next timer is due, ms of `now`; `null` if none runs. */
  get next(): number | null {
    return this.#due()?.at ?? null
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const timer = { at: this.now + Math.max(0, ms), callback }
    this.#timers.add(timer)
    return timer
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as Timer)
  }

  /** Lets `ms` milliseconds pass: each timer that is due runs at its time, also one set by another. */
  advance(ms: number): void {
    const end = this.now + ms
    for (let timer = this.#due(); timer !== undefined && timer.at <= end; timer = this.#due()) {
      this.now = timer.at
      this.#timers.delete(timer)
      timer.callback()
    }
    this.now = end
  }

  /** Of the timers, the one that is due first; of several at once the one that was set first. */
  #due(): Timer | undefined {
    let due: Timer | undefined
    for (const timer of this.#timers) if (due === undefined || timer.at < due.at) due = timer
    return due
  }
}
