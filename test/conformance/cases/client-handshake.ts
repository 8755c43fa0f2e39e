/** What a client asks, and what it makes of a response (RFC 6455, section 4.1). */
import type { ClientHandshake } from '../handshake-case.ts'
import { acceptOf, type Change, responseText } from '../tester/http.ts'

type Extra = Partial<Pick<ClientHandshake, 'endpoint' | 'thenEnds' | 'asks' | 'subprotocol'>>

const given = (
  section: string,
  name: string,
  response: (key: string) => string,
  outcome: string,
  extra: Extra = {},
): ClientHandshake => ({ side: 'client', section, name, response, outcome, ...extra })

const changed = (section: string, name: string, change: Change, outcome: string, extra?: Extra) =>
  given(section, name, (key) => responseText(key, change), outcome, extra)

const withLine = (section: string, name: string, line: string, outcome: string) =>
  given(section, name, (key) => responseText(key, {}, line), outcome)

const plain =
  (status: string, body: string, change: Change = {}) =>
  () =>
    responseText(
      '',
      {
        Upgrade: null,
        Connection: null,
        'Sec-WebSocket-Accept': null,
        'Content-Length': `${body.length}`,
        ...change,
      },
      `HTTP/1.1 ${status}`,
      body,
    )

const requests: ClientHandshake[] = [
  changed('4.1', 'nothing in particular', {}, 'open', {
    asks: {
      origin: null,
      'sec-websocket-protocol': null,
      'sec-websocket-extensions': null,
      upgrade: 'websocket',
      connection: 'Upgrade',
    },
  }),
  changed('4.1', 'an origin', {}, 'open', {
    endpoint: { origin: 'https://page.example' },
    asks: { origin: 'https://page.example' },
  }),
  changed('4.1', 'headers of the application', {}, 'open', {
    endpoint: { headers: { Cookie: 'a=b', 'X-Application': 'yes' } },
    asks: { cookie: 'a=b', 'x-application': 'yes' },
  }),
  changed('4.1', 'a path with a query', {}, 'open', { endpoint: { target: '/a/b?c=d%20e' } }),
  changed('4.1', 'no path', {}, 'open', { endpoint: { target: '' } }),
  changed('11.3.4', 'two subprotocols', { 'Sec-WebSocket-Protocol': 'chat' }, 'open', {
    endpoint: { subprotocols: ['superchat', 'chat'] },
    asks: { 'sec-websocket-protocol': 'superchat, chat' },
    subprotocol: 'chat',
  }),
]

const accepted: ClientHandshake[] = [
  changed('4.1', 'Upgrade: WebSocket', { Upgrade: 'WebSocket' }, 'open'),
  changed('4.1', 'Connection: upgrade', { Connection: 'upgrade' }, 'open'),
  changed('4.1', 'Connection with other options', { Connection: 'keep-alive, Upgrade' }, 'open'),
  changed(
    '4.1',
    'headers that nobody asked for',
    { Server: 'tester', Date: 'now', 'Set-Cookie': ['a=b', 'c=d'] },
    'open',
  ),
  given(
    '4.1',
    'Sec-WebSocket-Accept with spaces around',
    (key) => responseText(key, { 'Sec-WebSocket-Accept': `  ${acceptOf(key)} \t` }),
    'open',
  ),
  given(
    '4.1',
    'header names in other cases',
    (key) => responseText(key).replace(/^[\w-]+:/gm, (name) => name.toLowerCase()),
    'open',
  ),
  withLine('RFC 9112 4', 'no reason phrase', 'HTTP/1.1 101 ', 'open'),
  withLine('RFC 9112 4', 'another reason phrase', 'HTTP/1.1 101 Web Socket Protocol Handshake', 'open'),
  changed('4.2.2', 'none of the subprotocols that were offered', {}, 'open', {
    endpoint: { subprotocols: ['chat'] },
  }),
  changed('4.2.2', 'none of the extensions that were offered', {}, 'open', { endpoint: { deflate: [{}] } }),
  given(
    'RFC 9110 15.2',
    'an interim response in front',
    (key) => `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${responseText(key)}`,
    'open',
  ),
]

