import type { Close } from '../framing/close.ts'
import { closeCodeName } from '../framing/close.ts'

/** The connection is not in a state in which this may be sent. Nothing was sent. */
export class InvalidStateError extends Error {
  override readonly name = 'InvalidStateError'
  readonly code = 'INVALID_STATE'
}

/** What the two Close frames said; `null` for one that was not sent or received. */
export interface CloseExchange {
  /** The peer's; code 1005 if it was empty. */
  received: Close | null
  /** Ours. */
  sent: Close | null
  /** Their Close came first; `null` unless both were exchanged. */
  receivedThenSent: boolean | null
}

/** Codes with which both sides say that all is well (RFC 6455, section 7.4.1). */
const normalCodes: readonly number[] = [1000, 1001, 1005]

function describe({ code, reason }: Close): string {
  return `${code} (${closeCodeName(code)})${reason === '' ? '' : ` ${JSON.stringify(reason)}`}`
}

function story({ received, sent, receivedThenSent }: CloseExchange): string {
  if (received === null && sent === null) return 'no Close frame received or sent'
  if (received === null) return `sent ${describe(sent!)}; no Close frame received`
  if (sent === null) return `received ${describe(received)}; no Close frame sent`
  return receivedThenSent
    ? `received ${describe(received)}; then sent ${describe(sent)}`
    : `sent ${describe(sent)}; then received ${describe(received)}`
}

/** How the connection ended, as an error; `cause` is why it was failed, if it was (RFC 6455, section 7.1). */
export class ConnectionClosedError extends Error implements CloseExchange {
  override readonly name = 'ConnectionClosedError'
  /** Whether it is `normal`, as a code. */
  readonly code: 'CLOSED_NORMALLY' | 'CLOSED_ABNORMALLY'
  /** The peer's Close frame; code 1005 if it was empty, `null` if none came. */
  readonly received: Close | null
  /** Ours. */
  readonly sent: Close | null
  /** Their Close came first; `null` unless both were exchanged. */
  readonly receivedThenSent: boolean | null
  /** Both Close frames were exchanged, with 1000, 1001 or none as their codes. */
  readonly normal: boolean

  constructor(exchange: CloseExchange, cause: Error | null = null) {
    super(story(exchange), cause === null ? undefined : { cause })
    this.received = exchange.received
    this.sent = exchange.sent
    this.receivedThenSent = exchange.receivedThenSent
    this.normal =
      exchange.received !== null &&
      exchange.sent !== null &&
      normalCodes.includes(exchange.received.code) &&
      normalCodes.includes(exchange.sent.code)
    this.code = this.normal ? 'CLOSED_NORMALLY' : 'CLOSED_ABNORMALLY'
  }
}
