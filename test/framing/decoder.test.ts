import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DecodeContext, FrameDecoder } from '../../src/framing/decoder.ts'
import { FrameError } from '../../src/framing/errors.ts'
import { Frame } from '../../src/framing/frame.ts'
import { applyMask } from '../../src/framing/mask.ts'
import { Opcode } from '../../src/framing/opcode.ts'
import { serializeFrame } from '../../src/framing/serialize.ts'
import { broken, concat, embedded, hex } from './bytes.ts'
import { forms, headerViolations } from './cases.ts'

const context: DecodeContext = {
  reservedBits: 0,
  maxPayload: Number.POSITIVE_INFINITY,
  tooBig: 'FRAME_TOO_BIG',
  message: 'idle',
  validate: true,
}
const inText: DecodeContext = { ...context, message: 'text' }

/** All that `next` gives until it wants more, or the error that ends it. */
function drain(decoder: FrameDecoder, given: DecodeContext = context): (Frame | FrameError)[] {
  const results: (Frame | FrameError)[] = []
  for (;;) {
    const result = decoder.next(given)
    if (result === null) return results
    results.push(result)
    if (result instanceof FrameError) return results
  }
}

/** What comes of bytes given in these pieces, drained behind each. */
function feed(pieces: Uint8Array[], masked: boolean, given: DecodeContext = context) {
  const decoder = new FrameDecoder({ masked })
  const results: (Frame | FrameError)[] = []
  for (const piece of pieces) {
    // A copy: the decoder may overwrite what it is given.
    decoder.push(embedded(piece, 1 + (results.length % 4)))
    results.push(...drain(decoder, given))
    if (results.at(-1) instanceof FrameError) break
  }
  return { decoder, results }
}

const oneByOne = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte))

