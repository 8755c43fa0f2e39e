import { closeCodeName } from '../../../../src/framing/close.ts'
import type { Action } from '../engine/action.ts'
import type { Question, Scenario, Step } from './scenario.ts'
import { open, toClient, toServer } from './steps.ts'

const group = 'Broken rules'

type Code = 1002 | 1007 | 1009

/** Which code does the server close with? `because` says why it is not one of them, and why it is not allowed. */
const codes = (question: string, because: Partial<Record<Code | 'none', string>>): Question => ({
  question,
  choices: [
    ...([1002, 1007, 1009] as const).map((code) => ({
      says: `${code}, ${closeCodeName(code)}`,
      means: { server: { sent: code } },
      because: because[code] ?? meanings[code],
    })),
    {
      says: 'None: that is allowed',
      means: { server: { state: 'open' } },
      ...(because.none === undefined ? {} : { because: because.none }),
    },
  ],
})

const meanings: Record<Code, string> = {
  1002: '1002 is for a rule of the protocol itself: the bits of a header, or the order of frames.',
  1007: '1007 is for a payload that does not fit its type, and the payload is not what is wrong here.',
  1009: '1009 is for a message that is larger than the receiver takes, and this one is small.',
}

/** The server failed the connection: its Close tells the client, and TCP ends. */
const failed = (code: number): Step => ({
  does: [{ do: 'flow' }],
  says: `The client reads ${code} in the server’s Close and answers with the same. The server does not read that answer: whoever fails a connection reads nothing more. For itself it has 1006, as if no Close had come.`,
  section: '7.1.7',
  expect: {
    client: { state: 'closed.cleanly', code },
    server: { state: 'closed.abnormally', code: 1006 },
  },
})

const bytes: (hex: string) => Action = (hex) => ({ do: 'frame', by: 'client', opcode: 1, hex })

