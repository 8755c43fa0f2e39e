/** Guide, point 1; RFC 6455, section 4.1: a client's opening handshake. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ClientExtensionFactory,
  type ClientOptions,
  ClientProtocol,
  HandshakeError,
  HeadersTooLargeError,
  InvalidHeaderError,
  InvalidMessageError,
  InvalidProtocolError,
  InvalidStatusError,
  InvalidUpgradeError,
  InvalidUriError,
  NegotiationError,
  parseUri,
} from '../../src/protocol/index.ts'
import { thrownBy } from '../thrown-by.ts'
import {
  acceptOfKey,
  awaitingResponse,
  bodyOf,
  key,
  newClient,
  openedClient,
  responseBytes,
  responseText,
  sampleNonce,
} from './handshakes.ts'
import { eventWord, feedings, Scene } from './scene.ts'
import { bytes, concat, hex, Peer, words } from './wire.ts'

const server = new Peer('server')

const toy: ClientExtensionFactory = {
  name: 'x-toy',
  getRequestParams: () => [
    ['level', '3'],
    ['quick', null],
  ],
  processResponseParams: (params) => {
    if (params.length > 0) throw new NegotiationError('no parameters, please')
    return { name: 'x-toy', encode: (frame) => frame, decode: (frame) => frame }
  },
}

describe('a URI', () => {
  it.each([
    ['ws://host', { secure: false, host: 'host', port: 80, path: '', query: '', resourceName: '/' }],
    ['wss://host', { secure: true, host: 'host', port: 443, path: '', query: '', resourceName: '/' }],
    [
      'ws://[::1]:8080/a/b?c=d',
      { host: '::1', port: 8080, path: '/a/b', query: 'c=d', resourceName: '/a/b?c=d' },
    ],
    ['ws://u:p%40@host/', { userInfo: { username: 'u', password: 'p@' }, path: '/' }],
    ['ws://host/', { userInfo: null }],
  ])('%s is taken apart', (uri, parts) => {
    expect(parseUri(uri)).toMatchObject(parts)
  })

  it.each(['http://host/', 'ws://host/#here', 'ws:///path', 'ws://host:99999/', 'ws://host:x/', 'host'])(
    '%s is no WebSocket URI',
    (uri) => {
      expect(thrownBy(() => parseUri(uri))).toBeInstanceOf(InvalidUriError)
    },
  )
})

describe('the request of a client', () => {
  const request = (options?: ClientOptions, uri?: string) => newClient(options, uri).connect()

  it('says what section 4.1 wants', () => {
    const { type, method, path, protocol, headers } = request()
    expect({ type, method, path, protocol }).toEqual({
      type: 'request',
      method: 'GET',
      path: '/chat',
      protocol: 'HTTP/1.1',
    })
    expect(Object.fromEntries(headers)).toEqual({
      Host: 'example.com',
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Key': key,
      'Sec-WebSocket-Version': '13',
    })
  })

  it.each([
    ['ws://example.com:80/', 'example.com'],
    ['wss://example.com:80/', 'example.com:80'],
    ['ws://[::1]:81/', '[::1]:81'],
  ])('for %s has the Host %s', (uri, host) => {
    expect(request({}, uri).headers.get('host')).toBe(host)
  })

  it('has the user information as Basic Authorization (RFC 7617)', () => {
    expect(request({}, 'ws://Aladdin:open%20sesame@host/').headers.get('Authorization')).toBe(
      'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
    )
  })

  it('offers what the options say', () => {
    const { headers } = request({
      origin: 'https://example.com',
      headers: { Cookie: 'a=b' },
      extensions: [toy],
      subprotocols: ['chat', 'superchat'],
    })
    expect(headers.get('Origin')).toBe('https://example.com')
    expect(headers.get('cookie')).toBe('a=b')
    expect(headers.get('Sec-WebSocket-Extensions')).toBe('x-toy; level=3; quick')
    expect(headers.get('Sec-WebSocket-Protocol')).toBe('chat, superchat')
  })

  it('has a key that is drawn for each request from the platform unless it is injected', () => {
    const client = new ClientProtocol(parseUri('ws://host/'))
    const [one, other] = [client.connect(), client.connect()].map((each) =>
      each.headers.get('Sec-WebSocket-Key'),
    )
    expect(one).toMatch(/^[A-Za-z0-9+/]{21}[AQgw]==$/)
    expect(other).not.toBe(one)
  })

  it('is nothing that is sent yet', () => {
    const client = newClient()
    client.connect()
    expect(client.dataToSend()).toEqual([])
    expect(client.value.lifecycle).toEqual({ connecting: 'requesting' })
  })

  it('is written as HTTP', () => {
    const client = newClient()
    client.sendRequest(client.connect())
    expect(new TextDecoder().decode(concat(...client.dataToSend()))).toBe(
      'GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    )
  })

  it('may be changed before it is sent: what was sent is what the response is checked against', () => {
    const client = newClient({ subprotocols: ['chat'] })
    const changed = client.connect()
    changed.path = '/other'
    changed.headers.set('Sec-WebSocket-Key', 'AQIDBAUGBwgJCgsMDQ4PEA==')
    changed.headers.set('Sec-WebSocket-Protocol', 'later')
    changed.headers.append('X-Trace', '1')
    client.sendRequest(changed)
    expect(words('client', client.dataToSend())).toEqual(['GET /other HTTP/1.1'])
    client.receiveData(
      responseBytes({
        'Sec-WebSocket-Accept': 'C/0nmHhBztSRGR1CwL6Tf4ZjwpY=',
        'Sec-WebSocket-Protocol': 'later',
      }),
    )
    expect(client.handshakeError).toBeNull()
    expect(client.subprotocol).toBe('later')
  })

  it('that cannot stand on the wire is refused, and nothing is sent', () => {
    const client = newClient()
    const request = client.connect()
    request.path = '/ HTTP/1.1\r\nX: y'
    expect(thrownBy(() => client.sendRequest(request))).toBeInstanceOf(TypeError)
    expect(client.dataToSend()).toEqual([])
    expect(client.value.lifecycle).toEqual({ connecting: 'requesting' })
    client.sendRequest(client.connect())
    client.receiveData(responseBytes())
    expect(client.state).toBe('open')
  })

  it('with the same random bytes is the same request', () => {
    const sent = () => {
      const client = new ClientProtocol(parseUri('ws://host/'), { randomBytes: sampleNonce })
      client.sendRequest(client.connect())
      return client.dataToSend()
    }
    expect(sent()).toEqual(sent())
  })
})

describe('a response that opens the connection', () => {
  it.each([
    ['as in section 1.3', {}],
    ['in other spelling', { Upgrade: 'WebSocket', Connection: 'keep-alive, upgrade' }],
    ['with other headers', { Server: 'x', 'Set-Cookie': ['a=b', 'c=d'] }],
  ])('%s is the first event', (_, change) => {
    const client = awaitingResponse()
    client.receiveData(responseBytes(change))
    const [response, ...others] = client.eventsReceived()
    expect(response).toMatchObject({ type: 'response', status: 101, body: null })
    expect(others).toEqual([])
    expect(client.state).toBe('open')
    expect(client.handshakeError).toBeNull()
    expect(client.dataToSend()).toEqual([])
  })

  it('names the subprotocol and the extensions', () => {
    const client = awaitingResponse({ extensions: [toy], subprotocols: ['chat', 'superchat'] })
    expect(client.subprotocol).toBeNull()
    expect(client.extensions).toEqual([])
    client.receiveData(
      responseBytes({ 'Sec-WebSocket-Extensions': 'x-toy', 'Sec-WebSocket-Protocol': 'superchat' }),
    )
    expect(client.subprotocol).toBe('superchat')
    expect(client.extensions.map(({ name }) => name)).toEqual(['x-toy'])
  })

  it('may be preceded by interim ones (RFC 9110, section 15.2)', () => {
    const client = awaitingResponse()
    client.receiveData(concat(bytes('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'), responseBytes()))
    expect(client.eventsReceived().map(eventWord)).toEqual(['HTTP/1.1 101 Switching Protocols'])
  })

  it('and the frames behind it do not depend on how they were cut', () => {
    const stream = concat(responseBytes(), server.ping('1'), server.text('hi'), server.close(1000))
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => {
        const scene = new Scene(awaitingResponse())
        const places = [0, ...cuts.sort((a, b) => a - b), stream.length]
        for (const [index, place] of places.entries())
          scene.receive(stream.slice(places[index - 1] ?? 0, place))
        expect(scene.events).toEqual([
          'HTTP/1.1 101 Switching Protocols',
          'ping(1)',
          'text(hi)',
          'close(1000)',
        ])
        expect(scene.wire).toEqual(['pong(1)', 'close(1000)'])
      }),
    )
  })
})

describe('a response that fails the handshake', () => {
  const tooLong = 'x'.repeat(8192)
  const rows: {
    name: string
    response: string
    kind: new (...args: never[]) => HandshakeError
    code: string
    /** Whether it came so far as to be an event. */
    isEvent: boolean
    options?: ClientOptions
  }[] = [
    {
      name: 'another status',
      response: responseText({ 'Content-Length': '2' }, 'HTTP/1.1 503 No', 'no'),
      kind: InvalidStatusError,
      code: 'INVALID_STATUS',
      isEvent: true,
    },
    {
      name: 'a redirection',
      response: responseText({ Location: '/x', 'Content-Length': '0' }, 'HTTP/1.1 302 Found'),
      kind: InvalidStatusError,
      code: 'INVALID_STATUS',
      isEvent: true,
    },
    {
      name: '200 in chunks',
      response: responseText({ 'Transfer-Encoding': 'chunked' }, 'HTTP/1.1 200 OK', '2\r\nno\r\n0\r\n\r\n'),
      kind: InvalidStatusError,
      code: 'INVALID_STATUS',
      isEvent: true,
    },
    {
      name: 'no Upgrade',
      response: responseText({ Upgrade: null }),
      kind: InvalidUpgradeError,
      code: 'MISSING_UPGRADE',
      isEvent: true,
    },
    {
      name: 'another Upgrade',
      response: responseText({ Upgrade: 'h2c' }),
      kind: InvalidUpgradeError,
      code: 'INVALID_UPGRADE',
      isEvent: true,
    },
    {
      name: 'no Connection',
      response: responseText({ Connection: null }),
      kind: InvalidUpgradeError,
      code: 'MISSING_CONNECTION',
      isEvent: true,
    },
    {
      name: 'another Connection',
      response: responseText({ Connection: 'close' }),
      kind: InvalidUpgradeError,
      code: 'INVALID_CONNECTION',
      isEvent: true,
    },
    {
      name: 'no Sec-WebSocket-Accept',
      response: responseText({ 'Sec-WebSocket-Accept': null }),
      kind: InvalidHeaderError,
      code: 'MISSING_ACCEPT',
      isEvent: true,
    },
    {
      name: 'two Sec-WebSocket-Accept',
      response: responseText({ 'Sec-WebSocket-Accept': [acceptOfKey, acceptOfKey] }),
      kind: InvalidHeaderError,
      code: 'REPEATED_ACCEPT',
      isEvent: true,
    },
    {
      name: 'a wrong Sec-WebSocket-Accept',
      response: responseText({ 'Sec-WebSocket-Accept': acceptOfKey.toLowerCase() }),
      kind: InvalidHeaderError,
      code: 'INVALID_ACCEPT',
      isEvent: true,
    },
    {
      name: 'an extension that was not offered',
      response: responseText({ 'Sec-WebSocket-Extensions': 'permessage-deflate' }),
      kind: NegotiationError,
      code: 'EXTENSION_NOT_OFFERED',
      isEvent: true,
      options: { extensions: [toy] },
    },
    {
      name: 'an extension twice',
      response: responseText({ 'Sec-WebSocket-Extensions': 'x-toy, x-toy' }),
      kind: NegotiationError,
      code: 'REPEATED_EXTENSION',
      isEvent: true,
      options: { extensions: [toy] },
    },
    {
      name: 'parameters that the extension does not take',
      response: responseText({ 'Sec-WebSocket-Extensions': 'x-toy; level=4' }),
      kind: NegotiationError,
      code: 'EXTENSION_REFUSED',
      isEvent: true,
      options: { extensions: [toy] },
    },
    {
      name: 'malformed extensions',
      response: responseText({ 'Sec-WebSocket-Extensions': 'x-toy; =' }),
      kind: InvalidHeaderError,
      code: 'MALFORMED_HEADER',
      isEvent: true,
      options: { extensions: [toy] },
    },
    {
      name: 'a subprotocol that was not offered',
      response: responseText({ 'Sec-WebSocket-Protocol': 'other' }),
      kind: NegotiationError,
      code: 'SUBPROTOCOL_NOT_OFFERED',
      isEvent: true,
      options: { subprotocols: ['chat'] },
    },
    {
      name: 'a subprotocol though none was offered',
      response: responseText({ 'Sec-WebSocket-Protocol': 'chat' }),
      kind: NegotiationError,
      code: 'SUBPROTOCOL_NOT_OFFERED',
      isEvent: true,
    },
    {
      name: 'two subprotocols',
      response: responseText({ 'Sec-WebSocket-Protocol': 'chat, superchat' }),
      kind: NegotiationError,
      code: 'REPEATED_SUBPROTOCOL',
      isEvent: true,
      options: { subprotocols: ['chat', 'superchat'] },
    },
    {
      name: 'HTTP/1.0',
      response: responseText({}, 'HTTP/1.0 101 Switching Protocols'),
      kind: InvalidProtocolError,
      code: 'UNSUPPORTED_HTTP_VERSION',
      isEvent: false,
    },
    {
      name: 'no HTTP',
      response: '220 ready\r\n',
      kind: InvalidMessageError,
      code: 'NOT_HTTP',
      isEvent: false,
    },
    {
      name: 'a status line that is too long',
      response: responseText({}, `HTTP/1.1 101 ${tooLong}`),
      kind: HeadersTooLargeError,
      code: 'LINE_TOO_LONG',
      isEvent: false,
    },
    {
      name: 'a header that is too long',
      response: responseText({ 'X-Long': tooLong }),
      kind: HeadersTooLargeError,
      code: 'HEADER_TOO_LONG',
      isEvent: false,
    },
    {
      name: 'too many headers',
      response: responseText({ 'X-Many': Array(126).fill('x') }),
      kind: HeadersTooLargeError,
      code: 'TOO_MANY_HEADERS',
      isEvent: false,
    },
    {
      name: 'a header without a colon',
      response: responseText({}, 'HTTP/1.1 101 Switching Protocols\r\nnonsense'),
      kind: InvalidMessageError,
      code: 'INVALID_HEADER_LINE',
      isEvent: false,
    },
  ]

  describe.each(rows)('for $name', ({ response, kind, code, isEvent, options }) => {
    it.each(feedings)('is told by handshakeError, and TCP is to end, input given %s', (feeding) => {
      const scene = new Scene(awaitingResponse(options), feeding)
      const { protocol } = scene
      scene.receive(bytes(response), server.text('behind')).flush()
      expect(protocol.handshakeError).toBeInstanceOf(kind)
      expect(protocol.handshakeError).toMatchObject({ code, section: expect.any(String) })
      expect(scene.events).toHaveLength(isEvent ? 1 : 0)
      expect(scene.wire).toEqual(['EOF'])
      expect(protocol.value.lifecycle).toEqual({ connecting: 'rejected' })
      expect(protocol.closeExpected()).toBe(true)
      expect(protocol.extensions).toEqual([])
      expect(protocol.subprotocol).toBeNull()
      expect(protocol.parserError).toBeNull()
    })

    if (!isEvent) return
    it('has the response, as the event has', () => {
      const client = awaitingResponse(options)
      client.receiveData(bytes(response))
      const [event] = client.eventsReceived()
      expect((client.handshakeError as HandshakeError).response).toBe(event)
    })
  })

  it.each([
    ['of a given length', { 'Content-Length': '5' }, 'sorry', false],
    ['in chunks', { 'Transfer-Encoding': 'chunked' }, '3\r\nsor\r\n2\r\nry\r\n0\r\n\r\n', false],
    ['to the end of the stream', {}, 'sorry', true],
  ])('has its body, %s', (_, headers, body, toEnd) => {
    const client = awaitingResponse()
    client.receiveData(responseBytes(headers, 'HTTP/1.1 403 Forbidden', body))
    expect(client.eventsReceived()).toHaveLength(toEnd ? 0 : 1)
    client.receiveEof()
    const { response } = client.handshakeError as HandshakeError
    expect(bodyOf(response!)).toBe('sorry')
    expect(client.state).toBe('closed')
  })

  it('may have a body of any length: a megabyte of it is kept', () => {
    const client = awaitingResponse()
    client.receiveData(responseBytes({ 'Content-Length': String(2 ** 30) }, 'HTTP/1.1 500 x'))
    const piece = new Uint8Array(2 ** 18)
    for (let at = 0; at < 8; at++) client.receiveData(piece.slice())
    const { response } = client.handshakeError as HandshakeError
    expect(response!.body).toHaveLength(2 ** 20)
    expect(client.value.lifecycle).toEqual({ connecting: 'rejected' })
  })

  it('inside whose body the stream ended is no event, but in the error', () => {
    const client = awaitingResponse()
    client.receiveData(responseBytes({ 'Content-Length': '10' }, 'HTTP/1.1 403 Forbidden', 'so'))
    client.receiveEof()
    expect(client.eventsReceived()).toEqual([])
    expect(client.handshakeError).toMatchObject({ code: 'UNEXPECTED_EOF', response: { status: 403 } })
  })
})

