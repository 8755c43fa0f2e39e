import type { Inspector } from '../protocol/inspector.ts'
import type { ProtocolOptions } from '../protocol/options.ts'

/** The option that lets `inspector` watch a connection and know the other end. */
export function watchedAs(peer: string | null, inspector: Inspector): Pick<ProtocolOptions, 'inspect'> {
  if (peer === null) return { inspect: inspector }
  return { inspect: { observe: (connection, about) => inspector.observe(connection, { ...about, peer }) } }
}
