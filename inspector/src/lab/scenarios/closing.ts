import type { Scenario } from './scenario.ts'
import { open, toClient, toServer } from './steps.ts'

const group = 'Closing'

export const closingScenarios: readonly Scenario[] = [
  {
    id: 'close-by-client',
    group,
    title: 'The client closes',
    about: 'The closing handshake: a Close frame each way, and then the end of TCP.',
    steps: [
      open,
      {
        does: [{ do: 'close', by: 'client', code: 1000, reason: 'done' }],
        says: 'The client sends a Close frame with 1000, normal closure, and a reason. It may send no more data now, and it waits for the server’s Close; a timer runs, in case none comes.',
        section: '7.1.2',
        expect: { client: { state: 'closing.initiated', sent: 1000, timer: 'closing' }, toServer: ['close'] },
      },
      {
        does: [toServer],
        says: 'The server answers with a Close of its own, with the same code, and ends its half of TCP: of the two, the server goes first, so that the waiting behind a closed TCP connection (TIME_WAIT) is not the client’s.',
        section: '7.1.1',
        ask: {
          question: 'The Close has reached the server. What does it send?',
          choices: [
            { says: 'A Close with the same code, then FIN', means: { toClient: ['close', 'fin'] } },
            {
              says: 'A Close, and waits for the client to end TCP',
              means: { toClient: ['close'] },
              because:
                'Of the two, the server should end TCP first: whoever does has to keep the connection in mind for a while, and a server can bear that.',
            },
            {
              says: 'Only FIN',
              means: { toClient: ['fin'] },
              because: 'A Close is answered with a Close. An end of TCP alone would look like a crash.',
            },
          ],
        },
        expect: {
          server: { state: 'closing.acknowledged', received: 1000, sent: 1000, closedFirst: false },
          toClient: ['close', 'fin'],
        },
      },
      {
        does: [toClient],
        says: 'Both Close frames are exchanged. The client does not end TCP yet: it waits for the server to.',
        section: '7.1.1',
        expect: {
          client: { state: 'closing.acknowledged', received: 1000, closedFirst: true },
          toServer: [],
        },
      },
      {
        does: [toClient],
        says: 'The server’s FIN has arrived: the client is closed, cleanly, with 1000, and ends its half, too.',
        section: '7.1.4',
        expect: { client: { state: 'closed.cleanly', code: 1000 }, toServer: ['fin'] },
      },
      {
        does: [toServer],
        says: 'The client’s FIN arrives, and the server is closed, too.',
        section: '7.1.4',
        expect: { server: { state: 'closed.cleanly', code: 1000 }, client: { code: 1000 } },
      },
    ],
    moral:
      'The client closed first, with 1000 “done”; the server answered with the same. Clean on both sides.',
  },
  {
    id: 'close-by-server',
    group,
    title: 'The server closes',
    about: 'The same handshake from the other end; TCP is still ended by the server.',
    steps: [
      open,
      {
        does: [{ do: 'close', by: 'server', code: 1001, reason: 'restarting' }],
        says: 'The server goes away: 1001. It does not end TCP yet: the client’s Close may be behind messages that are still coming.',
        section: '7.4.1',
        expect: { server: { state: 'closing.initiated', sent: 1001 }, toClient: ['close'] },
      },
      {
        does: [toClient],
        says: 'The client answers with the same code. Both Close frames are sent, and now it waits for the server to end TCP.',
        section: '5.5.1',
        ask: {
          question: 'The client has the server’s Close. Does it end TCP?',
          choices: [
            {
              says: 'Yes, right behind its Close',
              means: { toServer: ['close', 'fin'] },
              because: 'A client should leave that to the server, whoever closed first (section 7.1.1).',
            },
            { says: 'No, it sends a Close and waits', means: { toServer: ['close'] } },
          ],
        },
        expect: { client: { state: 'closing.acknowledged', closedFirst: false }, toServer: ['close'] },
      },
      {
        does: [toServer],
        says: 'With the client’s Close the server has all that it waited for, and ends its half of TCP.',
        section: '7.1.1',
        expect: {
          server: { state: 'closing.acknowledged', received: 1001, closedFirst: true },
          toClient: ['fin'],
        },
      },
      {
        does: [{ do: 'flow' }],
        says: 'FIN goes each way, and both are closed with 1001.',
        section: '7.1.4',
        expect: {
          client: { state: 'closed.cleanly', code: 1001 },
          server: { state: 'closed.cleanly', code: 1001 },
        },
      },
    ],
    moral: 'The server closed first, with 1001 “restarting”. Clean on both sides.',
  },
  {
    id: 'close-by-both',
    group,
    title: 'Both close at once',
    about: 'Two Close frames that cross on the wire are each the answer to the other.',
    steps: [
      open,
      {
        does: [
          { do: 'close', by: 'client', code: 1000, reason: 'enough' },
          { do: 'close', by: 'server', code: 1001, reason: 'restarting' },
        ],
        says: 'Neither has seen the other’s Close when it sends its own.',
        section: '7.1.2',
        expect: {
          client: { state: 'closing.initiated' },
          server: { state: 'closing.initiated' },
          toServer: ['close'],
          toClient: ['close'],
        },
      },
      {
        does: [toServer],
        says: 'The server has sent its Close already and sends no second one: the handshake is complete for it. It ends TCP.',
        section: '5.5.1',
        ask: {
          question: 'The client’s Close reaches the server, whose own is under way. Does it send another?',
          choices: [
            {
              says: 'Yes: every Close is answered',
              means: { toClient: ['close', 'close', 'fin'] },
              because:
                'A Close is answered unless one was sent already: the server’s own is on its way, and will do as the answer.',
            },
            { says: 'No: one Close a side', means: { toClient: ['close', 'fin'] } },
          ],
        },
        expect: { server: { state: 'closing.acknowledged' }, toClient: ['close', 'fin'] },
      },
      {
        does: [{ do: 'flow' }],
        says: 'Each side’s close code is that of the Close that it received: they differ, and both are right.',
        section: '7.1.5',
        expect: {
          client: { state: 'closed.cleanly', code: 1001, closedFirst: true },
          server: { state: 'closed.cleanly', code: 1000, closedFirst: true },
        },
      },
    ],
    moral:
      'Both closed, neither knowing of the other: the client with 1000, the server with 1001. Each ends with the code that it received, so the client has 1001 and the server 1000. Clean on both sides.',
  },
  {
    id: 'close-in-mid-message',
    group,
    title: 'A Close in mid-message',
    about: 'A fragmented message that a Close interrupts is never finished.',
    steps: [
      open,
      {
        does: [{ do: 'text', by: 'client', text: 'the answer is ', fin: false }, toServer],
        says: 'A message has begun, and more is to come.',
        section: '5.4',
        expect: { server: { inbound: 'text' }, client: { outbound: 'text' } },
      },
      {
        does: [{ do: 'close', by: 'client', code: 1001 }, toServer],
        says: 'A Close is a control frame and may come between fragments. No data follows it, so the message stays incomplete and is dropped.',
        section: '5.5.1',
        ask: {
          question: 'What does the server’s application get of the message?',
          choices: [
            {
              says: '“the answer is ”',
              means: { server: { heard: 'the answer is ' } },
              because: 'An application is given whole messages: a part might mean something else.',
            },
            { says: 'Nothing', means: { server: { heard: null, state: 'closing.acknowledged' } } },
          ],
        },
        expect: { server: { state: 'closing.acknowledged', heard: null, received: 1001, rule: null } },
      },
      {
        does: [{ do: 'flow' }],
        says: 'The closing handshake itself is in order: clean, with 1001.',
        section: '7.1.4',
        expect: {
          client: { state: 'closed.cleanly', code: 1001 },
          server: { state: 'closed.cleanly', code: 1001, messages: 0 },
        },
      },
    ],
    moral:
      'The client closed, with 1001, in the middle of its own message, which is lost. The close is clean.',
  },
  {
    id: 'data-after-close',
    group,
    title: 'Data after a Close',
    about: 'A Close ends one direction; what the other side had to say still arrives.',
    steps: [
      open,
      {
        does: [
          { do: 'text', by: 'server', text: 'last words' },
          { do: 'close', by: 'client', code: 1000 },
        ],
        says: 'The client closes while a message from the server is on its way.',
        section: '7.1.3',
        expect: { toClient: ['text'], toServer: ['close'], client: { state: 'closing.initiated' } },
      },
      {
        does: [{ do: 'text', by: 'client', text: 'one more thing' }],
        says: 'The client wants to send something after its own Close: it must not, and its protocol refuses.',
        section: '5.5.1',
        expect: { refusal: 'cannot send a new message', toServer: ['close'] },
      },
      {
        does: [toClient],
        says: 'But what arrives before the server’s Close is still delivered.',
        section: '1.4',
        ask: {
          question: 'The client has sent its Close. The server’s “last words” arrive. What happens to them?',
          choices: [
            { says: 'They are delivered', means: { client: { heard: 'last words' } } },
            {
              says: 'They are dropped',
              means: { client: { heard: null } },
              because:
                'The client ended only its own direction. Data is dropped once the other side’s Close is in, and that is still to come.',
            },
          ],
        },
        expect: { client: { heard: 'last words', state: 'closing.initiated' } },
      },
      {
        does: [{ do: 'flow' }],
        says: 'The server reads the Close, answers it, and ends TCP: the closing handshake is complete.',
        section: '7.1.4',
        expect: {
          client: { state: 'closed.cleanly', code: 1000 },
          server: { state: 'closed.cleanly', code: 1000 },
        },
      },
    ],
    moral:
      'The client closed first, with 1000, and still got the message that was on its way. Clean on both sides.',
  },
  {
    id: 'empty-close',
    group,
    title: 'An empty Close',
    about: 'A Close needs no code; the application is then told 1005.',
    steps: [
      open,
      {
        does: [{ do: 'close', by: 'client' }],
        says: 'The Close has no payload: 2 bytes of header and the masking key.',
        section: '5.5.1',
        expect: { next: { to: 'server', kind: 'close', payload: 0, bytes: 6 } },
      },
      {
        does: [toServer],
        says: 'The server answers with a Close that is just as empty. 1005 stands for “no code in the Close frame”: it is for the application, and must never be sent.',
        section: '7.4.1',
        ask: {
          question: 'Which close code will the server’s application see?',
          choices: [
            {
              says: '1000, normal closure',
              means: { server: { received: 1000 } },
              because: 'That would be a guess: the Close does not say why.',
            },
            { says: '1005, no code in the Close frame', means: { server: { received: 1005 } } },
            {
              says: '1006, no Close frame',
              means: { server: { received: null } },
              because: 'A Close frame did come. It is only empty.',
            },
          ],
        },
        expect: {
          server: { received: 1005, state: 'closing.acknowledged' },
          next: { to: 'client', kind: 'close', payload: 0 },
        },
      },
      {
        does: [{ do: 'flow' }],
        says: 'It is a clean close all the same.',
        section: '7.1.5',
        expect: {
          client: { state: 'closed.cleanly', code: 1005 },
          server: { state: 'closed.cleanly', code: 1005 },
        },
      },
    ],
    moral: 'The client closed first, without a code: 1005 on both sides, and clean.',
  },
  {
    id: 'bad-close-code',
    group,
    title: 'A code that may not be sent',
    about: 'Some close codes are only for telling the application what happened.',
    steps: [
      open,
      {
        does: [{ do: 'close', by: 'client', code: 1006 }],
        says: '1006 means that there was no Close frame: in a Close frame it would be a contradiction. The client’s protocol refuses to send it.',
        section: '7.4.1',
        expect: { refusal: 'close code is not allowed', client: { state: 'open', sent: null }, toServer: [] },
      },
      {
        does: [{ do: 'frame', by: 'client', opcode: 8, hex: '03 ee' }, toServer],
        says: 'A client with a bug sends it all the same (03 ee is 1006). The server fails the connection with 1002, protocol error.',
        section: '7.4.1',
        ask: {
          question: 'A Close with the code 1006 arrives. How does the server answer?',
          choices: [
            {
              says: 'It answers with 1006, too',
              means: { server: { sent: 1006 } },
              because: 'Then it would break the same rule: 1006 must never stand in a Close frame.',
            },
            { says: 'With a Close with 1002, protocol error', means: { server: { sent: 1002 } } },
            {
              says: 'It only ends TCP',
              means: { server: { sent: null }, toClient: ['fin'] },
              because: 'The connection is open, so a Close can tell the client what was wrong, and should.',
            },
          ],
        },
        expect: {
          server: { state: 'closing.failed', sent: 1002, received: null, rule: 'CLOSE_CODE_INVALID' },
          toClient: ['close', 'fin'],
        },
      },
      {
        does: [{ do: 'flow' }],
        says: 'The client is told 1002, and answers. The server reads nothing more after it failed the connection; no Close that was valid ever came to it, so it has 1006.',
        section: '7.1.5',
        expect: {
          client: { state: 'closed.cleanly', code: 1002 },
          server: { state: 'closed.abnormally', code: 1006 },
        },
      },
    ],
    moral:
      'The server failed the connection with 1002, because the client sent 1006, a code that may not be sent. The client has 1002; the server, which got no valid Close, 1006.',
  },
]
