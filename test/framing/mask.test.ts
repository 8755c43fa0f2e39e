import { createRequire } from 'node:module'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { applyMask, maskInPlace, maskInto } from '../../src/framing/mask.ts'
import { type NativeMask, setNativeMask } from '../../src/framing/platform.ts'
import { hex } from './bytes.ts'

const key = hex('37 fa 21 3d')

/** Section 5.3, octet by octet: j = i MOD 4, transformed[i] = original[i] XOR key[j]. */
const naive = (data: Uint8Array, maskingKey: Uint8Array, phase: number) =>
  data.map((byte, i) => byte ^ maskingKey[(i + phase) % 4]!)

const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 37 + 11) & 255)

describe('masking (section 5.3)', () => {
  it('masks the example of section 5.7', () => {
    expect(applyMask(new TextEncoder().encode('Hello'), key)).toEqual(hex('7f 9f 4d 51 58'))
  })

  it.each([
    ['every length from 0 to 70', Array.from({ length: 71 }, (_, i) => i)],
    ['lengths around those where words are used', [...Array(48).keys()].map((i) => 120 + i)],
    ['long payloads', [1000, 4099, 65537]],
  ])('agrees with the naive way for %s, at every alignment and phase', (_, lengths) => {
    for (const length of lengths) {
      for (let alignment = 0; alignment < 8; alignment++) {
        for (let phase = 0; phase < 4; phase++) {
          const whole = pattern(length + 16)
          const expected = whole.slice()
          const end = alignment + length
          expected.set(naive(whole.subarray(alignment, end), key, phase), alignment)
          maskInPlace(whole, alignment, end, key, phase)
          // Comparing everything shows bytes outside of the range as well.
          if (Buffer.compare(whole, expected) !== 0)
            expect({ length, alignment, phase, whole }).toEqual({ expected })
        }
      }
    }
  })

  it('agrees with the naive way on a view that starts anywhere in its buffer', () => {
    for (let byteOffset = 0; byteOffset < 8; byteOffset++) {
      for (const start of [0, 1, 2, 3]) {
        const view = pattern(300).subarray(byteOffset)
        const expected = view.slice()
        expected.set(naive(view.subarray(start, 250), key, 1), start)
        maskInPlace(view, start, 250, key, 1)
        expect(view).toEqual(expected)
      }
    }
  })

  it('masks piece by piece as it masks at once', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        fc.uint8Array({ minLength: 4, maxLength: 4 }),
        fc.array(fc.nat(600)),
        (data, maskingKey, cuts) => {
          const pieces = data.slice()
          let from = 0
          for (const cut of [...cuts, data.length].sort((a, b) => a - b)) {
            const to = Math.min(cut, data.length)
            maskInPlace(pieces, from, to, maskingKey, from)
            from = to
          }
          expect(pieces).toEqual(applyMask(data, maskingKey))
        },
      ),
    )
  })

  it('takes any phase modulo 4', () => {
    const data = pattern(200)
    expect(applyMask(data, key, 2 ** 40 + 3)).toEqual(applyMask(data, key, 3))
    expect(applyMask(data, key, 3)).toEqual(naive(data, key, 3))
  })

  it('is undone by masking again', () => {
    const data = pattern(333)
    expect(applyMask(applyMask(data, key, 1), key, 1)).toEqual(data)
  })

  it('writes neither its data nor its key, and gives a plain array for a Buffer', () => {
    const data = Buffer.from('Hello')
    const maskingKey = key.slice()
    const masked = applyMask(data, maskingKey)
    expect(data.toString()).toBe('Hello')
    expect(maskingKey).toEqual(key)
    expect(Buffer.isBuffer(masked)).toBe(false)
    expect(masked.buffer).not.toBe(data.buffer)
  })

  it.each([0, 3, 5])('throws a RangeError for a key of %i bytes', (length) => {
    expect(() => applyMask(hex('00'), new Uint8Array(length))).toThrow(RangeError)
  })
})

describe.each(['JavaScript', 'native code'])('masking in %s', (by) => {
  const { mask } = createRequire(import.meta.url)('bufferutil') as { mask: NativeMask }
  const use = () => setNativeMask(by === 'JavaScript' ? null : mask)
  afterEach(() => setNativeMask(null))

  it('agrees with the naive way, in place and from one array into another, at every alignment and phase', () => {
    use()
    const lengths = [0, 1, 7, 8, 15, 47, 48, 49, 63, 64, 125, 126, 127, 1023, 1024, 1025, 4096, 65_537]
    for (const length of lengths) {
      for (let alignment = 0; alignment < 8; alignment++) {
        for (let phase = 0; phase < 4; phase++) {
          const source = pattern(length + alignment).subarray(alignment)
          const before = source.slice()
          const expected = pattern(length + 16)
          expected.set(naive(source, key, phase), 8 - alignment)
          const target = pattern(length + 16)
          maskInto(source, target, 8 - alignment, key, phase)
          const inPlace = pattern(length + 16)
          inPlace.set(source, 8 - alignment)
          maskInPlace(inPlace, 8 - alignment, 8 - alignment + length, key, phase)
          if (Buffer.compare(target, expected) !== 0 || Buffer.compare(inPlace, expected) !== 0)
            expect({ length, alignment, phase, target, inPlace }).toEqual({ expected })
          expect(Buffer.compare(source, before)).toBe(0)
        }
      }
    }
  })

  it('is not misled by a buffer that was masked before and has been resized', () => {
    use()
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: { maxByteLength: number },
    ) => ArrayBuffer & { resize(length: number): void }
    const buffer = new Resizable(64, { maxByteLength: 4096 })
    maskInPlace(new Uint8Array(buffer), 0, 64, key, 0)
    buffer.resize(4096)
    const data = new Uint8Array(buffer)
    const expected = naive(data, key, 1)
    maskInPlace(data, 0, 4096, key, 1)
    expect(data).toEqual(expected)
  })
})
