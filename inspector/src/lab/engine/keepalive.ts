/** A server that pings, and gives up on a client that does not answer, as `serve` does it. */
import type { Host } from '../../../../src/protocol/host.ts'
import type { VirtualClock } from '../../../../src/testing/virtual-clock.ts'

export interface KeepaliveOptions {
  interval: number
  timeout: number
}

export class Keepalive {
  readonly #host: Host
  readonly #clock: VirtualClock
  readonly #options: KeepaliveOptions
  #timer: unknown = null
  #pings = 0
  /** What it waits for; `null` if it is not running. */
  waits: 'ping' | 'pong' | null = null
  /** When, ms of the clock. */
  due = 0

  constructor(host: Host, clock: VirtualClock, options: KeepaliveOptions) {
    this.#host = host
    this.#clock = clock
    this.#options = options
  }

  /** Tells it that something may have changed. */
  watch(): void {
    const open = this.#host.protocol.state === 'open'
    if (open && this.waits === null) this.#rest()
    else if (!open && this.waits !== null) {
      this.#clock.clearTimeout(this.#timer)
      this.waits = null
    }
  }

  pong(): void {
    if (this.waits === 'pong') this.#rest()
  }

  #rest(): void {
    this.#set('ping', this.#options.interval, () => {
      this.#host.protocol.sendPing(new TextEncoder().encode(`alive ${++this.#pings}`))
      this.#host.sent(0)
      this.#set('pong', this.#options.timeout, () => {
        this.waits = null
        this.#host.protocol.fail(1011, 'keepalive ping timeout')
        this.#host.sent(0)
      })
    })
  }

  #set(waits: 'ping' | 'pong', ms: number, then: () => void): void {
    this.#clock.clearTimeout(this.#timer)
    this.waits = waits
    this.due = this.#clock.now + ms
    this.#timer = this.#clock.setTimeout(then, ms)
  }
}
