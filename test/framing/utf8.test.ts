import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeUtf8,
  encodeUtf8,
  findInvalidUtf8,
  isUtf8,
  truncateUtf8,
  Utf8Validator,
} from '../../src/framing/utf8.ts'
import { concat, hex } from './bytes.ts'

/** What the platform says; `ignoreBOM` only keeps it from dropping bytes. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const accepts = (bytes: Uint8Array) => {
  try {
    strict.decode(bytes)
    return true
  } catch {
    return false
  }
}

/**
 * The first index whose byte cannot be mended by anything behind it, from the platform's decoder: it replaces a
 * maximal ill-formed part at a time, so what is decoded as a stream before that byte has no U+FFFD in it yet.
 */
const firstInvalid = (bytes: Uint8Array) => {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (let i = 0; i < bytes.length; i++) {
    try {
      decoder.decode(bytes.subarray(i, i + 1), { stream: true })
    } catch {
      return i
    }
  }
  return -1
}

const byte = fc.oneof(
  fc.integer({ min: 0, max: 255 }),
  fc.constantFrom(0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0xf5),
)
const bytesLikeUtf8 = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }).map(encodeUtf8),
      fc.array(byte, { maxLength: 4 }).map((b) => Uint8Array.from(b)),
    ),
  )
  .map((parts) => concat(...parts))

