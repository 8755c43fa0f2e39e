/** The frames that cases speak of: what a tester sends, right or wrong, and what must come back. */

/** A frame as the tester puts it on the wire. Everything that is not said is right. */
export interface SentFrame {
  /** 0-15 */
  opcode: number
  payload: Uint8Array
  fin: boolean
  /** RSV1 = 4, RSV2 = 2, RSV3 = 1. */
  rsv?: number
  /** Masked on the side that must not, or the other way round (section 5.1). */
  masking?: 'wrong'
  /** The masking key where there is one, 4 bytes; an arbitrary one if absent. */
  key?: Uint8Array
  /** How the length is written: 7, 16 or 64 bits; the shortest if absent. */
  lengthBits?: 7 | 16 | 64
  /** The length that the header tells, instead of the payload's. */
  announces?: bigint
  /** Of the payload only these bytes arrive, the header only with the first. */
  from?: number
  to?: number
}

/** A message that the tester compresses (RFC 7692, section 7.2.1), in the context of those before. */
export interface CompressedMessage {
  compress: Uint8Array
  opcode: 1 | 2
  /** Bytes of the compressed message in each frame but the last; one frame if absent. */
  fragments?: readonly number[]
  /** Which blocks: not compressed, with fixed Huffman codes, or whatever is shortest. */
  blocks?: 'stored' | 'fixed'
}

export type Sent = SentFrame | CompressedMessage

/** What must come back: this frame, or the Close of an endpoint that fails the connection, whatever its reason. */
export type Back =
  | {
      opcode: number
      payload: Uint8Array
      fin: boolean
      /** Whether it comes compressed; with permessage-deflate it does if absent. */
      compressed?: boolean
    }
  | { failure: 1002 | 1007 | 1009 }

type Whole = { opcode: number; payload: Uint8Array; fin: boolean }

export const utf8 = (text: string): Uint8Array => Buffer.from(text)

export const hex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(' ', ''), 'hex')

export const join = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts)

const bytesOf = (payload: string | Uint8Array) => (typeof payload === 'string' ? utf8(payload) : payload)

export const frame = (opcode: number, payload: string | Uint8Array = '', fin = true): Whole => ({
  opcode,
  payload: bytesOf(payload),
  fin,
})

export const text = (payload: string | Uint8Array = '') => frame(1, payload)
export const binary = (payload: string | Uint8Array = '') => frame(2, payload)
export const ping = (payload: string | Uint8Array = '') => frame(9, payload)
export const pong = (payload: string | Uint8Array = '') => frame(10, payload)

/** The first frame of a fragmented message. */
export const textStart = (payload: string | Uint8Array = '') => frame(1, payload, false)
export const binaryStart = (payload: string | Uint8Array = '') => frame(2, payload, false)
/** A frame in its middle, and its last one. */
export const middle = (payload: string | Uint8Array = '') => frame(0, payload, false)
export const last = (payload: string | Uint8Array = '') => frame(0, payload)

/** A Close frame with this code and reason, or an empty one. */
export const close = (code?: number, reason: string | Uint8Array = '') =>
  frame(8, code === undefined ? '' : join(Uint8Array.of(code >> 8, code & 255), bytesOf(reason)))

export const failure = (code: 1002 | 1007 | 1009): Back => ({ failure: code })

export const compressed = (
  message: Whole,
  how: Omit<CompressedMessage, 'compress' | 'opcode'> = {},
): Sent => ({
  compress: message.payload,
  opcode: message.opcode as 1 | 2,
  ...how,
})

/** The header and the first `count` bytes of the payload. */
export const beginning = (whole: SentFrame, count: number): SentFrame => ({ ...whole, from: 0, to: count })

/** Of the payload the bytes `from` to `to - 1`, without the header. */
export const rest = (whole: SentFrame, from: number, to?: number): SentFrame => ({
  ...whole,
  from,
  ...(to === undefined ? {} : { to }),
})

/** A message in frames of these payloads. */
export function fragmented(opcode: 1 | 2, payloads: readonly (string | Uint8Array)[]): Whole[] {
  return payloads.map((payload, at) => frame(at === 0 ? opcode : 0, payload, at === payloads.length - 1))
}

/** Cuts into pieces of `size` bytes. */
export function cut(data: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < data.length; at += size) pieces.push(data.subarray(at, at + size))
  return pieces
}

const longest = 16 * 2 ** 20 + 1
let noise: Uint8Array | null = null
let prose: Uint8Array | null = null

/** Bytes that do not repeat soon and do not compress; the same in every run. */
export function noiseOf(size: number): Uint8Array {
  if (noise === null) {
    const words = new Uint32Array(Math.ceil(longest / 4))
    let word = 0x9e3779b9
    for (let at = 0; at < words.length; at++) {
      word ^= word << 13
      word ^= word >>> 17
      word ^= word << 5
      words[at] = word
    }
    noise = new Uint8Array(words.buffer)
  }
  return noise.subarray(0, size)
}

/** Text of so many bytes as UTF-8, with characters of every length. */
export function proseOf(size: number): Uint8Array {
  if (prose === null) {
    const lines: string[] = []
    for (let at = 0; at < 4096; at++) {
      lines.push(`line ${at}: ein Gruß, ένας χαιρετισμός, 一声问候, 👋${(at * 2654435761) % 1e9}\n`)
    }
    const page = utf8(lines.join(''))
    const pages = new Uint8Array(longest + page.length)
    for (let at = 0; at + page.length <= pages.length; at += page.length) pages.set(page, at)
    prose = pages
  }
  let end = size
  while (end > 0 && (prose[end]! & 0xc0) === 0x80) end--
  // Filled up where a character would be cut.
  return end === size ? prose.subarray(0, size) : join(prose.subarray(0, end), utf8('.'.repeat(size - end)))
}
