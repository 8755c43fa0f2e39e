import { createRequire } from 'node:module'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DecodeContext, FrameDecoder } from '../../src/framing/decoder.ts'
import { FrameError } from '../../src/framing/errors.ts'
import { Frame } from '../../src/framing/frame.ts'
import { Opcode } from '../../src/framing/opcode.ts'
import { type NativeMask, setNativeMask } from '../../src/framing/platform.ts'
import { serializeFrame } from '../../src/framing/serialize.ts'
import { hex } from './bytes.ts'

const context: DecodeContext = {
  reservedBits: 0,
  maxPayload: Number.POSITIVE_INFINITY,
  tooBig: 'MESSAGE_TOO_BIG',
  message: 'idle',
  validate: true,
}

const SIZES = [1000, 5000, 65_535, 65_536, 65_537, 200_000]
const CHUNKS = [999, 1448, 4096, 4110, 65_536]

const { mask } = createRequire(import.meta.url)('bufferutil') as { mask: NativeMask }

/** Gives bytes in copies of so many at a time, and asks for what is whole behind each. */
function decode(bytes: Uint8Array, chunk: number) {
  const decoder = new FrameDecoder({ masked: true })
  const read: (Frame | FrameError)[] = []
  for (let at = 0; at < bytes.length; at += chunk) {
    decoder.push(bytes.slice(at, at + chunk))
    for (let next = decoder.next(context); next !== null; next = decoder.next(context)) {
      read.push(next)
      if (next instanceof FrameError) return read
    }
  }
  return read
}

describe.each([
  ['JavaScript', null],
  ['native code', mask],
])('a payload that chunks cut, unmasked by %s', (_, native) => {
  beforeEach(() => setNativeMask(native))
  afterEach(() => setNativeMask(null))

  const key = hex('b7 fa 21 9d')

  it.each(SIZES)('is what was sent, of %i bytes, and so is what follows', (size) => {
    for (const opcode of [Opcode.text, Opcode.binary]) {
      const payload = Uint8Array.from({ length: size }, (_, i) =>
        opcode === Opcode.text ? 32 + (i % 90) : i * 7,
      )
      const frame = serializeFrame(new Frame(opcode, payload), key)
      for (const chunk of CHUNKS) {
        const read = decode(Buffer.concat([frame, frame]), chunk)
        expect(read.length).toBe(2)
        for (const each of read as Frame[]) expect(Buffer.compare(each.payload, payload), `${chunk}`).toBe(0)
      }
    }
  })

  it.each(SIZES)('of text of %i bytes is refused where it is not UTF-8', (size) => {
    const payload = new Uint8Array(size).fill(0x61)
    const wrong = Math.floor(size * 0.7)
    payload[wrong] = 0xff
    const frame = serializeFrame(new Frame(Opcode.text, payload), key)
    for (const chunk of CHUNKS) {
      const [error] = decode(frame, chunk) as FrameError[]
      expect(error).toMatchObject({ code: 'INVALID_UTF8', offset: frame.length - size + wrong })
    }
  })
})
