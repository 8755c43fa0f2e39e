/** Ping and Pong (sections 5.5, 5.5.2, 5.5.3). */
import { type Case, echoes, fails, plays } from '../case.ts'
import {
  beginning,
  binary,
  failure,
  frame,
  hex,
  last,
  noiseOf,
  ping,
  pong,
  rest,
  text,
  textStart,
} from '../frames.ts'

const answered: Case[] = [
  ...[0, 1, 2, 3, 4, 63, 64, 123, 124, 125].map((size) =>
    echoes('5.5.2', `a Ping of ${size} bytes`, [ping(noiseOf(size))], [pong(noiseOf(size))]),
  ),
  echoes(
    '5.5.2',
    'a Ping of bytes that are not UTF-8',
    [ping(hex('00 ff fe fd c0 80'))],
    [pong(hex('00 ff fe fd c0 80'))],
  ),
  // Section 5.5.3 would allow to answer only the most recent one; all are answered.
  ...[2, 10, 100].map((count) =>
    echoes(
      '5.5.2',
      `${count} Pings in one piece`,
      Array.from({ length: count }, (_, at) => ping(`ping ${at}`)),
      Array.from({ length: count }, (_, at) => pong(`ping ${at}`)),
    ),
  ),
  echoes(
    '5.5.2',
    'Pings between messages',
    [ping('1'), text('one'), ping('2'), binary('two'), ping('3')],
    [pong('1'), text('one'), pong('2'), binary('two'), pong('3')],
  ),
  plays(
    '5.5.2',
    'Pings one by one',
    Array.from({ length: 10 }, (_, at) => ({ send: [ping(`${at}`)], back: [pong(`${at}`)] })),
    'open',
  ),
  plays(
    '5.5.2',
    'a Ping that comes in two halves',
    [
      { send: [beginning(ping('halves'), 3)], back: [] },
      { send: [rest(ping('halves'), 3)], back: [pong('halves')] },
    ],
    'open',
  ),
]

const unsolicited: Case[] = [
  echoes('5.5.3', 'an unsolicited Pong', [pong()], []),
  echoes('5.5.3', 'an unsolicited Pong of 125 bytes', [pong(noiseOf(125))], []),
  echoes('5.5.3', 'unsolicited Pongs around a Ping', [pong('a'), ping('b'), pong('c')], [pong('b')]),
  echoes('5.5.3', 'unsolicited Pongs around a text', [pong('a'), text('b'), pong('c')], [text('b')]),
  plays(
    '5.5.3',
    'a Pong to a Ping of the endpoint',
    [
      { application: { ping: Buffer.from('there?') }, back: [ping('there?')] },
      { send: [pong('there?'), text('yes')], back: [text('yes')] },
    ],
    'open',
  ),
  plays(
    '5.5.3',
    'a Pong to the last of three Pings only',
    [
      ...['1', '2', '3'].map((payload) => ({
        application: { ping: Buffer.from(payload) },
        back: [ping(payload)],
      })),
      { send: [pong('3'), text('yes')], back: [text('yes')] },
    ],
    'open',
  ),
]

const refused: Case[] = [
  ...[9, 10].flatMap((opcode) =>
    [126, 127, 65_536].map((size) =>
      fails('5.5', `opcode ${opcode} with ${size} bytes`, [frame(opcode, noiseOf(size))], 1002),
    ),
  ),
  ...[9, 10].map((opcode) => fails('5.5', `opcode ${opcode} without FIN`, [frame(opcode, 'x', false)], 1002)),
  fails('5.5', 'a right Ping, then one of 126 bytes', [ping('right'), ping(noiseOf(126))], 1002, [
    pong('right'),
  ]),
  plays(
    '5.5',
    'of a Ping of 126 bytes only the header',
    [{ send: [beginning(ping(noiseOf(126)), 0)], back: [failure(1002)] }],
    'failed',
  ),
  fails(
    '5.5',
    'a Ping in two frames between the fragments of a text',
    [textStart('te'), frame(9, 'pi', false), frame(0, 'ng'), last('xt')],
    1002,
  ),
]

export const pings: readonly Case[] = [...answered, ...unsolicited, ...refused]
