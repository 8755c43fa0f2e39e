import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceptKey, generateKey, isValidKey } from '../../src/handshake/index.ts'
import { SAMPLE_ACCEPT, SAMPLE_KEY } from './helpers.ts'

describe('the key of the opening handshake (RFC 6455, section 4)', () => {
  it('is answered as in the example of section 1.3', () => {
    expect(acceptKey(SAMPLE_KEY)).toBe(SAMPLE_ACCEPT)
  })

  it('is 16 of the random bytes that were asked for, in Base64', () => {
    const sizes: number[] = []
    const key = generateKey((size) => {
      sizes.push(size)
      return Uint8Array.from('the sample nonce', (character) => character.charCodeAt(0))
    })
    expect(sizes).toEqual([16])
    expect(key).toBe(SAMPLE_KEY)
  })

  it.each([0, 15, 17])('is not made of %i bytes', (length) => {
    expect(() => generateKey(() => new Uint8Array(length))).toThrow(RangeError)
  })

  it('is valid and answered as Node would do it, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (random) => {
        const key = generateKey(() => random)
        expect(key).toBe(Buffer.from(random).toString('base64'))
        expect(isValidKey(key)).toBe(true)
        const expected = createHash('sha1')
          .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
          .digest('base64')
        expect(acceptKey(key)).toBe(expected)
      }),
    )
  })

  it.each(['', 'short', `${SAMPLE_KEY}\n`, 'caf\u00e9'])(
    'is answered as bytes of Latin-1 where it is not valid: %j',
    (key) => {
      const hash = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`, 'latin1')
      expect(acceptKey(key)).toBe(hash.digest('base64'))
    },
  )

  it('may have bits behind the 16th byte, and is answered as it came', () => {
    const key = 'dGhlIHNhbXBsZSBub25jZR=='
    expect(isValidKey(key)).toBe(true)
    expect(acceptKey(key)).toBe(
      createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64'),
    )
  })

  it.each([
    ['empty', ''],
    ['of 15 bytes', Buffer.alloc(15).toString('base64')],
    ['of 17 bytes', Buffer.alloc(17).toString('base64')],
    ['without padding', 'dGhlIHNhbXBsZSBub25jZQ'],
    ['of the URL alphabet', 'dGhlIHNhbXBsZSBub25-_A=='],
    ['with a space', 'dGhlIHNhbXBsZSBub25 ZQ=='],
    ['with a line end behind it', `${SAMPLE_KEY}\n`],
  ])('is not valid if it is %s', (_, key) => {
    expect(isValidKey(key)).toBe(false)
  })
})