function cut(bytes: Uint8Array, sizes: number[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  let at = 0
  for (const size of sizes) {
    pieces.push(bytes.subarray(at, at + size))
    at = Math.min(bytes.length, at + size)
  }
  return [...pieces, bytes.subarray(at)]
}

describe('every form of a frame (section 5.2)', () => {
  describe.each(forms)('$name', ({ frame, maskingKey, bytes }) => {
    const masked = maskingKey !== null
    const given = { ...context, reservedBits: 7 }

    it('is read when it comes whole', () => {
      const { decoder, results } = feed([bytes], masked, given)
      expect(results).toEqual([frame])
      expect(decoder.maskingKey).toEqual(maskingKey)
      expect(decoder.headerSize).toBe(bytes.length - frame.payload.length)
      expect([decoder.offset, decoder.buffered, decoder.midFrame]).toEqual([bytes.length, 0, false])
    })

    it('is read when it comes one byte at a time', () => {
      expect(feed(oneByOne(bytes), masked, given).results).toEqual([frame])
    })

    it('is read one byte at a time when all of them were pushed before', () => {
      const decoder = new FrameDecoder({ masked })
      for (const byte of oneByOne(bytes)) decoder.push(byte)
      expect(drain(decoder, given)).toEqual([frame])
    })

    it('is read with bytes of the next frame behind it', () => {
      const { decoder, results } = feed([concat(bytes, hex('82'))], masked, given)
      expect(results).toEqual([frame])
      expect([decoder.offset, decoder.buffered, decoder.midFrame]).toEqual([bytes.length, 1, true])
      expect(decoder.maskingKey).toEqual(maskingKey)
    })
  })
})

describe('every rule that a header can break', () => {
  describe.each(headerViolations)('$name: $error.code', ({ bytes, masked, reservedBits, limit, error }) => {
    const given = {
      ...context,
      reservedBits: reservedBits ?? 0,
      maxPayload: limit ?? Number.POSITIVE_INFINITY,
    }
    const before = masked ? hex('89 80 01 02 03 04') : hex('89 01 00')
    const expected = { ...error, offset: before.length + error.offset }
    const last = (pieces: Uint8Array[]) => feed(pieces, masked, given).results.map(broken).slice(1)

    it('is found behind another frame: whole, one byte at a time, with trailing bytes', () => {
      expect(last([concat(before, bytes)])).toEqual([expected])
      expect(last([...oneByOne(before), ...oneByOne(bytes)])).toEqual([expected])
      expect(last([concat(before, bytes, hex('81 01 61'))])).toEqual([expected])
    })

    it('leaves the frame to be looked at, with what had arrived of its payload', () => {
      const first = bytes[0]!
      for (const pieces of [[concat(before, bytes, hex('61 62'))], oneByOne(concat(before, bytes))]) {
        const { decoder } = feed(pieces, masked, given)
        const { refused, headerSize, maskingKey, payloadSize } = decoder
        expect(refused).toMatchObject({ opcode: first & 15, fin: first >= 0x80, rsv1: (first & 0x40) !== 0 })
        expect(maskingKey !== null).toBe(bytes[1]! >= 0x80)
        const there =
          pieces.length === 1 ? concat(bytes, hex('61 62')).subarray(headerSize) : new Uint8Array(0)
        const payload = there.subarray(0, payloadSize)
        expect(refused?.payload).toEqual(maskingKey === null ? payload : applyMask(payload, maskingKey))
      }
    })

    it('is not looked for before the header is whole', () => {
      expect(last([before, bytes.subarray(0, -1)])).toEqual([])
    })
  })

  it('reports the limit of messages when that is the one', () => {
    const { results } = feed([hex('82 0b')], false, { ...context, maxPayload: 10, tooBig: 'MESSAGE_TOO_BIG' })
    expect(results.map(broken)).toEqual([
      { code: 'MESSAGE_TOO_BIG', closeCode: 1009, section: '10.4', offset: 1 },
    ])
  })

  it('holds control frames to 125 bytes, whatever the limit', () => {
    const { results } = feed([hex('89 02 61 62')], false, { ...context, maxPayload: 0 })
    expect(results).toEqual([new Frame(Opcode.ping, hex('61 62'))])
  })
})

describe('text that is not UTF-8 (section 8.1)', () => {
  const invalid = (offset: number) => ({ code: 'INVALID_UTF8', closeCode: 1007, section: '8.1', offset })

  it.each([
    ['in one frame', '81 03 61 ff 62', 3],
    ['at its end', '81 02 61 e2', 4],
    ['behind another frame', '89 01 00 81 03 61 62 c0', 7],
  ])('is found %s: whole, one byte at a time, with trailing bytes', (_, digits, offset) => {
    const bytes = hex(digits)
    const last = (pieces: Uint8Array[]) => broken(feed(pieces, false).results.at(-1))
    expect(last([bytes])).toEqual(invalid(offset))
    expect(last(oneByOne(bytes))).toEqual(invalid(offset))
    expect(last([concat(bytes, hex('81 00'))])).toEqual(invalid(offset))
  })

  it('is found in a masked frame', () => {
    const bytes = serializeFrame(new Frame(Opcode.text, hex('61 62 63 64 65 ed a0 80')), hex('12 34 56 78'))
    expect(feed([bytes], true).results.map(broken)).toEqual([invalid(12)])
    expect(feed(oneByOne(bytes), true).results.map(broken)).toEqual([invalid(12)])
  })

  it('leaves the frame to be looked at, unmasked, as far as it has come', () => {
    const payload = hex('61 62 63 64 65 ed a0 80 66')
    const bytes = serializeFrame(new Frame(Opcode.text, payload), hex('12 34 56 78'))
    const whole = feed([concat(bytes, hex('81 00'))], true).decoder
    expect(whole.refused).toEqual(new Frame(Opcode.text, payload))
    const inPieces = feed(oneByOne(bytes), true).decoder
    // The first byte that cannot go on is where it is found.
    expect(inPieces.refused).toEqual(new Frame(Opcode.text, payload.subarray(0, 7)))
    expect([inPieces.payloadSize, inPieces.headerSize]).toEqual([9, 6])
    expect(inPieces.maskingKey).toEqual(hex('12 34 56 78'))
    const half = feed([hex('81 02 61 e2')], false).decoder
    expect(half.refused).toEqual(new Frame(Opcode.text, hex('61 e2')))
    expect(feed([hex('81 02 61 62')], false).decoder.refused).toBe(null)
  })

  it('is found before the rest of the frame has come', () => {
    const decoder = new FrameDecoder({ masked: false })
    decoder.push(hex('81 7f 00 00 00 01 00 00 00 00 61 62'))
    expect(decoder.next(context)).toBe(null)
    decoder.push(hex('63 f5'))
    expect(broken(decoder.next(context))).toEqual(invalid(13))
  })

  it('is found at the same place in a long masked text however it is cut, and nothing in one that is right', () => {
    const right = new TextEncoder().encode('Füchse fangen für 3 € Hühner 🦊. '.repeat(200))
    const broken6000 = right.slice()
    broken6000[6000] = 0xff
    for (const size of [1, 7, 100, 1448, 6000, 10_000]) {
      const outcome = (payload: Uint8Array) => {
        const bytes = serializeFrame(new Frame(Opcode.text, payload), hex('a1 b2 c3 d4'))
        const sizes = Array.from({ length: Math.ceil(bytes.length / size) }, () => size)
        return feed(cut(bytes, sizes), true).results.map(broken)
      }
      expect(outcome(right)).toEqual([new Frame(Opcode.text, right)])
      expect(outcome(broken6000)).toEqual([invalid(6008)])
    }
  })

  it('is found in a continuation, across fragments and control frames', () => {
    // U+20AC in three fragments, a ping with invalid bytes in between, then half a character.
    const decoder = new FrameDecoder({ masked: false })
    decoder.push(hex('01 01 e2  00 01 82  89 02 ff e2  00 02 ac c3  00 01 41'))
    expect(decoder.next(context)).toBeInstanceOf(Frame)
    for (let i = 0; i < 3; i++) expect(decoder.next(inText)).toBeInstanceOf(Frame)
    expect(broken(decoder.next(inText))).toEqual(invalid(16))
  })

  it('is found when the last fragment ends inside a character, be it empty', () => {
    const decoder = new FrameDecoder({ masked: false })
    decoder.push(hex('01 01 e2 80 00'))
    expect(decoder.next(context)).toBeInstanceOf(Frame)
    expect(broken(decoder.next(inText))).toEqual(invalid(5))
  })

  it('may end inside a character where a fragment does', () => {
    const decoder = new FrameDecoder({ masked: false })
    decoder.push(hex('01 01 e2 00 01 82 00 00 80 01 ac'))
    expect(decoder.next(context)).toBeInstanceOf(Frame)
    expect(drain(decoder, inText)).toHaveLength(3)
  })

  it('is not carried from one message to the next', () => {
    const decoder = new FrameDecoder({ masked: false })
    decoder.push(hex('01 01 e2'))
    expect(decoder.next(context)).toBeInstanceOf(Frame)
    decoder.push(hex('81 01 61'))
    expect(drain(decoder)).toEqual([new Frame(Opcode.text, hex('61'))])
  })

  it.each([
    ['binary frames', '82 01 ff', context],
    ['continuations of binary messages', '80 01 ff', context],
    ['control frames', '8a 01 ff', inText],
    ['text whose payload an extension transforms', '81 01 ff', { ...context, validate: false }],
    ['continuations whose payload an extension transforms', '80 01 ff', { ...inText, validate: false }],
  ])('is not looked for in %s', (_, digits, given) => {
    const { results } = feed([hex(digits)], false, given)
    expect(results).toHaveLength(1)
    expect(results[0]).toBeInstanceOf(Frame)
  })
})

describe('an error', () => {
  it('is returned again and again, and input behind it is dropped', () => {
    const decoder = new FrameDecoder({ masked: false })
    decoder.push(hex('82 01 00 83 00 82 00'))
    expect(decoder.next(context)).toBeInstanceOf(Frame)
    const error = decoder.next(context)
    expect(broken(error)).toMatchObject({ code: 'RESERVED_OPCODE', offset: 3 })
    decoder.push(hex('82 00'))
    expect(decoder.next(context)).toBe(error)
    decoder.clear()
    expect(decoder.next(context)).toBe(error)
    expect(broken(error)).toMatchObject({ offset: 3 })
    expect([decoder.offset, decoder.buffered, decoder.midFrame]).toEqual([3, 0, false])
  })
})

describe('one frame at a time', () => {
  it('looks at nothing behind the frame', () => {
    const decoder = new FrameDecoder({ masked: false })
    decoder.push(hex('82 01 00 f2 00'))
    expect(decoder.next(context)).toBeInstanceOf(Frame)
    expect([decoder.offset, decoder.buffered, decoder.midFrame]).toEqual([3, 2, false])
    expect(decoder.next(context)).toBeInstanceOf(FrameError)
  })

  it('keeps the order of pieces that come while others wait', () => {
    const decoder = new FrameDecoder({ masked: false })
    decoder.push(hex('82 01 01'))
    decoder.push(hex('82 01'))
    expect(decoder.next(context)).toMatchObject({ payload: hex('01') })
    decoder.push(hex('02 82 01 03'))
    expect(drain(decoder)).toMatchObject([{ payload: hex('02') }, { payload: hex('03') }])
  })

  it('counts what it holds, in a header and in a payload', () => {
    const decoder = new FrameDecoder({ masked: true })
    const seen: [number, number, boolean][] = []
    for (const byte of oneByOne(hex('82 82 01 02 03 04 00 00'))) {
      decoder.push(byte)
      decoder.next(context)
      seen.push([decoder.offset, decoder.buffered, decoder.midFrame])
    }
    expect(seen).toEqual([...[1, 2, 3, 4, 5, 6, 7].map((held) => [0, held, true]), [8, 0, false]])
  })

  it('tells of the frame that it has just returned, whatever other decoders are in the middle of', () => {
    const decoder = new FrameDecoder({ masked: true })
    const other = new FrameDecoder({ masked: true })
    other.push(hex('82 83 05 06 07 08 05'))
    expect(other.next(context)).toBe(null)
    decoder.push(hex('82 80 01 02 03 04'))
    expect(decoder.next(context)).toBeInstanceOf(Frame)
    expect([decoder.maskingKey, decoder.headerSize]).toEqual([hex('01 02 03 04'), 6])
    other.push(hex('06 07'))
    expect((other.next(context) as Frame).payload).toEqual(hex('00 00 00'))
    expect([other.maskingKey, other.headerSize]).toEqual([hex('05 06 07 08'), 6])
  })

  it('drops all that it holds when it is cleared', () => {
    const decoder = new FrameDecoder({ masked: false })
    decoder.push(hex('82 05 61'))
    expect(decoder.next(context)).toBe(null)
    decoder.push(hex('62'))
    decoder.push(hex('63'))
    decoder.clear()
    expect([decoder.offset, decoder.buffered, decoder.midFrame]).toEqual([0, 0, false])
    expect(decoder.next(context)).toBe(null)
  })

  it('ignores empty input', () => {
    const decoder = new FrameDecoder({ masked: false })
    decoder.push(new Uint8Array(0))
    expect(decoder.next(context)).toBe(null)
    expect(decoder.midFrame).toBe(false)
  })
})

describe('memory', () => {
  it('a payload within one piece is a view on it, unmasked in place', () => {
    const bytes = serializeFrame(new Frame(Opcode.binary, hex('61 62 63')), hex('01 02 03 04'))
    const decoder = new FrameDecoder({ masked: true })
    decoder.push(bytes)
    const frame = decoder.next(context) as Frame
    expect(frame.payload.buffer).toBe(bytes.buffer)
    expect(bytes.subarray(6)).toEqual(hex('61 62 63'))
  })

  it('is a view as well when only the header came before, and a plain array for a Buffer', () => {
    const decoder = new FrameDecoder({ masked: false })
    decoder.push(hex('82 03'))
    expect(decoder.next(context)).toBe(null)
    const rest = Buffer.from('abc')
    decoder.push(rest)
    const frame = decoder.next(context) as Frame
    expect(frame.payload.buffer).toBe(rest.buffer)
    expect(Buffer.isBuffer(frame.payload)).toBe(false)
  })

  it('a payload in two pieces refers to neither', () => {
    const decoder = new FrameDecoder({ masked: false })
    const pieces = [hex('82 04 61 62'), hex('63 64 82 00')]
    decoder.push(pieces[0]!)
    expect(decoder.next(context)).toBe(null)
    pieces[0]!.fill(0)
    decoder.push(pieces[1]!)
    const frame = decoder.next(context) as Frame
    pieces[1]!.fill(0)
    expect(frame.payload).toEqual(hex('61 62 63 64'))
    expect(frame.payload.buffer.byteLength).toBe(4)
  })

  it.each([10, 100, 2000, 5000, 70_000])(
    'payloads of %i bytes that arrive on many connections by turns are kept apart',
    (size) => {
      const connections = Array.from({ length: 20 }, (_, index) => {
        const payload = new Uint8Array(size).map((_byte, at) => (at + index * 13) & 255)
        const bytes = serializeFrame(new Frame(Opcode.binary, payload), hex('a1 b2 c3 d4'))
        return { payload, bytes, decoder: new FrameDecoder({ masked: true }), read: [] as unknown[] }
      })
      const step = Math.ceil(size / 7)
      for (let at = 0; at < size + 14; at += step) {
        for (const { bytes, decoder, read } of connections) {
          decoder.push(bytes.slice(at, at + step))
          read.push(...drain(decoder))
        }
      }
      for (const { payload, read } of connections) {
        expect(read).toHaveLength(1)
        expect(Buffer.compare((read[0] as Frame).payload, payload)).toBe(0)
      }
    },
  )

  it('a small payload in two pieces refers to neither, nor to the bytes of the next one', () => {
    const decoder = new FrameDecoder({ masked: false })
    const frames = [1, 2, 3].map((value) => {
      const bytes = serializeFrame(new Frame(Opcode.binary, new Uint8Array(100).fill(value)), null)
      const pieces = [bytes.slice(0, 40), bytes.slice(40)]
      for (const piece of pieces) decoder.push(piece)
      const frame = decoder.next(context) as Frame
      expect(decoder.next(context)).toBe(null)
      for (const piece of pieces) piece.fill(0)
      return frame
    })
    expect(frames.map(({ payload }) => payload)).toEqual(
      [1, 2, 3].map((value) => new Uint8Array(100).fill(value)),
    )
  })

  it('does not take memory for what is only declared', () => {
    const decoders = Array.from({ length: 2000 }, () => new FrameDecoder({ masked: false }))
    const before = process.memoryUsage().arrayBuffers
    for (const decoder of decoders) {
      // 64 MiB declared, one byte sent.
      decoder.push(hex('82 7f 00 00 00 00 04 00 00 00 61'))
      expect(decoder.next(context)).toBe(null)
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2000 * 8192)
  })

  it('reads a large payload in small pieces in linear time', () => {
    const size = 2 ** 24
    const payload = new Uint8Array(size).map((_, i) => i)
    const bytes = serializeFrame(new Frame(Opcode.binary, payload), hex('01 02 03 04'))
    const decoder = new FrameDecoder({ masked: true })
    let result: Frame | FrameError | null = null
    for (let at = 0; at < bytes.length; at += 1000) {
      decoder.push(bytes.subarray(at, at + 1000))
      result = decoder.next(context)
    }
    // Copying all that was gathered for each piece would move 140 GB, beyond the time that a test has.
    expect(Buffer.compare((result as Frame).payload, payload)).toBe(0)
  })
})

describe('any chunking', () => {
  const anyFrame = fc.oneof(
    fc
      .tuple(
        fc.constantFrom(Opcode.binary, Opcode.continuation),
        fc.uint8Array({ maxLength: 300 }),
        fc.boolean(),
      )
      .map(([opcode, payload, fin]) => new Frame(opcode, payload, fin)),
    fc
      .tuple(fc.constantFrom(Opcode.ping, Opcode.pong, Opcode.close), fc.uint8Array({ maxLength: 125 }))
      .map(([opcode, payload]) => new Frame(opcode, payload)),
    fc.string({ unit: 'binary' }).map((text) => new Frame(Opcode.text, new TextEncoder().encode(text))),
  )
  const anySizes = fc.array(fc.oneof(fc.nat(3), fc.nat(200)), { maxLength: 60 })
  const key = hex('a1 b2 c3 d4')

  it('gives the same frames', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame),
        fc.boolean(),
        anySizes,
        fc.boolean(),
        (frames, masked, sizes, drained) => {
          const bytes = concat(...frames.map((frame) => serializeFrame(frame, masked ? key : null)))
          const pieces = cut(bytes, sizes)
          if (drained) {
            expect(feed(pieces, masked).results).toEqual(frames)
          } else {
            const decoder = new FrameDecoder({ masked })
            for (const piece of pieces) decoder.push(piece.slice())
            expect(drain(decoder)).toEqual(frames)
            expect(decoder.offset).toBe(bytes.length)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('of any bytes gives the same frames and the same error, and never throws', () => {
    const anyBytes = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 20 }),
        anyFrame.map((frame) => serializeFrame(frame, null)),
        fc.constantFrom(hex('81 04 61 ff 62 63'), hex('01 02 e2 82'), hex('80 01 41'), hex('82 7e 00 05')),
      ),
    )
    fc.assert(
      fc.property(anyBytes, anySizes, (parts, sizes) => {
        const bytes = concat(...parts)
        const given = { ...inText, maxPayload: 1000 }
        const outcome = (pieces: Uint8Array[]) => feed(pieces, false, given).results.map(broken)
        expect(outcome(cut(bytes, sizes))).toEqual(outcome([bytes]))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('sequence of frames (section 5.4)', () => {
  it('a text frame in the middle of a message is handed on unchecked: its sequence is what is wrong', () => {
    const decoder = new FrameDecoder({ masked: false })
    decoder.push(hex('81 01 ff'))
    expect(decoder.next({ ...context, message: 'binary' })).toEqual(new Frame(Opcode.text, hex('ff')))
  })
})
