/**
 * Writes and reads frames (RFC 6455, section 5.2) without `src/framing`: an error there must not cancel itself out
 * here. Writes wrong ones where a case says so; reads with every rule.
 */
import type { Side } from '../../../src/protocol/index.ts'
import type { SentFrame } from '../frames.ts'

const defaultKey = Uint8Array.of(0xc3, 0x01, 0x7e, 0xa5)

function extended(bits: 7 | 16 | 64, length: bigint): Uint8Array {
  const field = new DataView(new ArrayBuffer(bits === 7 ? 0 : bits / 8))
  if (bits === 16) field.setUint16(0, Number(length))
  if (bits === 64) field.setBigUint64(0, length)
  return new Uint8Array(field.buffer)
}

function mask(data: Uint8Array, key: Uint8Array): Uint8Array {
  const masked = new Uint8Array(data.length)
  for (let at = 0; at < data.length; at++) masked[at] = data[at]! ^ key[at & 3]!
  return masked
}

/** The bytes of a frame, or of the part of it that arrives. */
export function frameBytes(from: Side, frame: SentFrame): Uint8Array {
  const { opcode, payload, fin, rsv = 0, key = defaultKey } = frame
  const length = frame.announces ?? BigInt(payload.length)
  const bits = frame.lengthBits ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64)
  const masked = (from === 'client') !== (frame.masking === 'wrong')
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode
  const second = (masked ? 0x80 : 0) | (bits === 7 ? Number(length) : bits === 16 ? 126 : 127)
  const body = (masked ? mask(payload, key) : payload).subarray(frame.from ?? 0, frame.to)
  if ((frame.from ?? 0) > 0) return body
  return Buffer.concat([
    Uint8Array.of(first, second),
    extended(bits, length),
    masked ? key : new Uint8Array(0),
    body,
  ])
}

/** As one, copied only if there are several: a million small frames may come in one piece. */
function joined(chunks: readonly Uint8Array[]): Buffer {
  const [only] = chunks
  if (only === undefined || chunks.length > 1) return Buffer.concat(chunks)
  return Buffer.from(only.buffer, only.byteOffset, only.length)
}

export interface ReceivedFrame {
  opcode: number
  payload: Uint8Array
  fin: boolean
  rsv1: boolean
}

/** Reads what an endpoint sends, frame by frame, and throws for anything that it may not send. */
export class FrameReader {
  readonly #from: Side
  readonly #deflate: boolean
  #chunks: Uint8Array[] = []
  #size = 0
  #needed = 2
  #keys = new Set<string>()

  constructor(from: Side, deflate: boolean) {
    this.#from = from
    this.#deflate = deflate
  }

  /** Bytes that are not a whole frame yet. */
  get pending(): number {
    return this.#size
  }

  push(data: Uint8Array): ReceivedFrame[] {
    this.#chunks.push(data)
    this.#size += data.length
    const frames: ReceivedFrame[] = []
    while (this.#size >= this.#needed) {
      const whole = joined(this.#chunks)
      const [used, frame] = this.#read(whole)
      this.#chunks = [whole.subarray(used)]
      this.#size -= used
      if (frame === null) break
      frames.push(frame)
    }
    return frames
  }

  /** Reads one frame, or says how many bytes it needs. */
  #read(data: Buffer): [used: number, ReceivedFrame | null] {
    const marker = data[1]! & 127
    const masked = data[1]! >= 0x80
    if (masked !== (this.#from === 'client')) throw new Error(`5.1: a ${this.#from} sent masked = ${masked}`)
    const start = 2 + (marker < 126 ? 0 : marker === 126 ? 2 : 8) + (masked ? 4 : 0)
    if (data.length < start) return this.#wait(start)
    const length =
      marker < 126 ? marker : marker === 126 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2))
    if ((marker === 126 && length < 126) || (marker === 127 && length < 65_536)) {
      throw new Error(`5.2: a length of ${length} is not in its shortest form`)
    }
    if (data.length < start + length) return this.#wait(start + length)
    this.#needed = 2
    const key = masked ? data.subarray(start - 4, start) : null
    if (key !== null) this.#checkKey(key.toString('hex'))
    const payload = data.subarray(start, start + length)
    const frame = {
      opcode: data[0]! & 15,
      payload: key === null ? payload : mask(payload, key),
      fin: data[0]! >= 0x80,
      rsv1: (data[0]! & 0x40) !== 0,
    }
    this.#check(frame, (data[0]! & 0x30) !== 0)
    return [start + length, frame]
  }

  #wait(needed: number): [0, null] {
    this.#needed = needed
    return [0, null]
  }

  #checkKey(key: string): void {
    // Section 5.3: a new one for each frame. That two of a few thousand are the same by chance is one in 1,000 runs.
    if (this.#keys.size < 100 && this.#keys.has(key))
      throw new Error(`5.3: the masking key ${key} came twice`)
    this.#keys.add(key)
  }

  #check({ opcode, payload, fin, rsv1 }: ReceivedFrame, otherBits: boolean): void {
    const control = (opcode & 8) !== 0
    if (otherBits || (rsv1 && (!this.#deflate || control || opcode === 0)))
      throw new Error('5.2: reserved bits')
    if ((opcode & 7) > 2) throw new Error(`5.2: the opcode ${opcode} is reserved`)
    if (control && (!fin || payload.length > 125))
      throw new Error('5.5: a control frame is fragmented or too long')
    if (opcode === 8 && payload.length === 1) throw new Error('5.5.1: a Close frame of one byte')
    if (opcode === 8) new TextDecoder('utf-8', { fatal: true }).decode(payload.subarray(2))
  }
}
