/**
 * The alphabet of the connection machine: everything that can happen to a WebSocket connection, as facts.
 *
 * It is finite on purpose: a kind of event, and for those that need it one boolean (`fin` of a data frame,
 * `accepted` of a handshake response). Whatever else rides along (lengths, codes, reasons, previews) decides
 * nothing, so that the machine can be explored exhaustively and compiled into a table (see `explore.ts`).
 */

/** Which end of the connection we are: the client masks, the server ends TCP first (RFC 6455, sections 5.1, 7.1.1). */
export type Side = 'client' | 'server'

/** Rules that the machine itself sees broken; the other rules of a frame are seen where its bytes are read. */
export type SequenceRule = 'UNEXPECTED_CONTINUATION' | 'EXPECTED_CONTINUATION' | 'UNEXPECTED_EOF'

/** The opcodes of data frames, by name (section 5.6). */
export type DataKind = 'text' | 'binary' | 'continuation'

/** What may ride along with an event for those who watch; no guard looks at it. */
export interface Details {
  /** Payload length, bytes. */
  length?: number
  [detail: string]: unknown
}

/** A data frame: its opcode and its FIN bit are all that decides. */
type DataEvent<Direction extends 'send' | 'receive'> = Details & {
  type: `${Direction}.${DataKind}`
  /** FIN bit: the last frame of its message (section 5.2). */
  fin: boolean
}

/** Everything that can happen to a connection; `alphabet` lists each that can make a difference once. */
export type ConnectionEvent =
  // The opening handshake (section 4).
  | (Details & { type: 'send.request' })
  | (Details & { type: 'receive.request' })
  /** `accepted`: it is a 101 (section 4.2.2). */
  | (Details & { type: 'send.response'; accepted: boolean })
  /** `accepted`: it is a 101 that stands every check of section 4.1. */
  | (Details & { type: 'receive.response'; accepted: boolean })
  /** Not an HTTP message at all, or one beyond the limits. */
  | (Details & { type: 'receive.invalidHandshake' })
  // Frames (section 5).
  | DataEvent<'receive'>
  | (Details & { type: 'receive.ping' | 'receive.pong' })
  | (Details & { type: 'receive.close'; code?: number; reason?: string })
  /** A frame or payload that breaks `rule`; `code` is what the Close frame is to say (1002, 1007, 1009). */
  | (Details & { type: 'receive.invalid'; code: number; rule: string })
  | DataEvent<'send'>
  | (Details & { type: 'send.ping' | 'send.pong' })
  | (Details & { type: 'send.close'; code?: number; reason?: string })
  // Endings.
  /** The application fails the connection (section 7.1.7). */
  | (Details & { type: 'fail'; code?: number; reason?: string })
  /** The same without a Close frame: the network is gone, so there is nobody to tell (code 1006). */
  | (Details & { type: 'fail.silently' })
  /** The peer's half of TCP ended, in whatever way. */
  | (Details & { type: 'receive.eof' })

/** What the machine wants done in the world; heard with `actor.on(type, …)`. */
export type ConnectionEffect =
  /** Hand what was received to the application. */
  | { type: 'deliver'; what: string; fin?: boolean }
  /** Put this on the wire. For a Close frame, `code` and `reason` say what is in it. */
  | { type: 'write'; what: string; fin?: boolean; code?: number; reason?: string }
  /** The connection is being failed, or ended without a Close frame, because `rule` was broken. */
  | { type: 'fail'; rule: string; code: number }
  /** End our half of TCP (FIN) behind everything that was written. */
  | { type: 'halfClose' }

/** Every event that can make a difference, once. Its order is the order of the table's columns. */
export const alphabet = [
  { type: 'send.request' },
  { type: 'receive.request' },
  { type: 'send.response', accepted: true },
  { type: 'send.response', accepted: false },
  { type: 'receive.response', accepted: true },
  { type: 'receive.response', accepted: false },
  { type: 'receive.invalidHandshake' },
  { type: 'receive.text', fin: true },
  { type: 'receive.text', fin: false },
  { type: 'receive.binary', fin: true },
  { type: 'receive.binary', fin: false },
  { type: 'receive.continuation', fin: true },
  { type: 'receive.continuation', fin: false },
  { type: 'receive.ping' },
  { type: 'receive.pong' },
  { type: 'receive.close' },
  { type: 'receive.invalid', code: 1002, rule: '*' },
  { type: 'send.text', fin: true },
  { type: 'send.text', fin: false },
  { type: 'send.binary', fin: true },
  { type: 'send.binary', fin: false },
  { type: 'send.continuation', fin: true },
  { type: 'send.continuation', fin: false },
  { type: 'send.ping' },
  { type: 'send.pong' },
  { type: 'send.close' },
  { type: 'fail' },
  { type: 'fail.silently' },
  { type: 'receive.eof' },
] as const satisfies readonly ConnectionEvent[]

/** The types of events, such as `'receive.text'`. */
export type EventType = (typeof alphabet)[number]['type']

const keyOf = (type: string, variant: boolean | undefined) =>
  variant === undefined ? type : `${type} ${variant}`

const columnOf = new Map<string, number>()
for (const event of alphabet) {
  const variant = 'fin' in event ? event.fin : 'accepted' in event ? event.accepted : undefined
  columnOf.set(keyOf(event.type, variant), columnOf.size)
}

/**
 * The column of an event in the table. `variant` is `fin` or `accepted`, for the types that have one.
 *
 * @throws RangeError if there is no such event.
 */
export function eventIndex(type: EventType, variant?: boolean): number {
  const column = columnOf.get(keyOf(type, variant))
  if (column === undefined) throw new RangeError(`no event ${type} with variant ${variant}`)
  return column
}
