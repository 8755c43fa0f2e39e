/** Limits of the endpoint (section 10.4): what is over them fails with 1009 as soon as it can be known. */
import { type Case, echoes, fails, plays } from '../case.ts'
import {
  beginning,
  binary,
  binaryStart,
  close,
  cut,
  failure,
  fragmented,
  last,
  middle,
  noiseOf,
  ping,
  pong,
  text,
  textStart,
} from '../frames.ts'

const small = { setup: { maxSize: 1_000 } }
const MiB = 2 ** 20

const ofMessages: Case[] = [
  echoes('10.4', 'a message as large as allowed', [binary(noiseOf(1_000))], [binary(noiseOf(1_000))], small),
  fails('10.4', 'a message one byte over the limit', [binary(noiseOf(1_001))], 1009, [], small),
  fails(
    '10.4',
    'a right message, then one over the limit',
    [text('right'), binary(noiseOf(1_001))],
    1009,
    [text('right')],
    small,
  ),
  plays(
    '10.4',
    'of a message over the limit only the header',
    [{ send: [beginning(binary(noiseOf(1_001)), 0)], back: [failure(1009)] }],
    'failed',
    small,
  ),
  echoes(
    '10.4',
    'fragments as large together as allowed',
    fragmented(2, cut(noiseOf(1_000), 300)),
    [binary(noiseOf(1_000))],
    small,
  ),
  fails(
    '10.4',
    'fragments one byte over the limit together',
    fragmented(2, cut(noiseOf(1_001), 300)),
    1009,
    [],
    small,
  ),
  plays(
    '10.4',
    'of a fragment that would be over the limit only the header',
    [
      { send: [binaryStart(noiseOf(600))], back: [] },
      { send: [beginning(middle(noiseOf(401)), 0)], back: [failure(1009)] },
    ],
    'failed',
    small,
  ),
  echoes(
    '10.4',
    'one message as large as allowed behind another: each counts alone',
    [binaryStart(noiseOf(600)), last(noiseOf(400)), binary(noiseOf(1_000))],
    [binary(Buffer.concat([noiseOf(600), noiseOf(400)])), binary(noiseOf(1_000))],
    small,
  ),
  echoes('10.4', 'an empty message where only empty ones are allowed', [text()], [text()], {
    setup: { maxSize: 0 },
  }),
  fails('10.4', 'a byte where only empty messages are allowed', [text('x')], 1009, [], {
    setup: { maxSize: 0 },
  }),
  echoes(
    '10.4',
    'a Ping of 125 bytes where messages may have 10: control frames do not count',
    [textStart('12345'), ping(noiseOf(125)), last('67890')],
    [pong(noiseOf(125)), text('1234567890')],
    { setup: { maxSize: 10 } },
  ),
  plays(
    '10.4',
    'a Close of 125 bytes where messages may have 10',
    [{ send: [close(1000, 'x'.repeat(123))], back: [close(1000, 'x'.repeat(123))] }],
    { closed: 1000 },
    { setup: { maxSize: 10 } },
  ),
  echoes('10.4', '1 MiB, the limit by default', [binary(noiseOf(MiB))], [binary(noiseOf(MiB))]),
  plays(
    '10.4',
    'the header of 1 MiB and a byte, over the limit by default',
    [{ send: [beginning(binary(noiseOf(MiB + 1)), 0)], back: [failure(1009)] }],
    'failed',
  ),
]

const ofFrames: Case[] = [
  echoes(
    '10.4',
    'frames as large as allowed',
    [binaryStart(noiseOf(100)), last(noiseOf(100))],
    [binary(Buffer.concat([noiseOf(100), noiseOf(100)]))],
    { setup: { maxSize: { frame: 100 } } },
  ),
  fails(
    '10.4',
    'a frame one byte over its limit',
    [binaryStart(noiseOf(100)), last(noiseOf(101))],
    1009,
    [],
    {
      setup: { maxSize: { frame: 100 } },
    },
  ),
  echoes('10.4', 'frames within both limits', fragmented(2, cut(noiseOf(250), 100)), [binary(noiseOf(250))], {
    setup: { maxSize: { message: 250, frame: 100 } },
  }),
  fails(
    '10.4',
    'frames within their limit, over the message’s',
    fragmented(2, cut(noiseOf(251), 100)),
    1009,
    [],
    {
      setup: { maxSize: { message: 250, frame: 100 } },
    },
  ),
]

const ofFragments: Case[] = [
  echoes('10.4', 'as many fragments as allowed', [textStart('a'), middle('b'), last('c')], [text('abc')], {
    setup: { maxFragments: 3 },
  }),
  fails('10.4', 'a fragment too many', [textStart('a'), middle('b'), middle('c'), last('d')], 1009, [], {
    setup: { maxFragments: 3 },
  }),
  fails(
    '10.4',
    'empty fragments without end',
    [textStart(), ...Array.from({ length: 100 }, () => middle())],
    1009,
    [],
    {
      setup: { maxFragments: 100 },
    },
  ),
  echoes(
    '10.4',
    'Pings between as many fragments as allowed: they do not count',
    [textStart('a'), ping('1'), ping('2'), last('b'), text('c')],
    [pong('1'), pong('2'), text('ab'), text('c')],
    { setup: { maxFragments: 2 } },
  ),
  fails(
    '10.4',
    '16,385 fragments, one over the limit by default',
    [textStart(), ...Array.from({ length: 16_384 }, () => middle())],
    1009,
  ),
]

const beyondCounting: Case[] = [2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n].map((announces) =>
  fails('10.4', `a header that tells ${announces} bytes`, [{ ...binary('start'), announces }], 1009),
)

/** Without a limit, what JavaScript cannot count to is one. */
const unlimited: Case[] = [
  fails(
    '10.4',
    'a header that tells 2^53 bytes, without a limit',
    [{ ...binary('start'), announces: 2n ** 53n }],
    1009,
    [],
    {
      setup: { maxSize: null },
    },
  ),
  plays(
    '10.4',
    'the header of 2^40 bytes and a few of them, without a limit: nothing is wrong yet',
    [{ send: [{ ...binary('start'), announces: 2n ** 40n }], back: [] }],
    'dropped',
    { setup: { maxSize: null } },
  ),
]

export const limits: readonly Case[] = [
  ...ofMessages,
  ...ofFrames,
  ...ofFragments,
  ...beyondCounting,
  ...unlimited,
]
