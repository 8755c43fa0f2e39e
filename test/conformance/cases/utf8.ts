/**
 * UTF-8 in text messages (section 8.1; RFC 3629, section 3). The verdict is strict: a text fails at the first byte
 * that makes it invalid, also in a frame that has not fully arrived, and not at one before.
 */
import { type Case, echoes, fails, plays } from '../case.ts'
import {
  beginning,
  binary,
  cut,
  failure,
  fragmented,
  frame,
  hex,
  join,
  last,
  ping,
  pong,
  rest,
  text,
  textStart,
  utf8,
} from '../frames.ts'

const valid: readonly [name: string, bytes: string][] = [
  ['U+0000', '00'],
  ['U+007F', '7f'],
  ['U+0080', 'c2 80'],
  ['U+07FF', 'df bf'],
  ['U+0800', 'e0 a0 80'],
  ['U+0FFF', 'e0 bf bf'],
  ['U+1000', 'e1 80 80'],
  ['U+CFFF', 'ec bf bf'],
  ['U+D7FF, the last before the surrogates', 'ed 9f bf'],
  ['U+E000, the first behind the surrogates', 'ee 80 80'],
  ['U+FEFF', 'ef bb bf'],
  ['U+FFFD', 'ef bf bd'],
  ['U+FFFE', 'ef bf be'],
  ['U+FFFF', 'ef bf bf'],
  ['U+10000', 'f0 90 80 80'],
  ['U+1FFFE', 'f0 9f bf be'],
  ['U+3FFFF', 'f0 bf bf bf'],
  ['U+40000', 'f1 80 80 80'],
  ['U+FFFFF', 'f3 bf bf bf'],
  ['U+100000', 'f4 80 80 80'],
  ['U+10FFFF', 'f4 8f bf bf'],
  ['a Greek word', 'ce ba e1 bd b9 cf 83 ce bc ce b5'],
  ['a combining character', '65 cc 81'],
  ['characters of 1, 2, 3 and 4 bytes', '24 c2 a2 e2 82 ac f0 9f 8d b7'],
]

/** `at` is the index of the first byte that makes it invalid. */
const invalid: readonly [name: string, bytes: string, at: number][] = [
  ['a continuation byte alone', '80', 0],
  ['the last continuation byte alone', 'bf', 0],
  ['two continuation bytes alone', '80 bf', 0],
  ['a continuation byte too many, behind two bytes', 'c2 80 80', 2],
  ['a continuation byte too many, behind four bytes', 'f0 90 80 80 80', 4],
  ['overlong U+0000 in two bytes', 'c0 80', 0],
  ['overlong U+007F in two bytes', 'c1 bf', 0],
  ['overlong U+0000 in three bytes', 'e0 80 80', 1],
  ['overlong U+07FF in three bytes', 'e0 9f bf', 1],
  ['overlong U+0000 in four bytes', 'f0 80 80 80', 1],
  ['overlong U+FFFF in four bytes', 'f0 8f bf bf', 1],
  ['overlong U+002F in two bytes', 'c0 af', 0],
  ['the surrogate U+D800', 'ed a0 80', 1],
  ['the surrogate U+DB7F', 'ed ad bf', 1],
  ['the surrogate U+DBFF', 'ed af bf', 1],
  ['the surrogate U+DC00', 'ed b0 80', 1],
  ['the surrogate U+DFFF', 'ed bf bf', 1],
  ['a pair of surrogates', 'ed a0 80 ed b0 80', 1],
  ['U+110000', 'f4 90 80 80', 1],
  ['U+13FFFF', 'f4 bf bf bf', 1],
  ['U+140000', 'f5 80 80 80', 0],
  ['U+1FFFFF', 'f7 bf bf bf', 0],
  ['five bytes', 'f8 88 80 80 80', 0],
  ['six bytes', 'fc 84 80 80 80 80', 0],
  ['the byte FE', 'fe', 0],
  ['the byte FF', 'ff', 0],
  ['two bytes of which the second is ASCII', 'c2 41', 1],
  ['three bytes of which the second is ASCII', 'e1 41 80', 1],
  ['three bytes of which the third is ASCII', 'e1 80 41', 2],
  ['three bytes of which the third begins another', 'e1 80 c2 80', 2],
  ['four bytes of which the second is ASCII', 'f1 41 80 80', 1],
  ['four bytes of which the third is ASCII', 'f1 80 41 80', 2],
  ['four bytes of which the fourth is ASCII', 'f1 80 80 41', 3],
  ['four bytes of which the fourth begins another', 'f1 80 80 f1', 3],
]

