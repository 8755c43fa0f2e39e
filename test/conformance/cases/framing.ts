/** Messages in one frame: every form of the length, and masking (sections 5.1 to 5.3, 5.6). */
import { type Case, echoes, fails } from '../case.ts'
import { binary, hex, noiseOf, ping, pong, proseOf, text } from '../frames.ts'

/** Around each change of the length's form. */
const sizes = [
  0, 1, 2, 3, 7, 124, 125, 126, 127, 128, 255, 256, 1_000, 32_768, 65_534, 65_535, 65_536, 65_537,
]

const messages: Case[] = sizes.flatMap((size) => [
  echoes('5.6', `a text of ${size} bytes`, [text(proseOf(size))], [text(proseOf(size))]),
  echoes('5.6', `${size} binary bytes`, [binary(noiseOf(size))], [binary(noiseOf(size))]),
])

/** As TCP may cut them. */
const chopped: Case[] = [65_535, 65_536].flatMap((size) =>
  [997, 8_192].map((chop) =>
    echoes('5.2', `a text of ${size} bytes`, [text(proseOf(size))], [text(proseOf(size))], { chop }),
  ),
)

const several: Case[] = [
  echoes(
    '5.2',
    'one message of each length from 0 to 130 in a row',
    Array.from({ length: 131 }, (_, size) => binary(noiseOf(size))),
    Array.from({ length: 131 }, (_, size) => binary(noiseOf(size))),
  ),
  echoes(
    '5.6',
    'text and binary messages in turn',
    [text('one'), binary('two'), text(''), binary(''), text('three')],
    [text('one'), binary('two'), text(''), binary(''), text('three')],
  ),
  echoes(
    '5.6',
    'binary bytes that are not UTF-8',
    [binary(hex('ff fe c0 80 ed a0 80'))],
    [binary(hex('ff fe c0 80 ed a0 80'))],
  ),
  echoes('5.6', 'a text with a byte order mark', [text('\ufeffmark')], [text('\ufeffmark')]),
]

const keys: Case[] = ['00 00 00 00', 'ff ff ff ff', '00 00 00 01', '80 00 00 00'].map((key) =>
  echoes('5.3', `a text masked with ${key}`, [{ ...text('masked'), key: hex(key) }], [text('masked')], {
    side: 'server',
  }),
)

const masking: Case[] = [
  ...[text('hi'), text(''), binary('hi'), ping('hi'), pong('hi')].map((frame) =>
    fails(
      '5.1',
      `opcode ${frame.opcode} with ${frame.payload.length} bytes, masked by a server or not by a client`,
      [{ ...frame, masking: 'wrong' as const }],
      1002,
    ),
  ),
  fails(
    '5.1',
    'a right message, then one masked by a server or not by a client',
    [text('right'), { ...text('wrong'), masking: 'wrong' }],
    1002,
    [text('right')],
  ),
]

const lengths: Case[] = [
  ...([0, 1, 125] as const).flatMap((size) =>
    ([16, 64] as const).map((lengthBits) =>
      fails(
        '5.2',
        `${size} bytes with a length of ${lengthBits} bits`,
        [{ ...binary(noiseOf(size)), lengthBits }],
        1002,
      ),
    ),
  ),
  ...([126, 65_535] as const).map((size) =>
    fails(
      '5.2',
      `${size} bytes with a length of 64 bits`,
      [{ ...binary(noiseOf(size)), lengthBits: 64 }],
      1002,
    ),
  ),
  fails(
    '5.2',
    'a length of 64 bits whose most significant bit is set',
    [{ ...binary(), announces: 2n ** 63n }],
    1002,
  ),
  fails(
    '5.2',
    'a message, then a length that is not in its shortest form',
    [text('right'), { ...text('wrong'), lengthBits: 16 }],
    1002,
    [text('right')],
  ),
]

export const framing: readonly Case[] = [...messages, ...chopped, ...several, ...keys, ...masking, ...lengths]
