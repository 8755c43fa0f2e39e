import { useRef } from 'react'
import type { Connection } from '../model/connection.ts'
import { haveOneClock } from '../model/ends.ts'
import { type Between, drawBetween } from './between.ts'
import { oneClock, twoClocks } from './clocks.ts'

interface BothEnds {
  /** `null`: it cannot be drawn from both ends. */
  between: Between | null
  /** Why not, as a sentence. */
  problem: string | null
}

/** Draws both ends together, as far as their records are whole and fit. */
export function useBetween(connection: Connection, peer: Connection | undefined): BothEnds {
  const known = useRef<{ peer: string; between: Between } | null>(null)
  if (peer === undefined) return { between: null, problem: null }
  const before = known.current?.peer === peer.id ? known.current.between : null
  const between = betweenEnds(before, connection, peer)
  if (typeof between === 'string') return { between: null, problem: between }
  known.current = { peer: peer.id, between }
  const { problem } = between.pairing
  return { between: problem === null ? between : null, problem }
}

/** The ladder of both ends, going on from `before`; or why there is none. */
export function betweenEnds(
  before: Between | null,
  connection: Connection,
  peer: Connection,
): Between | string {
  const cut = [connection, peer].find((end) => !isWhole(end))
  if (cut !== undefined) return `The oldest records of the ${cut.about?.side} are not kept.`
  const { side } = connection.about!
  const [client, server] = side === 'client' ? [connection, peer] : [peer, connection]
  return drawBetween(before, {
    observed: side,
    initial: { client: client.initial, server: server.initial },
    entries: { client: client.entries, server: server.entries },
    bounds: haveOneClock(connection, peer) ? oneClock : twoClocks,
  })
}

/** Are its records there from the first one on? */
function isWhole({ about, entries, firstSeq }: Connection): boolean {
  return about?.dropped === undefined && (entries.length === 0 || entries[0]!.seq === firstSeq)
}