describe('what a server sends before it was asked', () => {
  it('takes effect with the request, without being asked for events', () => {
    const client = newClient()
    client.receiveData(concat(responseBytes(), server.ping('1')))
    expect(client.eventsReceived()).toEqual([])
    client.sendRequest(client.connect())
    expect(client.state).toBe('open')
    expect(words('client', client.dataToSend())).toEqual(['GET /chat HTTP/1.1', 'pong(1)'])
  })

  it('is held up to 64 KiB', () => {
    const client = newClient()
    client.receiveData(new Uint8Array(65536))
    expect(client.value.lifecycle).toEqual({ connecting: 'requesting' })
    client.receiveData(new Uint8Array(1))
    expect(client.value.lifecycle).toEqual({ connecting: 'rejected' })
    expect(client.handshakeError).toBeInstanceOf(HandshakeError)
    expect(words('client', client.dataToSend())).toEqual(['EOF'])
  })
})

describe('a client whose handshake was done elsewhere', () => {
  it('is open, and sends no request', () => {
    const client = newClient({ state: 'open' })
    expect(client.state).toBe('open')
    client.sendText('hi')
    expect(words('client', client.dataToSend())).toEqual(['text(hi)'])
    client.receiveData(server.text('ho'))
    expect(client.eventsReceived().map(eventWord)).toEqual(['text(ho)'])
  })
})

it('a masked frame behind the response counts its offset from the end of the handshake', () => {
  const client = openedClient()
  client.receiveData(concat(server.text('abc'), hex('8180')))
  client.receiveData(hex('00000000 00'))
  expect(client.parserError).toMatchObject({ code: 'MASK_UNEXPECTED', offset: 6 })
})
