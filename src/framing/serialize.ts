import type { Frame } from './frame.ts'
import { headerSize, writeHeader } from './header.ts'
import { checkKey, keyNumber, maskInto } from './mask.ts'
import { isControl } from './opcode.ts'
import { allocate } from './platform.ts'
import { violation } from './rules.ts'

/**
 * The bytes of a frame (RFC 6455, section 5.2), masked if there is a `maskingKey` of 4 bytes. Pure: the result is a new
 * array and the payload is not written to. Throws `ProtocolError` for a control frame that is fragmented or over 125
 * bytes (section 5.5), and a `RangeError` for a key of another size.
 */
export function serializeFrame(frame: Frame, maskingKey: Uint8Array | null): Uint8Array {
  checkFrame(frame)
  return serializeUnchecked(frame, maskingKey)
}

/** Throws `ProtocolError` for a control frame that is fragmented or over 125 bytes (RFC 6455, section 5.5). */
export function checkFrame(frame: Frame): void {
  if (!isControl(frame.opcode)) return
  if (!frame.fin) throw violation('CONTROL_FRAME_FRAGMENTED')
  if (frame.payload.length > 125) throw violation('CONTROL_FRAME_TOO_LONG')
}

/** As `serializeFrame`, for peers that are to misbehave: breaks section 5.5 if told to. */
export function serializeUnchecked(frame: Frame, maskingKey: Uint8Array | null): Uint8Array {
  if (maskingKey !== null) checkKey(maskingKey)
  const bytes = allocate(frameSize(frame, maskingKey !== null))
  writeFrame(bytes, 0, frame, maskingKey)
  return bytes
}

/** Bytes of a whole frame, header and payload. */
export function frameSize(frame: Frame, masked: boolean): number {
  return headerSize(frame.payload.length, masked) + frame.payload.length
}

/** Writes a frame to `target` from `at` on, where it must fit, and returns the index behind it. Nothing is checked. */
export function writeFrame(
  target: Uint8Array,
  at: number,
  frame: Frame,
  maskingKey: Uint8Array | null,
): number {
  const { payload } = frame
  const key = maskingKey === null ? null : keyNumber(maskingKey)
  const start = writeHeader(target, at, firstByte(frame), payload.length, key)
  if (maskingKey === null) target.set(payload, start)
  else maskInto(payload, target, start, maskingKey, 0)
  return start + payload.length
}

/** The first byte of a frame: FIN, the reserved bits, the opcode. */
export function firstByte({ fin, rsv1, rsv2, rsv3, opcode }: Frame): number {
  return (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | (rsv2 ? 0x20 : 0) | (rsv3 ? 0x10 : 0) | opcode
}
