/**
 * The two ends of one connection, where both are watched: a process that is its own client, or a trace of one. They
 * are known by their opening handshake, and only if there is no doubt.
 */
import type { ConnectionRecord } from '../../../src/inspect/records.ts'
import { otherSide } from '../../../src/report/step.ts'
import type { Connection } from './connection.ts'

/** What tells the ends of a connection by. */
interface Opening {
  /** The value of `Sec-WebSocket-Key`, 16 random bytes (RFC 6455, section 4.1), and the request line. */
  key: string
  line: string
  /** When this end sent or received the request, and the response. */
  asked: number
  answered: number | null
}

/** By the record that introduced the connection: its first entries may be let go of. */
const openings = new WeakMap<ConnectionRecord, Opening>()

/** The handshake is among the first entries. */
const FIRST = 4

function openingOf({ about, entries }: Connection): Opening | null {
  if (about === null) return null
  const known = openings.get(about)
  if (known?.answered != null) return known
  const first = entries.slice(0, FIRST)
  const request = first.find(({ event }) => /^(?:send|receive)\.request$/.test(event.type))
  const http = request?.event.http
  const key = http?.headers.find(([name]) => name.toLowerCase() === 'sec-websocket-key')?.[1]
  if (request === undefined || http === undefined || key === undefined) return known ?? null
  const response = first.find(({ event }) => /^(?:send|receive)\.response$/.test(event.type))
  const opening = { key, line: http.startLine, asked: request.time, answered: response?.time ?? null }
  openings.set(about, opening)
  return opening
}

/**
 * Is `other` the other end? The key alone would not do: a proxy hands it on, and is then a server and a client with
 * the same key. But what a server receives its client has sent before, and the other way round.
 */
function areEnds(connection: Connection, other: Connection): boolean {
  const [a, b] = [openingOf(connection), openingOf(other)]
  if (a === null || b === null || a.key !== b.key || a.line !== b.line) return false
  const [client, server] = connection.about!.side === 'client' ? [a, b] : [b, a]
  if (client.asked > server.asked) return false
  return client.answered === null || (server.answered !== null && server.answered <= client.answered)
}

/** Could it be, as far as can be told without its records? Only one clock tells what was before what. */
function mayBeEnds({ about, file }: Connection, other: Connection): boolean {
  return about !== null && other.about?.side === otherSide(about.side) && other.file === file
}

/** The other end of a connection; `null` if it is not there, or not for certain. */
export function otherEndOf(
  connection: Connection,
  connections: ReadonlyMap<string, Connection>,
): Connection | null {
  if (openingOf(connection) === null) return null
  const ends = [...connections.values()].filter(
    (other) => mayBeEnds(connection, other) && areEnds(connection, other),
  )
  return ends.length === 1 ? ends[0]! : null
}

/** Both ends are first seen within this time, ms: connecting takes no longer. */
const APART = 10_000
/** Connections that are asked for their handshake at once. */
const ASKED = 8

/**
 * Of which connections the process is to send records, so that the other end is found: it tells nothing of a
 * connection's handshake before.
 */
export function toBeAsked(connection: Connection, connections: ReadonlyMap<string, Connection>): string[] {
  if (connection.file !== null || openingOf(connection) === null) return []
  const distance = ({ firstSeen }: Connection) => Math.abs(firstSeen - connection.firstSeen)
  return [...connections.values()]
    .filter(
      (other) =>
        mayBeEnds(connection, other) &&
        other.entries.length === 0 &&
        other.nextSeq > other.firstSeq &&
        !other.lost &&
        distance(other) <= APART,
    )
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, ASKED)
    .map(({ id }) => id)
}
