import { createRequire } from 'node:module'
import { afterEach, describe, expect, it } from 'vitest'
import { Chunk } from '../../src/framing/chunk.ts'
import { type NativeMask, setNativeMask } from '../../src/framing/platform.ts'
import { hex } from './bytes.ts'

const maskingKey = hex('b7 fa 21 9d')
/** The same as a number, the first byte the lowest. */
const key = 0x9d21fab7 | 0

/** Section 5.3, octet by octet: j = i MOD 4, transformed[i] = original[i] XOR key[j]. */
const naive = (data: Uint8Array, phase: number) => data.map((byte, i) => byte ^ maskingKey[(i + phase) % 4]!)

const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 255)

/** Unmasks `length` bytes in the middle of memory and compares all of it with the naive way. */
function checkAgainstNaive(length: number, start: number, byteOffset: number, phase: number, behind: number) {
  const memory = pattern(byteOffset + start + length + behind)
  const from = byteOffset + start
  const expected = memory.slice()
  expected.set(naive(memory.subarray(from, from + length), phase), from)
  const chunk = new Chunk(memory.subarray(byteOffset))
  const view = chunk.view(start, start + length)
  chunk.unmask(start, start + length, key, phase)
  if (
    Buffer.compare(memory, expected) !== 0 ||
    Buffer.compare(view, expected.subarray(from, from + length)) !== 0
  )
    expect({ length, start, byteOffset, phase, memory }).toEqual({ expected })
}

describe.each(['JavaScript', 'native code'])('unmasking in a chunk, by %s (section 5.3)', (by) => {
  const { mask } = createRequire(import.meta.url)('bufferutil') as { mask: NativeMask }
  const use = () => setNativeMask(by === 'JavaScript' ? null : mask)
  afterEach(() => setNativeMask(null))

  it.each([
    ['a chunk of its own', 0],
    ['a long chunk', 200],
  ])('agrees with the naive way for short payloads in %s, at every alignment and phase', (_, behind) => {
    use()
    for (let length = 0; length <= 140; length++) {
      for (let at = 0; at < 64; at++) checkAgainstNaive(length, at & 7, at >> 3, length & 3, behind)
      for (let phase = 0; phase < 4; phase++) checkAgainstNaive(length, 6, 3, phase, behind)
    }
  })

  it('agrees with the naive way for long payloads, at every alignment and phase', () => {
    use()
    for (const length of [509, 511, 512, 513, 519, 1024, 1448, 4095, 4096, 4097, 65_537]) {
      for (let at = 0; at < 8; at++) {
        for (let phase = 0; phase < 4; phase++) checkAgainstNaive(length, at, (at * 5) & 7, phase, at & 3)
      }
    }
  })

  it('unmasks into a payload at any place of it, and writes nothing else', () => {
    use()
    for (const length of [1, 7, 130, 513, 4095, 4096, 4097, 20_000]) {
      for (let at = 0; at < 8; at++) {
        for (const part of ['all', 'some']) {
          const start = part === 'all' ? 0 : 3
          const source = pattern(length + start + (part === 'all' ? 0 : 5))
          const before = source.slice()
          const payload = new Uint8Array(length + at + 9).fill(0x55)
          const expected = payload.slice()
          expected.set(naive(source.subarray(start, start + length), at), at)
          new Chunk(source).unmaskTo(new Chunk(payload), at, start, start + length, key)
          expect(Buffer.compare(payload, expected), `${length} bytes at ${at}, ${part}`).toBe(0)
          expect(Buffer.compare(source, before)).toBe(0)
        }
      }
    }
  })

  it('unmasks one payload behind the other, each with its own length', () => {
    use()
    const memory = pattern(9000)
    const expected = memory.slice()
    const chunk = new Chunk(memory)
    let start = 0
    for (const length of [3, 125, 17, 600, 16, 4500, 0, 511, 1, 130]) {
      expected.set(naive(memory.subarray(start, start + length), 0), start)
      chunk.unmask(start, start + length, key, 0)
      start += length
    }
    expect(Buffer.compare(memory, expected)).toBe(0)
  })

  it('takes any phase modulo 4', () => {
    use()
    for (const length of [5, 100, 1000, 5000]) checkAgainstNaive(length, 1, 0, 2 ** 33 + 3, 0)
  })

  it('says of a short payload whether it is ASCII, wherever a byte is not', () => {
    use()
    for (const size of [0, 40, 400]) {
      for (let length = 1; length < 60; length++) {
        const ascii = naive(
          pattern(length).map((byte) => byte & 0x7f),
          0,
        )
        const unmask = (at: number) => {
          const chunk = new Chunk(new Uint8Array(size + 5 + length).fill(0xff))
          const view = chunk.view(5, 5 + length)
          view.set(ascii)
          if (at >= 0) view[at]! ^= 0x80
          return chunk.unmask(5, 5 + length, key, 0)
        }
        expect(unmask(-1)).toBe(true)
        for (let at = 0; at < length; at++) if (unmask(at)) expect({ size, length, at }).toBe('not ASCII')
      }
    }
  })

  it('claims nothing of a long payload that is not ASCII', () => {
    use()
    for (const length of [511, 512, 5000]) {
      const chunk = new Chunk(naive(new Uint8Array(length).fill(0x61).fill(0xc3, length - 1), 0))
      expect(chunk.unmask(0, length, key, 0)).toBe(false)
    }
  })
})

describe('a view on a chunk', () => {
  it('lies in its memory, and is a plain array for a Buffer', () => {
    const bytes = Buffer.from('.abc.').subarray(1)
    const view = new Chunk(bytes).view(1, 3)
    expect(view).toEqual(hex('62 63'))
    expect(view.buffer).toBe(bytes.buffer)
    expect(Buffer.isBuffer(view)).toBe(false)
  })
})
