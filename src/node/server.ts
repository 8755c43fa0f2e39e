import type { Connection } from './connection.ts'

/** How a server closes its connections. */
export interface CloseOptions {
  /** What each connection is closed with. 1001 (going away). */
  code?: number
  /** At most 123 bytes as UTF-8. `''` by default. */
  reason?: string
  /** How long connections may take to close, ms; then TCP is cut. Their own `closeTimeout` holds in any case. */
  timeout?: number | null
}

/** A running WebSocket server; `serve` makes it. */
export interface Server {
  /** The TCP port; 0 when there is none, as for an existing server that does not listen yet. */
  readonly port: number
  /** The address that it listens on, such as `'127.0.0.1'` or `'::'`; the path of a Unix domain socket. */
  readonly address: string
  /** Those that are open or closing. */
  readonly connections: Set<Connection>
  /**
   * Stops accepting, closes each connection, refuses those in their opening handshake with 503, and resolves when
   * all are down. An existing HTTP server that was given to `serve` goes on without it. May be called again: it is
   * the same closing.
   *
   * Rejects with `ProtocolError` for a code or reason that may not be sent, a `RangeError` for a timeout that cannot be.
   */
  close(options?: CloseOptions): Promise<void>
  /** `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}
