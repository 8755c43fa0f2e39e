/** What the lab looks like at one moment. Never changed in place. */
import type { Configuration, State } from '../../../../machines/table.ts'
import type { Close } from '../../../../src/framing/close.ts'
import type { WireRecord } from '../../../../src/inspect/records.ts'
import type { Breakpoint, Side } from './action.ts'
import type { Segment } from './segments.ts'

export interface Snapshot {
  /** ms of the lab's clock. */
  now: number
  /** When the next timer is due, ms of `now`. */
  nextTimer: number | null
  client: PeerSnapshot
  server: PeerSnapshot
  toClient: StreamSnapshot
  toServer: StreamSnapshot
  /** Why the last action could not be done. */
  refusal: string | null
  halted: Halt | null
  breakpoints: readonly Breakpoint[]
  /** Steps of the scenario that were begun, and whether the last of them is still to be finished. */
  step: number
  unfinished: boolean
}

export interface Halt {
  breakpoint: Breakpoint
  /** Where, in words. */
  words: string
}

export interface PeerSnapshot {
  side: Side
  state: State
  value: Configuration
  /** Connection close code and reason (RFC 6455, section 7.1.5): `null` until closed. */
  code: number | null
  reason: string | null
  closeSent: Close | null
  closeReceived: Close | null
  /** Did it close first? `null`: not both Close frames were exchanged. */
  closedFirst: boolean | null
  /** Why it failed the connection, or the opening handshake. */
  error: { rule: string; message: string; section: string | null } | null
  handshakeError: { name: string; message: string } | null
  transportEnd: string | null
  /** The timer that its host runs. */
  deadline: { kind: 'opening' | 'closing' | 'pong' | 'ping'; due: number } | null
  heard: readonly Message[]
  subprotocol: string | null
  extensions: readonly string[]
  records: readonly WireRecord[]
  /** A request that was not answered yet. */
  asked: boolean
}

/** A whole message that was handed to the application. */
export interface Message {
  kind: 'text' | 'binary'
  /** Text, or hex. */
  data: string
  bytes: number
  frames: number
}

export interface StreamSnapshot {
  to: Side
  hold: boolean
  delay: number
  bytes: Uint8Array
  segments: readonly Segment[]
  /** How many bytes have arrived. */
  delivered: number
  ended: boolean
  /** Where the part starts for which whoever reads gave up; `null`: none so far. */
  wrongAt: number | null
  /** From here on, what arrived was not read any more. */
  unreadFrom: number | null
  /** When the next of it arrives by itself. */
  due: number | null
}

/** What is under way: the rest of a part that has arrived in part, too. */
export function underWay({ segments, delivered, ended }: StreamSnapshot): Segment[] {
  if (ended) return []
  return segments.filter(
    ({ kind, start, length }) => kind === 'fin' || kind === 'rst' || start + length > delivered,
  )
}

/** What became of a part that has arrived. */
export type Fate = 'taken' | 'wrong' | 'unread' | 'unfinished' | 'lost'

export function fateOf(stream: StreamSnapshot, { kind, start, partial }: Segment): Fate {
  if (kind === 'fin' || kind === 'rst') return 'taken'
  if (stream.wrongAt === start) return 'wrong'
  if (stream.unreadFrom !== null && start >= stream.unreadFrom) return 'unread'
  if (partial) return stream.ended ? 'lost' : 'unfinished'
  return 'taken'
}

export const streamTo = (snapshot: Snapshot, to: Side): StreamSnapshot =>
  to === 'client' ? snapshot.toClient : snapshot.toServer

/** `'closing.initiated'`, `'open'`. */
export function lifecycleOf({ lifecycle }: Configuration): string {
  return typeof lifecycle === 'string' ? lifecycle : Object.entries(lifecycle)[0]!.join('.')
}

/** Ids of all active states, as the statechart has them. */
export function activeStates(value: Configuration): string[] {
  const [outer, inner] = lifecycleOf(value).split('.')
  const ids = ['lifecycle', `lifecycle.${outer}`]
  if (inner !== undefined) ids.push(`lifecycle.${outer}.${inner}`)
  return [...ids, 'inbound', `inbound.${value.inbound}`, 'outbound', `outbound.${value.outbound}`]
}
