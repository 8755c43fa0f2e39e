import { describe, expect, test } from 'vitest'
import { framesAt, framesOf } from '../../inspector/src/frame/framesAt.ts'
import { alike, cellsOf, fieldsOfByte, headerOf } from '../../inspector/src/frame/header.ts'
import { dump, payloadOf } from '../../inspector/src/frame/payload.ts'
import { Frame } from '../../src/framing/frame.ts'
import { serializeFrame } from '../../src/framing/serialize.ts'
import type { Crossing } from '../../src/report/crossings.ts'
import { frame, Story } from '../report/story.ts'
import { connectionOf, entriesOf } from './story.ts'

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')

function received(
  opcode: number,
  length: number,
  masked: boolean,
  changes: Partial<Crossing> = {},
): Crossing {
  const extended = length > 65_535 ? 8 : length > 125 ? 2 : 0
  return {
    index: 0,
    effect: null,
    from: masked ? 'client' : 'server',
    kind: 'frame',
    name: '',
    automatic: false,
    fate: 'taken',
    opcode,
    fin: true,
    length,
    code: null,
    reason: '',
    preview: null,
    wire: {
      headerLength: 2 + extended + (masked ? 4 : 0),
      payloadLength: length,
      maskingKey: masked ? '37fa213d' : null,
      reservedBits: 0,
    },
    http: null,
    ...changes,
  }
}

describe('the header of a frame', () => {
  test.each([
    [1, 5, true],
    [2, 125, false],
    [2, 126, true],
    [0, 65_535, false],
    [1, 65_536, true],
    [9, 0, true],
  ])(
    'rebuilt from the record of opcode %i, %i bytes, masked %s is what was sent',
    (opcode, length, masked) => {
      const key = masked ? Uint8Array.of(0x37, 0xfa, 0x21, 0x3d) : null
      const bytes = serializeFrame(new Frame(opcode as 1, new Uint8Array(length)), key)
      const header = headerOf(received(opcode, length, masked))!
      expect(header.hex).toBe(hex(bytes.subarray(0, bytes.length - length)))
      expect(header.length).toBe(bytes.length - length)
      expect(header.fields.every(({ wrong }) => !wrong)).toBe(true)
    },
  )

  test('is drawn in rows of 32 bits, as RFC 6455 does', () => {
    const header = headerOf(received(1, 300, true))!
    expect(
      cellsOf(header).map(({ field, row, column, bits }) => [field.id, row, column, bits.length]),
    ).toEqual([
      ['fin', 0, 0, 1],
      ['rsv1', 0, 1, 1],
      ['rsv2', 0, 2, 1],
      ['rsv3', 0, 3, 1],
      ['opcode', 0, 4, 4],
      ['mask', 0, 8, 1],
      ['length', 0, 9, 7],
      ['extended', 0, 16, 16],
      ['key', 1, 0, 32],
    ])
    expect(cellsOf(header).filter(({ first }) => first)).toHaveLength(9)
  })

  test('has no bits for what is not in the record', () => {
    const [, pong] = framesOf(
      entriesOf(new Story('client').open().take({ type: 'receive.ping' }, frame(9, 'x')))[2]!,
      'client',
    )
    expect(headerOf(pong!)!.hex).toBe('8a 81 ?? ?? ?? ??')
  })

  test('says what is wrong with it', () => {
    const wrong = (crossing: Crossing) =>
      headerOf(crossing)!
        .fields.filter((field) => field.wrong)
        .map(({ id }) => id)
    expect(wrong(received(1, 5, false, { from: 'client' }))).toEqual(['mask'])
    expect(wrong(received(3, 5, true))).toEqual(['opcode'])
    expect(wrong(received(9, 126, true, { fin: false }))).toEqual(['fin', 'length'])
    const reserved = received(1, 5, true)
    reserved.wire!.reservedBits = 2
    expect(wrong(reserved)).toEqual(['rsv2'])
    reserved.wire!.reservedBits = 4
    expect(wrong(reserved)).toEqual([])
  })
})

