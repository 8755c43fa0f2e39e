import type { Scenario } from './scenario.ts'
import { open, toServer } from './steps.ts'

const group = 'When the network fails'

export const networkScenarios: readonly Scenario[] = [
  {
    id: 'server-gone',
    group,
    title: 'The server is gone',
    about: 'TCP ends, and there was no Close.',
    steps: [
      open,
      {
        does: [
          { do: 'text', by: 'server', text: 'I will be right back' },
          { do: 'cut', to: 'client', how: 'end' },
        ],
        says: 'The server’s process ends. Its system ends TCP for it (FIN), and what was still to be sent is lost. There was no Close frame: the client tells its application 1006, and ends its own half.',
        section: '7.1.5',
        ask: {
          question: 'The client sees the end of TCP and nothing else. Which close code does it report?',
          choices: [
            { says: '1000, normal closure', means: { client: { code: 1000 } } },
            { says: '1001, going away', means: { client: { code: 1001 } } },
            { says: '1006, no Close frame', means: { client: { code: 1006 } } },
          ],
        },
        expect: {
          client: { state: 'closed.abnormally', code: 1006, rule: 'UNEXPECTED_EOF', heard: null, tcp: 'end' },
          toServer: ['fin'],
        },
      },
      {
        does: [toServer],
        says: 'Whatever is left of the server sees the client’s FIN and comes to 1006, too: no Close frame came from the client either.',
        section: '7.1.5',
        expect: { server: { state: 'closed.abnormally', code: 1006 } },
      },
    ],
    moral:
      'Nobody closed: TCP ended without a Close frame, so 1006. A reconnecting client should wait a random time before it tries again (section 7.2.3).',
  },
  {
    id: 'client-gone',
    group,
    title: 'The client is gone in mid-frame',
    about: 'The end of TCP in the middle of a frame: something is missing, and it is known how much.',
    steps: [
      open,
      {
        does: [
          { do: 'text', by: 'client', text: 'a message that will never be complete' },
          { do: 'deliver', to: 'server', amount: 20 },
        ],
        says: '20 of 43 bytes have arrived: the header, which says how many there will be, and a part of the payload.',
        section: '5.2',
        expect: { next: { to: 'server', kind: 'text', arrived: 20, bytes: 43 }, server: { state: 'open' } },
      },
      {
        does: [{ do: 'cut', to: 'server', how: 'end' }],
        says: 'The client vanishes. The server sees the end of TCP in the middle of a frame, drops what it has of it, and reports 1006. (Here only the client’s way out was cut: its own statechart has heard nothing, and stays open.)',
        section: '7.1.5',
        ask: {
          question: 'What does the server’s application get?',
          choices: [
            { says: 'The 14 characters that arrived, and 1006', means: { server: { messages: 1 } } },
            { says: 'Nothing of the message, and 1006', means: { server: { heard: null, code: 1006 } } },
            { says: 'Nothing of the message, and 1002', means: { server: { heard: null, code: 1002 } } },
          ],
        },
        expect: {
          server: { state: 'closed.abnormally', code: 1006, heard: null, rule: 'UNEXPECTED_EOF' },
          toClient: ['fin'],
        },
      },
    ],
    moral: 'Nobody closed: the client was gone in the middle of a frame. 1006, and the message is lost.',
  },
  {
    id: 'reset',
    group,
    title: 'A reset in both directions',
    about: 'A router between the two forgets the connection: TCP is reset (RST).',
    steps: [
      open,
      {
        does: [
          { do: 'text', by: 'client', text: 'ping?' },
          { do: 'cut', to: 'both', how: 'reset' },
        ],
        says: 'Each side is told at once that TCP is gone; what was under way is lost. Without a Close frame it is 1006, whoever’s fault it was.',
        section: '7.1.5',
        ask: {
          question: 'Does anybody see a Close frame?',
          choices: [
            { says: 'The server does', means: { server: { received: 1006 } } },
            {
              says: 'No: both report 1006',
              means: { server: { code: 1006, received: null }, client: { code: 1006, received: null } },
            },
          ],
        },
        expect: {
          client: { state: 'closed.abnormally', code: 1006, tcp: 'reset' },
          server: { state: 'closed.abnormally', code: 1006, tcp: 'reset', heard: null },
        },
      },
    ],
    moral: 'Nobody closed: TCP was reset between the two. 1006 on both sides.',
  },
  {
    id: 'unanswered-close',
    group,
    title: 'A Close that is never answered',
    about: 'Why a closing handshake needs a timer.',
    steps: [
      open,
      {
        does: [{ do: 'close', by: 'client', code: 1000 }],
        says: 'The client closes, and from now on waits for the server’s Close. Nothing is delivered: the server hangs.',
        section: '7.1.2',
        expect: { client: { state: 'closing.initiated', timer: 'closing' }, toServer: ['close'] },
      },
      {
        does: [{ do: 'wait', ms: 9_000 }],
        says: 'Nine seconds later it still waits. RFC 6455 names no time; this host gives it 10 s.',
        section: '7.1.1',
        expect: { client: { state: 'closing.initiated', timer: 'closing' }, now: 9_000 },
      },
      {
        does: [{ do: 'wait', ms: 1_000 }],
        says: 'The time is over: the client ends TCP itself. It has sent 1000, but it received no Close, so what it reports is 1006: the close was not clean.',
        section: '7.1.5',
        ask: {
          question: 'The client asked for 1000 and got no answer. Which close code does it report?',
          choices: [
            { says: '1000: that is what it closed with', means: { client: { code: 1000 } } },
            { says: '1002, protocol error', means: { client: { code: 1002 } } },
            { says: '1006: no Close was received', means: { client: { code: 1006 } } },
          ],
        },
        expect: {
          client: { state: 'closed.abnormally', code: 1006, sent: 1000, received: null, tcp: 'local' },
          now: 10_000,
        },
      },
      {
        does: [{ do: 'flow' }],
        says: 'The server wakes up and reads what lay on the wire: the client’s Close, then FIN. It answers into nothing, and for it the close was clean, with 1000.',
        section: '7.1.4',
        expect: { server: { state: 'closed.cleanly', code: 1000, closedFirst: false } },
      },
    ],
    moral:
      'The client closed first, with 1000, and was not answered in 10 s: 1006 for it. The server, which read the Close later, has 1000.',
  },
  {
    id: 'ping-timeout',
    group,
    title: 'A Ping without a Pong',
    about: 'TCP alone may take hours to notice that nobody is there; a Ping finds out.',
    setup: { pingInterval: 20_000, pingTimeout: 20_000 },
    steps: [
      { ...open, expect: { server: { state: 'open', timer: 'ping' } } },
      {
        does: [{ do: 'wait', ms: 20_000 }],
        says: 'Nothing was said for 20 s, so the server sends a Ping and waits for the Pong.',
        section: '5.5.2',
        expect: { toClient: ['ping'], server: { timer: 'pong' }, now: 20_000 },
      },
      {
        does: [{ do: 'flow' }],
        says: 'The client answers at once, with the same payload. All is well, and the server waits another 20 s.',
        section: '5.5.3',
        expect: { server: { state: 'open', timer: 'ping' } },
      },
      {
        does: [{ do: 'wait', ms: 20_000 }],
        says: 'The next Ping is on its way, but now a cable is pulled: nothing is delivered any more.',
        section: '5.5.2',
        expect: { toClient: ['ping'], server: { timer: 'pong' }, now: 40_000 },
      },
      {
        does: [{ do: 'wait', ms: 20_000 }],
        says: 'No Pong for 20 s: the server gives up and fails the connection, with 1011 in a Close that the client may never read.',
        section: '7.1.7',
        ask: {
          question: '20 s without a Pong. What does the server do?',
          choices: [
            { says: 'It pings once more', means: { server: { state: 'open' } } },
            { says: 'It fails the connection', means: { server: { state: 'closing.failed' } } },
          ],
        },
        expect: {
          server: { state: 'closing.failed', sent: 1011 },
          client: { state: 'open' },
          toClient: ['ping', 'close', 'fin'],
          now: 60_000,
        },
      },
      {
        does: [{ do: 'wait', ms: 10_000 }],
        says: 'Nobody ends TCP from the other side either, so the closing timer does: 1006 for the server. The client still believes that it is open.',
        section: '7.1.5',
        expect: {
          server: { state: 'closed.abnormally', code: 1006, tcp: 'local' },
          client: { state: 'open' },
        },
      },
    ],
    moral:
      'The server failed the connection with 1011, “keepalive ping timeout”, and reports 1006. The client has not noticed anything yet.',
  },
  {
    id: 'opening-timeout',
    group,
    title: 'A handshake that is never answered',
    about: 'TCP connects, and then nothing is said.',
    steps: [
      {
        does: [{ do: 'request' }, toServer],
        says: 'The request has arrived, and the server takes its time to decide.',
        section: '4.2.2',
        expect: {
          client: { state: 'connecting.awaitingResponse', timer: 'opening' },
          server: { state: 'connecting.deciding', timer: 'opening' },
        },
      },
      {
        does: [{ do: 'wait', ms: 10_000 }],
        says: 'After 10 s both hosts give up and end TCP. Nothing was open, so there is no Close frame: 1006.',
        section: '7.1.7',
        ask: {
          question: 'Nobody answers for 10 s. Is there a Close frame?',
          choices: [
            { says: 'Yes, with 1002', means: { client: { sent: 1002 } } },
            { says: 'No: a Close needs an open connection', means: { client: { sent: null, code: 1006 } } },
          ],
        },
        expect: {
          client: { state: 'closed.abnormally', code: 1006, tcp: 'local', sent: null },
          server: { state: 'closed.abnormally', code: 1006 },
        },
      },
    ],
    moral: 'Nobody closed: the opening handshake timed out, and TCP was ended. 1006.',
  },
]
