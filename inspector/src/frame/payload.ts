/** The payload of a frame, as far as its record shows it: as it was meant, and as it stood on the wire. */

import { applyMask } from '../../../src/framing/mask.ts'
import type { Crossing } from '../../../src/report/crossings.ts'

export interface Payload {
  /** The first bytes, unmasked and inflated. */
  bytes: Uint8Array
  /** There are more than these. */
  truncated: boolean
  /** The same as they stood on the wire; `null` if that cannot be told, and why. */
  wire: Uint8Array | null
  why: 'compressed' | 'unsure' | 'no key' | 'inexact' | null
  /** Bytes before and after inflating, if it was compressed. */
  compressed: { wire: number; inflated: number } | null
}

/** `null` if nothing is known of the payload; it is empty if its length is 0. */
export function payloadOf(crossing: Crossing): Payload | null {
  const { preview, length, wire } = crossing
  if (length === 0 && (wire?.payloadLength ?? 0) === 0) {
    return {
      bytes: new Uint8Array(0),
      truncated: false,
      wire: new Uint8Array(0),
      why: null,
      compressed: null,
    }
  }
  const code = codeBytes(crossing)
  if (preview === null && code === null) return null
  const shown = preview === null ? new Uint8Array(0) : previewBytes(preview)
  const bytes = code === null ? shown : join(code, shown)
  const truncated = preview?.truncated ?? false
  const compressed = compressionOf(crossing)
  const masked = wire === null ? crossing.from === 'client' : wire.maskingKey !== null
  const key = wire?.maskingKey ?? null
  const why =
    compressed !== null
      ? 'compressed'
      : crossing.fate === 'invalid' && isMarked(crossing)
        ? 'unsure'
        : !isExact(crossing, bytes, truncated)
          ? 'inexact'
          : masked && key === null
            ? 'no key'
            : null
  const onWire = why !== null ? null : key === null ? bytes : applyMask(bytes, hexBytes(key))
  return { bytes, truncated, wire: onWire, why, compressed }
}

/** RSV1 of the first frame says that its message is compressed; on the others only the lengths can tell. */
function compressionOf({ wire, length, opcode, fate }: Crossing): Payload['compressed'] {
  if (wire === null || length === null || (opcode ?? 8) >= 8) return null
  // Of a frame that was refused not all need to have come.
  if (fate === 'invalid' && length <= wire.payloadLength) return null
  return isMarked({ wire }) || wire.payloadLength !== length
    ? { wire: wire.payloadLength, inflated: length }
    : null
}

/** RSV1, which permessage-deflate defines. */
const isMarked = ({ wire }: Pick<Crossing, 'wire'>) => wire !== null && (wire.reservedBits & 4) !== 0

/**
 * Are these the frame's own first bytes? A character that is cut by the end of a fragment is shown with the next
 * one, and a preview may have been redacted.
 */
function isExact({ preview, opcode, fin, length }: Crossing, bytes: Uint8Array, truncated: boolean): boolean {
  if (!truncated && length !== null && bytes.length !== length) return false
  if (preview === null || preview.encoding === 'hex') return true
  if (bytes.every((byte) => byte < 0x80)) return true
  return opcode !== 0 && (fin !== false || truncated)
}

/** Of a Close, the preview is the reason: the code comes before it (RFC 6455, section 5.5.1). */
function codeBytes({ opcode, code, fate, automatic }: Crossing): Uint8Array | null {
  if (opcode !== 8 || code === null || code === 1005 || (fate === 'invalid' && !automatic)) return null
  return Uint8Array.of(code >> 8, code & 255)
}

function previewBytes({ encoding, data }: NonNullable<Crossing['preview']>): Uint8Array {
  return encoding === 'hex' ? hexBytes(data) : new TextEncoder().encode(data)
}

export function hexBytes(hex: string): Uint8Array {
  const digits = hex.match(/[0-9a-f]{2}/gi) ?? []
  return Uint8Array.from(digits, (pair) => Number.parseInt(pair, 16))
}

export const hexOf = (byte: number) => byte.toString(16).padStart(2, '0')

/** A byte as a character, where it is one that can be printed. */
export const charOf = (byte: number) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')

export interface DumpLine {
  offset: string
  hex: string
  text: string
}

/** Lines of a hex dump. */
export function dump(bytes: Uint8Array, width = 16): DumpLine[] {
  const lines: DumpLine[] = []
  for (let at = 0; at < bytes.length; at += width) {
    const line = [...bytes.subarray(at, at + width)]
    lines.push({
      offset: at.toString(16).padStart(4, '0'),
      hex: line.map(hexOf).join(' '),
      text: line.map(charOf).join(''),
    })
  }
  return lines
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