export const ruleScenarios: readonly Scenario[] = [
  {
    id: 'bad-utf8',
    group,
    title: 'Text that is not UTF-8',
    about: 'A text message has to be UTF-8 as a whole, across its fragments.',
    steps: [
      open,
      {
        does: [{ ...bytes('e2 82'), fin: false } as Action, toServer],
        says: 'The first fragment ends inside a character: e2 82 is two thirds of “€”. That is allowed, only the whole message has to be valid.',
        section: '5.6',
        ask: codes(
          'A fragment ends inside a character. Does the server fail the connection, and with which code?',
          {
            1002: 'No header is wrong, and no order: a message may be cut anywhere.',
            1007: 'It is too early to say: only the message as a whole has to be UTF-8, and more is to come.',
          },
        ),
        expect: { server: { state: 'open', inbound: 'text', sent: null } },
      },
      {
        does: [{ do: 'frame', by: 'client', opcode: 0, hex: 'ac', fin: true }, toServer],
        says: 'The next fragment, ac, completes the character, and FIN 1 the message: “€”.',
        section: '5.6',
        expect: { server: { heard: '€', state: 'open' } },
      },
      {
        does: [bytes('68 69 ff 21'), toServer],
        says: 'ff can stand nowhere in UTF-8. The server fails the connection with 1007, invalid payload data, and its application gets nothing of the message.',
        section: '8.1',
        ask: codes('A text with the byte ff arrives. Which code does the server close with?', {
          1002: '1002 is for headers and the order of frames, and both are right here. It is the payload that is wrong.',
          none: 'In a binary message it is. A text has to be UTF-8, and ff stands in no character.',
        }),
        expect: { server: { state: 'closing.failed', sent: 1007, rule: 'INVALID_UTF8', messages: 1 } },
      },
      failed(1007),
    ],
    moral:
      'The server failed the connection with 1007, because a text was not UTF-8. The client has 1007, the server, which reads nothing more, 1006.',
  },
  {
    id: 'unmasked-frame',
    group,
    title: 'An unmasked frame to a server',
    about: 'A client that does not mask is not listened to.',
    steps: [
      open,
      {
        does: [{ do: 'frame', by: 'client', opcode: 1, text: 'plain', masked: false }],
        says: 'A client with a bug sends a frame without a mask: the second byte, 05, says so by its first bit, which is 0. “plain” can be read in the bytes.',
        section: '5.1',
        expect: { next: { to: 'server', kind: 'text', masked: false, bytes: 7 } },
        bytes: 'server',
      },
      {
        does: [toServer],
        says: 'The server must close the connection. It does so with 1002, protocol error: the text could be read easily, but a server that is lenient here takes away what masking is for.',
        section: '5.1',
        ask: codes('The payload is perfectly legible. Which code does the server close with?', {
          none: 'Every frame from a client has to be masked. Legible or not: that is how proxies between are protected.',
        }),
        expect: { server: { state: 'closing.failed', sent: 1002, rule: 'MASK_MISSING', heard: null } },
      },
      failed(1002),
    ],
    moral:
      'The server failed the connection with 1002, because a frame from a client was not masked. The client has 1002, the server, which reads nothing more, 1006.',
  },
  {
    id: 'reserved-bit',
    group,
    title: 'A reserved bit',
    about: 'Three bits of the header belong to extensions.',
    steps: [
      open,
      {
        does: [{ do: 'frame', by: 'client', opcode: 1, text: 'hello', rsv1: true }],
        says: 'RSV1 is set: the first byte is c1, where an ordinary text begins with 81. With permessage-deflate it would mean “compressed”, but no extension was negotiated here.',
        section: '5.2',
        expect: { next: { to: 'server', kind: 'text', reservedBits: 4 }, server: { extensions: [] } },
        bytes: 'server',
      },
      {
        does: [toServer],
        says: 'Bits that nobody has given a meaning must be 0: the server cannot know what it would misread, and fails the connection with 1002.',
        section: '5.2',
        ask: codes('No extension was negotiated. Which code does the server close with?', {
          none: 'To overlook the bit would be to read something else than was meant, such as compressed bytes as text.',
        }),
        expect: { server: { state: 'closing.failed', sent: 1002, rule: 'RESERVED_BITS' } },
      },
      failed(1002),
    ],
    moral:
      'The server failed the connection with 1002, because a reserved bit was set that no extension uses. The client has 1002, the server, which reads nothing more, 1006.',
  },
  {
    id: 'reserved-opcode',
    group,
    title: 'A reserved opcode',
    about: 'Of 16 opcodes, six are defined.',
    steps: [
      open,
      {
        does: [{ do: 'frame', by: 'client', opcode: 3, text: 'new' }, toServer],
        says: 'Opcode 0x3 is kept for later. An endpoint that does not know an opcode must fail the connection: 1002.',
        section: '5.2',
        ask: codes('A frame with opcode 0x3 arrives. Which code does the server close with?', {
          none: 'What it does not know it must not skip either: it might be a part of a message.',
        }),
        expect: { server: { state: 'closing.failed', sent: 1002, rule: 'RESERVED_OPCODE' } },
      },
      failed(1002),
    ],
    moral:
      'The server failed the connection with 1002, because it does not know the opcode 0x3. The client has 1002, the server, which reads nothing more, 1006.',
  },
  {
    id: 'continuation-out-of-order',
    group,
    title: 'A continuation of nothing',
    about: 'Fragments must come in order, one message at a time.',
    steps: [
      open,
      {
        does: [{ do: 'text', by: 'client', text: 'whole' }, toServer],
        says: 'A message in one frame: FIN 1. Nothing is in progress behind it.',
        section: '5.4',
        expect: { server: { inbound: 'idle', heard: 'whole' } },
      },
      {
        does: [{ do: 'continue', by: 'client', text: ' and more', fin: true }],
        says: 'There is nothing to continue: the client’s protocol refuses to send it.',
        section: '5.4',
        expect: { refusal: 'continuation frame without a message', toServer: [] },
      },
      {
        does: [{ do: 'frame', by: 'client', opcode: 0, text: ' and more' }, toServer],
        says: 'A client with a bug sends it. In the server’s statechart the region “inbound” is “idle”, where a continuation leads to failure: the server fails the connection with 1002.',
        section: '5.4',
        ask: codes(
          'A continuation frame arrives, and no message is in progress. Which code does the server close with?',
          {
            1007: 'The payload is fine as such. But nobody can say whether it is text or binary: the first frame of a message says that, and there was none.',
            none: 'Nobody can say whether it is text or binary: the first frame of a message says that, and there was none.',
          },
        ),
        expect: {
          server: { state: 'closing.failed', sent: 1002, rule: 'UNEXPECTED_CONTINUATION', messages: 1 },
        },
      },
      failed(1002),
    ],
    moral:
      'The server failed the connection with 1002, because of a continuation frame without a message in progress. The client has 1002, the server, which reads nothing more, 1006.',
  },
  {
    id: 'message-inside-a-message',
    group,
    title: 'A message inside a message',
    about: 'Only control frames may come between the fragments of a message.',
    steps: [
      open,
      {
        does: [{ do: 'text', by: 'client', text: 'first half', fin: false }, toServer],
        says: 'A message is in progress: FIN was 0.',
        section: '5.4',
        expect: { server: { inbound: 'text' } },
      },
      {
        does: [{ do: 'frame', by: 'client', opcode: 2, hex: '01' }, toServer],
        says: 'A binary frame begins a new message before the end of the one in progress: fragments of two messages must not be interleaved. 1002.',
        section: '5.4',
        ask: codes('A binary frame arrives in the middle of a text. Which code does the server close with?', {
          none: 'Continuations do not say which message they belong to, so there can be only one at a time.',
        }),
        expect: {
          server: { state: 'closing.failed', sent: 1002, rule: 'EXPECTED_CONTINUATION', heard: null },
        },
      },
      failed(1002),
    ],
    moral:
      'The server failed the connection with 1002, because a new message began before the end of the one in progress. The client has 1002, the server, which reads nothing more, 1006.',
  },
  {
    id: 'fragmented-ping',
    group,
    title: 'A fragmented Ping',
    about: 'Control frames are short and whole, so that they can always be handled at once.',
    steps: [
      open,
      {
        does: [{ do: 'frame', by: 'client', opcode: 9, text: 'pi', fin: false }, toServer],
        says: 'A Ping with FIN 0: control frames must not be fragmented, and hold 125 bytes at most. The server fails the connection with 1002.',
        section: '5.5',
        ask: codes('A Ping says that it is not complete. Which code does the server close with?', {
          none: 'Only messages may be fragmented. A control frame comes between the fragments of one, and must not need any itself.',
        }),
        expect: { server: { state: 'closing.failed', sent: 1002, rule: 'CONTROL_FRAME_FRAGMENTED' } },
      },
      failed(1002),
    ],
    moral:
      'The server failed the connection with 1002, because a control frame was fragmented. The client has 1002, the server, which reads nothing more, 1006.',
  },
  {
    id: 'oversize-message',
    group,
    title: 'A message that is too big',
    about: 'A receiver has to protect itself, and can do so before the bytes are there.',
    setup: { maxSize: 64 },
    steps: [
      {
        ...open,
        says: 'The connection is open. This server takes messages of 64 bytes at most.',
        section: '10.4',
      },
      {
        does: [{ do: 'text', by: 'client', text: 'x'.repeat(40), fin: false }, toServer],
        says: 'The first fragment has 40 bytes: 24 are left.',
        section: '10.4',
        expect: { server: { state: 'open', inbound: 'text' } },
      },
      {
        does: [
          { do: 'continue', by: 'client', text: 'x'.repeat(30), fin: true },
          { do: 'deliver', to: 'server', amount: 6 },
        ],
        says: 'Only the header of the second one has arrived, and it says 30: too much for the message as a whole. The server closes with 1009 (“30 bytes, limit 24”: what was left), before it has stored any of it.',
        section: '7.4.1',
        ask: codes('The header of the next fragment says 30 bytes. Which code does the server close with?', {
          1002: 'RFC 6455 knows no limit, so no rule of the protocol is broken. It is this server that takes no more.',
          1007: 'Nothing of the payload has been looked at: its length is enough.',
          none: '30 bytes alone would be. But the limit is for the message, and 40 of 64 are taken.',
        }),
        expect: {
          server: { state: 'closing.failed', sent: 1009, rule: 'MESSAGE_TOO_BIG', heard: null },
          next: { to: 'server', kind: 'continuation', arrived: 6 },
        },
      },
      failed(1009),
    ],
    moral:
      'The server failed the connection with 1009, because a message of 70 bytes in two fragments is too big where 64 are allowed. The client has 1009, the server, which reads nothing more, 1006.',
  },
  {
    id: 'masked-frame-to-client',
    group,
    title: 'A masked frame to a client',
    about: 'The rule has another half: a server must not mask.',
    steps: [
      open,
      {
        does: [{ do: 'frame', by: 'server', opcode: 1, text: 'hidden', masked: true }, toClient],
        says: 'The client fails the connection with 1002. This time it is the client that has found something wrong. (The server has a bug: its frame was masked.)',
        section: '5.1',
        expect: {
          client: { state: 'closing.failed', sent: 1002, rule: 'MASK_UNEXPECTED' },
          toServer: ['close'],
        },
      },
      {
        does: [toServer],
        says: 'The server answers the Close and ends TCP, as servers do; the client no longer looks at what comes.',
        section: '7.1.1',
        ask: {
          question: 'Who ends TCP first now?',
          choices: [
            {
              says: 'The client: it failed the connection',
              means: { toServer: ['fin'] },
              because:
                'Its Close goes out first, and the end of TCP is left to the server even then. If that never came, the client’s timer would end it.',
            },
            { says: 'The server', means: { toClient: ['close', 'fin'], toServer: [] } },
          ],
        },
        expect: { server: { state: 'closing.acknowledged', received: 1002 }, toClient: ['close', 'fin'] },
      },
      {
        does: [{ do: 'flow' }],
        says: 'The server has 1002. The client discarded the server’s Close and has 1006.',
        section: '7.1.7',
        expect: {
          client: { state: 'closed.abnormally', code: 1006 },
          server: { state: 'closed.cleanly', code: 1002 },
        },
      },
    ],
    moral:
      'The client failed the connection with 1002, because a frame from a server was masked. The server has 1002, the client, which reads nothing more, 1006.',
  },
]
