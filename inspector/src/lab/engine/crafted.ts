/** What the records say of bytes that were put on the wire past the protocol (`docs/records.md`). */
import { describeFrame } from '../../../../src/framing/describe.ts'
import { hexPreview, printablePreview, toHex } from '../../../../src/inspect/preview.ts'
import type { EventRecord } from '../../../../src/inspect/records.ts'

const previews = { preview: 256 }

/** `frames`: the opening handshake is done, so that bytes may be a frame. */
export function craftedEvent(bytes: Uint8Array, frames: boolean): EventRecord {
  const type = 'send.crafted'
  const frame = frames ? describeFrame(bytes) : null
  // Bytes that are more or less than one frame are only bytes.
  if (frame === null || frame.header === null || frame.size < bytes.length) {
    const preview = hexPreview(bytes, previews)
    return { type, length: bytes.length, ...(preview === undefined ? {} : { preview }) }
  }
  const { fin, opcode, reservedBits, payload } = frame
  const { size: headerLength, payloadLength, maskingKey } = frame.header
  const preview = printablePreview(payload, previews)
  return {
    type,
    fin,
    length: payload.length,
    opcode,
    ...(preview === undefined ? {} : { preview }),
    wire: {
      headerLength,
      payloadLength,
      maskingKey: maskingKey === null ? null : toHex(maskingKey),
      reservedBits,
    },
  }
}
