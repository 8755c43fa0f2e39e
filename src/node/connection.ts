import type { Close } from '../framing/close.ts'
import type { Request, Response } from '../handshake/message.ts'
import type { ConnectionClosedError } from '../protocol/errors.ts'
import type { Protocol, TransportEnd } from '../protocol/protocol.ts'
import type { ServerProtocol } from '../protocol/server.ts'
import type { Message } from './messages.ts'

/** How a connection ended, in full. */
export interface CloseReport {
  /** The peer's Close frame; code 1005 if it was empty; `null` if none came. */
  readonly received: Close | null
  /** Ours; `null` if there was none, or TCP was gone before it could leave. */
  readonly sent: Close | null
  /** Who closed first: `true`, the peer; `false`, we; `null`, not both Close frames were exchanged. */
  readonly receivedThenSent: boolean | null
  /** How TCP ended. */
  readonly transportEnd: TransportEnd | null
  /** Why the connection was failed: what the peer sent wrong, or that TCP ended without a Close frame. */
  readonly parserError: Error | null
  /** Why the opening handshake failed. */
  readonly handshakeError: Error | null
  /** What iterating, or sending, throws now. */
  readonly error: ConnectionClosedError
}

/** How a connection ended. */
export interface ConnectionEnd {
  /** The peer's close code (RFC 6455, section 7.1.5); 1005 for an empty Close frame, 1006 if none came. */
  readonly code: number
  /** Its reason; `''` if there is none. */
  readonly reason: string
  /** Both Close frames were exchanged. */
  readonly wasClean: boolean
  /** What it is told from. */
  readonly report: CloseReport
}

/** The server's end of a connection. */
export interface ServerConnection extends Connection {
  readonly protocol: ServerProtocol
}

/**
 * An open WebSocket connection; `connect` and `serve` make them.
 *
 * Iterate over it, or call `onMessage`. The next message is not looked at before the application asks for it (or its
 * listener has returned), and what is not taken is not read from the network: then neither pings nor a Close are
 * seen. A handler that never reads should say `ignoreMessages()`.
 */
export interface Connection extends AsyncIterable<Message> {
  /**
   * The messages that come, one after the other. Ends when the connection was closed normally (both Close frames,
   * codes 1000, 1001 or none), else throws its `ConnectionClosedError`. Leaving the loop leaves the connection open;
   * another one goes on where it stopped.
   */
  [Symbol.asyncIterator](): AsyncIterator<Message, undefined>

  /**
   * Calls `listener` with each message that comes from now on, and with one that is waiting already: instead of
   * iterating. Another listener replaces it. One that throws, or whose promise rejects, closes the connection with
   * 1011; that promise is not waited for.
   */
  onMessage(listener: (message: Message) => void): void

  /** Drops messages, those that are waiting too; control frames are dealt with. */
  ignoreMessages(): void

  /**
   * Sends a message; an async iterable as fragments of one, as they come, of the type of its first item (none if it
   * has no items). Resolves when the socket takes more: await it, and memory stays bounded. Bytes, also those of an
   * iterable, may be changed again from then on. While an iterable is sent other messages wait; pings and Close pass.
   *
   * Rejects with `InvalidStateError` while the connection is opening or closing, with `ConnectionClosedError` once it
   * is closed or if it closes before; a caller that does not keep the promise need not mind these. With `TypeError`
   * for what is no message. An iterable that throws, or mixes strings and bytes, fails the connection with 1011.
   */
  send(message: Message | AsyncIterable<Message>): Promise<void>

  /**
   * Sends a Ping and resolves with the round trip in milliseconds. Several may be under way. `data` is up to 125
   * bytes (text as UTF-8), random by default. Rejects as `send` does, and with `ProtocolError` if it is too long.
   */
  ping(data?: string | Uint8Array): Promise<number>

  /**
   * Closes the connection (RFC 6455, section 7) and resolves when that is done, after `closeTimeout` at the latest.
   * Messages that were not taken stay iterable, up to `maxSize` bytes. Does nothing if it is closing already.
   *
   * Rejects with `ProtocolError` for a code that may not be sent or a reason over 123 bytes.
   */
  close(code?: number, reason?: string): Promise<void>

  /** How it ended, once it has. Never rejects. */
  readonly closed: Promise<ConnectionEnd>

  /** The layer below, to ask; what is sent through it directly leaves with the next thing sent here. */
  readonly protocol: Protocol
  /** The subprotocol that was agreed on; `null` for none. */
  readonly subprotocol: string | null
  /** `'127.0.0.1:52044'`, `'[::1]:52044'`; `null` on a Unix domain socket. */
  readonly remoteAddress: string | null
  /** The opening handshake; `null` until there is one. */
  readonly request: Request | null
  readonly response: Response | null
}
