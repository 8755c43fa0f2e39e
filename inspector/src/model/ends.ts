/**
 * The two ends of one connection, where both are recorded: by a process that is its own client, in a trace of one, or
 * in two traces. They are known by their opening handshake, and only if there is no doubt.
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

/** Were their times taken by one clock? Else nothing tells what was before what. */
export const haveOneClock = (a: Connection, b: Connection) => a.file === b.file && a.clock === b.clock

const areOpposite = ({ about }: Connection, other: Connection) =>
  about !== null && other.about?.side === otherSide(about.side)

/** Did they see the same handshake, the client of it first? */
function sawOneHandshake(connection: Connection, other: Connection): [Opening, Opening] | null {
  if (!areOpposite(connection, other)) return null
  const [a, b] = [openingOf(connection), openingOf(other)]
  if (a === null || b === null || a.key !== b.key || a.line !== b.line) return null
  return connection.about!.side === 'client' ? [a, b] : [b, a]
}

/**
 * The key alone would not do: a proxy hands it on, and is then a server and a client with the same key. But what a
 * server receives its client has sent before, and the other way round. By two clocks that cannot be told, but a client
 * still waits for longer than its server takes to answer.
 */
function mayBe([client, server]: [Opening, Opening], oneClock: boolean): boolean {
  if (oneClock && client.asked > server.asked) return false
  if (client.answered === null) return true
  if (server.answered === null) return false
  return oneClock
    ? server.answered <= client.answered
    : server.answered - server.asked <= client.answered - client.asked
}

/** All that could be the other end: those by the same clock, or failing that, of one trace those of the others. */
function candidatesOf(connection: Connection, connections: ReadonlyMap<string, Connection>): Connection[] {
  if (openingOf(connection) === null) return []
  const among = (oneClock: boolean) =>
    [...connections.values()].filter((other) => {
      if (haveOneClock(connection, other) !== oneClock) return false
      const seen = sawOneHandshake(connection, other)
      return seen !== null && mayBe(seen, oneClock)
    })
  const here = among(true)
  if (here.length > 0 || connection.file === null) return here
  return among(false).filter(({ file }) => file !== null)
}

/** The other end of a connection; `null` if it is not there, or not for certain. */
export function otherEndOf(
  connection: Connection,
  connections: ReadonlyMap<string, Connection>,
): Connection | null {
  const [other, ...more] = candidatesOf(connection, connections)
  if (other === undefined || more.length > 0) return null
  // It may fit another one as well.
  return candidatesOf(other, connections).length === 1 ? other : null
}

/** Why there is none among the traces that are open, although something looks like it; `null`: nothing does. */
export function doubtOf(connection: Connection, connections: ReadonlyMap<string, Connection>): string | null {
  if (connection.file === null) return null
  const found = candidatesOf(connection, connections)
  const [other] = found
  if (other !== undefined) {
    const either = found.length > 1 ? found : candidatesOf(other, connections)
    if (either.length < 2) return null
    const names = either.slice(0, 2).map(endName).join(' or ')
    const more = either.length > 2 ? ', among others' : ''
    const end = found.length > 1 ? 'The other end' : `The other end of ${endName(other)}`
    return `${end} may be ${names}${more}: all have the same handshake.`
  }
  const alike = [...connections.values()].find(
    (each) =>
      each.file !== null && !haveOneClock(connection, each) && sawOneHandshake(connection, each) !== null,
  )
  if (alike === undefined) return null
  return `${sentenceStart(endName(alike))} has the same handshake, but is not the other end: however the clocks are set, something was received before it was sent.`
}

/** `server c2`; of a trace, with its file. */
export const endName = ({ about, file }: Connection) =>
  `${about?.side} ${about?.connection}${file === null ? '' : ` of ${file}`}`

const sentenceStart = (text: string) => text[0]!.toUpperCase() + text.slice(1)

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
        areOpposite(connection, other) &&
        haveOneClock(connection, other) &&
        other.entries.length === 0 &&
        other.nextSeq > other.firstSeq &&
        !other.lost &&
        distance(other) <= APART,
    )
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, ASKED)
    .map(({ id }) => id)
}
