import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RawDeflateCodec } from '../../src/deflate/codec.ts'
import { zlibCodec } from '../../src/deflate/zlib-codec.ts'
import { InvalidPayloadError, PayloadTooBigError } from '../../src/framing/errors.ts'
import { Frame } from '../../src/framing/frame.ts'
import { Opcode } from '../../src/framing/opcode.ts'
import { bytes, codecs, compressed, extension, receive, utf8 } from './helpers.ts'

const MIB = 2 ** 20

/** `mebibytes` of zeros, in about a thousandth of that. */
function deflatedZeros(mebibytes: number): Uint8Array {
  const deflator = zlibCodec.createDeflator({ windowBits: 15, level: 9, memLevel: 9 })
  const zeros = new Uint8Array(MIB)
  return Buffer.concat(Array.from({ length: mebibytes }, () => deflator.deflate(zeros)))
}

/** What an inflator makes of it, and the memory for output that this took: bytes, with garbage if it is still there. */
function measure(
  codec: RawDeflateCodec,
  data: Uint8Array,
  maxSize: number,
): { error: unknown; memory: number } {
  const receiver = extension(codec)
  const before = process.memoryUsage().arrayBuffers
  let error: unknown = null
  try {
    receiver.decode(new Frame(Opcode.binary, data, true, true), { maxSize })
  } catch (thrown) {
    error = thrown
  }
  return { error, memory: process.memoryUsage().arrayBuffers - before }
}

describe.each(codecs)('the limit with $name', ({ codec }) => {
  let bomb: Uint8Array
  beforeAll(() => {
    bomb = deflatedZeros(300)
  })

  it('stops 300 MiB of zeros at 1 MiB, and in no more memory than that takes', () => {
    expect(bomb.length).toBeLessThan(MIB)
    const { error, memory } = measure(codec, bomb, MIB)
    expect(error).toBeInstanceOf(PayloadTooBigError)
    expect(error).toMatchObject({ closeCode: 1009, code: 'MESSAGE_TOO_BIG' })
    expect(memory).toBeLessThan(8 * MIB)
  })

  it('stops them behind a final block too', () => {
    const final = Buffer.concat([bytes('f3 48 cd c9 c9 07 00'), bomb])
    const { error, memory } = measure(codec, final, MIB)
    expect(error).toBeInstanceOf(PayloadTooBigError)
    expect(memory).toBeLessThan(8 * MIB)
  })

  it('is exact', () => {
    for (const size of [1, 5, 1000, 65_535, 65_536, 65_537, MIB]) {
      const sent = extension(codec).encode(new Frame(Opcode.binary, new Uint8Array(size).fill(size)))
      expect(extension(codec).decode(sent, { maxSize: size }).payload.length).toBe(size)
      expect(extension(codec).decode(sent, { maxSize: null }).payload.length).toBe(size)
      expect(() => extension(codec).decode(sent, { maxSize: size - 1 })).toThrow(PayloadTooBigError)
    }
  })

  it('is exact for what does not compress', () => {
    const noise = Uint8Array.from(
      { length: 300_000 },
      (_, index) => Math.imul(index ^ 0x9e37, 0x85ebca6b) >>> 13,
    )
    const sent = extension(codec).encode(new Frame(Opcode.binary, noise))
    expect(Buffer.compare(extension(codec).decode(sent, { maxSize: noise.length }).payload, noise)).toBe(0)
    expect(() => extension(codec).decode(sent, { maxSize: noise.length - 1 })).toThrow(PayloadTooBigError)
  })

  it("is each frame's own", () => {
    const receiver = extension(codec)
    const [first, last] = ['Hello', 'lo'].map(utf8)
    const sender = extension(codec)
    const frames = [
      sender.encode(new Frame(Opcode.text, first!, false)),
      sender.encode(new Frame(Opcode.continuation, last!)),
    ]
    expect(receiver.decode(frames[0]!, { maxSize: 5 }).payload.length).toBe(5)
    expect(() => receiver.decode(frames[1]!, { maxSize: 1 })).toThrow(PayloadTooBigError)
  })

  it('of no bytes lets an empty message pass', () => {
    expect(receive(extension(codec), compressed('00'), 0)).toBe('')
    expect(receive(extension(codec), compressed('', '', '00'), 0)).toBe('')
    expect(() => receive(extension(codec), compressed('f2 48 cd c9 c9 07 00'), 0)).toThrow(PayloadTooBigError)
  })
})

describe.each(codecs)('corrupt data with $name', ({ codec }) => {
  it.each([
    ['a reserved block type', 'ff ff ff'],
    ['a block with no compression of two lengths', '00 05 00 05 00 48 65 6c 6c 6f 00'],
    ['a distance before the start', 'f2 00 11 00 00'],
    ['a dynamic block of too many codes', 'fc ff ff'],
    ['no block behind a final one', 'f3 48 cd c9 c9 07 00 ff ff'],
  ])('%s', (_, payload) => {
    expect(() => receive(extension(codec), compressed(payload))).toThrow(InvalidPayloadError)
  })

  it('is refused with 1007 in a later fragment as well', () => {
    const receiver = extension(codec)
    const [first, second] = compressed('f2 48 cd c9 c9 07 00 00 00 ff ff', 'ff')
    expect(receive(receiver, [first!])).toBe('Hello')
    try {
      receive(receiver, [second!])
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidPayloadError)
      expect(error).toMatchObject({ closeCode: 1007, code: 'INVALID_DEFLATE', section: 'RFC 7692 7.2.2' })
    }
  })

  it.each([true, false])(
    'spoils no other connection (no context takeover: %s)',
    (serverNoContextTakeover) => {
      const receivers = [1, 2, 3].map(() => extension(codec, { serverNoContextTakeover }))
      for (const [index, receiver] of receivers.entries()) {
        if (index > 0) expect(receive(receiver, compressed('f2 48 cd c9 c9 07 00'))).toBe('Hello')
        expect(() => receive(receiver, compressed('ff ff ff'))).toThrow(InvalidPayloadError)
      }
    },
  )
})

it('both codecs make the same of any data', () => {
  const deflated = fc
    .record({ text: fc.string({ maxLength: 200 }), at: fc.nat(), octet: fc.integer({ min: 0, max: 255 }) })
    .map(({ text, at, octet }) => {
      const payload = extension(zlibCodec)
        .encode(new Frame(Opcode.text, utf8(text)))
        .payload.slice()
      payload[at % payload.length] = octet
      return payload
    })
  const messages = fc.array(fc.oneof(deflated, fc.uint8Array({ maxLength: 60 })), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(messages, fc.boolean(), (payloads, fin) => {
      const [one, other] = codecs.map(({ codec }) => {
        const receiver = extension(codec)
        const results: string[] = []
        for (const payload of payloads) {
          try {
            const { payload: data } = receiver.decode(new Frame(Opcode.binary, payload, fin, true), {
              maxSize: null,
            })
            results.push(Buffer.from(data).toString('hex'))
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidPayloadError)
            return [...results, 'corrupt']
          }
        }
        return results
      })
      expect(one).toEqual(other)
    }),
    { numRuns: 3000 },
  )
})
