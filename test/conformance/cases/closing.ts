/** The closing handshake (sections 5.5.1, 7.1 and 7.4). */
import { type Case, closes, fails, plays } from '../case.ts'
import {
  beginning,
  binary,
  close,
  failure,
  frame,
  hex,
  join,
  last,
  noiseOf,
  ping,
  pong,
  text,
  textStart,
  utf8,
} from '../frames.ts'

const reasons: readonly [name: string, reason: string | Uint8Array][] = [
  ['a short reason', 'bye'],
  ['a reason with characters of every length', 'a é € 🍷'],
  ['a reason of 122 bytes', 'x'.repeat(122)],
  ['the longest reason, 123 bytes', 'x'.repeat(123)],
  ['a reason of 123 bytes with characters of three', '€'.repeat(41)],
]

const answered: Case[] = [
  closes('5.5.1', 'an empty Close', [close()], [close()], 1005),
  closes('5.5.1', 'a Close with a code', [close(1000)], [close(1000)], 1000),
  ...reasons.map(([name, reason]) =>
    closes('5.5.1', `a Close with ${name}`, [close(1000, reason)], [close(1000, reason)], 1000),
  ),
]

const valid = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3001, 3999, 4000, 4001, 4999,
]
const invalid = [
  0, 1, 100, 500, 999, 1004, 1005, 1006, 1015, 1016, 1017, 1099, 1100, 1999, 2000, 2999, 5000, 5001, 32_767,
  32_768, 65_535,
]

const codes: Case[] = [
  ...valid.map((code) => closes('7.4', `the code ${code}`, [close(code)], [close(code)], code)),
  ...valid.map((code) =>
    closes('7.4', `the code ${code} and a reason`, [close(code, 'why')], [close(code, 'why')], code),
  ),
  ...invalid.map((code) => fails('7.4', `the code ${code}`, [close(code)], 1002)),
  ...invalid.map((code) => fails('7.4', `the code ${code} and a reason`, [close(code, 'why')], 1002)),
]

const refused: Case[] = [
  fails('5.5.1', 'a Close of one byte', [frame(8, hex('03'))], 1002),
  fails('5.5', 'a Close with a reason of 124 bytes', [close(1000, 'x'.repeat(124))], 1002),
  fails('5.5', 'a Close of 65,536 bytes', [close(1000, noiseOf(65_534))], 1002),
  fails('5.5', 'a Close without FIN', [frame(8, hex('03 e8'), false)], 1002),
  plays(
    '5.5',
    'of a Close of 126 bytes only the header',
    [{ send: [beginning(close(1000, 'x'.repeat(124)), 0)], back: [failure(1002)] }],
    'failed',
  ),
  ...(
    [
      ['an overlong form', 'c0 80'],
      ['a surrogate', 'ed a0 80'],
      ['U+110000', 'f4 90 80 80'],
      ['half a character at its end', 'e2 82'],
      ['the byte FF', 'ff'],
    ] as const
  ).map(([name, bytes]) =>
    fails('5.5.1', `a reason with ${name}`, [close(1000, join(utf8('why '), hex(bytes)))], 1007),
  ),
  fails('5.5.1', 'a text, then a Close of one byte', [text('right'), frame(8, hex('03'))], 1002, [
    text('right'),
  ]),
]

