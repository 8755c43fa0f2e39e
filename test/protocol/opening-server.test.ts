/** Guide, point 2; RFC 6455, section 4.2: a server's opening handshake. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  HandshakeError,
  HeadersTooLargeError,
  InvalidHeaderError,
  InvalidMessageError,
  InvalidMethodError,
  InvalidOriginError,
  InvalidProtocolError,
  InvalidStateError,
  InvalidStatusError,
  InvalidUpgradeError,
  NegotiationError,
  Response,
  type ServerExtensionFactory,
  type ServerOptions,
  ServerProtocol,
} from '../../src/protocol/index.ts'
import { thrownBy } from '../thrown-by.ts'
import {
  acceptOfKey,
  bodyOf,
  deciding,
  hostRequest,
  key,
  openedServer,
  requestBytes,
  requestText,
} from './handshakes.ts'
import { eventWord, feedings, Scene } from './scene.ts'
import { bytes, concat, Peer, words } from './wire.ts'

const client = new Peer('client')
const OK = 'HTTP/1.1 101 Switching Protocols'

const toy: ServerExtensionFactory = {
  name: 'x-toy',
  processRequestParams: (params) => {
    if (params.length > 1) throw new NegotiationError('one parameter, please')
    return [params, { name: 'x-toy', encode: (frame) => frame, decode: (frame) => frame }]
  },
}

describe('a request', () => {
  it('is the first event', () => {
    const server = new ServerProtocol()
    server.receiveData(requestBytes({ 'X-Twice': ['a', 'b'] }, 'GET /chat?room=1 HTTP/1.1'))
    const [request, ...others] = server.eventsReceived()
    expect(request).toMatchObject({
      type: 'request',
      method: 'GET',
      path: '/chat?room=1',
      protocol: 'HTTP/1.1',
    })
    expect(request?.type === 'request' && request.headers.getAll('x-twice')).toEqual(['a', 'b'])
    expect(others).toEqual([])
    expect(server.value.lifecycle).toEqual({ connecting: 'deciding' })
    expect(server.dataToSend()).toEqual([])
  })

  it('does not depend on how it was cut, nor do the frames behind it', () => {
    const stream = concat(requestBytes(), client.ping('1'), client.text('hi'), client.close(1000))
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 8 }), (cuts) => {
        const scene = new Scene(new ServerProtocol())
        const places = [0, ...cuts.sort((a, b) => a - b), stream.length]
        for (const [index, place] of places.entries())
          scene.receive(stream.slice(places[index - 1] ?? 0, place))
        expect(scene.events).toEqual(['GET /chat HTTP/1.1'])
        expect(scene.wire).toEqual([])
        scene.act((server) => server.sendResponse(server.accept(hostRequest())))
        expect(scene.events.slice(1)).toEqual(['ping(1)', 'text(hi)', 'close(1000)'])
        expect(scene.wire).toEqual([OK, 'pong(1)', 'close(1000)', 'EOF'])
      }),
    )
  })
})

describe('the response that accepts it', () => {
  it('says what section 4.2.2 wants, and is not sent yet', () => {
    const [server, request] = deciding()
    const response = server.accept(request)
    expect(response).toMatchObject({ type: 'response', status: 101, body: null })
    expect(Object.fromEntries(response.headers)).toEqual({
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Accept': acceptOfKey,
    })
    expect(server.handshakeError).toBeNull()
    expect(server.dataToSend()).toEqual([])
    expect(server.state).toBe('connecting')
  })

  it('may be changed before it is sent', () => {
    const [server, request] = deciding()
    const response = server.accept(request)
    response.headers.append('Set-Cookie', 'a=b')
    server.sendResponse(response)
    expect(new TextDecoder().decode(concat(...server.dataToSend()))).toBe(
      `${OK}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOfKey}\r\nSet-Cookie: a=b\r\n\r\n`,
    )
    expect(server.state).toBe('open')
  })

  it.each<[string, Parameters<typeof requestBytes>[0], ServerOptions]>([
    ['spelled otherwise', { Upgrade: 'WebSocket', Connection: 'keep-alive, Upgrade' }, {}],
    ['from an origin, when all may', { Origin: 'https://example.com' }, {}],
    [
      'from an origin on the list',
      { Origin: 'https://example.com' },
      { origins: ['https://example.org', 'https://example.com'] },
    ],
    [
      'from an origin that matches',
      { Origin: 'https://a.example.com' },
      { origins: [/https:\/\/\w\.example\.com/] },
    ],
    ['without an origin, when that may', {}, { origins: [null] }],
  ])('is given to a request %s', (_, change, options) => {
    const [server, request] = deciding(options, requestBytes(change))
    expect(server.accept(request).status).toBe(101)
    expect(server.handshakeError).toBeNull()
  })

  it('names the extensions and the subprotocol', () => {
    const [server, request] = deciding(
      { extensions: [toy], subprotocols: ['superchat', 'chat'] },
      requestBytes({
        'Sec-WebSocket-Extensions': 'x-other, x-toy; a; b, x-toy; a=1',
        'Sec-WebSocket-Protocol': 'chat, superchat',
      }),
    )
    const response = server.accept(request)
    expect(response.headers.get('Sec-WebSocket-Extensions')).toBe('x-toy; a=1')
    expect(response.headers.get('Sec-WebSocket-Protocol')).toBe('superchat')
    server.sendResponse(response)
    expect(server.extensions.map(({ name }) => name)).toEqual(['x-toy'])
    expect(server.subprotocol).toBe('superchat')
  })

  it('names the subprotocol that the application chooses', () => {
    const seen: string[][] = []
    const selectSubprotocol = (offered: string[]) => {
      seen.push(offered)
      return offered[1] ?? null
    }
    const [server, request] = deciding(
      { selectSubprotocol },
      requestBytes({ 'Sec-WebSocket-Protocol': 'a, b' }),
    )
    expect(server.accept(request).headers.get('Sec-WebSocket-Protocol')).toBe('b')
    expect(server.subprotocol).toBe('b')
    expect(seen).toEqual([['a', 'b']])
  })
})

describe('the table of refusals', () => {
  interface Row {
    name: string
    request: string
    options?: ServerOptions
    status: number
    kind: new (...args: never[]) => HandshakeError
    code: string
    headers?: Record<string, string | null>
  }
  const rows: Row[] = [
    ...['POST', 'HEAD', 'OPTIONS', 'get', 'CONNECT'].map(
      (method): Row => ({
        name: `the method ${method}`,
        request: requestText({}, `${method} /chat HTTP/1.1`),
        status: 405,
        kind: InvalidMethodError,
        code: 'INVALID_METHOD',
        headers: { Allow: 'GET', 'Sec-WebSocket-Version': null },
      }),
    ),
    ...['HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9'].map(
      (protocol): Row => ({
        name: protocol,
        request: requestText({}, `GET /chat ${protocol}`),
        status: 505,
        kind: InvalidProtocolError,
        code: 'UNSUPPORTED_HTTP_VERSION',
      }),
    ),
    ...(
      [
        ['no Upgrade', { Upgrade: null }, 'MISSING_UPGRADE'],
        ['another Upgrade', { Upgrade: 'h2c' }, 'INVALID_UPGRADE'],
        ['a malformed Upgrade', { Upgrade: 'web socket' }, 'INVALID_UPGRADE'],
        ['two protocols in Upgrade', { Upgrade: 'websocket, h2c' }, 'INVALID_UPGRADE'],
        ['no Connection', { Connection: null }, 'MISSING_CONNECTION'],
        ['another Connection', { Connection: 'keep-alive' }, 'INVALID_CONNECTION'],
      ] as const
    ).map(
      ([name, change, code]): Row => ({
        name,
        request: requestText(change),
        status: 426,
        kind: InvalidUpgradeError,
        code,
        headers: { Upgrade: 'websocket' },
      }),
    ),
    ...(
      [
        ['no key', { 'Sec-WebSocket-Key': null }, 'MISSING_KEY'],
        ['two keys', { 'Sec-WebSocket-Key': [key, key] }, 'REPEATED_KEY'],
        ['an empty key', { 'Sec-WebSocket-Key': '' }, 'INVALID_KEY'],
        ['a key of 15 bytes', { 'Sec-WebSocket-Key': 'AQIDBAUGBwgJCgsMDQ4P' }, 'INVALID_KEY'],
        ['a key of 17 bytes', { 'Sec-WebSocket-Key': 'AQIDBAUGBwgJCgsMDQ4PEBE=' }, 'INVALID_KEY'],
        ['a key that is not Base64', { 'Sec-WebSocket-Key': '!@#$%^&*()_+-=[]{}|\\;:' }, 'INVALID_KEY'],
        ['no Host', { Host: null }, 'MISSING_HOST'],
        ['two Hosts', { Host: ['a', 'b'] }, 'REPEATED_HOST'],
      ] as const
    ).map(
      ([name, change, code]): Row => ({
        name,
        request: requestText(change as never),
        status: 400,
        kind: InvalidHeaderError,
        code,
        headers: { 'Sec-WebSocket-Version': null },
      }),
    ),
    ...(
      [
        ['no version', null, 'MISSING_VERSION'],
        ['two versions', ['13', '13'], 'REPEATED_VERSION'],
        ['an old version', '8', 'UNSUPPORTED_VERSION'],
        ['a version to come', '14', 'UNSUPPORTED_VERSION'],
        ['a version in other digits', '013', 'UNSUPPORTED_VERSION'],
        ['a list of versions', '13, 8', 'UNSUPPORTED_VERSION'],
      ] as const
    ).map(
      ([name, version, code]): Row => ({
        name,
        request: requestText({ 'Sec-WebSocket-Version': version as string | null }),
        status: 400,
        kind: InvalidHeaderError,
        code,
        headers: { 'Sec-WebSocket-Version': '13' },
      }),
    ),
    ...(
      [
        ['another origin', 'https://example.net', ['https://example.com']],
        ['no origin', null, ['https://example.com']],
        [
          'an origin that a pattern matches in part',
          'https://example.com.evil.net',
          [/https:\/\/example\.com/],
        ],
        [
          'an origin that an alternative matches in part',
          'https://a.net.evil',
          [/https:\/\/b|https:\/\/a\.net/],
        ],
        ['an origin that a pattern matches behind others', 'evil.https://a.net', [/https:\/\/a\.net/]],
        ['an origin, when only none may', 'https://example.com', [null]],
        ['the origin "null", when only none may', 'null', [null]],
        ['an origin in another case', 'HTTPS://example.com', ['https://example.com']],
      ] as [string, string | null, (string | RegExp | null)[]][]
    ).map(
      ([name, origin, origins]): Row => ({
        name,
        request: requestText({ Origin: origin }),
        options: { origins },
        status: 403,
        kind: InvalidOriginError,
        code: origin === null ? 'MISSING_ORIGIN' : 'ORIGIN_NOT_ALLOWED',
      }),
    ),
  ]

  describe.each(rows)('for $name', ({ request: text, options, status, kind, code, headers }) => {
    it(`answers ${status}, and handshakeError says why`, () => {
      const [server, request] = deciding(options, bytes(text))
      const response = server.accept(request)
      expect(response.status).toBe(status)
      for (const [name, value] of Object.entries(headers ?? {}))
        expect(response.headers.get(name)).toBe(value)
      expect(response.headers.get('Content-Length')).toBe(String(response.body!.length))
      expect(server.handshakeError).toBeInstanceOf(kind)
      expect(server.handshakeError).toMatchObject({ code, response, section: expect.any(String) })
      expect(bodyOf(response)).toContain(server.handshakeError!.message)
    })

    it('sends it and ends TCP', () => {
      const scene = new Scene(new ServerProtocol(options))
      scene.receive(bytes(text))
      scene.act((server) => {
        const [, request] = deciding(options, bytes(text))
        server.sendResponse(server.accept(request))
      })
      expect(scene.wire).toHaveLength(2)
      expect(scene.wire[0]).toMatch(`HTTP/1.1 ${status} `)
      expect(scene.wire[1]).toBe('EOF')
      expect(scene.protocol.handshakeError).toBeInstanceOf(kind)
      expect(scene.protocol.value.lifecycle).toEqual({ connecting: 'rejected' })
    })
  })

  it('tells the version 13 whatever else is wrong', () => {
    const [server, request] = deciding({}, requestBytes({ 'Sec-WebSocket-Version': '8' }, 'PUT / HTTP/1.1'))
    const response = server.accept(request)
    expect(response.status).toBe(405)
    expect(response.headers.get('Sec-WebSocket-Version')).toBe('13')
  })

  it.each<[string, ServerOptions, Record<string, string>, number]>([
    ['no subprotocol', { subprotocols: ['chat'] }, {}, 400],
    ['other subprotocols', { subprotocols: ['chat'] }, { 'Sec-WebSocket-Protocol': 'x' }, 400],
    ['malformed subprotocols', {}, { 'Sec-WebSocket-Protocol': 'a b' }, 400],
    ['malformed extensions', { extensions: [toy] }, { 'Sec-WebSocket-Extensions': 'x-toy;' }, 400],
    [
      'a subprotocol on which the application throws',
      {
        selectSubprotocol: () => {
          throw new Error('private')
        },
      },
      {},
      500,
    ],
  ])('has an answer for %s, and accept() does not throw', (_, options, change, status) => {
    const [server, request] = deciding(options, requestBytes(change))
    const response = server.accept(request)
    expect(response.status).toBe(status)
    expect(server.handshakeError).toBeInstanceOf(HandshakeError)
    expect(bodyOf(response)).not.toContain('private')
    expect(server.extensions).toEqual([])
    expect(server.subprotocol).toBeNull()
  })
})

describe('what is refused by itself', () => {
  const long = 'x'.repeat(8193)
  it.each([
    ['a request line that is too long', requestText({}, `GET /${long} HTTP/1.1`), 414, HeadersTooLargeError],
    ['a request line without an end', `GET /${long}${long}`, 414, HeadersTooLargeError],
    ['a header that is too long', requestText({ 'X-Long': long }), 431, HeadersTooLargeError],
    ['too many headers', requestText({ 'X-Many': Array(124).fill('x') }), 431, HeadersTooLargeError],
    ['a TLS ClientHello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, InvalidMessageError],
    ['SSH', 'SSH-2.0-x\r\n', 400, InvalidMessageError],
    ['HTTP/2 without upgrade', 'GET / HTTP/2\r\n\r\n', 400, InvalidMessageError],
    ['a header without a colon', requestText({}, 'GET / HTTP/1.1\r\nnonsense'), 400, InvalidMessageError],
    ['a space before a colon', requestText({ 'X-Y ': 'z' }), 400, InvalidMessageError],
    ['a folded header', requestText({}, 'GET / HTTP/1.1\r\nA: b\r\n c'), 400, InvalidMessageError],
    ['a bare LF', 'GET / HTTP/1.1\nHost: x\n\n', 400, InvalidMessageError],
    ['NUL in a header', requestText({ 'X-Nul': 'a\0b' }), 400, InvalidMessageError],
    ['a body', requestText({ 'Content-Length': '5' }), 400, InvalidMessageError],
  ])('%s', (_, text, status, kind) => {
    for (const feeding of feedings) {
      const scene = new Scene(new ServerProtocol(), feeding)
      scene.receive(bytes(text), client.text('behind')).flush()
      expect(scene.protocol.handshakeError).toBeInstanceOf(kind)
      expect(scene.wire).toEqual([expect.stringMatching(`^HTTP/1\\.1 ${status} `), 'EOF'])
      expect(scene.events).toEqual([])
      expect(scene.protocol.value.lifecycle).toEqual({ connecting: 'rejected' })
      expect(scene.protocol.closeExpected()).toBe(true)
    }
  })

  it('a request of the longest lines and the most headers is taken', () => {
    const [server, request] = deciding(
      {},
      requestBytes({ 'X-Long': 'x'.repeat(8192 - 8), 'X-Many': Array(122).fill('y') }),
    )
    expect(server.accept(request).status).toBe(101)
  })
})

describe('a rejection by the application', () => {
  it('has a status and a text, and handshakeError has the response', () => {
    const [server] = deciding()
    const response = server.reject(404, 'Nöthing here\n')
    expect(response).toMatchObject({ status: 404, reasonPhrase: 'Not Found' })
    expect(bodyOf(response)).toBe('Nöthing here\n')
    expect(response.headers.get('content-length')).toBe('14')
    expect(response.headers.get('connection')).toBe('close')
    expect(server.handshakeError).toBeInstanceOf(InvalidStatusError)
    expect(server.handshakeError).toMatchObject({ response })
    expect(server.dataToSend()).toEqual([])
    expect(server.state).toBe('connecting')
  })

  it('is sent whole, and TCP ends', () => {
    const [server] = deciding()
    server.sendResponse(server.reject(503, 'full'))
    const [data, end, ...more] = server.dataToSend()
    expect(new TextDecoder().decode(data)).toBe(
      'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 4\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nfull',
    )
    expect(end).toHaveLength(0)
    expect(more).toEqual([])
    expect(server.value.lifecycle).toEqual({ connecting: 'rejected' })
    expect(server.closeExpected()).toBe(true)
  })

  it('may be a response of any making', () => {
    const [server] = deciding()
    server.sendResponse(new Response(302, 'Found', { Location: '/other' }))
    expect(words('server', server.dataToSend())).toEqual(['HTTP/1.1 302 Found', 'EOF'])
    expect(server.handshakeError).toMatchObject({ code: 'INVALID_STATUS', response: { status: 302 } })
  })

  it('may follow an acceptance that was not sent', () => {
    const [server, request] = deciding()
    server.accept(request)
    server.sendResponse(server.reject(429, 'slow down'))
    expect(words('server', server.dataToSend())).toEqual(['HTTP/1.1 429 Too Many Requests', 'EOF'])
    expect(server.handshakeError).toMatchObject({ code: 'INVALID_STATUS' })
  })

  it('that cannot stand on the wire is refused, and nothing is sent', () => {
    const [server, request] = deciding()
    const bad = () => server.sendResponse(new Response(404, 'Not\r\nFound'))
    expect(thrownBy(bad)).toBeInstanceOf(TypeError)
    expect(server.dataToSend()).toEqual([])
    expect(server.value.lifecycle).toEqual({ connecting: 'deciding' })
    expect(server.handshakeError).toBeNull()
    server.sendResponse(server.accept(request))
    expect(server.state).toBe('open')
  })

  it('cannot have a status that is not final', () => {
    const [server] = deciding()
    expect(thrownBy(() => server.reject(101, ''))).toBeInstanceOf(RangeError)
    expect(server.handshakeError).toBeNull()
  })
})

describe('sendResponse()', () => {
  it.each([
    ['a 101', (server: ServerProtocol) => server.sendResponse(server.accept(hostRequest()))],
    ['a refusal', (server: ServerProtocol) => server.sendResponse(server.reject(404, 'x'))],
  ])('sends %s once', (_, answer) => {
    const [server] = deciding()
    answer(server)
    server.dataToSend()
    const { value } = server
    expect(thrownBy(() => answer(server))).toBeInstanceOf(InvalidStateError)
    expect(server.dataToSend()).toEqual([])
    expect(server.value).toEqual(value)
  })
})

describe('a request that the host read', () => {
  const hostReads = (options?: ServerOptions) => {
    const server = new ServerProtocol(options)
    return [server, server.accept(hostRequest())] as const
  }

  it('is accepted before one was read, and recorded', () => {
    const [server, response] = hostReads()
    expect(response.status).toBe(101)
    expect(server.value.lifecycle).toEqual({ connecting: 'deciding' })
    expect(server.eventsReceived()).toEqual([])
    server.sendResponse(response)
    expect(words('server', server.dataToSend())).toEqual([OK])
    expect(server.state).toBe('open')
  })

  it.each(feedings)('is followed by frames: its head given before the response, %s', (feeding) => {
    const [server, response] = hostReads()
    const scene = new Scene(server, feeding)
    scene.receive(client.ping('1'), client.text('hi', false)).flush()
    expect(scene.events).toEqual([])
    scene.act(() => server.sendResponse(response))
    expect(scene.events).toEqual(['ping(1)', 'text(hi)+'])
    expect(scene.wire).toEqual([OK, 'pong(1)'])
  })

  it.each(feedings)('is followed by frames: its head given behind the response, %s', (feeding) => {
    const [server, response] = hostReads()
    const scene = new Scene(server, feeding)
    scene
      .act(() => server.sendResponse(response))
      .receive(client.text('hi'), client.close(1000))
      .flush()
    expect(scene.events).toEqual(['text(hi)', 'close(1000)'])
    expect(scene.wire).toEqual([OK, 'close(1000)', 'EOF'])
  })

  it.each(feedings)('may be answered by a 101 of the host’s own making, %s', (feeding) => {
    const server = new ServerProtocol()
    const scene = new Scene(server, feeding)
    const response = new Response(101, 'Switching Protocols', { Upgrade: 'websocket' })
    scene
      .act(() => server.sendResponse(response))
      .receive(client.text('hi'))
      .flush()
    expect(server.state).toBe('open')
    expect(scene.events).toEqual(['text(hi)'])
  })

  it('whose head was fed before it was accepted is followed by frames', () => {
    const server = new ServerProtocol()
    server.feed(client.text('hi'))
    server.sendResponse(server.accept(hostRequest()))
    expect(eventWord(server.nextEvent()!)).toBe('text(hi)')
  })

  it('whose head was fed before the host’s own 101 is followed by frames', () => {
    const server = new ServerProtocol()
    server.feed(client.text('hi'))
    server.sendResponse(new Response(101, 'Switching Protocols'))
    const event = server.nextEvent()
    expect(event === null ? null : eventWord(event)).toBe('text(hi)')
  })

  it('is refused as one that this layer read', () => {
    const server = new ServerProtocol()
    const request = hostRequest()
    request.headers.delete('Upgrade')
    const response = server.accept(request)
    expect(response.status).toBe(426)
    server.sendResponse(response)
    expect(words('server', server.dataToSend())).toEqual(['HTTP/1.1 426 Upgrade Required', 'EOF'])
  })

  it('may be rejected without being shown', () => {
    const server = new ServerProtocol()
    server.sendResponse(server.reject(404, 'x'))
    expect(words('server', server.dataToSend())).toEqual(['HTTP/1.1 404 Not Found', 'EOF'])
  })
})

describe('bytes behind the request', () => {
  it('are held up to 64 KiB, and become events once the 101 is sent', () => {
    const [server, request] = deciding({ maxSize: null })
    const message = client.binary(new Uint8Array(65536 - 8))
    expect(message).toHaveLength(65536)
    server.receiveData(message)
    expect(server.eventsReceived()).toEqual([])
    server.sendResponse(server.accept(request))
    const [event] = server.eventsReceived()
    expect(event?.type === 'frame' && event.payload.length).toBe(65536 - 8)
  })

  it.each([
    ['at once', 1],
    ['by and by', 4096],
  ])('beyond 64 KiB, sent %s, are refused', (_, pieces) => {
    const [server, request] = deciding()
    server.receiveData(new Uint8Array(65536))
    expect(server.value.lifecycle).toEqual({ connecting: 'deciding' })
    for (let at = 0; at < pieces; at++) server.receiveData(new Uint8Array(1))
    expect(server.value.lifecycle).toEqual({ connecting: 'rejected' })
    expect(server.handshakeError).toBeInstanceOf(HandshakeError)
    expect(words('server', server.dataToSend())).toEqual(['HTTP/1.1 400 Bad Request', 'EOF'])
    expect(thrownBy(() => server.sendResponse(server.accept(request)))).toBeInstanceOf(InvalidStateError)
    expect(server.dataToSend()).toEqual([])
  })

  it('beyond 64 KiB in the chunk of the request are refused, behind its event', () => {
    const scene = new Scene(new ServerProtocol())
    scene.receive(concat(requestBytes(), new Uint8Array(65537)))
    expect(scene.events).toEqual(['GET /chat HTTP/1.1'])
    expect(scene.wire).toEqual(['HTTP/1.1 400 Bad Request', 'EOF'])
  })

  it('may be any pieces: 64 KiB byte by byte', () => {
    const [server] = deciding()
    for (let at = 0; at < 65_536; at++) server.receiveData(new Uint8Array(1))
    expect(server.value.lifecycle).toEqual({ connecting: 'deciding' })
    server.receiveData(new Uint8Array(1))
    expect(server.value.lifecycle).toEqual({ connecting: 'rejected' })
  })
})

it('a server whose handshake was done elsewhere is open', () => {
  const server = new ServerProtocol({ state: 'open' })
  server.receiveData(client.text('hi'))
  expect(server.eventsReceived().map(eventWord)).toEqual(['text(hi)'])
  expect(thrownBy(() => server.sendResponse(server.accept(hostRequest())))).toBeInstanceOf(InvalidStateError)
  expect(server.state).toBe('open')
})

it('the offset of a wrong frame is counted from the end of the request', () => {
  const server = openedServer()
  server.receiveData(concat(client.text('abc'), new Peer('server').text('x')))
  expect(server.parserError).toMatchObject({ code: 'MASK_MISSING', offset: client.text('abc').length + 1 })
})
