/**
 * What a peer puts on the wire, and what it reads there, written without `src/framing`: an error there must not
 * cancel itself out here.
 */
import type { Side } from '../../src/protocol/index.ts'

export const sides = ['client', 'server'] as const

export const peerOf = (side: Side): Side => (side === 'client' ? 'server' : 'client')

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Bytes written as hex digits; spaces are for the reader. */
export const hex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.replaceAll(' ', '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))

/** Arrays in a row as one. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The masking key of RFC 6455's examples (section 5.7). */
export const maskingKey = hex('37fa213d')

export interface FrameShape {
  fin?: boolean
  /** rsv1 = 4, rsv2 = 2, rsv3 = 1. */
  rsv?: number
  /** Against the rules of section 5.1, if need be. */
  masked?: boolean
}

/** A frame as `from` sends it (RFC 6455, section 5.2); any opcode, any length, right or wrong. */
export function frame(
  from: Side,
  opcode: number,
  payload: string | Uint8Array = '',
  { fin = true, rsv = 0, masked = from === 'client' }: FrameShape = {},
): Uint8Array {
  const data = typeof payload === 'string' ? bytes(payload) : payload
  const { length } = data
  const size = length < 126 ? [length] : length < 65536 ? [126] : [127]
  const extended = new DataView(new ArrayBuffer(length < 126 ? 0 : length < 65536 ? 2 : 8))
  if (extended.byteLength === 2) extended.setUint16(0, length)
  if (extended.byteLength === 8) extended.setBigUint64(0, BigInt(length))
  return concat(
    Uint8Array.of((fin ? 0x80 : 0) | (rsv << 4) | opcode, size[0]! | (masked ? 0x80 : 0)),
    new Uint8Array(extended.buffer),
    masked ? maskingKey : hex(''),
    masked ? data.map((byte, at) => byte ^ maskingKey[at % 4]!) : data,
  )
}

/** The payload of a Close frame (section 5.5.1). */
export const closePayload = (code: number, reason: string | Uint8Array = ''): Uint8Array =>
  concat(Uint8Array.of(code >> 8, code & 255), typeof reason === 'string' ? bytes(reason) : reason)

/** Frames as a peer of ours sends them. */
export class Peer {
  readonly side: Side

  constructor(side: Side) {
    this.side = side
  }

  frame = (opcode: number, payload?: string | Uint8Array, shape?: FrameShape) =>
    frame(this.side, opcode, payload, shape)

  continuation = (payload: string | Uint8Array, fin: boolean) => this.frame(0, payload, { fin })
  text = (payload: string | Uint8Array, fin = true) => this.frame(1, payload, { fin })
  binary = (payload: string | Uint8Array, fin = true) => this.frame(2, payload, { fin })
  close = (code?: number, reason?: string | Uint8Array) =>
    this.frame(8, code === undefined ? '' : closePayload(code, reason))
  ping = (payload: string | Uint8Array = '') => this.frame(9, payload)
  pong = (payload: string | Uint8Array = '') => this.frame(10, payload)
}

const kinds: Record<number, string> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
}

function show(payload: Uint8Array): string {
  if (payload.length > 300) {
    const sum = payload.reduce((sum, byte) => (sum * 31 + byte) % 65521, 0)
    return `${payload.length} bytes, ${sum}`
  }
  const text = new TextDecoder('latin1').decode(payload)
  return /^[ -~]*$/.test(text)
    ? text
    : [...payload].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A frame as a word: `text(hi)`, `text(hi)+` when more is to come, `close(1000 bye)`, `close()`. */
export function word(frame: {
  opcode: number
  payload: Uint8Array
  fin: boolean
  rsv1?: boolean
  rsv2?: boolean
  rsv3?: boolean
}): string {
  const { opcode, payload, fin, rsv1, rsv2, rsv3 } = frame
  const isCode = opcode === 8 && payload.length >= 2
  const code = isCode ? payload[0]! * 256 + payload[1]! : 0
  const reason = isCode ? show(payload.subarray(2)) : ''
  const inside = isCode ? (reason === '' ? `${code}` : `${code} ${reason}`) : show(payload)
  const bits = `${rsv1 ? '¹' : ''}${rsv2 ? '²' : ''}${rsv3 ? '³' : ''}`
  return `${kinds[opcode] ?? opcode}${bits}(${inside})${fin ? '' : '+'}`
}

export interface WireFrame {
  opcode: number
  payload: Uint8Array
  fin: boolean
  rsv1: boolean
  rsv2: boolean
  rsv3: boolean
  maskingKey: Uint8Array | null
}

/** Reads exactly one frame sent by `from`, masked if a client sent it and only then (section 5.1). */
export function readFrame(from: Side, data: Uint8Array): WireFrame {
  const { frame, size } = readFirstFrame(from, data)
  if (size !== data.length) throw new Error(`${data.length} bytes are not one frame`)
  return frame
}

/** Reads whole frames sent by `from`: an outbox may have put several into one chunk. */
export function readFrames(from: Side, data: Uint8Array): WireFrame[] {
  const frames: WireFrame[] = []
  for (let rest = data; rest.length > 0; ) {
    const { frame, size } = readFirstFrame(from, rest)
    frames.push(frame)
    rest = rest.subarray(size)
  }
  return frames
}

function readFirstFrame(from: Side, data: Uint8Array): { frame: WireFrame; size: number } {
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const masked = data[1]! >= 0x80
  if (masked !== (from === 'client')) throw new Error(`a frame from a ${from} with masked = ${masked}`)
  const marker = data[1]! & 127
  const extended = marker < 126 ? 0 : marker === 126 ? 2 : 8
  const length = marker < 126 ? marker : marker === 126 ? view.getUint16(2) : Number(view.getBigUint64(2))
  const start = 2 + extended + (masked ? 4 : 0)
  if (data.length < start + length) throw new Error(`${data.length} bytes are less than a frame`)
  const key = masked ? data.slice(start - 4, start) : null
  const frame: WireFrame = {
    fin: data[0]! >= 0x80,
    rsv1: (data[0]! & 0x40) !== 0,
    rsv2: (data[0]! & 0x20) !== 0,
    rsv3: (data[0]! & 0x10) !== 0,
    opcode: data[0]! & 15,
    payload: data.slice(start, start + length).map((byte, at) => (key === null ? byte : byte ^ key[at % 4]!)),
    maskingKey: key,
  }
  return { frame, size: start + length }
}

/** What lies in an outbox, as words: frames, `EOF`, or the start line of an HTTP message. */
export function words(from: Side, outbox: readonly Uint8Array[]): string[] {
  const found: string[] = []
  let frames: Uint8Array = new Uint8Array(0)
  const flush = () => {
    found.push(...readFrames(from, frames).map(word))
    frames = new Uint8Array(0)
  }
  for (const data of outbox) {
    const start = new TextDecoder('latin1').decode(data.subarray(0, 512))
    if (data.length > 0 && !/^(GET |HTTP\/)/.test(start)) {
      // A frame may lie in two chunks, and several in one.
      frames = Buffer.concat([frames, data])
      continue
    }
    flush()
    found.push(data.length === 0 ? 'EOF' : start.slice(0, start.indexOf('\r\n')))
  }
  flush()
  return found
}
