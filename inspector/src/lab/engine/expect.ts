/** What is said of a moment, in a form that can be checked: facts of lessons, and answers to their questions. */
import { frameKinds, type Side } from './action.ts'
import type { Segment } from './segments.ts'
import { lifecycleOf, type PeerSnapshot, type Snapshot, streamTo, underWay } from './snapshot.ts'

/** Only what is named is checked. */
export interface Expect {
  client?: PeerExpect
  server?: PeerExpect
  /** Kinds of what is under way, in order. */
  toServer?: readonly Segment['kind'][]
  toClient?: readonly Segment['kind'][]
  /** The first of what is under way. */
  next?: NextExpect
  /** ms of the clock. */
  now?: number
  /** What the last action was refused with: a part of it; `null`: it was not. */
  refusal?: string | null
}

export interface PeerExpect {
  /** `'open'`, `'closing.initiated'`, or `'closing'` for any within. */
  state?: string
  inbound?: 'idle' | 'text' | 'binary'
  outbound?: 'idle' | 'text' | 'binary'
  /** Connection close code: `null` until closed. */
  code?: number | null
  /** Codes of Close frames; 1005 for an empty one, `null` for none. */
  sent?: number | null
  received?: number | null
  closedFirst?: boolean | null
  /** Code of the rule (`docs/errors.md`) for which it failed the connection. */
  rule?: string | null
  /** Class of the error for which the opening handshake failed. */
  handshake?: string | null
  /** The last message that its application got; `null`: none so far. */
  heard?: string | null
  messages?: number
  /** The timer that its host runs. */
  timer?: 'opening' | 'closing' | 'ping' | 'pong' | null
  /** How TCP ended for it. */
  tcp?: string | null
  extensions?: readonly string[]
}

export interface NextExpect {
  to: Side
  kind: Segment['kind']
  /** Of the whole part, header included. */
  bytes?: number
  payload?: number
  fin?: boolean
  masked?: boolean
  /** rsv1 = 4, rsv2 = 2, rsv3 = 1. */
  reservedBits?: number
  /** Bytes of it that have arrived already. */
  arrived?: number
}

/** What is not as it was said to be; empty if all is. */
export function failures(expect: Expect, snapshot: Snapshot): string[] {
  const found: string[] = []
  const check = (name: string, expected: unknown, actual: unknown) => {
    if (expected === undefined) return
    const [said, is] = [JSON.stringify(expected), JSON.stringify(actual)]
    if (said !== is) found.push(`${name} is ${is}, not ${said}`)
  }
  for (const side of ['client', 'server'] as const) {
    if (expect[side] !== undefined) checkPeer(expect[side], snapshot[side], check)
  }
  for (const to of ['client', 'server'] as const) {
    const kinds = underWay(streamTo(snapshot, to)).map(({ kind }) => kind)
    check(`to the ${to}`, expect[to === 'client' ? 'toClient' : 'toServer'], kinds)
  }
  if (expect.next !== undefined) checkNext(expect.next, snapshot, check)
  check('now', expect.now, snapshot.now)
  if (expect.refusal === null) check('refusal', null, snapshot.refusal)
  else if (expect.refusal !== undefined && !snapshot.refusal?.includes(expect.refusal)) {
    found.push(`the refusal is ${snapshot.refusal}, not ${expect.refusal}`)
  }
  return found
}

export const holds = (expect: Expect, snapshot: Snapshot) => failures(expect, snapshot).length === 0

type Check = (name: string, expected: unknown, actual: unknown) => void

function checkPeer(expect: PeerExpect, peer: PeerSnapshot, check: Check): void {
  const { side } = peer
  const state = lifecycleOf(peer.value)
  if (expect.state !== state.split('.')[0]) check(`${side} state`, expect.state, state)
  check(`${side} inbound`, expect.inbound, peer.value.inbound)
  check(`${side} outbound`, expect.outbound, peer.value.outbound)
  check(`${side} close code`, expect.code, peer.code)
  check(`${side} sent Close`, expect.sent, peer.closeSent?.code ?? null)
  check(`${side} received Close`, expect.received, peer.closeReceived?.code ?? null)
  check(`${side} closed first`, expect.closedFirst, peer.closedFirst)
  check(`${side} rule`, expect.rule, peer.error?.rule ?? null)
  check(`${side} handshake`, expect.handshake, peer.handshakeError?.name ?? null)
  check(`${side} heard`, expect.heard, peer.heard.at(-1)?.data ?? null)
  check(`${side} messages`, expect.messages, peer.heard.length)
  check(`${side} timer`, expect.timer, peer.deadline?.kind ?? null)
  check(`${side} TCP`, expect.tcp, peer.transportEnd)
  check(`${side} extensions`, expect.extensions, peer.extensions)
}

function checkNext(expect: NextExpect, snapshot: Snapshot, check: Check): void {
  const stream = streamTo(snapshot, expect.to)
  const head = underWay(stream)[0]
  check(`next to the ${expect.to}`, expect.kind, head?.kind)
  if (head === undefined) return
  check('its bytes', expect.bytes, head.length)
  check('its payload', expect.payload, head.frame?.payload.length)
  check('its FIN', expect.fin, head.frame?.fin)
  check('its mask', expect.masked, head.frame === null ? undefined : head.frame.maskingKey !== null)
  check('its reserved bits', expect.reservedBits, head.frame?.reservedBits)
  check('what arrived of it', expect.arrived, stream.delivered - head.start)
}

export const isFrame = (kind: Segment['kind']): boolean => (frameKinds as readonly string[]).includes(kind)
