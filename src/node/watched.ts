import type { Inspector } from '../protocol/inspector.ts'
import type { ProtocolOptions } from '../protocol/options.ts'

/** The option that lets `inspector` watch a connection and know the other end; none without an inspector. */
export function watchedAs(
  peer: string | null,
  inspector: Inspector | undefined,
): Pick<ProtocolOptions, 'inspect'> {
  if (inspector === undefined) return {}
  const about = peer === null ? {} : { peer }
  return { inspect: { observe: (connection) => inspector.observe(connection, about) } }
}
