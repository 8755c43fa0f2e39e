import { createRequire } from 'node:module'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Frame } from '../../src/framing/frame.ts'
import { keyNumber } from '../../src/framing/mask.ts'
import { Opcode } from '../../src/framing/opcode.ts'
import { MAX_PAGED, Page } from '../../src/framing/page.ts'
import { type NativeMask, setNativeMask } from '../../src/framing/platform.ts'
import { serializeFrame } from '../../src/framing/serialize.ts'
import { hex } from './bytes.ts'

const BINARY = 0x82
const TEXT = 0x81
const key = hex('37 fa 21 3d')
const { mask } = createRequire(import.meta.url)('bufferutil') as { mask: NativeMask }
const keys = [
  { masked: 'masked', bytes: key, number: keyNumber(key), native: null },
  { masked: 'masked by native code', bytes: key, number: keyNumber(key), native: mask },
  { masked: 'unmasked', bytes: null, number: null, native: null },
]

const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 255)
const written = (page: Page, start: number) => new Uint8Array(page.buffer, start, page.used - start)

describe.each(keys)('a page, $masked', ({ bytes: maskingKey, number, native }) => {
  beforeEach(() => setNativeMask(native))
  afterEach(() => setNativeMask(null))

  it('holds frames one behind the other, each as it is serialised, at every alignment', () => {
    for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 63, 64, 65, 125, 126, 127, 1023, 1024, 4099]) {
      const page = new Page()
      const frames: Uint8Array[] = []
      // A frame of one byte moves the next one on.
      for (let alignment = 0; alignment < 8; alignment++) {
        for (const size of [length, 1]) {
          const payload = pattern(size)
          page.write(BINARY, payload, payload.length, number)
          frames.push(serializeFrame(new Frame(Opcode.binary, payload), maskingKey))
          expect(payload).toEqual(pattern(size))
        }
      }
      expect(Buffer.compare(written(page, 0), Buffer.concat(frames)), `${length} bytes`).toBe(0)
    }
  })

  it('holds the largest payload that it is for', () => {
    const page = new Page()
    expect(page.fits(MAX_PAGED)).toBe(true)
    page.write(BINARY, pattern(MAX_PAGED), MAX_PAGED, number)
    const frame = serializeFrame(new Frame(Opcode.binary, pattern(MAX_PAGED)), maskingKey)
    expect(Buffer.compare(written(page, 0), frame)).toBe(0)
  })

  it.each([
    { name: 'nothing', text: '' },
    { name: 'ASCII', text: 'a' },
    { name: 'characters of one to four bytes', text: 'a€𝄞ü' },
    { name: 'the longest ASCII with the shortest header', text: 'a'.repeat(125) },
    { name: 'the next longer', text: 'a'.repeat(126) },
    { name: 'a text with a longer header than as many characters of ASCII', text: 'ü'.repeat(63) },
    { name: 'a long text', text: '€'.repeat(5000) },
  ])('holds text as UTF-8: $name', ({ text }) => {
    const page = new Page()
    const payload = new TextEncoder().encode(text)
    page.write(BINARY, pattern(1), 1, number)
    const start = page.used
    page.writeText(TEXT, text, number)
    page.write(BINARY, pattern(9), 9, number)
    const frames = [new Frame(Opcode.text, payload), new Frame(Opcode.binary, pattern(9))]
    const expected = Buffer.concat(frames.map((frame) => serializeFrame(frame, maskingKey)))
    expect(Buffer.compare(written(page, start), expected)).toBe(0)
  })

  it('writes U+FFFD for a lone surrogate', () => {
    const page = new Page()
    page.writeText(TEXT, '\ud800', number)
    expect(Buffer.from(written(page, 0))).toEqual(
      Buffer.from(serializeFrame(new Frame(Opcode.text, hex('ef bf bd')), maskingKey)),
    )
  })

  it('is full before what masking spills over would not fit', () => {
    const page = new Page()
    let frames = 0
    while (page.fits(7)) {
      page.write(BINARY, pattern(7), 7, number)
      frames++
    }
    expect(page.used).toBeLessThanOrEqual(page.buffer.byteLength)
    expect(page.used).toBeGreaterThan(page.buffer.byteLength - 64)
    const frame = serializeFrame(new Frame(Opcode.binary, pattern(7)), maskingKey)
    const expected = Buffer.concat(Array.from({ length: frames }, () => frame))
    expect(Buffer.compare(written(page, 0), expected)).toBe(0)
  })
})

describe('a page', () => {
  it('holds a header alone', () => {
    const page = new Page()
    page.writeHeader(BINARY, 65_536)
    expect(written(page, 0)).toEqual(hex('82 7f 00 00 00 00 00 01 00 00'))
  })

  it('has no room once its memory was taken away', () => {
    const page = new Page()
    structuredClone(page.buffer, { transfer: [page.buffer] })
    expect(page.fits(0)).toBe(false)
  })
})