const around: Case[] = [
  closes('5.5.1', 'two Close frames', [close(1000, 'one'), close(1001, 'two')], [close(1000, 'one')], 1000),
  closes('5.5.1', 'a Close, then a text', [close(1000), text('late')], [close(1000)], 1000),
  closes('5.5.1', 'a Close, then a Ping', [close(1000), ping('late')], [close(1000)], 1000),
  closes('5.5.1', 'a Close, then what is no frame', [close(1000), frame(15, 'late')], [close(1000)], 1000),
  closes('5.5.1', 'a Close, then 64 KiB', [close(1000), binary(noiseOf(65_536))], [close(1000)], 1000),
  closes(
    '5.5.1',
    'a text, a Ping and a Close',
    [text('first'), ping('then'), close(1000, 'at last')],
    [text('first'), pong('then'), close(1000, 'at last')],
    1000,
  ),
  closes(
    '5.5.1',
    '64 KiB, then a Close',
    [binary(noiseOf(65_536)), close(1000)],
    [binary(noiseOf(65_536)), close(1000)],
    1000,
  ),
  closes(
    '5.4',
    'a fragment, then a Close: the message is dropped',
    [textStart('begun'), close(1001, 'gone')],
    [close(1001, 'gone')],
    1001,
  ),
  plays(
    '5.5.1',
    'a Close, then a text once the answer is there',
    [
      { send: [close(1000)], back: [close(1000)] },
      { send: [text('late')], back: [] },
    ],
    { closed: 1000 },
  ),
  plays(
    '5.5.1',
    'a Close, then a Ping once the answer is there',
    [
      { send: [close(3000)], back: [close(3000)] },
      { send: [ping('late')], back: [] },
    ],
    { closed: 3000 },
  ),
  plays(
    '5.5.1',
    'a Close, then another once the answer is there',
    [
      { send: [close(1000, 'one')], back: [close(1000, 'one')] },
      { send: [close(1001, 'two')], back: [] },
    ],
    { closed: 1000 },
  ),
  plays(
    '7.1.7',
    'a wrong frame, then right ones',
    [
      { send: [frame(3)], back: [failure(1002)] },
      { send: [text('late'), ping('late'), close(1000)], back: [] },
    ],
    'failed',
  ),
]

/** The endpoint closes first. */
const bye = { application: { close: [1000, 'bye'] as const }, back: [close(1000, 'bye')] }

const initiated: Case[] = [
  plays('7.1.2', 'the same Close, as an answer to one', [bye, { send: [close(1000, 'bye')], back: [] }], {
    closed: 1000,
  }),
  plays('7.1.2', 'an empty Close, as an answer to one', [bye, { send: [close()], back: [] }], {
    closed: 1005,
  }),
  plays('7.1.5', 'another Close, crossing one', [bye, { send: [close(4000, 'me too')], back: [] }], {
    closed: 4000,
  }),
  plays(
    '7.1.2',
    'a Close, as an answer to one with a reason of 123 bytes',
    [
      { application: { close: [4999, 'x'.repeat(123)] }, back: [close(4999, 'x'.repeat(123))] },
      { send: [close(4999)], back: [] },
    ],
    { closed: 4999 },
  ),
  plays(
    '5.5.1',
    'messages behind the endpoint’s Close, then the answer to it',
    [bye, { send: [text('on its way'), textStart('al'), last('so'), close(1000)], back: [] }],
    { closed: 1000 },
    { delivered: [text('on its way'), text('also')] },
  ),
  plays(
    '5.5.2',
    'a Ping behind the endpoint’s Close, then the answer to it',
    [bye, { send: [ping('still there?')], back: [pong('still there?')] }, { send: [close(1000)], back: [] }],
    { closed: 1000 },
  ),
  plays(
    '7.1.7',
    'a wrong frame behind the endpoint’s Close: there is no second Close',
    [bye, { send: [frame(3)], back: [] }],
    'failed',
  ),
  plays('5.5.1', 'a wrong Close behind the endpoint’s', [bye, { send: [close(1005)], back: [] }], 'failed'),
  plays('7.1.5', 'the end of TCP behind the endpoint’s Close', [bye], 'dropped'),
]

const dropped: Case[] = [
  plays('7.1.5', 'the end of TCP', [{ send: [], back: [] }], 'dropped'),
  plays('7.1.5', 'a text, then the end of TCP', [{ send: [text('last')], back: [text('last')] }], 'dropped'),
  plays(
    '7.1.5',
    'half a header, then the end of TCP',
    [{ send: [text('last'), { ...binary(noiseOf(300)), to: 0 }], back: [text('last')] }],
    'dropped',
  ),
  plays(
    '7.1.5',
    'half a frame, then the end of TCP',
    [{ send: [beginning(text('halves'), 3)], back: [] }],
    'dropped',
  ),
  plays(
    '7.1.5',
    'half a Close, then the end of TCP',
    [{ send: [beginning(close(1000, 'halves'), 2)], back: [] }],
    'dropped',
  ),
]

export const closing: readonly Case[] = [
  ...answered,
  ...codes,
  ...refused,
  ...around,
  ...initiated,
  ...dropped,
]
