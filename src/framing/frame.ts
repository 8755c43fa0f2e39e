import type { Opcode } from './opcode.ts'

/**
 * One frame, unmasked (RFC 6455, section 5.2). `payload` may be a view on the bytes it was read from.
 */
export class Frame {
  /** Tells it from the other events. */
  readonly type = 'frame'
  /** What the frame is for; see `Opcode`. */
  opcode: Opcode
  /** Unmasked; at most 125 bytes in a control frame (section 5.5). */
  payload: Uint8Array
  /** The last frame of its message (section 5.4). */
  fin: boolean
  /** The first reserved bit, for extensions; permessage-deflate marks compressed messages by it (RFC 7692, section 6). */
  rsv1: boolean
  /** The second reserved bit. */
  rsv2: boolean
  /** The third reserved bit. */
  rsv3: boolean

  constructor(opcode: Opcode, payload: Uint8Array, fin = true, rsv1 = false, rsv2 = false, rsv3 = false) {
    this.opcode = opcode
    this.payload = payload
    this.fin = fin
    this.rsv1 = rsv1
    this.rsv2 = rsv2
    this.rsv3 = rsv3
  }
}
