/** What a server makes of a request (RFC 6455, section 4.2; RFC 9112). */
import type { ExpectedHeaders, ServerHandshake } from '../handshake-case.ts'
import { acceptOf, type Change, requestText, sampleKey } from '../tester/http.ts'

type Extra = Partial<Pick<ServerHandshake, 'endpoint' | 'thenEnds' | 'headers'>>

const given = (
  section: string,
  name: string,
  request: string | Uint8Array,
  status: number | null,
  extra: Extra = {},
): ServerHandshake => ({ side: 'server', section, name, request, status, ...extra })

const changed = (section: string, name: string, change: Change, status: number, extra?: Extra) =>
  given(section, name, requestText(change), status, extra)

const accepted: ServerHandshake[] = [
  given('4.2.2', 'the request of section 1.3', requestText(), 101, {
    headers: {
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-accept': acceptOf(sampleKey),
      'sec-websocket-protocol': null,
      'sec-websocket-extensions': null,
    },
  }),
  changed('4.2.2', 'another key', { 'Sec-WebSocket-Key': 'AQIDBAUGBwgJCgsMDQ4PEA==' }, 101, {
    headers: { 'sec-websocket-accept': 'C/0nmHhBztSRGR1CwL6Tf4ZjwpY=' },
  }),
  changed('4.2.1', 'Upgrade: WebSocket', { Upgrade: 'WebSocket' }, 101),
  changed('4.2.1', 'Connection: keep-alive, Upgrade', { Connection: 'keep-alive, Upgrade' }, 101),
  changed('4.2.1', 'Connection: upgrade', { Connection: 'upgrade' }, 101),
  changed('4.2.1', 'two lines of Connection', { Connection: ['keep-alive', 'Upgrade'] }, 101),
  given(
    '4.1',
    'header names in other cases',
    requestText().replace(/^[\w-]+:/gm, (name) => name.toUpperCase()),
    101,
  ),
  given('4.1', 'headers without spaces', requestText().replaceAll(': ', ':'), 101),
  given('4.1', 'headers with more spaces', requestText().replace(/: (.*)\r\n/g, ':  \t$1 \r\n'), 101),
  changed(
    '4.1',
    'headers that nobody asked for',
    { 'User-Agent': 'tester', Cookie: 'a=b; c=d', Pragma: 'no-cache' },
    101,
  ),
  changed('4.1', 'Host with a port', { Host: 'server.example.com:8765' }, 101),
  changed('4.1', 'Host as an IPv6 address', { Host: '[::1]:8765' }, 101),
  given('4.1', 'a path with a query', requestText({}, 'GET /a/b?c=d%20e HTTP/1.1'), 101),
  given('4.1', 'the path /', requestText({}, 'GET / HTTP/1.1'), 101),
  given(
    '4.2.1',
    'a request target that is a whole URI',
    requestText({}, 'GET http://server.example.com/chat HTTP/1.1'),
    101,
  ),
  given('RFC 9112 2.2', 'an empty line in front', `\r\n${requestText()}`, 101),
  changed('4.2.1', 'an Origin where everyone may come', { Origin: 'http://anywhere.example' }, 101),
  changed(
    '9.1',
    'an extension that nobody knows',
    { 'Sec-WebSocket-Extensions': 'x-unheard-of; level=3' },
    101,
    {
      headers: { 'sec-websocket-extensions': null },
    },
  ),
]

const refused: ServerHandshake[] = [
  ...['POST', 'PUT', 'HEAD', 'OPTIONS', 'CONNECT', 'get'].map((method) =>
    given('4.2.1', `the method ${method}`, requestText({}, `${method} /chat HTTP/1.1`), 405, {
      headers: { allow: 'GET' },
    }),
  ),
  ...['HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9'].map((version) =>
    given('4.2.1', version, requestText({}, `GET /chat ${version}`), 505),
  ),
  ...(
    [
      ['no Upgrade', { Upgrade: null }],
      ['an empty Upgrade', { Upgrade: '' }],
      ['Upgrade: h2c', { Upgrade: 'h2c' }],
      ['no Connection', { Connection: null }],
      ['Connection: keep-alive', { Connection: 'keep-alive' }],
      ['Connection: close', { Connection: 'close' }],
      ['neither Upgrade nor Connection, as a browser does', { Upgrade: null, Connection: 'keep-alive' }],
    ] as const
  ).map(([name, change]) => changed('4.2.1', name, change, 426, { headers: { upgrade: 'websocket' } })),
  changed('4.2.1', 'no key', { 'Sec-WebSocket-Key': null }, 400),
  changed('4.2.1', 'an empty key', { 'Sec-WebSocket-Key': '' }, 400),
  changed('11.3.1', 'two keys', { 'Sec-WebSocket-Key': [sampleKey, sampleKey] }, 400),
  changed('4.2.1', 'a key of 15 bytes', { 'Sec-WebSocket-Key': 'AQIDBAUGBwgJCgsMDQ4P' }, 400),
  changed('4.2.1', 'a key of 17 bytes', { 'Sec-WebSocket-Key': 'AQIDBAUGBwgJCgsMDQ4PEBE=' }, 400),
  changed('4.2.1', 'a key that is not Base64', { 'Sec-WebSocket-Key': '!!!!bGUgbm9uY2U!!!!!!!==' }, 400),
  ...(
    [
      ['no version', null],
      ['the version 8', '8'],
      ['the version 12', '12'],
      ['the version 14', '14'],
      ['the version 013', '013'],
      ['the versions 13 and 8 in one line', '13, 8'],
      ['two lines of version', ['13', '13']],
      ['a version that is no number', 'thirteen'],
    ] as const
  ).map(([name, version]) =>
    changed('4.4', name, { 'Sec-WebSocket-Version': version }, 400, {
      headers: { 'sec-websocket-version': '13' },
    }),
  ),
  changed('4.2.1', 'no Host', { Host: null }, 400),
  changed('RFC 9112 3.2', 'two lines of Host', { Host: ['one.example', 'two.example'] }, 400),
  changed('RFC 9112 3.2', 'an empty Host', { Host: '' }, 400),
  changed('9.1', 'extensions that are malformed', { 'Sec-WebSocket-Extensions': 'x-one; =2' }, 400),
  changed('4.2.1', 'subprotocols that are malformed', { 'Sec-WebSocket-Protocol': 'chat; version=2' }, 400),
]

