import type { Extension } from '../handshake/extension.ts'
import type { Inspector, ReceiveLimits } from './inspector.ts'

/** Limits for what a peer sends, in bytes; `null` for none. */
export interface SizeLimits {
  /** Of a whole message, all fragments together. */
  message?: number | null
  /** Of the payload of one data frame. */
  frame?: number | null
}

/** Options of either side. */
export interface ProtocolOptions {
  /** `'open'`: the opening handshake was done elsewhere, as it is for a `Protocol` by itself. */
  state?: 'open'
  /** Bytes; a number limits the message. 1 MiB (2 ** 20) by default. Beyond it the connection is failed with 1009. */
  maxSize?: number | null | SizeLimits
  /** Frames of one message, empty ones counted; 16384 by default, `null` for no limit. Beyond it: 1009. */
  maxFragments?: number | null
  /** Negotiated extensions, in the order of negotiation. */
  extensions?: Extension[]
  /** Masking keys and the handshake key come from here; unpredictable by default, injectable so that a run can be repeated. */
  randomBytes?: (size: number) => Uint8Array
  /** Who watches; absent, watching costs nothing. */
  inspect?: Inspector
}

/** Options of the sides that do the opening handshake: `extensions` are then to be negotiated. */
export interface HandshakeOptions extends Omit<ProtocolOptions, 'extensions' | 'state'> {
  /** `'connecting'` by default; `'open'`: the opening handshake was done elsewhere. */
  state?: 'connecting' | 'open'
}

export const DEFAULT_MAX_SIZE = 2 ** 20
export const DEFAULT_MAX_FRAGMENTS = 16384

/** Limits as numbers, `Infinity` for none. */
export interface Limits {
  readonly message: number
  readonly frame: number
  readonly fragments: number
}

/** What was made last: connections of a server have the same limits, and keep them once. */
let latest: Limits = {
  message: DEFAULT_MAX_SIZE,
  frame: Number.POSITIVE_INFINITY,
  fragments: DEFAULT_MAX_FRAGMENTS,
}

function limit(name: string, value: number | null | undefined, otherwise: number): number {
  if (value === undefined) return otherwise
  if (value === null) return Number.POSITIVE_INFINITY
  if (!(value >= 0)) throw new RangeError(`${name} must be a number of at least 0, or null: ${value}`)
  return value
}

/** @throws RangeError for a negative limit or one that is not a number. */
export function limitsOf({
  maxSize,
  maxFragments,
}: Pick<ProtocolOptions, 'maxSize' | 'maxFragments'>): Limits {
  const sizes = typeof maxSize === 'object' && maxSize !== null ? maxSize : { message: maxSize }
  const message = limit('maxSize', sizes.message, DEFAULT_MAX_SIZE)
  const frame = limit('maxSize.frame', sizes.frame, Number.POSITIVE_INFINITY)
  const fragments = limit('maxFragments', maxFragments, DEFAULT_MAX_FRAGMENTS)
  if (message !== latest.message || frame !== latest.frame || fragments !== latest.fragments) {
    latest = { message, frame, fragments }
  }
  return latest
}

/** As records have them: JSON knows no `Infinity`. */
export function withoutInfinity({ message, frame, fragments }: Limits): ReceiveLimits {
  const orNull = (limit: number) => (Number.isFinite(limit) ? limit : null)
  return { message: orNull(message), frame: orNull(frame), fragments: orNull(fragments) }
}
