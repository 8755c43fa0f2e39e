import type { Host, Transport } from '../protocol/host.ts'
import type { TransportEnd } from '../protocol/protocol.ts'

/** Options of a transport in memory. */
export interface MemoryOptions {
  /** Bytes under way from which on `write` says that it takes no more. 16384. */
  highWaterMark?: number
}

/**
 * One end of a TCP connection in memory, for host loops. Nothing moves before `flow` is called, at either end; what
 * was called is recorded.
 */
export class MemoryTransport implements Transport {
  readonly #highWaterMark: number
  /** Set by `memoryTransports`. */
  peer!: MemoryTransport
  #host: Pick<Host, 'receiveData' | 'receiveEof' | 'transportClosed' | 'drained'> | null = null
  /** What was written here and has not arrived there. */
  #outgoing: Uint8Array[] = []
  #full = false
  #finArrived = false
  #closed = false

  /** Calls of the host, in order: `'write 12'`, `'halfClose'`, `'destroy'`, `'pause'`, `'resume'`. */
  readonly calls: string[] = []
  /** The host does not read now. */
  paused = false
  /** The host has ended its half. */
  halfClosed = false
  /** The host has ended both halves. */
  destroyed = false

  constructor({ highWaterMark = 16_384 }: MemoryOptions = {}) {
    this.#highWaterMark = highWaterMark
  }

  /** Who is told what arrives. */
  bind(host: Pick<Host, 'receiveData' | 'receiveEof' | 'transportClosed' | 'drained'>): void {
    this.#host = host
  }

  /** Bytes under way from here. */
  get outgoing(): number {
    return this.#outgoing.reduce((size, { length }) => size + length, 0)
  }

  write(chunks: Uint8Array[]): boolean {
    const size = chunks.reduce((sum, { length }) => sum + length, 0)
    this.calls.push(`write ${size}`)
    if (this.halfClosed || this.destroyed) throw new Error('written behind the end')
    this.#outgoing.push(...chunks)
    this.#full = this.outgoing >= this.#highWaterMark
    return !this.#full
  }

  halfClose(): void {
    this.calls.push('halfClose')
    if (this.halfClosed) throw new Error('half-closed twice')
    this.halfClosed = true
  }

  /** As TCP does it with unread input: the other end sees a reset. */
  destroy(): void {
    this.calls.push('destroy')
    this.destroyed = true
    this.#outgoing = []
  }

  pause(): void {
    this.calls.push('pause')
    this.paused = true
  }

  resume(): void {
    this.calls.push('resume')
    this.paused = false
  }

  /**
   * Moves up to `limit` bytes from here to the other end, and then the end of the stream. Nothing moves while that
   * end is paused. Returns whether anything did.
   */
  flow(limit = Number.POSITIVE_INFINITY): boolean {
    const { peer } = this
    if (peer.#finArrived || peer.destroyed) return false
    if (this.destroyed) {
      peer.lose({ kind: 'reset' })
      return true
    }
    let moved = 0
    while (!peer.paused && moved < limit && this.#outgoing.length > 0) {
      const chunk = this.#outgoing[0]!
      const part = chunk.slice(0, limit - moved)
      if (part.length < chunk.length) this.#outgoing[0] = chunk.subarray(part.length)
      else this.#outgoing.shift()
      moved += part.length
      peer.#host?.receiveData(part)
    }
    const ends = this.halfClosed && this.#outgoing.length === 0 && !peer.paused && !peer.#finArrived
    if (ends) {
      peer.#finArrived = true
      peer.#host?.receiveEof({ kind: 'end' })
    }
    if (this.#full && this.#outgoing.length === 0 && !this.destroyed) {
      this.#full = false
      this.#host?.drained()
    }
    this.#finish()
    peer.#finish()
    return moved > 0 || ends
  }

  /** Both halves have ended, and all that was written is gone: a socket closes by itself. */
  #finish(): void {
    if (!this.#finArrived || !this.halfClosed || this.#outgoing.length > 0 || this.#closed) return
    this.#closed = true
    this.#host?.transportClosed({ kind: 'end' })
  }

  /** This end is told that the connection is gone. */
  lose(end: TransportEnd): void {
    this.destroyed = true
    this.#outgoing = []
    this.#host?.transportClosed(end)
  }
}

/** Both ends of a TCP connection in memory. */
export function memoryTransports(options: MemoryOptions = {}): [MemoryTransport, MemoryTransport] {
  const ends = [new MemoryTransport(options), new MemoryTransport(options)] as const
  ends[0].peer = ends[1]
  ends[1].peer = ends[0]
  return [...ends]
}

/** Lets bytes flow both ways until nothing moves. */
export function flowAll(...ends: MemoryTransport[]): void {
  while (ends.map((end) => end.flow()).some(Boolean)) {}
}
