/**
 * What a frame is for (RFC 6455, section 5.2). 3-7 and 11-15 are reserved and never parsed into a frame.
 */
export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export type Opcode = (typeof Opcode)[keyof typeof Opcode]

/** The name of an opcode, as in `Opcode`: `'text'` for 1. */
export type FrameKind = keyof typeof Opcode

/** Whether the opcode is a control frame's (RFC 6455, section 5.5): the most significant bit of the four says so. */
export function isControl(opcode: number): boolean {
  return (opcode & 8) !== 0
}

/** Whether RFC 6455 defines the opcode (section 11.8): 0-2 and 8-10. */
export function isOpcode(opcode: number): opcode is Opcode {
  return (opcode & 7) <= 2 && opcode <= Opcode.pong
}
