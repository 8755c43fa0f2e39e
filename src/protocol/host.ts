/**
 * The host loop: what stands between a `Protocol` and a transport, written once. It knows no socket and no rule of
 * the protocol: what is to be written, when TCP is to be half-closed and which timer runs, it asks.
 *
 *     transport ── receiveData, receiveEof ──> host ── feed, nextEvent ──> protocol ── receive ──> application
 *     transport <── write, halfClose ───────── host <── dataToSend ─────── protocol <── send… ──── application
 *
 * - One input at a time: the next event is looked at when the application has dealt with the last one. While it
 *   holds back (`holding`), nothing is stepped, and the transport is paused as soon as it brings more.
 * - The outbox is written once a turn, in order; its empty element is a half-close of the transport, exactly once.
 * - A peer that makes us answer (Pongs) and does not read what we answer is not read from either. Since two sides may
 *   wait for each other that way, this ends after a while: the peer is read from again, and only its latest Ping is
 *   answered until it reads (RFC 6455, section 5.5.3).
 * - TCP is ended by us only when a deadline has passed; a transport whose two halves have ended closes by itself.
 */
import { Opcode } from '../framing/opcode.ts'
import type { Protocol, ProtocolEvent, TransportEnd } from './protocol.ts'

/** What a host needs of TCP, or of what stands for it. */
export interface Transport {
  /**
   * Writes the chunks, in order. Returns `false` when its buffer is over its mark: `Host.drained` is then to be
   * called once it is empty again.
   */
  write(chunks: Uint8Array[]): boolean
  /** Ends our half (FIN) behind everything that was written. */
  halfClose(): void
  /** Ends both halves now; what was not written yet is lost. */
  destroy(): void
  /** Stops reading; a chunk that is on its way may still arrive. */
  pause(): void
  /** Reads on. */
  resume(): void
}

/** Who is told what happens. Nothing here may throw. */
export interface Application {
  /** Whether it holds back: nothing further is looked at until it calls `Host.resume`. */
  readonly holding: boolean
  /** An event of the protocol: the handshake message first, then frames as they came. It may send in here. */
  receive(event: ProtocolEvent): void
  /** The opening handshake failed, and TCP is about to end. */
  refused?(): void
  /** The transport takes more again. */
  drained?(): void
  /** The peer's half of TCP ended; `gone`: ours did, too. Takes effect behind what is held back. */
  ended?(gone: boolean): void
  /** The connection is closed and the transport is gone: the last call. */
  over(): void
}

/** Time, so that a test can make it pass. Like the platform's functions; `ms` is in milliseconds. */
export interface Clock {
  /** Returns what `clearTimeout` takes. */
  setTimeout(callback: () => void, ms: number): unknown
  /** A timer that has run already is no error. */
  clearTimeout(timer: unknown): void
}

/** Options of a host loop. */
export interface HostOptions {
  /** How long the opening handshake may take, ms; `null` for any time. 10 s by default. */
  openTimeout?: number | null
  /** How long the closing handshake and the end of TCP may take, ms; `null` for any time. 10 s by default. */
  closeTimeout?: number | null
  /** The platform's by default. */
  clock?: Clock
  /**
   * Calls `task(host)` at the end of the turn. A microtask by default; better is what runs behind those
   * (`process.nextTick`), so that what is sent in many of them is one write.
   */
  defer?: Defer
}

/** Given the host beside the task, so that no closure is made for each turn. */
export type Defer = (task: (host: Host) => void, host: Host) => void

export const DEFAULT_TIMEOUT = 10_000

/** Output is not kept back beyond this, bytes. */
export const FLUSH_AT = 65_536

/** Answers that may wait behind a peer that does not read, bytes: beyond, it is not read from. */
const MAX_UNREAD_ANSWERS = 16_384

/** How long a peer is not read from because of that, ms. */
const STANDSTILL_TIMEOUT = 5_000

const platformClock: Clock = {
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
}

function deferByMicrotask(task: (host: Host) => void, host: Host): void {
  queueMicrotask(() => task(host))
}