const only: Extra = { endpoint: { origins: ['https://good.example', /https:\/\/[a-z]+\.good\.example/] } }

const origins: ServerHandshake[] = [
  changed('10.2', 'the one origin that is allowed', { Origin: 'https://good.example' }, 101, only),
  changed('10.2', 'an origin that a pattern allows', { Origin: 'https://www.good.example' }, 101, only),
  changed('10.2', 'an origin that is not allowed', { Origin: 'https://evil.example' }, 403, only),
  changed(
    '10.2',
    'an origin that an allowed one is a part of',
    { Origin: 'https://good.example.evil.example' },
    403,
    only,
  ),
  changed(
    '10.2',
    'an origin that only a part of fits the pattern',
    { Origin: 'https://www.good.example.evil' },
    403,
    only,
  ),
  changed('10.2', 'the origin null', { Origin: 'null' }, 403, only),
  changed('10.2', 'no origin where one is needed', {}, 403, only),
  changed('10.2', 'no origin where none is allowed', {}, 101, { endpoint: { origins: [null] } }),
  changed('10.2', 'two origins', { Origin: ['https://good.example', 'https://good.example'] }, 400, only),
]

const asking: Extra = { endpoint: { subprotocols: ['superchat', 'chat'] } }
const chose = (subprotocol: string | null): ExpectedHeaders => ({ 'sec-websocket-protocol': subprotocol })

const subprotocols: ServerHandshake[] = [
  changed('4.2.2', 'subprotocols to a server that has none', { 'Sec-WebSocket-Protocol': 'chat' }, 101, {
    headers: chose(null),
  }),
  changed('4.2.2', 'the one subprotocol that both have', { 'Sec-WebSocket-Protocol': 'chat' }, 101, {
    ...asking,
    headers: chose('chat'),
  }),
  changed(
    '4.2.2',
    'two subprotocols: the server prefers',
    { 'Sec-WebSocket-Protocol': 'chat, superchat' },
    101,
    {
      ...asking,
      headers: chose('superchat'),
    },
  ),
  changed('4.2.2', 'subprotocols in two lines', { 'Sec-WebSocket-Protocol': ['other', 'chat'] }, 101, {
    ...asking,
    headers: chose('chat'),
  }),
  changed('4.2.2', 'other subprotocols only', { 'Sec-WebSocket-Protocol': 'other' }, 400, asking),
  changed('4.2.2', 'a subprotocol in another case', { 'Sec-WebSocket-Protocol': 'Chat' }, 400, asking),
  changed('4.2.2', 'no subprotocol', {}, 400, asking),
]

const long = (length: number) => 'x'.repeat(length)

const malformed: ServerHandshake[] = [
  given('RFC 9112 3', 'what is not HTTP', 'hello, who is there?\r\n\r\n', 400),
  given(
    'RFC 9112 3',
    'a TLS ClientHello',
    Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03),
    400,
  ),
  given('RFC 9112 3', 'a request line without a version', requestText({}, 'GET /chat'), 400),
  given('RFC 9112 3', 'a request line with two paths', requestText({}, 'GET /chat /room HTTP/1.1'), 400),
  given(
    'RFC 9112 5',
    'a header without a colon',
    requestText().replace('Upgrade: websocket', 'Upgrade websocket'),
    400,
  ),
  given(
    'RFC 9112 5.1',
    'a space in front of the colon',
    requestText().replace('Upgrade: ', 'Upgrade : '),
    400,
  ),
  given('RFC 9112 5.2', 'a header over two lines', requestText().replace('Upgrade: ', 'Upgrade:\r\n '), 400),
  given('RFC 9112 5.5', 'a NUL in a header', requestText({ 'X-Zero': 'a\0b' }), 400),
  given('RFC 9112 6.3', 'a body', requestText({ 'Content-Length': '2' }), 400),
  given('RFC 9112 6.1', 'a body in chunks', requestText({ 'Transfer-Encoding': 'chunked' }), 400),
  given('RFC 9112 3', 'a request line of 9,000 bytes', requestText({}, `GET /${long(9_000)} HTTP/1.1`), 414),
  given('RFC 6585 5', 'a header of 9,000 bytes', requestText({ 'X-Long': long(9_000) }), 431),
  given('RFC 6585 5', '200 headers', requestText({ 'X-Many': Array.from({ length: 200 }, () => 'x') }), 431),
  given('RFC 9112 3', 'the beginning of a line that never ends', `GET /${long(9_000)}`, 414),
  given('4.2.1', 'nothing, then the end of TCP', '', null, { thenEnds: true }),
  given('4.2.1', 'half a request, then the end of TCP', requestText().slice(0, 60), null, { thenEnds: true }),
  given('4.2.1', 'all but the last byte, then the end of TCP', requestText().slice(0, -1), null, {
    thenEnds: true,
  }),
]

export const serverHandshake: readonly ServerHandshake[] = [
  ...accepted,
  ...refused,
  ...origins,
  ...subprotocols,
  ...malformed,
]
