/** Messages in several frames (section 5.4). */
import { type Case, echoes, fails, plays } from '../case.ts'
import {
  binary,
  binaryStart,
  close,
  cut,
  failure,
  fragmented,
  frame,
  last,
  middle,
  noiseOf,
  ping,
  pong,
  proseOf,
  text,
  textStart,
} from '../frames.ts'

const wholes: Case[] = [
  echoes('5.4', 'a text in two frames', [textStart('frag'), last('ment')], [text('fragment')]),
  echoes('5.4', 'a text in three frames', [textStart('fr'), middle('ag'), last('ment')], [text('fragment')]),
  echoes('5.4', 'a binary message in two frames', [binaryStart('frag'), last('ment')], [binary('fragment')]),
  echoes('5.4', 'a text whose first frame is empty', [textStart(), last('all')], [text('all')]),
  echoes('5.4', 'a text whose last frame is empty', [textStart('all'), last()], [text('all')]),
  echoes('5.4', 'a text of three empty frames', [textStart(), middle(), last()], [text()]),
  echoes('5.4', 'an empty binary message in two frames', [binaryStart(), last()], [binary()]),
  echoes(
    '5.4',
    'empty frames between others',
    [textStart(), middle('a'), middle(), middle(), middle('b'), middle(), last()],
    [text('ab')],
  ),
  echoes('5.4', 'a text in 1,000 frames of a byte', fragmented(1, cut(Buffer.alloc(1_000, 'x'), 1)), [
    text('x'.repeat(1_000)),
  ]),
  echoes('5.4', 'a text of 65,536 bytes in frames of 1,000', fragmented(1, cut(proseOf(65_536), 1_000)), [
    text(proseOf(65_536)),
  ]),
  echoes('5.4', '65,536 binary bytes in frames of 126', fragmented(2, cut(noiseOf(65_536), 126)), [
    binary(noiseOf(65_536)),
  ]),
  echoes(
    '5.4',
    'two fragmented messages in a row, and one in a frame',
    [textStart('a'), last('b'), binaryStart('c'), middle('d'), last('e'), text('f')],
    [text('ab'), binary('cde'), text('f')],
  ),
  plays(
    '5.4',
    'fragments one by one',
    [
      { send: [textStart('one ')], back: [] },
      { send: [middle('by ')], back: [] },
      { send: [last('one')], back: [text('one by one')] },
    ],
    'open',
  ),
]

const interjected: Case[] = [
  echoes(
    '5.4',
    'a Ping between two fragments',
    [textStart('te'), ping('now'), last('xt')],
    [pong('now'), text('text')],
  ),
  echoes(
    '5.4',
    'an empty Ping between two fragments',
    [textStart('te'), ping(), last('xt')],
    [pong(), text('text')],
  ),
  echoes(
    '5.4',
    'a Pong between two fragments',
    [binaryStart('by'), pong('now'), last('tes')],
    [binary('bytes')],
  ),
  echoes(
    '5.4',
    'a Ping behind each of five fragments',
    [
      textStart('1'),
      ping('a'),
      middle('2'),
      ping('b'),
      middle('3'),
      ping('c'),
      middle('4'),
      ping('d'),
      last('5'),
      ping('e'),
    ],
    [pong('a'), pong('b'), pong('c'), pong('d'), text('12345'), pong('e')],
  ),
  plays(
    '5.4',
    'a Ping between two fragments, one by one',
    [
      { send: [textStart('te')], back: [] },
      { send: [ping('now')], back: [pong('now')] },
      { send: [last('xt')], back: [text('text')] },
    ],
    'open',
  ),
  plays(
    '5.4',
    'a Close between two fragments: the message is incomplete',
    [{ send: [textStart('te'), close(1000, 'bye'), last('xt')], back: [close(1000, 'bye')] }],
    { closed: 1000 },
  ),
]

const nothingToContinue: Case[] = [
  fails('5.4', 'a last fragment without a first', [last('alone')], 1002),
  fails('5.4', 'an empty last fragment without a first', [last()], 1002),
  fails('5.4', 'a middle fragment without a first', [middle('alone')], 1002),
  fails('5.4', 'an empty middle fragment without a first', [middle()], 1002),
  fails('5.4', 'a middle fragment without a first, then a text', [middle('alone'), text('too late')], 1002),
  fails('5.4', 'a last fragment behind a text in one frame', [text('whole'), last('alone')], 1002, [
    text('whole'),
  ]),
  fails(
    '5.4',
    'a middle and a last fragment behind a binary message in one frame',
    [binary('whole'), middle('al'), last('one')],
    1002,
    [binary('whole')],
  ),
  fails(
    '5.4',
    'a last fragment behind the end of a fragmented text',
    [textStart('te'), last('xt'), last('alone')],
    1002,
    [text('text')],
  ),
  fails(
    '5.4',
    'a middle fragment behind the end of a fragmented text',
    [textStart('te'), last('xt'), middle('alone'), text('too late')],
    1002,
    [text('text')],
  ),
]

const endedTooSoon: Case[] = ([1, 2] as const).flatMap((first) =>
  ([1, 2] as const).flatMap((second) => [
    fails(
      '5.4',
      `the opcode ${second} in one frame inside a message of the opcode ${first}`,
      [frame(first, 'a', false), frame(second, 'b')],
      1002,
    ),
    fails(
      '5.4',
      `a fragment of the opcode ${second} inside a message of the opcode ${first}`,
      [frame(first, 'a', false), frame(second, 'b', false), last('c')],
      1002,
    ),
    fails(
      '5.4',
      `the opcode ${second} behind two fragments of the opcode ${first} and a Ping`,
      [frame(first, 'a', false), middle('b'), ping('now'), frame(second, 'c')],
      1002,
      [pong('now')],
    ),
  ]),
)

const controls: Case[] = [8, 9, 10].flatMap((opcode) => [
  fails(
    '5.5',
    `the control opcode ${opcode} without FIN, then a continuation`,
    [frame(opcode, '', false), last()],
    1002,
  ),
  fails(
    '5.5',
    `the control opcode ${opcode} without FIN inside a fragmented text`,
    [textStart('te'), frame(opcode, '', false), last('xt')],
    1002,
  ),
])

const incomplete: Case[] = [
  plays(
    '5.4',
    'a first fragment, then another first one later',
    [
      { send: [textStart('one')], back: [] },
      { send: [textStart('two')], back: [failure(1002)] },
    ],
    'failed',
  ),
  plays('7.1.5', 'a first fragment, then the end of TCP', [{ send: [textStart('te')], back: [] }], 'dropped'),
]

export const fragmentation: readonly Case[] = [
  ...wholes,
  ...interjected,
  ...nothingToContinue,
  ...endedTooSoon,
  ...controls,
  ...incomplete,
]