const statuses: ClientHandshake[] = [
  ...[
    '200 OK',
    '301 Moved Permanently',
    '400 Bad Request',
    '401 Unauthorized',
    '403 Forbidden',
    '404 Not Found',
    '426 Upgrade Required',
    '500 Internal Server Error',
    '503 Service Unavailable',
  ].map((status) => given('4.1', status, plain(status, 'no'), 'INVALID_STATUS')),
  // Without a length, the body ends with TCP.
  given(
    '4.1',
    'everything right but the status 200',
    (key) => responseText(key, {}, 'HTTP/1.1 200 OK'),
    'INVALID_STATUS',
    {
      thenEnds: true,
    },
  ),
  given('4.1', '204 No Content', plain('204 No Content', '', { 'Content-Length': null }), 'INVALID_STATUS'),
  given(
    'RFC 9112 7.1',
    'a refusal whose body comes in chunks',
    plain('403 Forbidden', '2\r\nno\r\n0\r\n\r\n', {
      'Content-Length': null,
      'Transfer-Encoding': 'chunked',
    }),
    'INVALID_STATUS',
  ),
  given(
    'RFC 9112 6.3',
    'a refusal whose body ends with TCP',
    plain('403 Forbidden', 'no', { 'Content-Length': null }),
    'INVALID_STATUS',
    {
      thenEnds: true,
    },
  ),
]
const refused: ClientHandshake[] = [
  withLine('4.1', 'HTTP/1.0', 'HTTP/1.0 101 Switching Protocols', 'UNSUPPORTED_HTTP_VERSION'),
  withLine('4.1', 'HTTP/2.0', 'HTTP/2.0 101 Switching Protocols', 'UNSUPPORTED_HTTP_VERSION'),
  changed('4.1', 'no Upgrade', { Upgrade: null }, 'MISSING_UPGRADE'),
  changed('4.1', 'Upgrade: h2c', { Upgrade: 'h2c' }, 'INVALID_UPGRADE'),
  changed('4.1', 'no Connection', { Connection: null }, 'MISSING_CONNECTION'),
  changed('4.1', 'Connection: close', { Connection: 'close' }, 'INVALID_CONNECTION'),
  changed('4.1', 'no Sec-WebSocket-Accept', { 'Sec-WebSocket-Accept': null }, 'MISSING_ACCEPT'),
  changed('4.1', 'an empty Sec-WebSocket-Accept', { 'Sec-WebSocket-Accept': '' }, 'INVALID_ACCEPT'),
  changed(
    '4.1',
    'Sec-WebSocket-Accept for another key',
    { 'Sec-WebSocket-Accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' },
    'INVALID_ACCEPT',
  ),
  given(
    '4.1',
    'the key itself as Sec-WebSocket-Accept',
    (key) => responseText(key, { 'Sec-WebSocket-Accept': key }),
    'INVALID_ACCEPT',
  ),
  given(
    '4.1',
    'Sec-WebSocket-Accept in another case',
    (key) => responseText(key, { 'Sec-WebSocket-Accept': acceptOf(key).toLowerCase() }),
    'INVALID_ACCEPT',
  ),
  given(
    '11.3.3',
    'two lines of Sec-WebSocket-Accept',
    (key) => responseText(key, { 'Sec-WebSocket-Accept': [acceptOf(key), acceptOf(key)] }),
    'REPEATED_ACCEPT',
  ),
  changed(
    '4.1',
    'an extension that was not offered',
    { 'Sec-WebSocket-Extensions': 'x-unheard-of' },
    'EXTENSION_NOT_OFFERED',
  ),
  changed(
    '4.1',
    'permessage-deflate that was not offered',
    { 'Sec-WebSocket-Extensions': 'permessage-deflate' },
    'EXTENSION_NOT_OFFERED',
  ),
  changed(
    '9.1',
    'extensions that are malformed',
    { 'Sec-WebSocket-Extensions': 'permessage-deflate; =1' },
    'MALFORMED_HEADER',
    { endpoint: { deflate: [{}] } },
  ),
  changed(
    '4.1',
    'a subprotocol where none was offered',
    { 'Sec-WebSocket-Protocol': 'chat' },
    'SUBPROTOCOL_NOT_OFFERED',
  ),
  changed(
    '4.1',
    'a subprotocol that was not offered',
    { 'Sec-WebSocket-Protocol': 'other' },
    'SUBPROTOCOL_NOT_OFFERED',
    { endpoint: { subprotocols: ['chat'] } },
  ),
  changed(
    '4.1',
    'two subprotocols',
    { 'Sec-WebSocket-Protocol': 'chat, superchat' },
    'REPEATED_SUBPROTOCOL',
    {
      endpoint: { subprotocols: ['chat', 'superchat'] },
    },
  ),
]

const malformed: ClientHandshake[] = [
  given('RFC 9112 4', 'what is not HTTP', () => 'SSH-2.0-tester\r\n', 'NOT_HTTP'),
  given('RFC 9112 4', 'a status that is no number', () => 'HTTP/1.1 abc Huh\r\n\r\n', 'NOT_HTTP'),
  given(
    'RFC 9112 5',
    'a header without a colon',
    (key) => responseText(key).replace('Upgrade: ', 'Upgrade '),
    'INVALID_HEADER_LINE',
  ),
  given(
    'RFC 9112 5.2',
    'a header over two lines',
    (key) => responseText(key).replace('Upgrade: ', 'Upgrade:\r\n '),
    'FOLDED_HEADER',
  ),
  changed('RFC 9112 5', 'a header of 9,000 bytes', { 'X-Long': 'x'.repeat(9_000) }, 'HEADER_TOO_LONG'),
  changed(
    'RFC 9112 5',
    '200 headers',
    { 'X-Many': Array.from({ length: 200 }, () => 'x') },
    'TOO_MANY_HEADERS',
  ),
  withLine(
    'RFC 9112 4',
    'a status line of 9,000 bytes',
    `HTTP/1.1 101 ${'x'.repeat(9_000)}`,
    'LINE_TOO_LONG',
  ),
  given('4.1', 'nothing, then the end of TCP', () => '', 'UNEXPECTED_EOF', { thenEnds: true }),
  given(
    '4.1',
    'half a response, then the end of TCP',
    (key) => responseText(key).slice(0, 60),
    'UNEXPECTED_EOF',
    { thenEnds: true },
  ),
  given(
    '4.1',
    'all but the last byte, then the end of TCP',
    (key) => responseText(key).slice(0, -1),
    'UNEXPECTED_EOF',
    { thenEnds: true },
  ),
]

export const clientHandshake: readonly ClientHandshake[] = [
  ...requests,
  ...accepted,
  ...statuses,
  ...refused,
  ...malformed,
]
