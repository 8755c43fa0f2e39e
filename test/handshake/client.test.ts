import { describe, expect, it } from 'vitest'
import {
  buildRequest,
  type ClientExtensionFactory,
  checkResponse,
  type Extension,
  type ExtensionParams,
  HandshakeError,
  Headers,
  NegotiationError,
  parseUri,
  type Request,
  type RequestOptions,
  Response,
} from '../../src/handshake/index.ts'
import { bytes, SAMPLE_ACCEPT, SAMPLE_KEY } from './helpers.ts'

const URI = parseUri('ws://server.example.com/chat?a=1')

/** Offers itself with `offer`, and takes an answer with exactly `expected`. */
function factory(
  name: string,
  offer: ExtensionParams = [],
  expected: ExtensionParams = [],
): ClientExtensionFactory {
  return {
    name,
    getRequestParams: () => offer,
    processResponseParams: (params) => {
      if (JSON.stringify(params) !== JSON.stringify(expected)) throw new NegotiationError('not as expected')
      return extension(name, expected)
    },
  }
}

function extension(name: string, params: ExtensionParams): Extension & { params: ExtensionParams } {
  return { name, params, encode: (frame) => frame, decode: (frame) => frame }
}

function request(options: Partial<RequestOptions> = {}, uri = URI): Request {
  return buildRequest(uri, { key: SAMPLE_KEY, ...options })
}

describe('the opening handshake of a client (RFC 6455, section 4.1)', () => {
  it('asks for the resource name with the headers of the RFC', () => {
    expect(request()).toMatchObject({ method: 'GET', path: '/chat?a=1', protocol: 'HTTP/1.1' })
    expect([...request().headers]).toEqual([
      ['Host', 'server.example.com'],
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Key', SAMPLE_KEY],
      ['Sec-WebSocket-Version', '13'],
    ])
  })

  it('has everything else in a fixed order', () => {
    const full = request(
      {
        origin: 'http://example.com',
        extensions: [
          factory('a', [
            ['x', '1'],
            ['y', null],
          ]),
          factory('a'),
          factory('b'),
        ],
        subprotocols: ['chat', 'superchat'],
        headers: { Cookie: ['a=1', 'b=2'], 'User-Agent': 'test' },
      },
      parseUri('wss://user:p%C3%A9ss@[::1]:8443'),
    )
    expect(full.path).toBe('/')
    expect([...full.headers]).toEqual([
      ['Host', '[::1]:8443'],
      ['Origin', 'http://example.com'],
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Key', SAMPLE_KEY],
      ['Sec-WebSocket-Version', '13'],
      ['Sec-WebSocket-Extensions', 'a; x=1; y, a, b'],
      ['Sec-WebSocket-Protocol', 'chat, superchat'],
      ['Authorization', `Basic ${Buffer.from('user:péss').toString('base64')}`],
      ['Cookie', 'a=1'],
      ['Cookie', 'b=2'],
      ['User-Agent', 'test'],
    ])
  })

  it('offers nothing if there is nothing to offer', () => {
    const { headers } = request({ extensions: [], subprotocols: [] })
    expect(headers.has('Sec-WebSocket-Extensions')).toBe(false)
    expect(headers.has('Sec-WebSocket-Protocol')).toBe(false)
  })

  it('lets the caller say Host, Origin and Authorization in other words, in their place', () => {
    const { headers } = request(
      { origin: 'http://a', headers: { host: 'other', origin: 'http://b', authorization: 'Bearer x' } },
      parseUri('ws://a:b@server'),
    )
    expect([...headers].slice(0, 2)).toEqual([
      ['host', 'other'],
      ['origin', 'http://b'],
    ])
    expect(headers.getAll('Authorization')).toEqual(['Bearer x'])
    expect(request({ headers: { Origin: 'http://b' } }).headers.get('Origin')).toBe('http://b')
  })

  it.each([
    'Upgrade',
    'connection',
    'Sec-WebSocket-Key',
    'sec-websocket-version',
    'Sec-WebSocket-Accept',
    'Sec-WebSocket-Extensions',
    'Sec-WebSocket-Protocol',
    'Content-Length',
    'Transfer-Encoding',
  ])('refuses the header %s from the caller', (name) => {
    expect(() => request({ headers: { [name]: 'x' } })).toThrow(TypeError)
    expect(() => request({ headers: { [name]: 'x' } })).toThrow(name)
  })

  it.each(['Host', 'Origin', 'Authorization'])('refuses two values for %s', (name) => {
    expect(() => request({ headers: { [name]: ['a', 'b'] } })).toThrow(TypeError)
  })

  it.each([
    ['a header', { headers: { A: 'b\r\nC: d' } }],
    ['the origin', { origin: 'http://a\r\nX: y' }],
    ['the key', { key: 'x\r\n' }],
    ['an extension', { extensions: [factory('a\r\nb')] }],
    ['a parameter', { extensions: [factory('a', [['b', 'c d']])] }],
  ])('refuses line ends and the like in %s', (_, options) => {
    expect(() => request(options)).toThrow(TypeError)
  })

  it.each(['', 'a b', 'a,b', 'a\r\n', 'é', '"a"'])('refuses the subprotocol %j', (subprotocol) => {
    expect(() => request({ subprotocols: ['ok', subprotocol] })).toThrow(TypeError)
  })

  it('refuses a subprotocol that is named twice, and says which', () => {
    expect(() => request({ subprotocols: ['a', 'b', 'a'] })).toThrow('the subprotocol "a" is named twice')
  })
})

