import type { ConnectionEvent, Side } from '../../machines/events.ts'
import type { Configuration } from '../../machines/table.ts'
import type { Frame } from '../framing/frame.ts'
import type { Request, Response } from '../handshake/message.ts'

/**
 * Who watches connections. Declared here, beside `Protocol`, so that the Sans-I/O layer imports nothing of
 * `wirechart/inspect`; `createInspector()` there makes one.
 */
export interface Inspector {
  /** Called once by each protocol that was made with this inspector; what it returns hears every step. */
  observe(connection: Observed, about?: AboutConnection): Observer
  /** Called by an integration that can do what a page wants done to a connection that is observed. */
  steerable?(connection: Observed, steering: Steering): void
}

/** How a connection is steered from outside. What cannot be done rejects at once. */
export interface Steering {
  /** Sends a text message. */
  send(text: string): Promise<void>
  /** Sends a Ping and resolves with the round trip, ms. */
  ping(data?: string): Promise<number>
  /** Starts the closing handshake (RFC 6455, section 7.1.2). */
  close(code?: number, reason?: string): Promise<void>
  /** Ends TCP now. */
  abort(): void
}

/** What an observer may read of the protocol that it watches. */
export interface Observed {
  /** Which end it is. */
  readonly side: Side
  /** The statechart's full configuration now. */
  readonly value: Configuration
}

/** What is known of a connection from the start. */
export interface AboutConnection {
  /** The other end, e.g. `127.0.0.1:52044` or a URL: an integration knows it. */
  peer?: string
  /** What the protocol takes of its peer. */
  limits?: ReceiveLimits
}

/** The most that is taken: bytes of a message, bytes of a data frame, and frames of a message; `null`: any. */
export interface ReceiveLimits {
  /** Bytes of a message, all fragments together. */
  message: number | null
  /** Bytes of the payload of a data frame. */
  frame: number | null
  /** Frames of a message. */
  fragments: number | null
}

/** What `Inspector.observe` returns for a connection: it is told of each step, in order. */
export interface Observer {
  /**
   * The machine took `event`. `details` hold only for the time of the call: payloads may be overwritten after
   * it. What an observer throws is not caught.
   */
  step(event: ConnectionEvent, details: StepDetails): void
  /**
   * Told instead of `step`, by observers that have it, of a data frame, a Ping or a Pong that led to no error: there
   * are many, and nothing is made for the call. `wire` holds for its time, too. The event is the kind of `frame`,
   * its FIN and its length.
   */
  frame?(way: 'send' | 'receive', frame: Frame, wire: WireDetails): void
}

/** What an event was about, for those who want to show it. */
export interface StepDetails {
  /** The frame, unmasked; before extensions were applied on sending, after on receiving. */
  frame?: Frame
  /** The frame as it stood on the wire. */
  wire?: WireDetails
  /** The handshake message. */
  message?: Request | Response
  /** Why input was refused. */
  error?: Error
}

/** How a frame stood on the wire (RFC 6455, section 5.2). */
export interface WireDetails {
  /** Header length, bytes: 2-14 (RFC 6455, section 5.2). */
  headerLength: number
  /** Length of the payload on the wire (compressed, if it was), bytes. */
  payloadLength: number
  /** Four bytes, or `null` for an unmasked frame. */
  maskingKey: Uint8Array | null
  /** The reserved bits: rsv1 = 4, rsv2 = 2, rsv3 = 1. */
  reservedBits: number
}
