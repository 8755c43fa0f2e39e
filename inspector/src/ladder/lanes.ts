/** The two lanes of the ladder: the state of the side that was observed, and what can be told of the other one. */
import type { Side } from '../../../machines/events.ts'
import type { Crossing } from '../../../src/report/crossings.ts'
import { lifecycleOf, otherSide } from '../../../src/report/step.ts'

/** `unknown`: TCP is gone, and with it every sign of the peer. */
export type LaneState = 'connecting' | 'open' | 'closing' | 'closed' | 'unknown'

export interface Lane {
  state: LaneState
  /** The state within that one: `initiated`; empty if there is none, or if it is not known. */
  within: string
}

export type Lanes = Readonly<Record<Side, Lane>>

export const sameLane = (a: Lane, b: Lane) => a.state === b.state && a.within === b.within

/** The lane of the side that was observed: its own configuration. */
export function laneOf(value: unknown): Lane {
  const [state = '', within = ''] = lifecycleOf(value).split('.')
  return { state: (state || 'unknown') as LaneState, within }
}

/** Where the peer was when the observed side was first seen in `value`. */
export function peerAtFirst(value: unknown): Lane {
  const { state } = laneOf(value)
  return state === 'closing' ? { state: 'unknown', within: '' } : { state, within: '' }
}

/** What the peer's lane becomes by something that went over the wire; `lane` itself if nothing. */
export function inferPeer(lane: Lane, crossing: Crossing, observed: Side, closedByUs: boolean): Lane {
  const { kind, name, fate, from, automatic } = crossing
  const peer = otherSide(observed)
  const ofPeer = from === peer
  if (fate === 'discarded' || fate === 'crafted') return lane
  if (kind === 'http') {
    if (name === 'request') {
      return { state: 'connecting', within: peer === 'server' ? 'deciding' : 'awaitingResponse' }
    }
    // By itself the protocol only refuses.
    const unsaid = automatic ? '400' : '101'
    const status = /^HTTP\/\S+ (\d{3})/.exec(crossing.http?.startLine ?? '')?.[1] ?? unsaid
    if (status !== '101') return { state: 'connecting', within: 'rejected' }
    // A server is open once its 101 is out, whatever the client makes of it.
    return fate === 'invalid' && !ofPeer ? lane : { state: 'open', within: '' }
  }
  if (kind === 'end') {
    if (name === 'FIN') return ofPeer ? { state: 'closed', within: '' } : lane
    return { state: 'unknown', within: '' }
  }
  if (name !== 'close') return lane
  if (ofPeer) return { state: 'closing', within: closedByUs ? 'acknowledged' : 'initiated' }
  return lane.state === 'closing' ? { state: 'closing', within: 'acknowledged' } : lane
}