/** A correct answer, changed: `null` takes a header away, a list repeats it. */
function answer(changes: Record<string, string | string[] | null> = {}, status = 101): Response {
  const headers = new Headers({
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': SAMPLE_ACCEPT,
  })
  for (const [name, values] of Object.entries(changes)) {
    headers.delete(name)
    for (const value of typeof values === 'string' ? [values] : (values ?? [])) headers.append(name, value)
  }
  return new Response(status, 'Switching Protocols', headers)
}

function check(response: Response, options: Partial<RequestOptions> = {}) {
  return checkResponse(response, { request: request(options), extensions: options.extensions })
}

describe('the answer to it (RFC 6455, section 4.1)', () => {
  it('is accepted if it is that of the RFC', () => {
    expect(check(answer())).toEqual({ extensions: [], subprotocol: null })
  })

  it('is compared without regard to case, but for the key', () => {
    const changes = { Upgrade: 'WebSocket', Connection: 'keep-alive, UPGRADE' }
    expect(check(answer(changes))).toEqual({ extensions: [], subprotocol: null })
    expect(check(answer({ 'Sec-WebSocket-Accept': SAMPLE_ACCEPT.toUpperCase() }))).toBeInstanceOf(
      HandshakeError,
    )
  })

  it.each<[string, Record<string, string | string[] | null>, string, string, object]>([
    [
      'no Upgrade',
      { Upgrade: null },
      'InvalidUpgradeError',
      'MISSING_UPGRADE',
      { header: 'Upgrade', value: null },
    ],
    ['another Upgrade', { Upgrade: 'h2c' }, 'InvalidUpgradeError', 'INVALID_UPGRADE', { value: 'h2c' }],
    ['several of Upgrade', { Upgrade: 'websocket, h2c' }, 'InvalidUpgradeError', 'INVALID_UPGRADE', {}],
    ['Upgrade twice', { Upgrade: ['websocket', 'websocket'] }, 'InvalidUpgradeError', 'INVALID_UPGRADE', {}],
    ['a version of it', { Upgrade: 'websocket/13' }, 'InvalidUpgradeError', 'INVALID_UPGRADE', {}],
    ['a malformed Upgrade', { Upgrade: 'web socket' }, 'InvalidUpgradeError', 'INVALID_UPGRADE', {}],
    [
      'no Connection',
      { Connection: null },
      'InvalidUpgradeError',
      'MISSING_CONNECTION',
      { header: 'Connection' },
    ],
    [
      'another Connection',
      { Connection: 'close' },
      'InvalidUpgradeError',
      'INVALID_CONNECTION',
      { value: 'close' },
    ],
    ['a malformed Connection', { Connection: '"Upgrade"' }, 'InvalidUpgradeError', 'INVALID_CONNECTION', {}],
    ['no accept', { 'Sec-WebSocket-Accept': null }, 'InvalidHeaderError', 'MISSING_ACCEPT', { value: null }],
    [
      'a wrong accept',
      { 'Sec-WebSocket-Accept': 'x' },
      'InvalidHeaderError',
      'INVALID_ACCEPT',
      { value: 'x' },
    ],
    [
      'a longer accept',
      { 'Sec-WebSocket-Accept': `${SAMPLE_ACCEPT}=` },
      'InvalidHeaderError',
      'INVALID_ACCEPT',
      {},
    ],
    [
      'accept twice',
      { 'Sec-WebSocket-Accept': [SAMPLE_ACCEPT, SAMPLE_ACCEPT] },
      'InvalidHeaderError',
      'REPEATED_ACCEPT',
      { header: 'Sec-WebSocket-Accept', value: `${SAMPLE_ACCEPT}, ${SAMPLE_ACCEPT}` },
    ],
  ])('is refused with %s', (_, changes, name, code, more) => {
    const response = answer(changes)
    const error = check(response)
    expect(error).toBeInstanceOf(HandshakeError)
    expect(error).toMatchObject({ name, code, section: '4.1', ...more })
    expect((error as HandshakeError).response).toBe(response)
  })

  it.each([200, 301, 401, 403, 426, 500])('is refused with the status %i', (status) => {
    const response = new Response(status, 'Whatever\u0085', {}, bytes('why'))
    const error = check(response)
    expect(error).toMatchObject({
      name: 'InvalidStatusError',
      code: 'INVALID_STATUS',
      message: `the server answered ${status} "Whatever\\x85" instead of 101`,
    })
    expect((error as HandshakeError).response).toBe(response)
  })

  it('is compared with the request as it was sent', () => {
    const changed = request({ subprotocols: ['a'] })
    changed.headers.set('Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA==')
    changed.headers.set('Sec-WebSocket-Protocol', 'b')
    expect(checkResponse(answer(), { request: changed })).toMatchObject({ code: 'INVALID_ACCEPT' })
    const accept = 'ICX+Yqv66kxgM0FcWaLWlFLwTAI='
    const response = answer({ 'Sec-WebSocket-Accept': accept, 'Sec-WebSocket-Protocol': 'b' })
    expect(checkResponse(response, { request: changed })).toEqual({ extensions: [], subprotocol: 'b' })
  })
})

