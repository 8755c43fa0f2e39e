import type { Scenario } from './scenario.ts'
import { bothOpen, toClient, toServer } from './steps.ts'

const group = 'The opening handshake'

export const handshakeScenarios: readonly Scenario[] = [
  {
    id: 'opening',
    group,
    title: 'Opening a connection',
    about:
      'A client and a server are joined by a wire that you hold: nothing moves on it unless you say so. A WebSocket begins as an HTTP request that asks for something else.',
    steps: [
      {
        does: [{ do: 'request' }],
        says: 'The client sends a GET request with Upgrade: websocket and a random Sec-WebSocket-Key. It is on the wire now, and has not arrived. Until the answer is in, the client may send nothing more.',
        section: '4.1',
        expect: { client: { state: 'connecting.awaitingResponse', timer: 'opening' }, toServer: ['request'] },
        bytes: 'server',
      },
      {
        does: [toServer],
        says: 'The server has read the request and now decides: does it speak WebSocket here, with this origin, with one of these subprotocols?',
        section: '4.2.1',
        expect: { server: { state: 'connecting.deciding' }, toServer: [] },
      },
      {
        does: [{ do: 'accept' }],
        says: 'It answers 101 Switching Protocols. Sec-WebSocket-Accept is the SHA-1 of the key and a fixed GUID: proof that a WebSocket server has read this very request. The server is open at once, the client does not know yet.',
        section: '4.2.2',
        ask: {
          question: 'The server sends its 101. Who is open while it is under way?',
          choices: [
            {
              says: 'Both',
              means: { client: { state: 'open' }, server: { state: 'open' } },
              because:
                'The client cannot know of an answer that is still under way: it has to wait, and to check it.',
            },
            {
              says: 'Only the server',
              means: { client: { state: 'connecting' }, server: { state: 'open' } },
            },
            {
              says: 'Neither',
              means: { client: { state: 'connecting' }, server: { state: 'connecting' } },
              because:
                'The server has nothing more to wait for: it has accepted, and may send frames right behind its 101.',
            },
          ],
        },
        expect: {
          server: { state: 'open' },
          client: { state: 'connecting.awaitingResponse' },
          toClient: ['response'],
        },
        bytes: 'client',
      },
      {
        does: [toClient],
        says: 'The client checks the 101 and the Sec-WebSocket-Accept; both are right, so the connection is established. From the next byte on there are frames, no more HTTP.',
        section: '4.1',
        expect: bothOpen,
      },
    ],
    moral: 'Nobody closed: both sides are open. The server was open one trip before the client.',
  },
  {
    id: 'refused-handshake',
    group,
    title: 'A handshake that is refused',
    about: 'A server that does not want the connection answers with an ordinary HTTP error.',
    steps: [
      {
        does: [{ do: 'request' }, toServer],
        says: 'The request has arrived, and the server decides about it.',
        section: '4.2.1',
        expect: {
          client: { state: 'connecting.awaitingResponse' },
          server: { state: 'connecting.deciding' },
        },
      },
      {
        does: [{ do: 'refuse', status: 403, text: 'Not from this origin.\n' }],
        says: 'The server answers 403 Forbidden, with a body that says why, and ends its half of TCP (FIN): there will be no WebSocket here.',
        section: '4.2.2',
        expect: { server: { state: 'connecting.rejected' }, toClient: ['response', 'fin'] },
        bytes: 'client',
      },
      {
        does: [{ do: 'deliver', to: 'client', amount: 'all' }],
        says: 'Anything but a 101 is no WebSocket: the client gives the handshake up and ends its half of TCP, too. Status and body say why (though a browser does not tell them to its script). No Close frame came, so the close code is 1006, which never stands on the wire.',
        section: '7.1.5',
        ask: {
          question: 'Which close code will the client’s application see?',
          choices: [
            {
              says: '403',
              means: { client: { code: 403 } },
              because: 'That is a status of HTTP. Close codes have four digits, and stand in Close frames.',
            },
            {
              says: '1002, protocol error',
              means: { client: { code: 1002 } },
              because:
                'No rule was broken: to refuse a request is allowed. And without a WebSocket there is no Close frame to hold a code.',
            },
            { says: '1006, no Close frame', means: { client: { code: 1006 } } },
          ],
        },
        expect: { client: { state: 'closed.abnormally', code: 1006, handshake: 'InvalidStatusError' } },
      },
      {
        does: [{ do: 'flow' }],
        says: 'The client’s FIN arrives: both halves of TCP have ended, and the server is done with it.',
        section: '7.1.7',
        expect: { server: { state: 'closed.abnormally', code: 1006 }, toClient: [], toServer: [] },
      },
    ],
    moral:
      'Nobody closed, because there was no WebSocket to close: the server refused the handshake with 403. Both sides say 1006, which stands for an end without a Close frame.',
  },
  {
    id: 'wrong-accept',
    group,
    title: 'A wrong Sec-WebSocket-Accept',
    about: 'Why the server has to compute something from the key that the client sent.',
    steps: [
      {
        does: [{ do: 'request' }, toServer],
        says: 'The client’s key is 16 random bytes in base64: it has to be another one for each connection.',
        section: '4.1',
        expect: { server: { state: 'connecting.deciding' } },
      },
      {
        does: [{ do: 'accept', key: 'c3RvbGVuIGZyb20gYSBjYWNoZQ==' }],
        says: 'The answer is a 101, but its Sec-WebSocket-Accept was not made from this key: it comes out of a cache, say, that stored an old response. The server’s side believes that the connection is open.',
        section: '4.2.2',
        expect: { server: { state: 'open' }, client: { state: 'connecting.awaitingResponse' } },
        bytes: 'client',
      },
      {
        does: [toClient],
        says: 'The client computes the value itself, and they differ: it must fail the connection. Nothing was agreed, so there is no Close frame: it only ends TCP.',
        section: '4.1',
        ask: {
          question: 'The status is 101, the accept value is wrong. What does the client do?',
          choices: [
            {
              says: 'It opens the connection: the status counts',
              means: { client: { state: 'open' } },
              because:
                'A 101 can be old, or sent by something that knows no WebSocket. Only the accept value shows that this very request was read and understood.',
            },
            {
              says: 'It sends a Close frame with 1002',
              means: { toServer: ['close', 'fin'] },
              because: 'Frames belong to an open connection, and for the client there is none.',
            },
            {
              says: 'It ends TCP without a Close frame',
              means: { client: { state: 'connecting.rejected' }, toServer: ['fin'] },
            },
          ],
        },
        expect: {
          client: { state: 'connecting.rejected', handshake: 'InvalidHeaderError' },
          toServer: ['fin'],
        },
      },
      {
        does: [{ do: 'flow' }],
        says: 'The server was open, and TCP ends without a Close frame: 1006. Only the client knows what was wrong.',
        section: '7.1.5',
        expect: {
          client: { state: 'closed.abnormally', code: 1006 },
          server: { state: 'closed.abnormally', code: 1006, rule: 'UNEXPECTED_EOF' },
        },
      },
    ],
    moral:
      'Nobody sent a Close: the client gave the handshake up because of a wrong Sec-WebSocket-Accept, and ended TCP. 1006 on both sides.',
  },
]
