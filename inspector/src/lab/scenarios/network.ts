import type { Scenario } from './scenario.ts'
import { bothOpen, open, toServer } from './steps.ts'

const group = 'When the network fails'

export const networkScenarios: readonly Scenario[] = [
  {
    id: 'server-gone',
    group,
    title: 'The server is gone',
    about: 'TCP, which carries the bytes, ends, and there was no Close frame.',
    steps: [
      open,
      {
        does: [
          { do: 'text', by: 'server', text: 'I will be right back' },
          { do: 'cut', to: 'client', how: 'end' },
        ],
        says: 'The server’s process crashes. Its system ends TCP for it (FIN), and what was still to be sent is lost. There was no Close frame: the client tells its application 1006, and ends its own half.',
        section: '7.1.5',
        ask: {
          question: 'The client sees the end of TCP and nothing else. Which close code does it report?',
          choices: [
            {
              says: '1000, normal closure',
              means: { client: { code: 1000 } },
              because: 'A code comes out of a Close frame, and none came. Was it normal? Nobody can tell.',
            },
            {
              says: '1001, going away',
              means: { client: { code: 1001 } },
              because:
                'It describes what happened, but only a Close frame could say so: a server that shuts down in order sends one.',
            },
            { says: '1006, no Close frame', means: { client: { code: 1006 } } },
          ],
        },
        expect: {
          client: { state: 'closed.abnormally', code: 1006, rule: 'UNEXPECTED_EOF', heard: null, tcp: 'end' },
          toServer: ['fin'],
        },
      },
      {
        does: [{ do: 'wait', ms: 3_000 }],
        says: 'The client may try again, but waits a random time first: if all clients of a server came back at once, that would be too much for it. (Nobody is there to read the client’s FIN. The server’s statechart stands as it did when the process crashed: open.)',
        section: '7.2.3',
        expect: { client: { code: 1006 }, server: { state: 'open' }, toServer: ['fin'], now: 3_000 },
      },
    ],
    moral:
      'Nobody closed: the server crashed, and TCP ended without a Close frame. So the client has 1006. The server has nothing any more.',
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
            {
              says: 'The 14 characters that arrived, and 1006',
              means: { server: { messages: 1 } },
              because: 'An application is given whole messages: a part might mean something else.',
            },
            { says: 'Nothing of the message, and 1006', means: { server: { heard: null, code: 1006 } } },
            {
              says: 'Nothing of the message, and 1002',
              means: { server: { heard: null, code: 1002 } },
              because:
                'A code is what a Close frame said, and none came. Nor was a rule broken: the client could not finish.',
            },
          ],
        },
        expect: {
          server: { state: 'closed.abnormally', code: 1006, heard: null, rule: 'UNEXPECTED_EOF' },
          toClient: ['fin'],
        },
      },
    ],
    moral:
      'Nobody closed: the client was gone in the middle of a frame. So the server has 1006, and the message is lost.',
  },
  {
    id: 'reset',
    group,
    title: 'A reset in both directions',
    about: 'Something between the two has forgotten the connection: TCP is reset (RST).',
    steps: [
      open,
      {
        does: [{ do: 'wait', ms: 300_000 }],
        says: 'Nobody has anything to say for five minutes. WebSocket does not mind: an open connection may be silent as long as it likes.',
        section: '5.5.2',
        expect: { ...bothOpen, now: 300_000 },
      },
      {
        does: [
          { do: 'text', by: 'client', text: 'still there?' },
          { do: 'cut', to: 'both', how: 'reset' },
        ],
        says: 'A router in between had forgotten the connection, because it was silent for so long. Now each side is told that TCP is gone (RST), and the text is lost. Without a Close frame it is 1006, whoever’s fault it was. Pings now and then would have kept it from being forgotten.',
        section: '7.1.5',
        ask: {
          question: 'Then the client sends something, and TCP is reset. Does anybody see a Close frame?',
          choices: [
            {
              says: 'Yes: one with 1006',
              means: { server: { received: 1006 } },
              because:
                '1006 never stands in a frame: it is what an application is told when no Close frame came.',
            },
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
    moral: 'Nobody closed: TCP was reset between the two, without a Close frame. 1006 on both sides.',
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
        says: 'Nine seconds later it still waits. RFC 6455 names no time; here it is 10 s.',
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
            {
              says: '1000: that is what it closed with',
              means: { client: { code: 1000 } },
              because:
                'The code of a side is that of the Close which it received, not of the one that it sent.',
            },
            {
              says: '1002, protocol error',
              means: { client: { code: 1002 } },
              because:
                'A code is what a Close frame said, and none came. To be silent breaks no rule that could be seen, either.',
            },
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
        says: 'The server wakes up and reads what lay on the wire: the client’s Close, then FIN. It has got a Close and sent one, so for the server it was clean, with 1000. That its own Close went into nothing it cannot know.',
        section: '7.1.4',
        expect: { server: { state: 'closed.cleanly', code: 1000, closedFirst: false } },
      },
    ],
    moral:
      'The client closed first, with 1000, and was not answered in 10 s: so it has 1006, not clean. The server, which read the Close too late, has 1000, and takes it for clean.',
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
        says: 'No Pong for 20 s: the server gives up and fails the connection. Its Close says 1011, internal error: no code stands for a silence, and this one is for the unexpected. The client may never read it.',
        section: '7.4.1',
        ask: {
          question: '20 s without a Pong. What does the server do?',
          choices: [
            {
              says: 'It pings once more',
              means: { server: { state: 'open' } },
              because:
                'It might. But 20 s are long, and what a Ping does not reach, another one does not either.',
            },
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
        says: 'The end of TCP does not come from the other side either: after 10 s the server’s closing timer ends it. 1006 for the server; the client still believes that it is open.',
        section: '7.1.5',
        expect: {
          server: { state: 'closed.abnormally', code: 1006, tcp: 'local' },
          client: { state: 'open' },
        },
      },
    ],
    moral:
      'The server failed the connection with 1011, because a Ping was not answered in 20 s. No Close came back, so it has 1006 itself. The client has not noticed anything yet.',
  },
  {
    id: 'opening-timeout',
    group,
    title: 'A handshake that is never answered',
    about: 'TCP connects, the client asks, and no answer comes.',
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
        says: 'After 10 s both sides give up and end TCP (RFC 6455 names no time for it). Nothing was open, so there is no Close frame: 1006.',
        section: '7.1.5',
        ask: {
          question: 'Nobody answers for 10 s. Is there a Close frame?',
          choices: [
            {
              says: 'Yes, with 1002',
              means: { client: { sent: 1002 } },
              because:
                'Frames come after the opening handshake, and it is not done. Nor is it against a rule to be slow.',
            },
            { says: 'No: a Close needs an open connection', means: { client: { sent: null, code: 1006 } } },
          ],
        },
        expect: {
          client: { state: 'closed.abnormally', code: 1006, tcp: 'local', sent: null },
          server: { state: 'closed.abnormally', code: 1006 },
        },
      },
    ],
    moral:
      'Nobody closed: the opening handshake took too long, and both sides ended TCP. 1006 on both sides.',
  },
]
