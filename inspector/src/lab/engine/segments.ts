/** What stands in a stream of bytes: the opening handshake, then frames. A pure function of the bytes. */
import { describeFrame } from '../../../../src/framing/describe.ts'
import { opcodeName } from '../../model/opcodes.ts'
import type { FrameKind, Side } from './action.ts'

export interface Segment {
  kind: 'request' | 'response' | FrameKind | 'fin' | 'rst'
  /** Where it starts in the stream, and how many bytes of it there are. */
  start: number
  length: number
  /** More of it is still to be written. */
  partial: boolean
  frame: FrameSegment | null
  /** First line of a handshake message. */
  line: string | null
}

export interface FrameSegment {
  fin: boolean
  /** rsv1 = 4, rsv2 = 2, rsv3 = 1. */
  reservedBits: number
  opcode: number
  headerLength: number
  maskingKey: Uint8Array | null
  /** As the header states it. */
  payloadLength: number
  /** Unmasked, as far as it is there. */
  payload: Uint8Array
}

/** The parts of what `from` wrote. */
export function segmentsOf(bytes: Uint8Array, from: Side): Segment[] {
  const segments: Segment[] = []
  let at = 0
  if (bytes.length > 0) {
    const head = httpSegment(bytes, from)
    segments.push(head)
    at = head.length
  }
  while (at < bytes.length) {
    const segment = frameSegment(bytes, at)
    segments.push(segment)
    at += segment.length
  }
  return segments
}

function httpSegment(bytes: Uint8Array, from: Side): Segment {
  const kind = from === 'client' ? 'request' : 'response'
  const end = endOfHead(bytes)
  const lineEnd = bytes.indexOf(13)
  const line = String.fromCharCode(...bytes.subarray(0, Math.min(lineEnd < 0 ? 80 : lineEnd, 200)))
  const segment = { kind, start: 0, partial: end === null, frame: null, line } as const
  // What follows an error response is its body.
  const refused = from === 'server' && !/^HTTP\/1\.1 101\b/.test(line)
  return { ...segment, length: end === null || refused ? bytes.length : end }
}

function endOfHead(bytes: Uint8Array): number | null {
  for (let at = 3; at < bytes.length; at++) {
    if (bytes[at] === 10 && bytes[at - 1] === 13 && bytes[at - 2] === 10 && bytes[at - 3] === 13)
      return at + 1
  }
  return null
}

function frameSegment(bytes: Uint8Array, start: number): Segment {
  const { fin, reservedBits, opcode, header, payload, size, complete } = describeFrame(bytes, start)!
  const frame: FrameSegment | null = header && {
    fin,
    reservedBits,
    opcode,
    headerLength: header.size,
    maskingKey: header.maskingKey,
    payloadLength: header.payloadLength,
    payload,
  }
  return { kind: opcodeName(opcode), start, length: size, partial: !complete, frame, line: null }
}
