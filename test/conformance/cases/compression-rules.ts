/** permessage-deflate: what is right and wrong on the wire, byte by byte (RFC 7692, sections 6 and 7.2). */
import { constants, deflateRawSync } from 'node:zlib'
import { type Case, echoes, fails, plays } from '../case.ts'
import {
  beginning,
  binary,
  close,
  compressed,
  failure,
  frame,
  hex,
  join,
  last,
  middle,
  noiseOf,
  ping,
  pong,
  rest,
  type SentFrame,
  text,
  textStart,
} from '../frames.ts'

const setup = { deflate: {} }
const deflate = { setup }

/** A frame with RSV1, its payload given as it stands on the wire. */
const deflated = (opcode: number, digits: string | Uint8Array, fin = true): SentFrame => ({
  ...frame(opcode, typeof digits === 'string' ? hex(digits) : digits, fin),
  rsv: 4,
})

/** The sequences of section 7.2.3. */
const examples: Case[] = [
  echoes('RFC 7692 7.2.3.1', 'Hello', [deflated(1, 'f2 48 cd c9 c9 07 00')], [text('Hello')], deflate),
  echoes(
    'RFC 7692 7.2.3.1',
    'Hello in two frames',
    [deflated(1, 'f2 48 cd', false), last(hex('c9 c9 07 00'))],
    [text('Hello')],
    deflate,
  ),
  echoes(
    'RFC 7692 7.2.3.2',
    'Hello twice, the second as a reference to the first',
    [deflated(1, 'f2 48 cd c9 c9 07 00'), deflated(1, 'f2 00 11 00 00')],
    [text('Hello'), text('Hello')],
    deflate,
  ),
  echoes(
    'RFC 7692 7.2.3.3',
    'Hello in a block without compression',
    [deflated(1, '00 05 00 fa ff 48 65 6c 6c 6f 00')],
    [text('Hello')],
    deflate,
  ),
  echoes(
    'RFC 7692 7.2.3.4',
    'Hello in a final block',
    [deflated(1, 'f3 48 cd c9 c9 07 00 00')],
    [text('Hello')],
    deflate,
  ),
  echoes(
    'RFC 7692 7.2.3.4',
    'Hello in a final block, three times',
    Array.from({ length: 3 }, () => deflated(1, 'f3 48 cd c9 c9 07 00 00')),
    [text('Hello'), text('Hello'), text('Hello')],
    deflate,
  ),
  echoes(
    'RFC 7692 7.2.3.4',
    'Hello in a final block with nothing behind it',
    [deflated(1, 'f3 48 cd c9 c9 07 00')],
    [text('Hello')],
    deflate,
  ),
  echoes(
    'RFC 7692 7.2.3.5',
    'Hello in two blocks',
    [deflated(1, 'f2 48 05 00 00 00 ff ff ca c9 c9 07 00')],
    [text('Hello')],
    deflate,
  ),
  echoes('RFC 7692 7.2.3.6', 'an empty message as one byte', [deflated(1, '00')], [text()], deflate),
  echoes(
    'RFC 7692 7.2.3.6',
    'an empty message as an empty fixed block',
    [deflated(2, '02 00')],
    [binary()],
    deflate,
  ),
  echoes(
    'RFC 7692 7.2.3.6',
    'an empty message in two frames',
    [deflated(1, '', false), last(hex('00'))],
    [text()],
    deflate,
  ),
]

const bits: Case[] = [
  fails(
    'RFC 7692 6',
    'RSV1 on a continuation of a compressed message',
    [deflated(1, 'f2 48 cd', false), deflated(0, 'c9 c9 07 00')],
    1002,
    [],
    deflate,
  ),
  fails(
    'RFC 7692 6',
    'RSV1 on a continuation of an uncompressed message',
    [textStart('te'), deflated(0, 'c9 c9 07 00')],
    1002,
    [],
    deflate,
  ),
  fails(
    'RFC 7692 6',
    'RSV1 on a middle fragment',
    [deflated(1, 'f2 48 cd', false), deflated(0, 'c9', false), last()],
    1002,
    [],
    deflate,
  ),
  ...[ping('x'), pong('x'), close(1000)].map((control) =>
    fails(
      'RFC 7692 6',
      `RSV1 on the control opcode ${control.opcode}`,
      [{ ...control, rsv: 4 }],
      1002,
      [],
      deflate,
    ),
  ),
  ...[1, 2, 3, 5, 6, 7].map((rsv) =>
    fails(
      '5.2',
      `a compressed message, then one with the reserved bits ${rsv}`,
      [compressed(text('right')), { ...deflated(1, 'f2 48 cd c9 c9 07 00'), rsv }],
      1002,
      [text('right')],
      deflate,
    ),
  ),
  fails(
    'RFC 7692 6',
    'a compressed message that was not negotiated',
    [deflated(1, 'f2 48 cd c9 c9 07 00')],
    1002,
  ),
  echoes(
    'RFC 7692 6.1',
    'a Ping between the frames of a compressed message',
    [deflated(1, 'f2 48 cd', false), ping('between'), last(hex('c9 c9 07 00'))],
    [pong('between'), text('Hello')],
    deflate,
  ),
  fails(
    '5.4',
    'a compressed message inside a fragmented one',
    [deflated(1, 'f2 48 cd', false), deflated(1, 'f2 48 cd c9 c9 07 00')],
    1002,
    [],
    deflate,
  ),
  plays(
    '5.4',
    'a Close between the frames of a compressed message',
    [{ send: [deflated(1, 'f2 48 cd', false), close(1000)], back: [close(1000)] }],
    { closed: 1000 },
    deflate,
  ),
]

