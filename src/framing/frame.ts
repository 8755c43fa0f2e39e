import type { Opcode } from './opcode.ts'

/**
 * One frame, unmasked (RFC 6455, section 5.2). `payload` may be a view on the bytes it was read from.
 */
export class Frame {
  readonly type = 'frame'
  opcode: Opcode
  payload: Uint8Array
  fin: boolean
  rsv1: boolean
  rsv2: boolean
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
