import type { Protocol } from '../protocol/protocol.ts'
import type { ConnectionEnd } from './connection.ts'

/** How the connection of a closed protocol ended. */
export function endOf(protocol: Protocol): ConnectionEnd {
  const { closeReceived, closeSent, closeReceivedThenSent, transportEnd, parserError, handshakeError } =
    protocol
  return {
    code: protocol.closeCode!,
    reason: protocol.closeReason!,
    wasClean: closeReceivedThenSent !== null,
    report: {
      received: closeReceived,
      sent: closeSent,
      receivedThenSent: closeReceivedThenSent,
      transportEnd,
      parserError,
      handshakeError,
      error: protocol.closeError!,
    },
  }
}