const corrupt: readonly [name: string, payload: string][] = [
  ['a block of the reserved type', '06'],
  ['a block of the reserved type behind a right one', 'f2 48 cd c9 c9 07 00 00 00 ff ff 06'],
  ['a block without compression whose length is not confirmed', '00 05 00 00 00 48 65 6c 6c 6f 00'],
  ['a distance beyond everything that was sent', 'f2 00 11 00 00'],
  ['nothing but ones', 'ff ff ff ff'],
  ['text that was never compressed', '48 65 6c 6c 6f'],
]

const wrongData: Case[] = [
  ...corrupt.flatMap(([name, payload]) => [
    fails('RFC 7692 7.2.2', name, [deflated(1, payload)], 1007, [], deflate),
    fails(
      'RFC 7692 7.2.2',
      `${name}, behind a right message and a Ping`,
      [text('right'), ping('right'), deflated(2, payload)],
      1007,
      [text('right'), pong('right')],
      deflate,
    ),
  ]),
  fails(
    'RFC 7692 7.1.1.2',
    'a reference to the message before where there is no context takeover',
    [deflated(1, 'f2 48 cd c9 c9 07 00'), deflated(1, 'f2 00 11 00 00')],
    1007,
    [text('Hello')],
    { side: 'server', setup: { deflate: { clientNoContextTakeover: true } } },
  ),
  fails(
    'RFC 7692 7.1.1.1',
    'a reference to the message before where there is no context takeover',
    [deflated(1, 'f2 48 cd c9 c9 07 00'), deflated(1, 'f2 00 11 00 00')],
    1007,
    [text('Hello')],
    { side: 'client', setup: { deflate: { serverNoContextTakeover: true } } },
  ),
]

const raw = (message: Uint8Array): Uint8Array => {
  const whole = deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH })
  return whole.subarray(0, whole.length - 4)
}

const wrongText: Case[] = (
  [
    ['a surrogate', 'ed a0 80'],
    ['half a character at its end', 'e2 82'],
    ['an overlong form', 'c0 80'],
    ['the byte FF', 'ff'],
  ] as const
).flatMap(([name, digits]) => [
  fails('8.1', `a compressed text with ${name}`, [deflated(1, raw(hex(digits)))], 1007, [], deflate),
  fails('8.1', `an uncompressed text with ${name}`, [text(hex(digits))], 1007, [], deflate),
  echoes(
    '5.6',
    `a compressed binary message with ${name}`,
    [deflated(2, raw(hex(digits)))],
    [binary(hex(digits))],
    deflate,
  ),
])

const strict: Case[] = [
  plays(
    '8.1',
    'an uncompressed text that becomes invalid in a frame that never ends',
    [
      { send: [beginning(text(hex('41 ed a0 80')), 2)], back: [] },
      { send: [rest(text(hex('41 ed a0 80')), 2, 3)], back: [failure(1007)] },
    ],
    'failed',
    deflate,
  ),
]

const character = raw(hex('e2 82 ac'))

const splitText: Case[] = Array.from({ length: character.length - 1 }, (_, at) =>
  echoes(
    '8.1',
    `one compressed character, cut into frames behind byte ${at + 1}`,
    [deflated(1, character.subarray(0, at + 1), false), middle(), last(character.subarray(at + 1))],
    [text('€')],
    deflate,
  ),
)

const limit = { setup: { ...setup, maxSize: 1_000 } }
const MiB = 2 ** 20

/** 1 MiB of zeros in 1 KiB; each is the same again, so that a gibibyte is a mebibyte of them. */
const zeros = deflateRawSync(new Uint8Array(MiB), { level: 9, finishFlush: constants.Z_FULL_FLUSH })
const bomb = (mebibytes: number) => Buffer.concat(Array.from({ length: mebibytes }, () => zeros))

const sizes: Case[] = [
  echoes(
    '10.4',
    'a compressed message as large as allowed',
    [compressed(binary(new Uint8Array(1_000)))],
    [binary(new Uint8Array(1_000))],
    limit,
  ),
  fails(
    '10.4',
    'a compressed message one byte over the limit',
    [compressed(binary(new Uint8Array(1_001)))],
    1009,
    [],
    limit,
  ),
  fails(
    '10.4',
    'a compressed message over the limit as it is sent',
    [compressed(binary(noiseOf(1_100)))],
    1009,
    [],
    limit,
  ),
  fails(
    '10.4',
    'a compressed message over the limit in its second frame',
    [deflated(2, join(raw(new Uint8Array(600)), hex('00 00 ff ff')), false), last(raw(new Uint8Array(600)))],
    1009,
    [],
    limit,
  ),
  fails(
    '10.4',
    'a right message, then a mebibyte in a kibibyte',
    [text('right'), deflated(2, bomb(1))],
    1009,
    [text('right')],
    limit,
  ),
  fails('10.4', '64 MiB in 64 KiB, over 1 MiB', [deflated(2, bomb(64))], 1009, [], deflate),
  fails('10.4', '1 GiB in 1 MiB, over 2 MiB', [deflated(2, bomb(1_024))], 1009, [], {
    setup: { ...setup, maxSize: 2 * MiB },
  }),
  plays(
    '10.4',
    'a bomb in the first of two frames: the second is not waited for',
    [{ send: [deflated(2, bomb(4), false)], back: [failure(1009)] }],
    'failed',
    deflate,
  ),
]

export const compressionRules: readonly Case[] = [
  ...examples,
  ...bits,
  ...wrongData,
  ...wrongText,
  ...strict,
  ...splitText,
  ...sizes,
]