describe('extensions in the answer (RFC 6455, section 9.1)', () => {
  const header = 'Sec-WebSocket-Extensions'

  it('become what the factories make of it, in the order of the answer', () => {
    const extensions = [factory('a', [], [['x', '1']]), factory('b'), factory('c')]
    const result = check(answer({ [header]: ['c', 'a; x="1"'] }), { extensions })
    expect(result).toMatchObject({ extensions: [{ name: 'c' }, { name: 'a', params: [['x', '1']] }] })
    expect((result as { extensions: unknown[] }).extensions).toHaveLength(2)
  })

  it('are tried with each variant that was offered', () => {
    const extensions = [factory('a', [['v', '1']], [['v', '1']]), factory('a', [['v', '2']], [['v', '2']])]
    expect(check(answer({ [header]: 'a; v=2' }), { extensions })).toMatchObject({
      extensions: [{ params: [['v', '2']] }],
    })
  })

  it('see what was accepted before them', () => {
    const seen: string[][] = []
    const watching: ClientExtensionFactory = {
      ...factory('b'),
      processResponseParams: (params, accepted) => {
        seen.push(accepted.map(({ name }) => name))
        return extension('b', params)
      },
    }
    check(answer({ [header]: 'a, b' }), { extensions: [factory('a'), watching] })
    expect(seen).toEqual([['a']])
  })

  it.each([
    ['was not offered', 'b', 'NegotiationError', 'EXTENSION_NOT_OFFERED'],
    ['differs in case', 'A', 'NegotiationError', 'EXTENSION_NOT_OFFERED'],
    ['is accepted twice', 'a, a', 'NegotiationError', 'REPEATED_EXTENSION'],
    ['has other parameters', 'a; x', 'NegotiationError', 'EXTENSION_REFUSED'],
    ['is malformed', 'a;', 'InvalidHeaderError', 'MALFORMED_HEADER'],
  ])('are refused if one %s', (_, value, name, code) => {
    const response = answer({ [header]: value })
    const error = check(response, { extensions: [factory('a')] })
    expect(error).toMatchObject({ name, code, section: '9.1' })
    expect((error as HandshakeError).response).toBe(response)
  })

  it('are refused if none was offered, although there is a factory', () => {
    const error = checkResponse(answer({ [header]: 'a' }), { request: request(), extensions: [factory('a')] })
    expect(error).toMatchObject({ code: 'EXTENSION_NOT_OFFERED' })
  })

  it('are refused if offered by hand: there is no factory', () => {
    const sent = request()
    sent.headers.set(header, 'a')
    expect(checkResponse(answer({ [header]: 'a' }), { request: sent })).toMatchObject({
      code: 'EXTENSION_REFUSED',
    })
  })

  it('keep why a factory refused, or broke', () => {
    const broken: ClientExtensionFactory = {
      ...factory('a'),
      processResponseParams: () => {
        throw new RangeError('oops')
      },
    }
    expect(check(answer({ [header]: 'a' }), { extensions: [broken] })).toMatchObject({
      name: 'HandshakeError',
      code: 'INTERNAL_ERROR',
      cause: new RangeError('oops'),
    })
    expect(check(answer({ [header]: 'a; x' }), { extensions: [factory('a')] })).toMatchObject({
      cause: { name: 'NegotiationError', message: 'not as expected' },
    })
  })
})

