import type { Side } from '../../machines/events.ts'
import { extendedLengthSize, readLength } from '../framing/length.ts'
import type { Protocol, TransportEnd } from '../protocol/protocol.ts'
import { concatenate } from './bytes.ts'

/** One direction of a connection: takes what one protocol wants written, and gives it to the other when told to. */
export class Wire {
  /** Whose output it takes. */
  readonly from: Protocol
  /** To whom it is given. */
  readonly to: Protocol
  #bytes: Uint8Array = new Uint8Array(0)
  #ending: TransportEnd | null = null
  #ended = false

  constructor(from: Protocol, to: Protocol) {
    this.from = from
    this.to = to
  }

  /** The bytes under way. */
  get bytes(): Uint8Array {
    this.#collect()
    return this.#bytes
  }

  /** Whether the end of the stream (FIN) is under way, behind the bytes. */
  get ending(): boolean {
    this.#collect()
    return this.#ending !== null && !this.#ended
  }

  /** Whether the end of the stream has arrived. */
  get ended(): boolean {
    return this.#ended
  }

  /**
   * Delivers up to `limit` bytes, all by default; the end of the stream behind the last one. Returns whether
   * anything moved.
   */
  flow(limit = Number.POSITIVE_INFINITY): boolean {
    this.#collect()
    const data = this.#bytes.slice(0, limit)
    this.#bytes = this.#bytes.subarray(data.length)
    if (data.length > 0) this.to.receiveData(data)
    const ends = this.#bytes.length === 0 && this.#ending !== null && !this.#ended && data.length < limit
    if (ends) {
      this.#ended = true
      this.to.receiveEof(this.#ending!)
    }
    return data.length > 0 || ends
  }

  /** Delivers one frame, or what there is of it; or the end of the stream. Meant for when the connection is open. */
  flowFrame(): boolean {
    const size = frameSizeAt(this.bytes)
    return size === 0 ? this.flow() : this.flow(size)
  }

  /** Puts bytes under way that nobody wanted written. */
  inject(data: Uint8Array): void {
    this.#collect()
    this.#bytes = concatenate([this.#bytes, data])
  }

  /** What is under way is lost, and the stream ends, as `cause` says. Nothing passes any more. */
  cut(cause: TransportEnd = { kind: 'reset' }): void {
    this.#bytes = new Uint8Array(0)
    this.#ending ??= cause
    if (this.#ended) return
    this.#ended = true
    this.to.receiveEof(cause)
  }

  #collect(): void {
    const chunks = this.from.dataToSend()
    if (chunks.length === 0 || this.#ended) return
    if (chunks.at(-1)!.length === 0) this.#ending ??= { kind: 'end' }
    this.#bytes = concatenate([this.#bytes, ...chunks])
  }
}

/** A client and a server, or two other protocols, joined by a wire each way. */
export class Joined<A extends Protocol = Protocol, B extends Protocol = Protocol> {
  readonly client: A
  readonly server: B
  /** What the client sent. */
  readonly toServer: Wire
  /** What the server sent. */
  readonly toClient: Wire

  constructor(client: A, server: B) {
    this.client = client
    this.server = server
    this.toServer = new Wire(client, server)
    this.toClient = new Wire(server, client)
  }

  /** Lets everything flow until nothing moves, `limit` bytes at a time; 1 shows what chunking can break. */
  flow(limit = Number.POSITIVE_INFINITY): void {
    let moved = true
    while (moved) {
      // Both, always: whoever speaks first must not starve the other.
      const there = this.toServer.flow(limit)
      const back = this.toClient.flow(limit)
      moved = there || back
    }
  }

  /** The wire that leads to a side. */
  to(side: Side): Wire {
    return side === 'server' ? this.toServer : this.toClient
  }

  /** TCP is lost for both sides at once. */
  cut(cause: TransportEnd = { kind: 'reset' }): void {
    this.toServer.cut(cause)
    this.toClient.cut(cause)
  }
}

/** Bytes that the frame at the start of `data` takes; what there is of it if it is not whole. */
function frameSizeAt(data: Uint8Array): number {
  if (data.length < 2) return data.length
  const marker = data[1]! & 0x7f
  const headerSize = 2 + extendedLengthSize(marker) + (data[1]! & 0x80 ? 4 : 0)
  if (data.length < headerSize) return data.length
  return Math.min(data.length, headerSize + readLength(marker, data, 2))
}