/**
 * The host loop over any transport: it feeds the protocol, writes what that wants written, runs its timers, half-closes,
 * and stops reading while the application holds back.
 *
 * Call `start()` once (a client behind `protocol.sendRequest(protocol.connect())`), tell what the transport does
 * (`receiveData`, `receiveEof`, `drained`, `transportClosed`), and call `sent(bytes)` behind whatever is sent through
 * the protocol outside of `Application.receive`.
 */
export class Host {
  /** The protocol that it runs; send through it, then call `sent`. */
  readonly protocol: Protocol
  readonly #transport: Transport
  readonly #application: Application
  /** Of many hosts, most likely: so they are kept as they are. */
  readonly #options: HostOptions

  #pumping = false
  #writing = false
  #paused = false
  #pauses = 0
  #scheduled = false
  /** Bytes that the application sent and that were not written yet, roughly. */
  #unwritten = 0
  /** The transport's buffer is over its mark. */
  #congested = false
  /** Bytes of answers since the transport was last below its mark. */
  #answers = 0
  /** Runs while the peer is not read from because answers wait. */
  #standstill: unknown = null
  #timer: unknown = null
  #timerFor: 'opening' | 'closing' | null = null
  #expired: 'opening' | 'closing' | null = null
  #refusalTold = false
  /** The transport is gone, both halves. */
  #gone = false
  #over = false

  constructor(protocol: Protocol, transport: Transport, application: Application, options: HostOptions = {}) {
    this.protocol = protocol
    this.#transport = transport
    this.#application = application
    this.#options = options
  }

  /** Whether the transport takes more without growing its buffer. */
  get writable(): boolean {
    return !this.#congested
  }

  /** Which deadline passed, so that we ended TCP. */
  get expired(): 'opening' | 'closing' | null {
    return this.#expired
  }

  /** The transport is gone: nothing can be read or written any more. */
  get gone(): boolean {
    return this.#gone
  }

  /** The application's last call was made. */
  get over(): boolean {
    return this.#over
  }

  /** How often reading was paused: input may have waited since. */
  get pauses(): number {
    return this.#pauses
  }

  /** Starts the timer of the opening handshake, and writes what the protocol has to say already. */
  start(): void {
    this.#settle()
  }

  // ---- What the transport tells ----

