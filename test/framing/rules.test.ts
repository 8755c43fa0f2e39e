import { describe, expect, it } from 'vitest'
import {
  FrameError,
  InvalidPayloadError,
  PayloadTooBigError,
  ProtocolError,
} from '../../src/framing/errors.ts'
import { type RuleCode, rules, violation } from '../../src/framing/rules.ts'

const codes = Object.keys(rules) as RuleCode[]

describe('the table of rules', () => {
  it.each(codes)('%s cites a section and says in at most 60 lower-case bytes what is wrong', (code) => {
    const { section, message } = rules[code]
    expect(section).toMatch(/^(RFC 7692 )?\d+(\.\d+)*$/)
    expect(message).toMatch(/^[\x20-\x7e]{10,60}$/)
    expect(message).not.toMatch(/\.$|^[A-Z][a-z]+ed\b/)
  })

  it('has the close code of each rule', () => {
    const of = (closeCode: number) => codes.filter((code) => rules[code].closeCode === closeCode)
    expect(of(1007)).toEqual(['INVALID_UTF8', 'CLOSE_REASON_INVALID_UTF8', 'INVALID_DEFLATE'])
    expect(of(1009)).toEqual(['LENGTH_TOO_LARGE', 'FRAME_TOO_BIG', 'MESSAGE_TOO_BIG', 'TOO_MANY_FRAGMENTS'])
    expect(of(1002)).toHaveLength(codes.length - 7)
  })
})

describe('violation', () => {
  it.each([
    ['UNEXPECTED_CONTINUATION', ProtocolError, 'ProtocolError', 1002, '5.4'],
    ['INVALID_UTF8', InvalidPayloadError, 'InvalidPayloadError', 1007, '8.1'],
    ['MESSAGE_TOO_BIG', PayloadTooBigError, 'PayloadTooBigError', 1009, '10.4'],
  ] as const)('makes the kind of error that %s calls for', (code, Kind, name, closeCode, section) => {
    const error = violation(code)
    expect(error).toBeInstanceOf(Kind)
    expect(error).toBeInstanceOf(FrameError)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name,
      code,
      closeCode,
      section,
      offset: null,
      message: rules[code].message,
    })
  })

  it('appends a detail to the message and keeps the offset, which can be moved', () => {
    const error = violation('RESERVED_OPCODE', { offset: 0, detail: '3' })
    expect(error.message).toBe('opcode is reserved: 3')
    expect(error.offset).toBe(0)
    error.offset = 100
    expect(error.offset).toBe(100)
  })

  it('lets other rooms make errors of their own rules, with a cause', () => {
    const cause = new Error('incorrect data check')
    const error = new InvalidPayloadError('corrupt data', {
      code: 'CORRUPT',
      section: '8.1',
      offset: 7,
      cause,
    })
    expect(error).toMatchObject({ code: 'CORRUPT', closeCode: 1007, section: '8.1', offset: 7, cause })
  })
})
