/** permessage-deflate: messages under every agreement (RFC 7692, sections 7.1 and 7.2). */
import { type Case, type DeflateAgreement, echoes, plays } from '../case.ts'
import { binary, compressed, noiseOf, ping, pong, proseOf, text } from '../frames.ts'

const KiB = 2 ** 10
const repeated = proseOf(3_000)

/** What makes use of the context, of a window larger than the smallest, and of nothing. */
const conversation = [
  text('Hello'),
  text('Hello'),
  text(repeated),
  text(repeated),
  binary(noiseOf(700)),
  binary(noiseOf(700)),
  text(),
  text('Hello'),
  binary(new Uint8Array(3_000)),
  text(repeated),
]

function described(agreement: DeflateAgreement): string {
  const { serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits } =
    agreement
  const context = (none: boolean | undefined) => (none ? 'no context takeover' : 'context takeover')
  const window = (bits: number | undefined) => (bits === undefined ? 'any window' : `${bits} bits`)
  const server = `server: ${context(serverNoContextTakeover)}, ${window(serverMaxWindowBits)}`
  return `${server}; client: ${context(clientNoContextTakeover)}, ${window(clientMaxWindowBits)}`
}

const takeovers: DeflateAgreement[] = [
  {},
  { serverNoContextTakeover: true },
  { clientNoContextTakeover: true },
  { serverNoContextTakeover: true, clientNoContextTakeover: true },
]

const windows: DeflateAgreement[] = [
  {},
  ...[8, 9, 10, 11, 12, 13, 14, 15].map((bits) => ({ serverMaxWindowBits: bits, clientMaxWindowBits: bits })),
  { serverMaxWindowBits: 8 },
  { clientMaxWindowBits: 8 },
  { serverMaxWindowBits: 9, clientMaxWindowBits: 15 },
  { serverMaxWindowBits: 15, clientMaxWindowBits: 10 },
]

const agreements: Case[] = takeovers.flatMap((takeover) =>
  windows.map((window) => {
    const deflate = { ...takeover, ...window }
    return echoes(
      'RFC 7692 7.1',
      `a conversation, ${described(deflate)}`,
      conversation.map((message) => compressed(message)),
      conversation,
      { setup: { deflate } },
    )
  }),
)

const sizes: Case[] = [
  0,
  1,
  16,
  64,
  125,
  126,
  256,
  KiB,
  4 * KiB,
  8 * KiB,
  16 * KiB,
  32 * KiB,
  64 * KiB,
  128 * KiB,
].flatMap((size) => [
  echoes(
    'RFC 7692 7.2',
    `a text of ${size} bytes`,
    [compressed(text(proseOf(size)))],
    [text(proseOf(size))],
    {
      setup: { deflate: {} },
    },
  ),
  echoes(
    'RFC 7692 7.2',
    `${size} bytes that do not compress`,
    [compressed(binary(noiseOf(size)))],
    [binary(noiseOf(size))],
    {
      setup: { deflate: {} },
    },
  ),
])

const fragments: Case[] = takeovers.flatMap((deflate) => [
  echoes(
    'RFC 7692 6.1',
    `compressed messages in frames of a byte, ${described(deflate)}`,
    [
      compressed(text('Hello'), { fragments: [1, 1, 1, 1] }),
      compressed(text(repeated), { fragments: Array.from({ length: 200 }, () => 1) }),
      compressed(text('Hello'), { fragments: [1, 1] }),
    ],
    [text('Hello'), text(repeated), text('Hello')],
    { setup: { deflate } },
  ),
  echoes(
    'RFC 7692 6.1',
    `compressed messages with empty frames, ${described(deflate)}`,
    [
      compressed(text(repeated), { fragments: [0, 0, 100, 0, 200, 0] }),
      compressed(binary(repeated), { fragments: [0] }),
    ],
    [text(repeated), binary(repeated)],
    { setup: { deflate } },
  ),
])

const mixed: Case[] = [
  echoes(
    'RFC 7692 6',
    'compressed and uncompressed messages in turn',
    [
      text('plain'),
      compressed(text('deflated')),
      binary('plain'),
      compressed(binary('deflated')),
      text('plain'),
    ],
    [text('plain'), text('deflated'), binary('plain'), binary('deflated'), text('plain')],
    { setup: { deflate: {} } },
  ),
  echoes(
    'RFC 7692 6',
    'uncompressed messages only',
    [text('plain'), binary('plain'), text()],
    [text('plain'), binary('plain'), text()],
    { setup: { deflate: {} } },
  ),
  echoes(
    'RFC 7692 6',
    'Pings between compressed messages',
    [ping('1'), compressed(text('deflated')), ping('2'), compressed(text('deflated')), ping('3')],
    [pong('1'), text('deflated'), pong('2'), text('deflated'), pong('3')],
    { setup: { deflate: {} } },
  ),
  echoes(
    'RFC 7692 7.2.3.3',
    'blocks that are not compressed, and blocks with fixed Huffman codes',
    [
      compressed(text(repeated), { blocks: 'stored' }),
      compressed(text(repeated), { blocks: 'fixed' }),
      compressed(text(repeated)),
    ],
    [text(repeated), text(repeated), text(repeated)],
    { setup: { deflate: {} } },
  ),
  echoes(
    'RFC 7692 7.2.1',
    '100 messages in a row',
    Array.from({ length: 100 }, (_, at) => compressed(text(proseOf(at * 13)))),
    Array.from({ length: 100 }, (_, at) => text(proseOf(at * 13))),
    { setup: { deflate: {} } },
  ),
  plays(
    'RFC 7692 7.2.1',
    'compressed messages one by one',
    Array.from({ length: 5 }, () => ({ send: [compressed(text(repeated))], back: [text(repeated)] })),
    'open',
    { setup: { deflate: {} } },
  ),
]

const tunings: Case[] = [
  ...[-1, 0, 1, 6, 9].map((level) => ({ level })),
  ...[1, 5, 9].map((memLevel) => ({ memLevel })),
].map((tuning) =>
  echoes(
    'RFC 7692 7.2.1',
    `a conversation, the endpoint with ${JSON.stringify(tuning)}`,
    conversation.map((message) => compressed(message)),
    conversation,
    { setup: { deflate: {}, tuning } },
  ),
)

const thresholds: Case[] = [
  echoes(
    'RFC 7692 6',
    'messages around the endpoint’s threshold of 1,000 bytes',
    [compressed(text(proseOf(999))), compressed(text(proseOf(1_000))), compressed(text('short'))],
    [
      { ...text(proseOf(999)), compressed: false },
      text(proseOf(1_000)),
      { ...text('short'), compressed: false },
    ],
    { setup: { deflate: {}, tuning: { threshold: 1_000 } } },
  ),
]

const MiB = 2 ** 20

const large: Case[] = [1, 4].flatMap((mebibytes) => [
  echoes(
    'RFC 7692 7.2',
    `a text of ${mebibytes} MiB`,
    [compressed(text(proseOf(mebibytes * MiB)))],
    [text(proseOf(mebibytes * MiB))],
    { setup: { deflate: {}, maxSize: 16 * MiB } },
  ),
])

export const compressedMessages: readonly Case[] = [
  ...agreements,
  ...sizes,
  ...fragments,
  ...mixed,
  ...tunings,
  ...thresholds,
  ...large,
]