describe('the subprotocol in the answer (RFC 6455, section 4.1)', () => {
  const header = 'Sec-WebSocket-Protocol'

  it('is one of those offered', () => {
    expect(check(answer({ [header]: 'b' }), { subprotocols: ['a', 'b'] })).toMatchObject({ subprotocol: 'b' })
  })

  it('may be missing', () => {
    expect(check(answer(), { subprotocols: ['a'] })).toEqual({ extensions: [], subprotocol: null })
  })

  it.each<[string, string | string[], string[], string, string]>([
    ['was not offered', 'c', ['a', 'b'], 'NegotiationError', 'SUBPROTOCOL_NOT_OFFERED'],
    ['differs in case', 'A', ['a'], 'NegotiationError', 'SUBPROTOCOL_NOT_OFFERED'],
    ['was chosen though none was offered', 'a', [], 'NegotiationError', 'SUBPROTOCOL_NOT_OFFERED'],
    ['is one of two', 'a, b', ['a', 'b'], 'NegotiationError', 'REPEATED_SUBPROTOCOL'],
    ['is there twice', ['a', 'a'], ['a'], 'NegotiationError', 'REPEATED_SUBPROTOCOL'],
    ['is empty', '', ['a'], 'InvalidHeaderError', 'MALFORMED_HEADER'],
    ['is no token', '"a"', ['a'], 'InvalidHeaderError', 'MALFORMED_HEADER'],
  ])('is refused if it %s', (_, value, subprotocols, name, code) => {
    const response = answer({ [header]: value })
    const error = check(response, { subprotocols })
    expect(error).toMatchObject({ name, code })
    expect((error as HandshakeError).response).toBe(response)
  })
})