const incomplete: readonly [name: string, bytes: string][] = [
  ['one byte of two', 'c2'],
  ['one byte of three', 'e1'],
  ['two bytes of three', 'e1 80'],
  ['one byte of four', 'f1'],
  ['two bytes of four', 'f1 80'],
  ['three bytes of four', 'f1 80 80'],
]

const before = utf8('Ĝis: ')
const behind = utf8(' – kaj plu')

const validCases = valid.flatMap(([name, digits]): Case[] => {
  const bytes = hex(digits)
  const within = join(before, bytes, behind)
  return [
    echoes('8.1', `${name}, alone`, [text(bytes)], [text(bytes)]),
    echoes('8.1', `${name}, within a text`, [text(within)], [text(within)]),
    echoes('8.1', `${name}, in frames of a byte`, fragmented(1, cut(within, 1)), [text(within)]),
  ]
})

const invalidCases = invalid.flatMap(([name, digits, at]): Case[] => {
  const bytes = hex(digits)
  const within = join(before, bytes, behind)
  const offending = before.length + at
  const whole = text(within)
  return [
    fails('8.1', `${name}, alone`, [text(bytes)], 1007),
    fails('8.1', `${name}, within a text, behind a right one`, [text('right'), whole], 1007, [text('right')]),
    fails('8.1', `${name}, in frames of a byte`, fragmented(1, cut(within, 1)), 1007),
    plays(
      '8.1',
      `${name}, up to the byte before and then that byte, of a frame that never ends`,
      [
        { send: [beginning(whole, offending)], back: [] },
        { send: [rest(whole, offending, offending + 1)], back: [failure(1007)] },
      ],
      'failed',
    ),
    plays(
      '8.1',
      `${name}, up to the byte before in a frame, then that byte in one that never ends`,
      [
        { send: [textStart(within.subarray(0, offending)), ping('fine')], back: [pong('fine')] },
        { send: [beginning(frame(0, within.subarray(offending)), 1)], back: [failure(1007)] },
      ],
      'failed',
    ),
  ]
})

const incompleteCases = incomplete.flatMap(([name, digits]): Case[] => {
  const bytes = hex(digits)
  return [
    fails('8.1', `${name} at the end, alone`, [text(bytes)], 1007),
    fails(
      '8.1',
      `${name} at the end of a text, then another`,
      [text(join(before, bytes)), text('late')],
      1007,
    ),
    fails('8.1', `${name} at the end of the last fragment`, [textStart('fine'), last(bytes)], 1007),
    fails('8.1', `${name}, then an empty last fragment`, [textStart(bytes), last()], 1007),
    plays(
      '8.1',
      `${name} at the end of a fragment, then the end of the text`,
      [
        { send: [textStart(bytes), ping('fine')], back: [pong('fine')] },
        { send: [last()], back: [failure(1007)] },
      ],
      'failed',
    ),
  ]
})

const split = utf8('€🍷')

const splitCases: Case[] = [
  ...Array.from({ length: split.length - 1 }, (_, at) =>
    echoes(
      '8.1',
      `a text that is cut into two frames behind byte ${at + 1}, inside a character or not, with a Ping between`,
      [textStart(split.subarray(0, at + 1)), ping('between'), last(split.subarray(at + 1))],
      [pong('between'), text(split)],
    ),
  ),
  ...Array.from({ length: split.length - 1 }, (_, at) =>
    plays(
      '8.1',
      `a text whose frame arrives in two parts, cut behind byte ${at + 1}`,
      [
        { send: [beginning(text(split), at + 1)], back: [] },
        { send: [rest(text(split), at + 1)], back: [text(split)] },
      ],
      'open',
    ),
  ),
  echoes(
    '5.6',
    'a text, invalid UTF-8 in a binary message, a text',
    [text('á'), binary(hex('c3')), text('é')],
    [text('á'), binary(hex('c3')), text('é')],
  ),
  echoes(
    '5.6',
    'a binary message in two frames, not UTF-8',
    [frame(2, hex('c3'), false), last(hex('ff'))],
    [binary(hex('c3 ff'))],
  ),
  fails(
    '8.1',
    'half a character in one message, the other half in the next',
    [text(hex('c3')), text(hex('a1'))],
    1007,
  ),
]

export const utf8Text: readonly Case[] = [...validCases, ...invalidCases, ...incompleteCases, ...splitCases]
