import type { Protocol } from '../protocol/protocol.ts'
import type { ConnectionEnd } from './connection.ts'

/**
 * How the connection of a closed protocol ended. The protocol answers a Close that it comes to read when TCP is gone
 * already, and says that it sent one: `closeLost` says that it never left. Iterating still ends as the peer's Close
 * has it, since all that the peer sent was received.
 */
export function endOf(protocol: Protocol, closeLost: boolean): ConnectionEnd {
  const { closeReceived, transportEnd, parserError, handshakeError } = protocol
  const closeSent = closeLost ? null : protocol.closeSent
  const closeReceivedThenSent = closeLost ? null : protocol.closeReceivedThenSent
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
