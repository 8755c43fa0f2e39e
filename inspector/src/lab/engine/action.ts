/** What can be done in the lab. Plain data: the state of the lab is a function of the list of what was done. */
import type { Side } from '../../../../machines/events.ts'

export type { Side }

/** What a crafted frame is made of: any bits, right or wrong (RFC 6455, section 5.2). */
export interface Crafted {
  fin?: boolean
  rsv1?: boolean
  rsv2?: boolean
  rsv3?: boolean
  /** 0-15 */
  opcode: number
  /** By default as the side must: a client masks, a server does not. */
  masked?: boolean
  /** Payload: one of them. */
  text?: string
  hex?: string
  /** The length that the header states, if it is not the payload's. */
  length?: number
  lengthBits?: 7 | 16 | 64
}

/** Something that a peer does through its protocol; `by` says which. */
export type PeerAction =
  | { do: 'text'; by: Side; text: string; fin?: boolean }
  | { do: 'binary'; by: Side; hex: string; fin?: boolean }
  | { do: 'continue'; by: Side; text?: string; hex?: string; fin: boolean }
  | { do: 'ping'; by: Side; text?: string }
  | { do: 'pong'; by: Side; text?: string }
  | { do: 'close'; by: Side; code?: number; reason?: string }
  | { do: 'fail'; by: Side; code: number; reason?: string }

export type Action =
  /** The client sends its request. */
  | { do: 'request' }
  /** The server accepts the request that it has; `key`: with another `Sec-WebSocket-Accept` than the right one. */
  | { do: 'accept'; key?: string }
  | { do: 'refuse'; status: number; text?: string }
  | PeerAction
  /** Behind the back of its protocol, a peer puts something on the wire. */
  | ({ do: 'frame'; by: Side } & Crafted)
  | { do: 'bytes'; by: Side; hex: string }
  /** The wire that leads to a side brings it something. */
  | { do: 'deliver'; to: Side; amount: 'all' | 'frame' | number }
  /** Everything is delivered, both ways, until nothing moves. */
  | { do: 'flow' }
  /** The next thing that is under way is delivered; if there is none, time passes until the next timer. */
  | { do: 'next' }
  /** Hold the wire that leads to a side, or let it bring by itself what is put on it, `delay` ms later. */
  | { do: 'wire'; to: Side; hold: boolean; delay?: number }
  /** TCP ends: what is under way is lost. `end` as if the sender had ended its half (FIN), or a reset (RST). */
  | { do: 'cut'; to: Side | 'both'; how: 'end' | 'reset' }
  | { do: 'wait'; ms: number }
  | { do: 'breakpoints'; at: Breakpoint[] }
  /** The next step of the scenario; `answer`: which of its choices was predicted. */
  | { do: 'step'; answer?: number }

/** Where the lab holds. */
export type Breakpoint =
  /** Before a frame of this kind is delivered. */
  | { on: 'frame'; kind: FrameKind }
  /** Behind a transition into this state, or within it. */
  | { on: 'state'; id: string }
  /** Behind a transition that an event of this type led to. */
  | { on: 'transition'; event: string }
  /** Behind what sends, receives or fails with this code. */
  | { on: 'code'; code: number }

export const frameKinds = ['text', 'binary', 'continuation', 'close', 'ping', 'pong', 'reserved'] as const
export type FrameKind = (typeof frameKinds)[number]

/** How the two peers are set up. */
export interface Setup {
  /** Bytes of a message that either side takes at most. */
  maxSize: number
  /** permessage-deflate is offered and accepted (RFC 7692). */
  compression: boolean
  /** ms; how long the host waits before it gives TCP up. */
  openTimeout: number
  closeTimeout: number
  /** The server pings when it was open for so long, ms; `null`: never. */
  pingInterval: number | null
  /** How long it waits for the Pong, ms. */
  pingTimeout: number
  /** The server accepts a request by itself. */
  autoAccept: boolean
}

export const defaultSetup: Setup = {
  maxSize: 65_536,
  compression: false,
  openTimeout: 10_000,
  closeTimeout: 10_000,
  pingInterval: null,
  pingTimeout: 20_000,
  autoAccept: false,
}

export const other = (side: Side): Side => (side === 'client' ? 'server' : 'client')