describe('UTF-8 (section 8.1)', () => {
  it('judges every sequence of one, two and three bytes as the platform does', () => {
    const wrong: number[][] = []
    const judge = (bytes: Uint8Array) => {
      if (isUtf8(bytes) !== accepts(bytes)) wrong.push([...bytes])
    }
    // A throw of the platform's decoder is slow, so third bytes are those at the ends of every range.
    const thirds = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff]
    for (let a = 0; a < 256; a++) {
      judge(Uint8Array.of(a))
      for (let b = 0; b < 256; b++) {
        judge(Uint8Array.of(a, b))
        if (a >= 0xe0 && a < 0xf5) for (const c of thirds) judge(Uint8Array.of(a, b, c))
      }
    }
    expect(wrong).toEqual([])
  })

  it('accepts every code point and no surrogate', () => {
    const wrong: number[] = []
    const validator = new Utf8Validator()
    for (let point = 0; point <= 0x10ffff; point++) {
      if (point >= 0xd800 && point <= 0xdfff) continue
      const bytes = encodeUtf8(String.fromCodePoint(point))
      if (validator.push(bytes) !== -1 || !validator.complete) wrong.push(point)
    }
    for (let low = 0x80; low < 0xc0; low++) {
      for (let high = 0xa0; high < 0xc0; high++) if (isUtf8(Uint8Array.of(0xed, high, low))) wrong.push(high)
    }
    expect(wrong).toEqual([])
  })

  it.each([
    ['a continuation byte at the start', '80', 0],
    ['an overlong form of two bytes, C0', '61 c0 80', 1],
    ['an overlong form of two bytes, C1', 'c1 bf', 0],
    ['an overlong form of three bytes', '61 e0 9f bf', 2],
    ['a surrogate', 'e2 82 ac ed a0 80', 4],
    ['an overlong form of four bytes', 'f0 8f bf bf', 1],
    ['a code point over U+10FFFF', 'f4 90 80 80', 1],
    ['a lead byte F5', '61 62 f5', 2],
    ['a lead byte FF', 'ff', 0],
    ['ASCII inside a character', 'e2 82 41', 2],
    ['a lead byte inside a character', 'f0 9f 98 c3', 3],
    ['a byte behind a long run of ASCII', `${'61'.repeat(29)} fe ${'61'.repeat(29)}`, 29],
  ])('finds the first byte that makes the text invalid: %s', (_, digits, index) => {
    const bytes = hex(digits)
    expect(new Utf8Validator().push(bytes)).toBe(index)
    // Not a byte earlier, and at once when the bytes come one by one.
    const validator = new Utf8Validator()
    const verdicts = [...bytes.subarray(0, index + 1)].map((b) => validator.push(Uint8Array.of(b)))
    expect(verdicts).toEqual([...Array(index).fill(-1), 0])
  })

  it('agrees with the platform on the verdict and the first invalid byte of anything', () => {
    fc.assert(
      fc.property(bytesLikeUtf8, (bytes) => {
        const validator = new Utf8Validator()
        expect(validator.push(bytes)).toBe(firstInvalid(bytes))
        expect(isUtf8(bytes)).toBe(accepts(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  it('finds the same byte however the text is cut', () => {
    fc.assert(
      fc.property(bytesLikeUtf8, fc.nat(40), (bytes, cut) => {
        const whole = new Utf8Validator()
        const expected = whole.push(bytes)
        const cutAt = Math.min(cut, bytes.length)
        const validator = new Utf8Validator()
        const first = validator.push(bytes, 0, cutAt)
        expect(first === -1 ? validator.push(bytes, cutAt) : first).toBe(expected)
        if (expected === -1) expect(validator.complete).toBe(whole.complete)
      }),
      { numRuns: 2000 },
    )
  })

  it('looks at nothing outside of the range', () => {
    expect(new Utf8Validator().push(hex('ff 61 ff'), 1, 2)).toBe(-1)
    expect(new Utf8Validator().push(hex('61 62 ff 63'), 1, 4)).toBe(2)
  })

  it('knows whether the text may end, and starts anew after reset', () => {
    const validator = new Utf8Validator()
    expect(validator.complete).toBe(true)
    validator.push(hex('f4'))
    expect(validator.complete).toBe(false)
    validator.reset()
    expect(validator.complete).toBe(true)
    expect(validator.push(hex('e2 bf bf'))).toBe(-1)
    expect(validator.complete).toBe(true)
  })

  it('says that text which ends inside a character is invalid at its end', () => {
    expect(findInvalidUtf8(hex('61 e2 82'))).toBe(3)
    expect(findInvalidUtf8(hex('ff 61'), 1)).toBe(-1)
    expect(isUtf8(hex('61 e2 82'))).toBe(false)
  })
})

describe('text as UTF-8', () => {
  it('keeps a byte order mark both ways', () => {
    expect(encodeUtf8('\ufeffa')).toEqual(hex('ef bb bf 61'))
    expect(decodeUtf8(hex('ef bb bf 61'))).toBe('\ufeffa')
  })

  it('encodes a lone surrogate as U+FFFD', () => {
    expect(encodeUtf8('\ud800')).toEqual(hex('ef bf bd'))
  })

  it('cuts the text between characters', () => {
    expect(truncateUtf8('a€😀b', 9)).toBe('a€😀b')
    expect(truncateUtf8('a€😀b', 8)).toBe('a€😀')
    expect(truncateUtf8('a€😀b', 7)).toBe('a€')
    expect(truncateUtf8('a€😀b', 3)).toBe('a')
    expect(truncateUtf8('a€😀b', 0)).toBe('')
  })

  it('cuts as late as it can', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, maxBytes) => {
        const kept = truncateUtf8(text, maxBytes)
        expect(text.startsWith(kept)).toBe(true)
        expect(encodeUtf8(kept).length).toBeLessThanOrEqual(maxBytes)
        const next = text.codePointAt(kept.length)
        if (next === undefined) return
        const longer = kept + String.fromCodePoint(next)
        expect(encodeUtf8(longer).length).toBeGreaterThan(maxBytes)
      }),
    )
  })
})

describe('text that is long enough for native code', () => {
  const text = encodeUtf8('a€𝄞ü'.repeat(30))

  it('is valid in whatever two pieces it comes', () => {
    for (let cut = 0; cut <= text.length; cut++) {
      const validator = new Utf8Validator()
      expect([validator.push(text, 0, cut), validator.push(text, cut), validator.complete]).toEqual([
        -1,
        -1,
        true,
      ])
    }
  })

  it('is found invalid at the same byte wherever a fault is and however it is cut', () => {
    for (let at = 0; at < text.length; at++) {
      const broken = text.slice()
      broken[at] = 0xff
      for (const cut of [0, 1, at, at + 1, 63, 64, 65, 150, text.length]) {
        const validator = new Utf8Validator()
        const first = validator.push(broken, 0, cut)
        expect(first === -1 ? validator.push(broken, cut) : first).toBe(at)
      }
    }
  })

  it('is not complete when it ends inside a character', () => {
    for (let missing = 1; missing <= 3; missing++) {
      const validator = new Utf8Validator()
      const bytes = encodeUtf8(`${'ab'.repeat(100)}𝄞`)
      expect(validator.push(bytes, 0, bytes.length - missing)).toBe(-1)
      expect(validator.complete).toBe(false)
      expect(validator.push(bytes, bytes.length - missing)).toBe(-1)
      expect(validator.complete).toBe(true)
    }
  })
})
