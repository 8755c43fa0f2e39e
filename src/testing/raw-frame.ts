import { Opcode } from '../framing/opcode.ts'
import { encodeUtf8 } from '../framing/utf8.ts'

/** A frame by the bits of its header (RFC 6455, section 5.2), right or wrong. */
export interface RawFrame {
  /** `true` */
  fin?: boolean
  /** The reserved bits, `false` by default. */
  rsv1?: boolean
  rsv2?: boolean
  rsv3?: boolean
  /** 0-15; text by default. */
  opcode?: number
  /** Text is written as UTF-8; `''`. */
  payload?: string | Uint8Array
  /** Four bytes, as from a client; `null`, the default, for none, as from a server. */
  maskingKey?: Uint8Array | null
  /** The length that the header states, if it is not the payload's. */
  length?: number | bigint
  /** In how many bits it is stated; the shortest form by default. */
  lengthBits?: 7 | 16 | 64
}

/** A masking key that masks something. */
export const MASKING_KEY: Uint8Array = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d)

/** The bytes of a frame, however wrong: nothing is checked. */
export function rawFrame(frame: RawFrame): Uint8Array {
  const { fin = true, rsv1 = false, rsv2 = false, rsv3 = false, opcode = Opcode.text } = frame
  const { payload = '', maskingKey = null } = frame
  const body = typeof payload === 'string' ? encodeUtf8(payload) : payload
  const length = BigInt(frame.length ?? body.length)
  const bits = frame.lengthBits ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64)
  const header = [
    (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | (rsv2 ? 0x20 : 0) | (rsv3 ? 0x10 : 0) | (opcode & 15),
    (maskingKey === null ? 0 : 0x80) | (bits === 7 ? Number(length & 127n) : bits === 16 ? 126 : 127),
  ]
  if (bits > 7) {
    for (let shift = BigInt(bits - 8); shift >= 0n; shift -= 8n) header.push(Number((length >> shift) & 255n))
  }
  if (maskingKey !== null) header.push(...maskingKey)
  const bytes = new Uint8Array(header.length + body.length)
  bytes.set(header)
  for (const [at, byte] of body.entries()) {
    bytes[header.length + at] = maskingKey === null ? byte : byte ^ maskingKey[at & 3]!
  }
  return bytes
}
