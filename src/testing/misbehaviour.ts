import type { Side } from '../../machines/events.ts'
import { Opcode } from '../framing/opcode.ts'
import type { RuleCode } from '../framing/rules.ts'
import { concatenate } from './bytes.ts'
import { MASKING_KEY, type RawFrame, rawFrame } from './raw-frame.ts'

/** Something that a peer must not send, and what comes of it. */
export interface Misbehaviour {
  readonly name: string
  /** What the connection is failed with (section 7.4.1). */
  readonly closeCode: 1002 | 1007 | 1009
  /** The rule that it breaks: the `code` of `parserError`. */
  readonly rule: RuleCode
  /** Only from this side is it wrong; from both if absent. */
  readonly side?: Side
  /** The bytes, as `side` sends them to the other. */
  bytes(side: Side): Uint8Array
}

/** Frames that cannot be right on any connection, whatever is negotiated (RFC 6455, section 5). */
export const misbehaviours: readonly Misbehaviour[] = [
  wrong('a reserved bit', 1002, 'RESERVED_BITS', { rsv3: true }),
  wrong('a reserved opcode of data', 1002, 'RESERVED_OPCODE', { opcode: 3 }),
  wrong('a reserved opcode of control', 1002, 'RESERVED_OPCODE', { opcode: 11 }),
  wrong('a fragmented Ping', 1002, 'CONTROL_FRAME_FRAGMENTED', { opcode: Opcode.ping, fin: false }),
  wrong('a Ping of 126 bytes', 1002, 'CONTROL_FRAME_TOO_LONG', {
    opcode: Opcode.ping,
    payload: new Uint8Array(126),
  }),
  wrong('a 16-bit length that fits in 7 bits', 1002, 'LENGTH_NOT_MINIMAL', { payload: 'a', lengthBits: 16 }),
  wrong('a 64-bit length that fits in 16 bits', 1002, 'LENGTH_NOT_MINIMAL', { payload: 'a', lengthBits: 64 }),
  wrong('a 64-bit length with its first bit set', 1002, 'LENGTH_SIGN_BIT', { length: 1n << 63n }),
  wrong('a 64-bit length beyond 2 ** 53', 1009, 'LENGTH_TOO_LARGE', { length: 1n << 53n }),
  wrong('a continuation of nothing', 1002, 'UNEXPECTED_CONTINUATION', { opcode: Opcode.continuation }),
  wrong(
    'a message inside another',
    1002,
    'EXPECTED_CONTINUATION',
    { payload: 'a', fin: false },
    { payload: 'b' },
  ),
  wrong('text that is not UTF-8', 1007, 'INVALID_UTF8', { payload: Uint8Array.of(0x61, 0xff) }),
  wrong('text that ends inside a character', 1007, 'INVALID_UTF8', { payload: Uint8Array.of(0xe2, 0x82) }),
  wrong('half a close code', 1002, 'CLOSE_TOO_SHORT', { opcode: Opcode.close, payload: Uint8Array.of(3) }),
  wrong('the close code 1005', 1002, 'CLOSE_CODE_INVALID', {
    opcode: Opcode.close,
    payload: Uint8Array.of(0x03, 0xed),
  }),
  wrong('the close code 999', 1002, 'CLOSE_CODE_INVALID', {
    opcode: Opcode.close,
    payload: Uint8Array.of(0x03, 0xe7),
  }),
  wrong('a close reason that is not UTF-8', 1007, 'CLOSE_REASON_INVALID_UTF8', {
    opcode: Opcode.close,
    payload: Uint8Array.of(0x03, 0xe8, 0xff),
  }),
  { ...wrong('an unmasked frame', 1002, 'MASK_MISSING', { payload: 'a', maskingKey: null }), side: 'client' },
  {
    ...wrong('a masked frame', 1002, 'MASK_UNEXPECTED', { payload: 'a', maskingKey: MASKING_KEY }),
    side: 'server',
  },
]

function wrong(
  name: string,
  closeCode: Misbehaviour['closeCode'],
  rule: RuleCode,
  ...frames: RawFrame[]
): Misbehaviour {
  return {
    name,
    closeCode,
    rule,
    bytes: (side) =>
      concatenate(
        frames.map((frame) => rawFrame({ maskingKey: side === 'client' ? MASKING_KEY : null, ...frame })),
      ),
  }
}
