import { type FrameError, InvalidPayloadError, PayloadTooBigError, ProtocolError } from './errors.ts'

/** A rule that frames, Close payloads, sequences of frames or sizes can break. */
export interface Rule {
  /** How breaking it is reported to the peer (RFC 6455, section 7.4.1). */
  readonly closeCode: 1002 | 1007 | 1009
  /** Section of RFC 6455 that holds it; of another RFC if it says so. */
  readonly section: string
  /** What is wrong, short enough for a Close reason. */
  readonly message: string
}

/** Every rule, once. The code is stable: users may compare with it. */
export const rules = {
  // The header of one frame.
  RESERVED_BITS: { closeCode: 1002, section: '5.2', message: 'reserved bits are set without an extension' },
  RESERVED_OPCODE: { closeCode: 1002, section: '5.2', message: 'opcode is reserved' },
  CONTROL_FRAME_FRAGMENTED: { closeCode: 1002, section: '5.5', message: 'control frame is fragmented' },
  CONTROL_FRAME_TOO_LONG: { closeCode: 1002, section: '5.5', message: 'control frame is over 125 bytes' },
  MASK_MISSING: { closeCode: 1002, section: '5.1', message: 'frame from a client is not masked' },
  MASK_UNEXPECTED: { closeCode: 1002, section: '5.1', message: 'frame from a server is masked' },
  LENGTH_NOT_MINIMAL: {
    closeCode: 1002,
    section: '5.2',
    message: 'payload length is not in its shortest form',
  },
  LENGTH_SIGN_BIT: {
    closeCode: 1002,
    section: '5.2',
    message: 'most significant bit of a 64-bit payload length is set',
  },
  // The RFC allows lengths up to 2^63-1; we cannot count beyond 2^53-1, so this is a limit, not the peer's fault.
  LENGTH_TOO_LARGE: { closeCode: 1009, section: '10.4', message: 'payload length is over 2^53-1' },

  // The sequence of frames.
  UNEXPECTED_CONTINUATION: {
    closeCode: 1002,
    section: '5.4',
    message: 'continuation frame without a message in progress',
  },
  EXPECTED_CONTINUATION: {
    closeCode: 1002,
    section: '5.4',
    message: 'new message before the end of the one in progress',
  },
  UNEXPECTED_EOF: { closeCode: 1002, section: '7.1.5', message: 'stream ended without a Close frame' },

  // Limits of this side.
  FRAME_TOO_BIG: { closeCode: 1009, section: '10.4', message: 'frame is too big' },
  MESSAGE_TOO_BIG: { closeCode: 1009, section: '10.4', message: 'message is too big' },
  TOO_MANY_FRAGMENTS: { closeCode: 1009, section: '10.4', message: 'message has too many fragments' },

  // Payloads.
  INVALID_UTF8: { closeCode: 1007, section: '8.1', message: 'text is not valid UTF-8' },
  CLOSE_TOO_SHORT: { closeCode: 1002, section: '5.5.1', message: 'Close frame holds half a code' },
  CLOSE_CODE_INVALID: {
    closeCode: 1002,
    section: '7.4',
    message: 'close code is not allowed in a Close frame',
  },
  CLOSE_REASON_INVALID_UTF8: {
    closeCode: 1007,
    section: '5.5.1',
    message: 'close reason is not valid UTF-8',
  },
  CLOSE_REASON_TOO_LONG: { closeCode: 1002, section: '5.5', message: 'close reason is over 123 bytes' },
  CLOSE_REASON_WITHOUT_CODE: {
    closeCode: 1002,
    section: '5.5.1',
    message: 'close reason needs a close code',
  },

  // Compressed messages.
  RSV1_ON_CONTINUATION: {
    closeCode: 1002,
    section: 'RFC 7692 6',
    message: 'RSV1 is set on a continuation frame',
  },
  INVALID_DEFLATE: { closeCode: 1007, section: 'RFC 7692 7.2.2', message: 'compressed data is corrupt' },
} as const satisfies Record<string, Rule>

/** The stable name of a rule. */
export type RuleCode = keyof typeof rules

const kinds = { 1002: ProtocolError, 1007: InvalidPayloadError, 1009: PayloadTooBigError } as const

/**
 * The error for a broken rule: made, not thrown. `offset` is in bytes (see `FrameError.offset`), `detail` is appended
 * to the message.
 */
export function violation(
  code: RuleCode,
  { offset = null, detail }: { offset?: number | null; detail?: string } = {},
): FrameError {
  const { closeCode, section, message } = rules[code]
  return new kinds[closeCode](detail === undefined ? message : `${message}: ${detail}`, {
    code,
    section,
    offset,
  })
}
