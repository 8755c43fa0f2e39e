import type { Scenario } from './scenario.ts'
import { open, toClient, toServer } from './steps.ts'

const group = 'Messages'
const long = 'all work and no play makes jack a dull boy. '.repeat(5)

export const messageScenarios: readonly Scenario[] = [
  {
    id: 'text-and-binary',
    group,
    title: 'Text and binary',
    about: 'The two kinds of messages, and what a frame adds to them.',
    steps: [
      open,
      {
        does: [{ do: 'text', by: 'client', text: 'Hello' }],
        says: 'What is sent travels in frames: a header, and behind it the payload. A text message is a frame with opcode 0x1. Its payload is UTF-8, here 5 bytes; the header of a client’s small frame takes 6: two, and a masking key of four.',
        section: '5.2',
        expect: {
          toServer: ['text'],
          next: { to: 'server', kind: 'text', bytes: 11, payload: 5, fin: true, masked: true },
        },
        bytes: 'server',
      },
      {
        does: [toServer],
        says: 'The server unmasks it, checks that it is UTF-8, and hands “Hello” to its application.',
        section: '5.6',
        expect: { server: { heard: 'Hello', messages: 1 }, toServer: [] },
      },
      {
        does: [{ do: 'binary', by: 'server', hex: '00 ff 10 20' }],
        says: 'A binary message has opcode 0x2, and its payload may be any bytes. A server does not mask: 2 bytes of header, 4 of payload.',
        section: '5.6',
        ask: {
          question: 'The server sends 4 bytes as a binary message. How many bytes go over the wire?',
          choices: [
            {
              says: '4',
              means: { next: { to: 'client', kind: 'binary', bytes: 4 } },
              because:
                'No frame comes without a header: who reads has to know where it ends, and what it is.',
            },
            { says: '6', means: { next: { to: 'client', kind: 'binary', bytes: 6 } } },
            {
              says: '10',
              means: { next: { to: 'client', kind: 'binary', bytes: 10 } },
              because:
                'So it would be from a client, with a masking key of four bytes. A server does not mask.',
            },
          ],
        },
        expect: { next: { to: 'client', kind: 'binary', bytes: 6, payload: 4, masked: false } },
        bytes: 'client',
      },
      {
        does: [toClient],
        says: 'The client gets the bytes as they are. Both directions are independent: nobody has to answer.',
        section: '5.6',
        expect: { client: { heard: '00 ff 10 20', messages: 1, state: 'open' } },
      },
    ],
    moral:
      'Nobody closed, both sides are open. What a small frame costs besides its payload: 2 bytes from a server, 6 from a client.',
  },
  {
    id: 'fragments-with-a-ping',
    group,
    title: 'Fragments, with a Ping between',
    about: 'A message may be sent in parts, and a control frame may come between them.',
    steps: [
      open,
      {
        does: [{ do: 'text', by: 'client', text: 'one, ', fin: false }, toServer],
        says: 'The first fragment has the opcode of the message and FIN 0: there is more to come. In the server’s statechart (on the right) the region “inbound” is in “text” until the message ends.',
        section: '5.4',
        expect: {
          client: { outbound: 'text' },
          server: { inbound: 'text', heard: null },
        },
      },
      {
        does: [{ do: 'text', by: 'client', text: 'another message' }],
        says: 'A second message cannot begin inside the first: the client’s own protocol refuses it, and nothing is sent.',
        section: '5.4',
        expect: { refusal: 'new message before the end', toServer: [], client: { outbound: 'text' } },
      },
      {
        does: [{ do: 'ping', by: 'client', text: 'there?' }, toServer],
        says: 'Control frames may be injected in the middle of a fragmented message. The server answers the Ping at once, and the message is still in progress.',
        section: '5.4',
        ask: {
          question: 'A Ping arrives between two fragments. What does the server do?',
          choices: [
            {
              says: 'It answers with a Pong and goes on waiting for the rest',
              means: { server: { state: 'open', inbound: 'text' }, toClient: ['pong'] },
            },
            {
              says: 'It answers when the message is complete',
              means: { server: { state: 'open', inbound: 'text' }, toClient: [] },
              because:
                'A message may take long, and a Pong is to come as soon as is practical (section 5.5.2).',
            },
            {
              says: 'It fails the connection with 1002',
              means: { server: { state: 'closing.failed' } },
              because: 'Only frames of another message must not come between. Control frames may.',
            },
          ],
        },
        expect: { server: { inbound: 'text', state: 'open', heard: null }, toClient: ['pong'] },
      },
      {
        does: [{ do: 'continue', by: 'client', text: 'two, ', fin: false }, toServer],
        says: 'Further fragments have opcode 0x0, continuation: the kind of the message was said by the first one.',
        section: '5.4',
        expect: { server: { inbound: 'text', heard: null } },
      },
      {
        does: [{ do: 'continue', by: 'client', text: 'three', fin: true }, toServer],
        says: 'FIN 1 ends the message: now the application gets it, as one.',
        section: '5.4',
        expect: {
          server: { inbound: 'idle', heard: 'one, two, three', messages: 1 },
          client: { outbound: 'idle' },
        },
      },
      {
        does: [{ do: 'flow' }],
        says: 'The Pong arrives with the payload of the Ping: “there?”.',
        section: '5.5.3',
        expect: { toClient: [], client: { state: 'open' } },
      },
    ],
    moral:
      'Nobody closed: three fragments were one message, and the Ping between them was answered on the way.',
  },
  {
    id: 'masking',
    group,
    title: 'Masking, and why',
    about:
      'Every frame of a client is scrambled with a fresh key: to protect what stands between, not the message.',
    steps: [
      open,
      {
        does: [{ do: 'text', by: 'client', text: 'GET /evil HTTP/1.1' }],
        says: 'The payload is XORed with a masking key of four bytes that stands right before it: look at the bytes below the wire. A script in a browser cannot know the key, so it cannot make bytes on the wire that a proxy would take for an HTTP request.',
        section: '5.3',
        expect: { next: { to: 'server', kind: 'text', masked: true, payload: 18, bytes: 24 } },
        bytes: 'server',
      },
      {
        does: [toServer],
        says: 'The server undoes it with the same XOR. Masking hides nothing from somebody who reads along: the key is in the frame. For secrecy there is TLS.',
        section: '10.3',
        expect: { server: { heard: 'GET /evil HTTP/1.1' } },
      },
      {
        does: [{ do: 'text', by: 'client', text: 'GET /evil HTTP/1.1' }],
        says: 'The same text once more: another key, so other bytes. The key must be fresh and unpredictable for each frame.',
        section: '5.3',
        expect: { next: { to: 'server', kind: 'text', masked: true } },
        bytes: 'server',
      },
      {
        does: [{ do: 'flow' }, { do: 'text', by: 'server', text: 'reply' }],
        says: 'A server must not mask: a client would fail the connection. Nor is there need to: what fools a proxy is a false request, and requests come from clients.',
        section: '5.1',
        ask: {
          question: 'The server replies with 5 bytes of text. Is its frame masked?',
          choices: [
            {
              says: 'Yes',
              means: { next: { to: 'client', kind: 'text', masked: true } },
              because: 'Masking guards what a client sends; a server must not mask.',
            },
            { says: 'No', means: { next: { to: 'client', kind: 'text', masked: false } } },
          ],
        },
        expect: {
          server: { messages: 2 },
          next: { to: 'client', kind: 'text', masked: false, bytes: 7 },
        },
        bytes: 'client',
      },
      { ...read('reply'), says: 'It is read as it stands.', section: '5.1' },
    ],
    moral: 'Nobody closed, both sides are open. Clients mask, servers do not; the key is no secret.',
  },
  {
    id: 'lengths',
    group,
    title: 'Three forms of a length',
    about: 'Up to 125 bytes the length is in the second byte; beyond, 2 or 8 more bytes hold it.',
    steps: [
      open,
      {
        does: [{ do: 'text', by: 'server', text: 'x'.repeat(125) }],
        says: '125 bytes: the length fits in the 7 bits behind the MASK bit (7d is 125), and the header is 2 bytes.',
        section: '5.2',
        expect: { next: { to: 'client', kind: 'text', payload: 125, bytes: 127 } },
        bytes: 'client',
      },
      {
        does: [toClient, { do: 'text', by: 'server', text: 'x'.repeat(126) }],
        says: '126 bytes: the 7 bits say 126 (7e), which means that the length follows in 16 bits (00 7e). The header is 4 bytes.',
        section: '5.2',
        ask: {
          question: 'One byte more: 126 bytes of payload. How long is the header now?',
          choices: [
            {
              says: '2 bytes',
              means: { next: { to: 'client', kind: 'text', bytes: 128 } },
              because:
                'Seven bits could hold 126, but 126 and 127 are taken: they say that the length follows in 2 or in 8 more bytes.',
            },
            {
              says: '3 bytes',
              means: { next: { to: 'client', kind: 'text', bytes: 129 } },
              because: 'There is no form with one byte more: the next one has two.',
            },
            { says: '4 bytes', means: { next: { to: 'client', kind: 'text', bytes: 130 } } },
          ],
        },
        expect: { next: { to: 'client', kind: 'text', payload: 126, bytes: 130 } },
        bytes: 'client',
      },
      {
        does: [toClient, { do: 'binary', by: 'server', hex: '00'.repeat(65_536) }],
        says: 'Two bytes end at 65,535. For 65,536 bytes the 7 bits say 127 (7f), and the length follows in 64 bits: a header of 10 bytes.',
        section: '5.2',
        expect: { next: { to: 'client', kind: 'binary', payload: 65_536, bytes: 65_546 } },
        bytes: 'client',
      },
      {
        does: [
          { do: 'flow' },
          { do: 'frame', by: 'server', opcode: 1, text: 'hi', lengthBits: 16 },
          toClient,
        ],
        says: 'The shortest form must be used: 2 bytes of payload with a length in 16 bits break the rule, and the client fails the connection with 1002.',
        section: '5.2',
        expect: { client: { state: 'closing.failed', rule: 'LENGTH_NOT_MINIMAL', sent: 1002 } },
      },
      {
        does: [{ do: 'flow' }],
        says: 'Its Close frame says so: the server answers with 1002, and TCP ends. The client does not read that answer (whoever fails a connection reads nothing more), so for itself it has 1006.',
        section: '7.1.7',
        expect: {
          server: { state: 'closed.cleanly', code: 1002 },
          client: { state: 'closed.abnormally', code: 1006 },
        },
      },
    ],
    moral:
      'The client failed the connection with 1002, because a length was not in its shortest form. The server was told so; the client, which reads nothing more, has 1006.',
  },
  {
    id: 'byte-by-byte',
    group,
    title: 'Frames are not packets',
    about: 'TCP carries bytes: a frame may arrive in pieces, or several in one piece.',
    steps: [
      open,
      {
        does: [
          { do: 'text', by: 'client', text: 'A' },
          { do: 'deliver', to: 'server', amount: 1 },
        ],
        says: 'One byte has arrived: FIN, the reserved bits and the opcode. The header is not whole yet: the server keeps the byte, and waits.',
        section: '5.2',
        expect: { server: { heard: null, state: 'open' }, next: { to: 'server', kind: 'text', arrived: 1 } },
        bytes: 'server',
      },
      {
        does: [{ do: 'deliver', to: 'server', amount: 5 }],
        says: 'The header is whole, the masking key too. The payload, one byte, is still on its way.',
        section: '5.2',
        expect: { server: { heard: null }, next: { to: 'server', kind: 'text', arrived: 6, bytes: 7 } },
        bytes: 'server',
      },
      {
        does: [{ do: 'deliver', to: 'server', amount: 1 }],
        says: 'With the last byte the frame is there, and the message with it.',
        section: '5.4',
        expect: { server: { heard: 'A' }, toServer: [] },
      },
      {
        does: [
          { do: 'text', by: 'client', text: 'B' },
          { do: 'text', by: 'client', text: 'C' },
          { do: 'deliver', to: 'server', amount: 'all' },
        ],
        says: 'Two frames that arrive at once are two messages all the same: it is the headers that tell them apart.',
        section: '5.4',
        ask: {
          question:
            '“B” and “C” are sent as two messages and arrive together. What does the server’s application get?',
          choices: [
            {
              says: 'One message, “BC”',
              means: { server: { heard: 'BC', messages: 2 } },
              because:
                'Each frame has a header with its length, so where one ends is known, whatever arrives with it.',
            },
            { says: 'Two messages, “B” and “C”', means: { server: { heard: 'C', messages: 3 } } },
          ],
        },
        expect: { server: { heard: 'C', messages: 3 } },
      },
    ],
    moral: 'Nobody closed, both sides are open. Where TCP cuts the stream has no meaning.',
  },
  {
    id: 'compression',
    group,
    title: 'Compression',
    about: 'permessage-deflate: agreed in the handshake, marked by a reserved bit.',
    setup: { compression: true },
    steps: [
      {
        does: [{ do: 'request' }],
        says: 'The client offers permessage-deflate in a line of its request, Sec-WebSocket-Extensions.',
        section: 'RFC 7692, 7.1',
        expect: { toServer: ['request'], client: { extensions: [] } },
        bytes: 'server',
      },
      {
        does: [toServer, { do: 'accept' }],
        says: 'The server accepts it in its 101: either side may compress its messages then.',
        section: 'RFC 7692, 5.1',
        expect: { toClient: ['response'], server: { state: 'open', extensions: ['permessage-deflate'] } },
        bytes: 'client',
      },
      {
        does: [toClient, { do: 'text', by: 'server', text: long }],
        says: 'The first reserved bit, RSV1, is set: the message is compressed. 220 bytes of text became a payload of 50.',
        section: 'RFC 7692, 6',
        expect: {
          client: { state: 'open', extensions: ['permessage-deflate'] },
          next: { to: 'client', kind: 'text', reservedBits: 4, fin: true, payload: 50 },
        },
        bytes: 'client',
      },
      {
        does: [toClient, { do: 'text', by: 'server', text: long }],
        says: 'The same text again is 5 bytes: the compressor remembers what it has sent (context takeover) and refers to it.',
        section: 'RFC 7692, 7.2.3.2',
        expect: {
          client: { messages: 1 },
          next: { to: 'client', kind: 'text', reservedBits: 4, payload: 5 },
        },
        bytes: 'client',
      },
      {
        does: [
          { do: 'flow' },
          { do: 'frame', by: 'server', opcode: 1, rsv1: true, hex: 'ff ff ff' },
          toClient,
        ],
        says: 'RSV1 is set, but the payload is no compressed data: the client cannot inflate it and fails the connection. RFC 7692 names no code for that; this client says 1007, invalid payload data, as the header was right and the payload was not.',
        section: 'RFC 7692, 7.2.2',
        ask: {
          question:
            'The server has a bug: it sends a frame with RSV1 whose payload cannot be inflated. Which code does this client close with?',
          choices: [
            {
              says: '1002, protocol error',
              means: { client: { sent: 1002 } },
              because:
                'Some clients do: RFC 7692 names no code. But the frame’s header breaks no rule here, its payload does.',
            },
            { says: '1007, invalid payload data', means: { client: { sent: 1007 } } },
            {
              says: '1009, message too big',
              means: { client: { sent: 1009 } },
              because:
                'That is for a message that is larger than the receiver takes. It would fit a small payload that inflates to a huge one.',
            },
          ],
        },
        expect: { client: { state: 'closing.failed', rule: 'INVALID_DEFLATE', sent: 1007, messages: 2 } },
      },
      {
        does: [{ do: 'flow' }],
        says: 'The server reads why, answers with a Close, and TCP ends. The client, which reads nothing more after it failed the connection, reports 1006.',
        section: '7.1.7',
        expect: { server: { state: 'closed.cleanly', code: 1007 }, client: { code: 1006 } },
      },
    ],
    moral:
      'The client failed the connection with 1007, because compressed data could not be inflated. The server has 1007; the client, which reads nothing more, has 1006.',
  },
]

function read(heard: string) {
  return { does: [toClient], expect: { client: { heard } } }
}
