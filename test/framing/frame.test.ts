import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProtocolError } from '../../src/framing/errors.ts'
import { Frame } from '../../src/framing/frame.ts'
import { Opcode } from '../../src/framing/opcode.ts'
import { parseFrame } from '../../src/framing/parse.ts'
import { frameSize, serializeFrame, serializeUnchecked, writeFrame } from '../../src/framing/serialize.ts'
import { thrownBy } from '../thrown-by.ts'
import { broken, concat, embedded, hex } from './bytes.ts'
import { forms, headerViolations } from './cases.ts'

const parse = (data: Uint8Array, masked: boolean) => parseFrame(data, { masked, reservedBits: 7 })

describe('every form of a frame (section 5.2)', () => {
  describe.each(forms)('$name', ({ frame, maskingKey, bytes }) => {
    const masked = maskingKey !== null

    it('is parsed, from any place of a buffer', () => {
      const expected = { status: 'frame', frame, size: bytes.length, maskingKey }
      expect(parse(bytes, masked)).toEqual(expected)
      expect(parse(embedded(bytes), masked)).toEqual(expected)
      expect(parse(Buffer.from(bytes), masked)).toEqual(expected)
    })

    it('is parsed alone when bytes follow it', () => {
      const trailing = concat(bytes, hex('ff ff ff'))
      expect(parse(trailing, masked)).toEqual({ status: 'frame', frame, size: bytes.length, maskingKey })
    })

    it('is incomplete when any of its bytes is missing', () => {
      const lengths = new Set([...Array(20).keys(), bytes.length >> 1, bytes.length - 1])
      for (const length of lengths) {
        if (length < bytes.length)
          expect(parse(bytes.subarray(0, length), masked)).toEqual({ status: 'incomplete' })
      }
    })

    it('is serialised', () => {
      expect(serializeFrame(frame, maskingKey)).toEqual(bytes)
      expect(frameSize(frame, masked)).toBe(bytes.length)
    })

    it('is written into the middle of a larger array', () => {
      const target = new Uint8Array(bytes.length + 10).fill(0xee)
      expect(writeFrame(target, 5, frame, maskingKey)).toBe(5 + bytes.length)
      expect(target).toEqual(concat(hex('ee'.repeat(5)), bytes, hex('ee'.repeat(5))))
    })
  })
})

describe('every rule that a header can break (sections 5.1, 5.2, 5.5, 10.4)', () => {
  describe.each(headerViolations)('$name: $error.code', ({ bytes, masked, reservedBits, limit, error }) => {
    const options = {
      masked,
      ...(reservedBits && { reservedBits }),
      ...(limit !== undefined && { maxSize: limit }),
    }

    it('is found when the header is whole, with its code, close code, section and offset', () => {
      const result = parseFrame(bytes, options)
      expect(result.status === 'violation' && broken(result.error)).toEqual(error)
      const trailing = parseFrame(embedded(concat(bytes, hex('81 00'))), options)
      expect(trailing.status === 'violation' && broken(trailing.error)).toEqual(error)
    })

    it('is not looked for before the header is whole', () => {
      for (let length = 0; length < bytes.length; length++) {
        expect(parseFrame(bytes.subarray(0, length), options)).toEqual({ status: 'incomplete' })
      }
    })
  })

  it.each([
    [4, 'c1 00'],
    [2, 'a1 00'],
    [1, '91 00'],
    [7, 'f1 00'],
  ])('lets pass the reserved bits %i when they are allowed', (reservedBits, digits) => {
    expect(parseFrame(hex(digits), { masked: false, reservedBits }).status).toBe('frame')
  })

  it('lets pass a data frame of exactly the limit, and control frames over it', () => {
    expect(parseFrame(hex('82 02 00 00'), { masked: false, maxSize: 2 }).status).toBe('frame')
    expect(parseFrame(hex('89 02 00 00'), { masked: false, maxSize: 1 }).status).toBe('frame')
    expect(parseFrame(hex('82 02 00 00'), { masked: false, maxSize: null }).status).toBe('frame')
  })

  it('waits for the longest length that can be counted when there is no limit', () => {
    expect(parseFrame(hex('82 7f 00 1f ff ff ff ff ff ff'), { masked: false })).toEqual({
      status: 'incomplete',
    })
  })

  it('says sizes in the message', () => {
    const result = parseFrame(hex('82 0b'), { masked: false, maxSize: 10 })
    expect(result).toMatchObject({ error: { message: 'frame is too big: 11 bytes, limit 10' } })
  })
})