describe('the payload of a frame', () => {
  test('is shown as it was on the wire, and unmasked', () => {
    // RFC 6455, section 5.7: a masked "Hello".
    const payload = payloadOf(
      received(1, 5, true, { preview: { encoding: 'text', data: 'Hello', truncated: false } }),
    )!
    expect(hex(payload.wire!)).toBe('7f 9f 4d 51 58')
    expect(hex(payload.bytes)).toBe('48 65 6c 6c 6f')
  })

  test('of a Close begins with its code', () => {
    const payload = payloadOf(
      received(8, 6, false, { code: 1000, preview: { encoding: 'text', data: 'done', truncated: false } }),
    )!
    expect(hex(payload.bytes)).toBe('03 e8 64 6f 6e 65')
    expect(payloadOf(received(8, 0, false, { code: 1005 }))!.bytes).toHaveLength(0)
  })

  test('that was compressed has two lengths, and no bytes of the wire', () => {
    const crossing = received(1, 100, false, {
      preview: { encoding: 'text', data: 'a'.repeat(100), truncated: false },
    })
    crossing.wire = { ...crossing.wire!, payloadLength: 6, reservedBits: 4 }
    expect(payloadOf(crossing)).toMatchObject({
      wire: null,
      why: 'compressed',
      compressed: { wire: 6, inflated: 100 },
    })
  })

  test('of which not all had come when it was refused is not taken for compressed', () => {
    const refused = { fate: 'invalid', preview: { encoding: 'hex', data: '61ff', truncated: false } } as const
    const part = received(1, 9, true, { ...refused, length: 2 })
    const { compressed, why, wire, bytes } = payloadOf(part)!
    expect([compressed, why]).toEqual([null, null])
    expect([hex(bytes), hex(wire!)]).toEqual(['61 ff', '56 05'])
    expect(headerOf(part)!.payload).toBe(9)
    // With RSV1 it may have been inflated, or not.
    const marked = { ...part, wire: { ...part.wire!, reservedBits: 4 } }
    expect(payloadOf(marked)).toMatchObject({ compressed: null, why: 'unsure', wire: null })
  })

  test('is not claimed where the record shows other bytes', () => {
    const text = (data: string, length: number, changes: Partial<Crossing> = {}) =>
      payloadOf(
        received(1, length, true, { preview: { encoding: 'text', data, truncated: false }, ...changes }),
      )
    // Redacted; a character that was cut by the end of the fragment; one that was carried over.
    expect(text('***', 8)!.why).toBe('inexact')
    expect(text('gr', 3, { fin: false })!.why).toBe('inexact')
    expect(text('üß', 4, { opcode: 0 })!.why).toBe('inexact')
    expect(text('grüße', 7)!.why).toBeNull()
    expect(payloadOf(received(1, 5, true))).toBeNull()
  })

  test('is dumped as hex and text', () => {
    expect(dump(Uint8Array.from({ length: 18 }, (_, index) => index + 0x3f))).toEqual([
      { offset: '0000', hex: '3f 40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e', text: '?@ABCDEFGHIJKLMN' },
      { offset: '0010', hex: '4f 50', text: 'OP' },
    ])
  })
})

describe('the frames at a cursor', () => {
  const story = new Story('server').open().receiveText().take({ type: 'receive.ping' }, frame(9, 'x')).eof()
  const connection = connectionOf(story)

  test('are those of its event, answers included', () => {
    const at = framesAt(connection, 4)!
    expect(at.frames.map(({ name }) => name)).toEqual(['ping', 'pong'])
    expect(at).toMatchObject({ instead: false, previous: 3, next: null })
  })

  test('are the nearest ones where its event is none', () => {
    expect(framesAt(connection, null)).toMatchObject({ instead: true, entry: { seq: 4 } })
    expect(framesAt(connection, 1)).toMatchObject({ instead: true, entry: { seq: 3 }, next: 4 })
    expect(framesAt(connectionOf(new Story('server').open()), null)).toBeNull()
  })
})

describe('a byte of the header', () => {
  const told = (crossing: Crossing, byte: number) =>
    alike(fieldsOfByte(headerOf(crossing)!, byte)).map((group) => group.map(({ id }) => id).join(' '))

  test('is the fields that have bits in it, of which neighbours may be told as one', () => {
    const large = received(1, 300, true)
    expect(told(large, 0)).toEqual(['fin', 'rsv1 rsv2 rsv3', 'opcode'])
    expect(told(large, 1)).toEqual(['mask', 'length'])
    for (const byte of [2, 3]) expect(told(large, byte)).toEqual(['extended'])
    for (const byte of [4, 5, 6, 7]) expect(told(large, byte)).toEqual(['key'])
  })

  test('tells of a reserved bit that is set by itself', () => {
    const wire = { headerLength: 2, payloadLength: 5, maskingKey: null, reservedBits: 4 }
    expect(told(received(1, 5, false, { wire }), 0)).toEqual(['fin', 'rsv1', 'rsv2 rsv3', 'opcode'])
  })
})
