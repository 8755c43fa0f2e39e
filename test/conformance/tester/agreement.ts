/** How a case's agreement on permessage-deflate is reached, from either side (RFC 7692, section 7.1). */
import type { DeflateOptions } from '../../../src/deflate/options.ts'
import type { Side } from '../../../src/protocol/index.ts'
import type { DeflateAgreement, Setup } from '../case.ts'
import { Compressor, Decompressor, type Direction } from './deflate.ts'

function parameters(agreement: DeflateAgreement): string {
  const { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits } =
    agreement
  return [
    'permessage-deflate',
    ...(serverNoContextTakeover ? ['server_no_context_takeover'] : []),
    ...(clientNoContextTakeover ? ['client_no_context_takeover'] : []),
    ...(serverMaxWindowBits ? [`server_max_window_bits=${serverMaxWindowBits}`] : []),
    ...(clientMaxWindowBits ? [`client_max_window_bits=${clientMaxWindowBits}`] : []),
  ].join('; ')
}

/** What the tester says: to a server it offers all that the server may choose, to a client it answers. */
export function testerHeader(underTest: Side, { deflate }: Setup): string | null {
  if (deflate === undefined) return null
  return underTest === 'server' ? 'permessage-deflate; client_max_window_bits' : parameters(deflate)
}

/** What a server under test must answer to that. */
export const expectedAnswer = ({ deflate }: Setup): string | null =>
  deflate === undefined ? null : parameters(deflate)

/** How the endpoint is to be set up for it. */
export function endpointOptions(underTest: Side, setup: Setup): DeflateOptions | null {
  if (setup.deflate === undefined) return null
  const options: DeflateOptions = { threshold: 0, ...setup.tuning }
  return underTest === 'server' ? { ...options, ...setup.deflate } : options
}

function direction(agreement: DeflateAgreement, of: Side): Direction {
  return of === 'server'
    ? {
        windowBits: agreement.serverMaxWindowBits ?? 15,
        noContextTakeover: agreement.serverNoContextTakeover ?? false,
      }
    : {
        windowBits: agreement.clientMaxWindowBits ?? 15,
        noContextTakeover: agreement.clientNoContextTakeover ?? false,
      }
}

/** The tester's two streams. */
export function streams(underTest: Side, agreement: DeflateAgreement): [Compressor, Decompressor] {
  const tester = underTest === 'server' ? 'client' : 'server'
  return [new Compressor(direction(agreement, tester)), new Decompressor(direction(agreement, underTest))]
}
