import type { Inspector } from '../protocol/inspector.ts'
import type { ProtocolOptions } from '../protocol/options.ts'

/** The option that lets `inspector` watch a connection and know the other end. */
export function watchedAs(peer: string | null, inspector: Inspector): Pick<ProtocolOptions, 'inspect'> {
  const about = peer === null ? {} : { peer }
  return { inspect: { observe: (connection) => inspector.observe(connection, about) } }
}
