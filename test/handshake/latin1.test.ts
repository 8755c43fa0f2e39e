import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeLatin1,
  decodeWithoutPlatform,
  encodeLatin1,
  encodeWithoutPlatform,
} from '../../src/handshake/latin1.ts'

describe('Latin-1', () => {
  it('is the same with the platform and without, both ways, and is what Node says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(64), fc.nat(64), (bytes, one, other) => {
        const [start, end] = [one % (bytes.length + 1), other % (bytes.length + 1)].sort((a, b) => a - b)
        const text = Buffer.from(bytes).toString('latin1', start, end)
        expect(decodeLatin1(bytes, start, end)).toBe(text)
        expect(decodeWithoutPlatform(bytes, start!, end!)).toBe(text)
        expect([...encodeLatin1(text)]).toEqual([...bytes.subarray(start, end)])
        expect([...encodeWithoutPlatform(text)]).toEqual([...bytes.subarray(start, end)])
      }),
    )
  })

  it('may be long', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index)
    const text = decodeWithoutPlatform(bytes, 1, bytes.length)
    expect(text).toBe(decodeLatin1(bytes, 1))
    expect(encodeWithoutPlatform(text)).toEqual(bytes.subarray(1))
  })
})
