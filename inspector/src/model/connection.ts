import type { ConnectionRecord } from '../../../src/inspect/records.ts'
import type { Gist } from '../../../src/report/gist.ts'
import type { Chart } from '../statechart/chart.ts'
import type { Entry, LoggedEvent } from './records.ts'
import { outline, type StateValue } from './value.ts'

/** A connection, or any other service that was registered. Never changed in place. */
export interface Connection {
  id: string
  chart: Chart
  /** What the first record said; `null` for a foreign machine. */
  about: ConnectionRecord | null
  /** Name of the file that it was opened from; `null`: it is told live. */
  file: string | null
  /** By which clock its times are: only times of one clock can be compared. `null`: by that of the process. */
  clock: string | null
  /** Milliseconds since 1970. */
  firstSeen: number
  /** The configuration before the first entry that there ever was. */
  initial: StateValue
  /** The configuration now. */
  value: StateValue
  entries: readonly Entry[]
  /** The configuration before the first of `entries`. */
  base: StateValue
  /** Number of the next record to be taken into `entries`: not all of those before `nextSeq` are told. */
  wanted: number
  /** Numbers of the first entry that there ever was, and of the next one. */
  firstSeq: number
  nextSeq: number
  /** The machine will take no more events. */
  stopped: boolean
  /** When it came to its end. */
  ended: number | null
  /** The process did not speak of it any more when it came back. */
  lost: boolean
  /** Close frame that was received while it counted. */
  closeReceived: Close | null
  /** What was asked for, and why it did not end well. */
  gist: Gist
  /** Of a foreign machine: an event whose outcome has not been told yet. */
  pending: { event: LoggedEvent; time: number } | null
}

export interface Close {
  code: number
  reason: string
}

/** `open`; of a foreign machine its outermost states. */
export function stateOf(connection: Connection): string {
  return outline(connection.value)
}

export function isLive(connection: Connection): boolean {
  return connection.ended === null && !connection.lost && connection.file === null
}

/**
 * What it is called where there are many: by what was asked for; of a client by the URL that it called, and where that
 * says nothing, by the other end.
 */
export function nameOf({ about, chart, gist }: Connection): string {
  if (about === null) return chart.name
  const { path } = gist
  if (about.side === 'server' && path !== null && path !== '/') return path
  return about.peer ?? path ?? 'unknown peer'
}

/** How many things happened to it; not all of them need to be kept. */
export function eventCount(connection: Connection): number {
  return connection.nextSeq - connection.firstSeq
}

/** How the connection ended, as RFC 6455 section 7.1.5 defines it; `null` while it has not. */
export function closeOf(connection: Connection): Close | null {
  if (connection.about === null || stateOf(connection) !== 'closed') return null
  return connection.closeReceived ?? { code: 1006, reason: '' }
}

/** Live ones before ended ones, each with the newest first. */
export function inOrder(connections: Iterable<Connection>): Connection[] {
  return [...connections].sort(
    (a, b) => Number(isLive(b)) - Number(isLive(a)) || b.firstSeen - a.firstSeen || compareIds(b.id, a.id),
  )
}

const compareIds = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })

/** The one that was seen last. */
export function newestOf(connections: Iterable<Connection>): Connection | null {
  let newest: Connection | null = null
  for (const each of connections) if (newest === null || each.firstSeen >= newest.firstSeen) newest = each
  return newest
}
