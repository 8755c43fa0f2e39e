import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closeCodeName, isValidCloseCode, parseClose, serializeClose } from '../../src/framing/close.ts'
import { ProtocolError } from '../../src/framing/errors.ts'
import { thrownBy } from '../thrown-by.ts'
import { broken, embedded, hex } from './bytes.ts'

const allowed = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
]
const forbidden = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]
const payloadOf = (code: number) => Uint8Array.of(code >> 8, code & 255)

describe('parseClose (section 5.5.1)', () => {
  it('reads an empty payload as 1005', () => {
    expect(parseClose(new Uint8Array(0))).toEqual({ code: 1005, reason: '' })
  })

  it('reads a code without a reason', () => {
    expect(parseClose(hex('03 e8'))).toEqual({ code: 1000, reason: '' })
  })

  it('reads a code and a reason, wherever they lie in a buffer', () => {
    expect(parseClose(embedded(hex('03 e9 62 79 65 20 e2 82 ac')))).toEqual({ code: 1001, reason: 'bye €' })
    expect(parseClose(Buffer.from('03e9627965', 'hex'))).toEqual({ code: 1001, reason: 'bye' })
  })

  it('keeps a byte order mark in the reason', () => {
    expect(parseClose(hex('03 e8 ef bb bf'))).toEqual({ code: 1000, reason: '\ufeff' })
  })

  it('does not write its payload', () => {
    const payload = hex('03 e8 6f 6b')
    parseClose(payload)
    expect(payload).toEqual(hex('03 e8 6f 6b'))
  })

  it.each([
    ['one byte', '03', 'CLOSE_TOO_SHORT', 1002, '5.5.1', 0],
    ['126 bytes', `03 e8 ${'61'.repeat(124)}`, 'CONTROL_FRAME_TOO_LONG', 1002, '5.5', 125],
    ['code 1005', '03 ed', 'CLOSE_CODE_INVALID', 1002, '7.4', 0],
    ['a reason that is not UTF-8', '03 e8 6f ff 6b', 'CLOSE_REASON_INVALID_UTF8', 1007, '5.5.1', 3],
    ['a reason that ends inside a character', '03 e8 e2 82', 'CLOSE_REASON_INVALID_UTF8', 1007, '5.5.1', 4],
    ['a wrong reason behind a wrong code', '00 00 ff', 'CLOSE_REASON_INVALID_UTF8', 1007, '5.5.1', 2],
  ])('returns an error for %s', (_, digits, code, closeCode, section, offset) => {
    expect(broken(parseClose(hex(digits)))).toEqual({ code, closeCode, section, offset })
  })

  it('names the wrong code', () => {
    expect(parseClose(hex('03 ed'))).toMatchObject({
      message: 'close code is not allowed in a Close frame: 1005',
    })
  })
})

describe('close codes (section 7.4)', () => {
  it.each(allowed)('%i is allowed in a Close frame', (code) => {
    expect(isValidCloseCode(code)).toBe(true)
    expect(parseClose(payloadOf(code))).toEqual({ code, reason: '' })
    expect(serializeClose(code)).toEqual(payloadOf(code))
  })

  it.each(forbidden)('%i is not', (code) => {
    expect(isValidCloseCode(code)).toBe(false)
    expect(broken(parseClose(payloadOf(code)))).toMatchObject({ code: 'CLOSE_CODE_INVALID', offset: 0 })
    expect(broken(thrownBy(() => serializeClose(code)))).toMatchObject({
      code: 'CLOSE_CODE_INVALID',
      offset: null,
    })
  })

  it.each([1000.5, Number.NaN, -1, Number.POSITIVE_INFINITY, 1000 + 65536])('%d is not', (code) => {
    expect(isValidCloseCode(code)).toBe(false)
    expect(() => serializeClose(code)).toThrow(ProtocolError)
  })

  it('has words for every code', () => {
    const codes = [1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015]
    const names = codes.map(closeCodeName)
    expect(names).not.toContain('unknown')
    expect(new Set(names).size).toBe(codes.length)
    expect(names.slice(0, 3)).toEqual(['normal closure', 'going away', 'protocol error'])
    expect([3000, 3999, 4000, 4999].map(closeCodeName)).toEqual([
      'registered',
      'registered',
      'private use',
      'private use',
    ])
    expect([0, 999, 1004, 1016, 2999, 5000].map(closeCodeName)).toEqual(Array(6).fill('unknown'))
  })
})

describe('serializeClose (section 5.5.1)', () => {
  it('is empty without a code', () => {
    expect(serializeClose()).toEqual(new Uint8Array(0))
    expect(serializeClose(undefined, '')).toEqual(new Uint8Array(0))
  })

  it('writes the code in network byte order and the reason as UTF-8', () => {
    expect(serializeClose(1001, 'bye €')).toEqual(hex('03 e9 62 79 65 20 e2 82 ac'))
  })

  it('takes a reason of 123 bytes and throws for one of 124, counted as UTF-8', () => {
    expect(serializeClose(1000, '€'.repeat(41))).toHaveLength(125)
    const error = thrownBy(() => serializeClose(1000, `${'€'.repeat(41)}a`))
    expect(error).toBeInstanceOf(ProtocolError)
    expect(broken(error)).toEqual({
      code: 'CLOSE_REASON_TOO_LONG',
      closeCode: 1002,
      section: '5.5',
      offset: null,
    })
  })

  it('throws for a reason without a code', () => {
    const error = thrownBy(() => serializeClose(undefined, 'bye'))
    expect(error).toBeInstanceOf(ProtocolError)
    expect(broken(error)).toMatchObject({ code: 'CLOSE_REASON_WITHOUT_CODE', section: '5.5.1', offset: null })
  })

  it('is undone by parseClose', () => {
    const reasons = fc.string({ unit: 'binary', maxLength: 30 })
    fc.assert(
      fc.property(fc.constantFrom(...allowed), reasons, (code, reason) => {
        expect(parseClose(serializeClose(code, reason))).toEqual({ code, reason })
      }),
    )
  })
})
