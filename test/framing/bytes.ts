import { FrameError } from '../../src/framing/errors.ts'

/** Bytes written as hex digits; spaces are for the reader. */
export function hex(digits: string): Uint8Array {
  const bytes = digits.replaceAll(' ', '').match(/../g) ?? []
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16))
}

/** Arrays in a row as one. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

/** The same bytes at an odd place of a larger buffer, as a network stack may hand them over. */
export function embedded(bytes: Uint8Array, before = 3): Uint8Array {
  const whole = new Uint8Array(before + bytes.length + 5).fill(0xee)
  whole.set(bytes, before)
  return whole.subarray(before, before + bytes.length)
}

/** What an error says about the rule, or the value itself if it is none. */
export function broken(value: unknown): unknown {
  if (!(value instanceof FrameError)) return value
  const { code, closeCode, section, offset } = value
  return { code, closeCode, section, offset }
}