describe('who owns bytes', () => {
  it('parseFrame does not write its input, and a masked payload is a new array', () => {
    const bytes = hex('81 85 37 fa 21 3d 7f 9f 4d 51 58')
    const before = bytes.slice()
    const result = parse(bytes, true)
    expect(bytes).toEqual(before)
    expect(result.status === 'frame' && result.frame.payload.buffer).not.toBe(bytes.buffer)
    expect(result.status === 'frame' && result.maskingKey?.buffer).not.toBe(bytes.buffer)
  })

  it('an unmasked payload is a view', () => {
    const bytes = hex('82 02 01 02')
    const result = parse(bytes, false)
    expect(result.status === 'frame' && result.frame.payload.buffer).toBe(bytes.buffer)
  })

  it('serializeFrame writes neither the payload nor the key, and keeps no view on them', () => {
    const payload = hex('01 02 03')
    const key = hex('ff fe fd fc')
    const bytes = serializeFrame(new Frame(Opcode.binary, payload), key)
    expect(payload).toEqual(hex('01 02 03'))
    expect(key).toEqual(hex('ff fe fd fc'))
    payload.fill(9)
    key.fill(9)
    expect(bytes).toEqual(hex('82 83 ff fe fd fc fe fc fe'))
  })
})

describe('what the caller may not serialise (section 5.5)', () => {
  it.each([
    ['a fragmented ping', new Frame(Opcode.ping, new Uint8Array(1), false), 'CONTROL_FRAME_FRAGMENTED'],
    ['a pong of 126 bytes', new Frame(Opcode.pong, new Uint8Array(126)), 'CONTROL_FRAME_TOO_LONG'],
    ['a close of 126 bytes', new Frame(Opcode.close, new Uint8Array(126)), 'CONTROL_FRAME_TOO_LONG'],
  ])('%s throws, and can be had unchecked', (_, frame, code) => {
    const error = thrownBy(() => serializeFrame(frame, null))
    expect(error).toBeInstanceOf(ProtocolError)
    expect(broken(error)).toEqual({ code, closeCode: 1002, section: '5.5', offset: null })
    const result = parse(serializeUnchecked(frame, null), false)
    expect(result.status === 'violation' && result.error.code).toBe(code)
  })

  it('a masking key that has not 4 bytes throws a RangeError', () => {
    expect(() => serializeFrame(new Frame(Opcode.text, new Uint8Array(1)), new Uint8Array(3))).toThrow(
      RangeError,
    )
  })
})

describe('serialising and parsing', () => {
  const anyFrame = fc
    .record({
      opcode: fc.constantFrom(...Object.values(Opcode)),
      payload: fc.oneof(fc.uint8Array({ maxLength: 125 }), fc.uint8Array({ minLength: 120, maxLength: 400 })),
      fin: fc.boolean(),
      rsv: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    })
    .map(({ opcode, payload, fin, rsv }) =>
      opcode >= 8
        ? new Frame(opcode, payload.slice(0, 125), true, ...rsv)
        : new Frame(opcode, payload, fin, ...rsv),
    )
  const anyKey = fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 }))

  it('give back the same frame', () => {
    fc.assert(
      fc.property(anyFrame, anyKey, (frame, maskingKey) => {
        const bytes = serializeFrame(frame, maskingKey)
        expect(parse(bytes, maskingKey !== null)).toEqual({
          status: 'frame',
          frame,
          size: bytes.length,
          maskingKey,
        })
      }),
    )
  })

  it('never throw and never read beyond the input, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, masked) => {
        const before = bytes.slice()
        const result = parseFrame(bytes, { masked, maxSize: 1000 })
        expect(bytes).toEqual(before)
        if (result.status === 'frame') {
          expect(result.size).toBeLessThanOrEqual(bytes.length)
          expect(serializeFrame(result.frame, result.maskingKey)).toEqual(bytes.slice(0, result.size))
        }
      }),
      { numRuns: 2000 },
    )
  })
})
