/**
 * How two clocks stand to each other, as far as what went between them tells: nothing is received before it was sent.
 */
import type { Side } from '../../../machines/events.ts'

/** What may be added to the server's times so that they are by the client's clock, ms. */
export interface Bounds {
  least: number
  most: number
}

export const oneClock: Bounds = { least: 0, most: 0 }
export const twoClocks: Bounds = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY }

export const isPossible = ({ least, most }: Bounds) => least <= most

/** What is left of `bounds` by something that `from` sent at one time, and the other side received at another. */
export function narrowed({ least, most }: Bounds, from: Side, sent: number, received: number): Bounds {
  return from === 'client'
    ? { least: Math.max(least, sent - received), most }
    : { least, most: Math.min(most, received - sent) }
}

/**
 * What is added to the server's times: nothing if that will do, else the middle of what is possible. What was added
 * `before` stays while it is possible.
 */
export function shiftWithin({ least, most }: Bounds, before = 0): number {
  if (least <= before && before <= most) return before
  if (least <= 0 && 0 <= most) return 0
  if (!Number.isFinite(least)) return most
  return Number.isFinite(most) ? (least + most) / 2 : least
}