  /** Bytes arrived. They may be overwritten from now on. */
  receiveData(data: Uint8Array): void {
    if (this.#gone) return
    this.protocol.feed(data)
    if (this.#stopped()) {
      this.#awaitReading()
      this.pause()
      return
    }
    this.#pump()
    this.#settle()
  }

  /** The peer's half of TCP ended, and why. It takes effect behind the bytes that arrived before. */
  receiveEof(cause?: TransportEnd): void {
    this.protocol.receiveEof(cause)
    this.#application.ended?.(this.#gone)
    this.#pump()
    this.#settle()
  }

  /** Both halves of TCP have ended; `cause` counts if the peer's half had not ended before. */
  transportClosed(cause: TransportEnd): void {
    if (this.#gone) return
    this.#gone = true
    this.#endStandstill()
    this.receiveEof(cause)
  }

  /** The transport takes more again, after it said it does not. */
  drained(): void {
    if (!this.#congested) return
    this.#congested = false
    this.#answers = 0
    this.#endStandstill()
    this.protocol.latestPongOnly = false
    this.#application.drained?.()
    this.#pump()
    this.#settle()
  }

  // ---- What the application tells ----

  /** Something was sent through the protocol: `bytes` of it, roughly. Returns `writable`. It is written this turn. */
  sent(bytes: number): boolean {
    this.#unwritten += bytes
    if (this.#unwritten >= FLUSH_AT) this.#write()
    this.#schedule()
    return !this.#congested
  }

  /** Does not read before the next `resume`. */
  pause(): void {
    if (this.#paused) return
    this.#paused = true
    this.#pauses += 1
    this.#transport.pause()
  }

  /** The application may not be holding back any more: what was fed is looked at, then more is read. */
  resume(): void {
    this.#pump()
    this.#schedule()
  }

  /** Ends TCP now, without waiting for anything. */
  abort(): void {
    if (this.#gone) return
    this.#transport.destroy()
    this.transportClosed({ kind: 'local' })
  }

  get #clock(): Clock {
    return this.#options.clock ?? platformClock
  }

  // ---- The loop ----

  #stopped(): boolean {
    return this.#application.holding || this.#unread()
  }

  /** The peer does not read what it makes us answer. */
  #unread(): boolean {
    return (
      this.#congested && !this.#gone && this.#answers > MAX_UNREAD_ANSWERS && !this.protocol.latestPongOnly
    )
  }

  /** Gives a peer that does not read some time to do it. */
  #awaitReading(): void {
    if (!this.#unread()) return
    this.#standstill ??= this.#clock.setTimeout(() => {
      this.#standstill = null
      this.protocol.latestPongOnly = true
      this.resume()
    }, STANDSTILL_TIMEOUT)
  }

  #endStandstill(): void {
    if (this.#standstill === null) return
    this.#clock.clearTimeout(this.#standstill)
    this.#standstill = null
  }

  #pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    try {
      while (!this.#stopped()) {
        const event = this.protocol.nextEvent()
        if (event === null) break
        if (event.type === 'frame' && event.opcode === Opcode.ping) this.#answers += event.payload.length + 6
        this.#application.receive(event)
      }
    } finally {
      this.#pumping = false
    }
    this.#awaitReading()
    if (this.#paused && !this.#gone && !this.#stopped()) {
      this.#paused = false
      this.#transport.resume()
    }
  }

  #schedule(): void {
    // While pumping, whoever pumps settles.
    if (this.#scheduled || this.#pumping) return
    this.#scheduled = true
    const { defer = deferByMicrotask } = this.#options
    defer(Host.#settleLater, this)
  }

  static #settleLater(host: Host): void {
    host.#scheduled = false
    host.#settle()
  }

  /** Brings the world in line with the protocol: what it wants written, its timer, its end. */
  #settle(): void {
    if (this.#over) return
    this.#write()
    this.#tellRefusal()
    this.#watchDeadline()
    if (this.#gone && this.protocol.state === 'closed') {
      this.#over = true
      this.#application.over()
    }
  }

  #write(): void {
    this.#unwritten = 0
    // What waits in the outbox can still give way.
    if (this.protocol.latestPongOnly && !this.#gone) return
    // A transport in memory may answer before it returns: the one who writes already goes on with that.
    if (this.#writing) return
    this.#writing = true
    try {
      for (let chunks = this.protocol.dataToSend(); chunks.length > 0; chunks = this.protocol.dataToSend()) {
        if (!this.#gone) this.#writeChunks(chunks)
      }
    } finally {
      this.#writing = false
    }
  }

  #writeChunks(chunks: Uint8Array[]): void {
    // Nothing follows the half-close in the outbox.
    const halfClose = chunks.at(-1)!.length === 0
    if (halfClose) chunks.pop()
    if (chunks.length > 0) {
      if (!this.#transport.write(chunks)) this.#congested = true
      else if (!this.#congested) this.#answers = 0
    }
    if (halfClose) this.#transport.halfClose()
  }

  #tellRefusal(): void {
    if (this.#refusalTold || this.protocol.state !== 'connecting' || !this.protocol.closeExpected()) return
    this.#refusalTold = true
    this.#application.refused?.()
  }

  /** One timer, the one that the protocol names; closed, what is still to be written has what is left of it. */
  #watchDeadline(): void {
    const { deadline, state } = this.protocol
    const wanted = this.#gone ? null : state === 'closed' ? 'closing' : deadline
    if (wanted === this.#timerFor) return
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer)
    this.#timer = null
    this.#timerFor = wanted
    if (wanted === null) return
    const { openTimeout = DEFAULT_TIMEOUT, closeTimeout = DEFAULT_TIMEOUT } = this.#options
    const ms = wanted === 'opening' ? openTimeout : closeTimeout
    if (ms !== null) this.#timer = this.#clock.setTimeout(() => this.#expire(), ms)
  }

  #expire(): void {
    this.#timer = null
    this.#expired = this.#timerFor
    this.abort()
  }
}
