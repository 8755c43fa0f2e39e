import { extendedLengthSize, readLength } from './length.ts'
import { applyMask } from './mask.ts'

const nothing = new Uint8Array(0)

/** What the bytes of a frame say, right or wrong, as far as they are there. */
export interface FrameDescription {
  /** The FIN bit. */
  fin: boolean
  /** RSV1 to RSV3 as a number of three bits: 4, 2, 1. */
  reservedBits: number
  /** 0 to 15. */
  opcode: number
  /** `null` while bytes of the header are missing. */
  header: {
    /** Bytes of it: 2 to 14. */
    size: number
    /** 4 bytes; `null`: the frame is not masked. */
    maskingKey: Uint8Array | null
    /** Bytes of the payload, as stated; over 2^53-1 it is rounded. */
    payloadLength: number
  } | null
  /** Unmasked, as far as it is there: a copy. */
  payload: Uint8Array
  /** Bytes of the frame that are there, and whether these are all. */
  size: number
  complete: boolean
}

/**
 * Describes the frame that starts at `bytes[start]` (RFC 6455, section 5.2) without refusing anything, for those who
 * show what is under way or was crafted; `null` if there is no byte of it. To receive frames, use `parseFrame`.
 */
export function describeFrame(bytes: Uint8Array, start = 0): FrameDescription | null {
  const there = bytes.length - start
  if (there < 1) return null
  const first = bytes[start]!
  const described: FrameDescription = {
    fin: first >= 0x80,
    reservedBits: (first >> 4) & 7,
    opcode: first & 15,
    header: null,
    payload: nothing,
    size: there,
    complete: false,
  }
  if (there < 2) return described
  const second = bytes[start + 1]!
  const marker = second & 0x7f
  const keyAt = 2 + extendedLengthSize(marker)
  const size = second >= 0x80 ? keyAt + 4 : keyAt
  if (there < size) return described
  const payloadLength = readLength(marker, bytes, start + 2)
  const maskingKey = size > keyAt ? bytes.slice(start + keyAt, start + size) : null
  const end = Math.min(size + payloadLength, there)
  if (end > size) {
    const payload = bytes.subarray(start + size, start + end)
    described.payload = maskingKey === null ? payload.slice() : applyMask(payload, maskingKey)
  }
  described.header = { size, maskingKey, payloadLength }
  described.size = end
  described.complete = end === size + payloadLength
  return described
}
