/** What bytes of a frame say, right or wrong, as far as they are there (RFC 6455, section 5.2). */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeFrame } from '../../src/framing/describe.ts'
import { Opcode } from '../../src/framing/opcode.ts'
import { rawFrame } from '../../src/testing/raw-frame.ts'
import { concat, embedded, hex } from './bytes.ts'

const nothing = new Uint8Array(0)

describe('a frame is described', () => {
  it('as RFC 6455, section 5.7, has it', () => {
    expect(describeFrame(hex('81 85 37fa213d 7f9f4d5158'))).toEqual({
      fin: true,
      reservedBits: 0,
      opcode: Opcode.text,
      header: { size: 6, maskingKey: hex('37fa213d'), payloadLength: 5 },
      payload: new TextEncoder().encode('Hello'),
      size: 11,
      complete: true,
    })
  })

  it('whatever rules it breaks', () => {
    // RSV2 and RSV3, a reserved opcode, and a length of 1 in 64 bits.
    expect(describeFrame(hex('3b 7f 0000000000000001 aa'))).toEqual({
      fin: false,
      reservedBits: 3,
      opcode: 11,
      header: { size: 10, maskingKey: null, payloadLength: 1 },
      payload: hex('aa'),
      size: 11,
      complete: true,
    })
  })

  it('as far as it is there', () => {
    const begun = { fin: true, reservedBits: 4, opcode: 2, header: null, payload: nothing, complete: false }
    expect(describeFrame(hex('c2'))).toEqual({ ...begun, size: 1 })
    expect(describeFrame(hex('c2 fe 01'))).toEqual({ ...begun, size: 3 })
    expect(describeFrame(hex('c2 fe 0100 000000'))).toEqual({ ...begun, size: 7 })
    expect(describeFrame(hex('c2 fe 0100 00000000 0102'))).toMatchObject({
      header: { size: 8, payloadLength: 256 },
      payload: hex('0102'),
      size: 10,
      complete: false,
    })
    expect(describeFrame(nothing)).toBeNull()
    expect(describeFrame(hex('81 00'), 2)).toBeNull()
  })

  it('with the length that it states, even if that is none', () => {
    expect(describeFrame(hex('82 7f ffffffffffffffff 00'))).toMatchObject({
      header: { payloadLength: 2 ** 64 },
      size: 11,
      complete: false,
    })
  })

  it('up to its own end, wherever it lies, from any bits', () => {
    const frames = fc.record({
      fin: fc.boolean(),
      rsv1: fc.boolean(),
      rsv2: fc.boolean(),
      rsv3: fc.boolean(),
      opcode: fc.nat(15),
      payload: fc.uint8Array({ maxLength: 300 }),
      maskingKey: fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 })),
      lengthBits: fc.constantFrom<(16 | 64)[]>(16, 64),
    })
    fc.assert(
      fc.property(frames, fc.uint8Array({ maxLength: 5 }), (raw, rest) => {
        const bytes = rawFrame(raw)
        const described = describeFrame(embedded(concat(hex('0102'), bytes, rest)), 2)
        expect(described).toEqual({
          fin: raw.fin,
          reservedBits: (raw.rsv1 ? 4 : 0) + (raw.rsv2 ? 2 : 0) + (raw.rsv3 ? 1 : 0),
          opcode: raw.opcode,
          header: {
            size: bytes.length - raw.payload.length,
            maskingKey: raw.maskingKey,
            payloadLength: raw.payload.length,
          },
          payload: raw.payload,
          size: bytes.length,
          complete: true,
        })
      }),
    )
  })
})
