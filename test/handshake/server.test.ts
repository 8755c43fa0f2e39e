import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AllowedOrigin,
  buildRequest,
  checkRequest,
  checkResponse,
  type Extension,
  type ExtensionParams,
  HandshakeError,
  InvalidHeaderError,
  NegotiationError,
  parseUri,
  Request,
  RequestParser,
  type ResponseOptions,
  ResponseParser,
  reject,
  type ServerExtensionFactory,
  serializeRequest,
  serializeResponse,
} from '../../src/handshake/index.ts'
import { bytes, handshake, SAMPLE_ACCEPT, SAMPLE_KEY, text } from './helpers.ts'

type Changes = Record<string, string | string[] | null>

describe('the answer to an opening handshake (RFC 6455, section 4.2.2)', () => {
  it('is that of the RFC', () => {
    const { response, ...agreement } = checkRequest(handshake())
    expect(agreement).toEqual({ extensions: [], subprotocol: null })
    expect(response).toMatchObject({ status: 101, reasonPhrase: 'Switching Protocols', body: null })
    expect([...response.headers]).toEqual([
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', SAMPLE_ACCEPT],
    ])
  })

  it.each<[string, Changes]>([
    ['any case', { Upgrade: 'WebSocket', Connection: 'UPGRADE' }],
    ['other connection options', { Connection: 'keep-alive, Upgrade' }],
    ['connection options in several lines', { Connection: ['keep-alive', 'Upgrade'] }],
    ['an IPv6 address', { Host: '[::1]:8080' }],
    ['an origin', { Origin: 'http://example.com' }],
  ])('accepts %s', (_, changes) => {
    expect(checkRequest(handshake(changes)).response.status).toBe(101)
  })
})

interface Row {
  status: number
  name: string
  code: string
  headers?: Record<string, string>
}

/** The rules in the order in which they are checked: what breaks one, and the answer. */
const RULES: [what: string, changes: Changes, options: { method?: string; protocol?: string }, row: Row][] = [
  [
    'a method other than GET',
    {},
    { method: 'POST' },
    { status: 405, name: 'InvalidMethodError', code: 'INVALID_METHOD', headers: { Allow: 'GET' } },
  ],
  [
    'a lower-case method',
    {},
    { method: 'get' },
    { status: 405, name: 'InvalidMethodError', code: 'INVALID_METHOD' },
  ],
  [
    'HTTP/1.0',
    {},
    { protocol: 'HTTP/1.0' },
    { status: 505, name: 'InvalidProtocolError', code: 'UNSUPPORTED_HTTP_VERSION' },
  ],
  [
    'HTTP/2.0',
    {},
    { protocol: 'HTTP/2.0' },
    { status: 505, name: 'InvalidProtocolError', code: 'UNSUPPORTED_HTTP_VERSION' },
  ],
  ...(
    [
      ['no Connection', { Connection: null }, 'MISSING_CONNECTION'],
      ['another Connection', { Connection: 'close' }, 'INVALID_CONNECTION'],
      ['a malformed Connection', { Connection: ';' }, 'INVALID_CONNECTION'],
      ['no Upgrade', { Upgrade: null }, 'MISSING_UPGRADE'],
      ['another Upgrade', { Upgrade: 'h2c' }, 'INVALID_UPGRADE'],
      ['several of Upgrade', { Upgrade: 'h2c, websocket' }, 'INVALID_UPGRADE'],
      ['a malformed Upgrade', { Upgrade: '' }, 'INVALID_UPGRADE'],
    ] as const
  ).map(([what, changes, code]): (typeof RULES)[number] => [
    what,
    changes,
    {},
    {
      status: 426,
      name: 'InvalidUpgradeError',
      code,
      headers: { Upgrade: 'websocket', Connection: 'Upgrade, close' },
    },
  ]),
  ...(
    [
      ['no key', { 'Sec-WebSocket-Key': null }, 'MISSING_KEY'],
      ['the key twice', { 'Sec-WebSocket-Key': [SAMPLE_KEY, SAMPLE_KEY] }, 'REPEATED_KEY'],
      ['a key of 15 bytes', { 'Sec-WebSocket-Key': btoa('a'.repeat(15)) }, 'INVALID_KEY'],
      ['a key of 17 bytes', { 'Sec-WebSocket-Key': btoa('a'.repeat(17)) }, 'INVALID_KEY'],
      ['a key that is not Base64', { 'Sec-WebSocket-Key': '!'.repeat(24) }, 'INVALID_KEY'],
      ['no version', { 'Sec-WebSocket-Version': null }, 'MISSING_VERSION'],
      ['the version twice', { 'Sec-WebSocket-Version': ['13', '13'] }, 'REPEATED_VERSION'],
      ['the version 8', { 'Sec-WebSocket-Version': '8' }, 'UNSUPPORTED_VERSION'],
      ['the version 013', { 'Sec-WebSocket-Version': '013' }, 'UNSUPPORTED_VERSION'],
      ['two versions in one', { 'Sec-WebSocket-Version': '13, 8' }, 'UNSUPPORTED_VERSION'],
      ['no Host', { Host: null }, 'MISSING_HOST'],
      ['Host twice', { Host: ['a', 'a'] }, 'REPEATED_HOST'],
      ['an empty Host', { Host: '' }, 'INVALID_HOST'],
      ['two hosts in Host', { Host: 'a, b' }, 'INVALID_HOST'],
      ['a URI in Host', { Host: 'http://a/' }, 'INVALID_HOST'],
      ['user information in Host', { Host: 'a@b' }, 'INVALID_HOST'],
      ['a port of letters in Host', { Host: 'a:b' }, 'INVALID_HOST'],
    ] as const
  ).map(([what, changes, code]): (typeof RULES)[number] => {
    const version = changes as { 'Sec-WebSocket-Version'?: unknown }
    const headers: Record<string, string> =
      'Sec-WebSocket-Version' in version ? { 'Sec-WebSocket-Version': '13' } : {}
    return [what, changes as Changes, {}, { status: 400, name: 'InvalidHeaderError', code, headers }]
  }),
]

describe('a refused handshake (RFC 6455, section 4.2.2)', () => {
  it.each(RULES)('for %s', (_, changes, options, row) => {
    const { response, error } = checkRequest(handshake(changes, options))
    expect(error).toBeInstanceOf(HandshakeError)
    expect(error).toMatchObject({
      name: row.name,
      code: row.code,
      section: expect.stringMatching(/^(RFC \d+ )?\d/),
    })
    expect(error?.response).toBe(response)
    expect(response.status).toBe(row.status)
    const body = text(response.body)
    expect(body).toContain(`Failed to open a WebSocket connection: ${error?.message}.\n`)
    expect(Object.fromEntries(response.headers)).toEqual({
      Connection: 'close',
      'Content-Length': String(body.length),
      'Content-Type': 'text/plain; charset=utf-8',
      ...row.headers,
      ...(row.status === 405 ? { Allow: 'GET' } : {}),
    })
  })

  it('is about the first rule that is broken', () => {
    const distinct = RULES.filter(
      ([, changes, options], index) =>
        RULES.findIndex(
          ([, others, more]) =>
            JSON.stringify([Object.keys(changes), Object.keys(options)]) ===
            JSON.stringify([Object.keys(others), Object.keys(more)]),
        ) === index,
    )
    for (const [at, [, changes, options, row]] of distinct.entries()) {
      for (const [, later, more] of distinct.slice(at + 1)) {
        const { error } = checkRequest(handshake({ ...later, ...changes }, { ...more, ...options }), {
          origins: ['x'],
        })
        expect(error?.code).toBe(row.code)
      }
    }
    expect(distinct.length).toBe(7)
  })

  it('comes before the origin is looked at, and the origin before extensions', () => {
    const malformed = { 'Sec-WebSocket-Extensions': ';' }
    expect(checkRequest(handshake({ ...malformed, Host: null }), { origins: [] }).error?.code).toBe(
      'MISSING_HOST',
    )
    expect(checkRequest(handshake(malformed), { origins: [] }).error?.code).toBe('MISSING_ORIGIN')
  })

  it.each<[string, Changes, { method?: string }, number]>([
    ['no handshake at all', { Upgrade: null, Connection: null, 'Sec-WebSocket-Version': null }, {}, 426],
    ['another method', { 'Sec-WebSocket-Version': '8' }, { method: 'PUT' }, 405],
    ['no key', { 'Sec-WebSocket-Version': '8', 'Sec-WebSocket-Key': null }, {}, 400],
  ])('tells the version beside %s', (_, changes, options, status) => {
    const { response } = checkRequest(handshake(changes, options))
    expect(response.status).toBe(status)
    expect(response.headers.getAll('Sec-WebSocket-Version')).toEqual(['13'])
  })

  it('of a browser says that one needs a WebSocket client', () => {
    const { response } = checkRequest(handshake({ Upgrade: null, Connection: 'keep-alive' }))
    expect(text(response.body)).toMatch(
      /^Failed to open a WebSocket connection: .*\n\n.*you need a WebSocket client.*\n$/,
    )
  })

  it('shows what was wrong, escaped and bounded', () => {
    const { error } = checkRequest(handshake({ 'Sec-WebSocket-Key': `\xff"${'x'.repeat(5000)}` }))
    expect(error).toMatchObject({
      header: 'Sec-WebSocket-Key',
      value: expect.stringMatching(/^\xff"x{5000}$/),
    })
    expect(error?.message).toBe(
      `the header Sec-WebSocket-Key is not Base64 of 16 bytes: "\\xff\\"${'x'.repeat(62)}..." (5002 characters)`,
    )
  })

  it('can be sent', () => {
    for (const [, changes, options] of RULES) {
      const { response } = checkRequest(handshake(changes, options))
      const result = new ResponseParser().push(serializeResponse(response))
      expect(result).toMatchObject({ status: 'response', response })
    }
  })
})

describe('the origin (RFC 6455, section 10.2)', () => {
  const ok = 'https://example.com'

  it.each<[AllowedOrigin[] | undefined, string | null]>([
    [undefined, null],
    [undefined, 'null'],
    [undefined, 'anything at all'],
    [[ok], ok],
    [['https://a', ok], ok],
    [[null], null],
    [[ok, null], null],
    [['null'], 'null'],
    [[/https:\/\/.*\.example\.com/], 'https://a.example.com'],
    [[/https:\/\/example\.com|https:\/\/example\.org/], 'https://example.org'],
    [[/HTTPS:\/\/EXAMPLE\.COM/i], ok],
    [[/^https:\/\/example\.com$/], ok],
    [[/https:\/\/(a|ab)\.com/], 'https://ab.com'],
    [[/a|ab/], 'ab'],
  ])('may, with %j, be %j', (origins, origin) => {
    expect(checkRequest(handshake({ Origin: origin }), { origins }).response.status).toBe(101)
  })

  it.each<[AllowedOrigin[], string | null, string]>([
    [[], ok, 'ORIGIN_NOT_ALLOWED'],
    [[], null, 'MISSING_ORIGIN'],
    [[ok], null, 'MISSING_ORIGIN'],
    [[/.*/], null, 'MISSING_ORIGIN'],
    [[/null/], null, 'MISSING_ORIGIN'],
    [['null'], null, 'MISSING_ORIGIN'],
    [[null], 'null', 'ORIGIN_NOT_ALLOWED'],
    [[null], '', 'ORIGIN_NOT_ALLOWED'],
    [[null], ok, 'ORIGIN_NOT_ALLOWED'],
    [[ok], `${ok}x`, 'ORIGIN_NOT_ALLOWED'],
    [[ok], 'https://example.co', 'ORIGIN_NOT_ALLOWED'],
    [[ok], 'https://EXAMPLE.com', 'ORIGIN_NOT_ALLOWED'],
    [[ok], `${ok}/`, 'ORIGIN_NOT_ALLOWED'],
    [[ok], `${ok}, ${ok}`, 'ORIGIN_NOT_ALLOWED'],
    [[/https:\/\/example\.com/], `${ok}.evil.org`, 'ORIGIN_NOT_ALLOWED'],
    [[/https:\/\/example\.com/], `evil://${ok}`, 'ORIGIN_NOT_ALLOWED'],
    [[/https:\/\/a|https:\/\/b/], 'https://abc', 'ORIGIN_NOT_ALLOWED'],
    [[/https:\/\/a|https:\/\/b/], 'xhttps://b', 'ORIGIN_NOT_ALLOWED'],
  ])('may not, with %j, be %j', (origins, origin, code) => {
    const { response, error } = checkRequest(handshake({ Origin: origin }), { origins })
    expect(response.status).toBe(403)
    expect(error).toMatchObject({
      name: 'InvalidOriginError',
      code,
      section: '10.2',
      header: 'Origin',
      value: origin,
    })
  })

  it('is matched afresh each time, whatever the flags of the pattern', () => {
    for (const pattern of [/https:\/\/example\.com/g, /https:\/\/example\.com/y, /https:\/\/example\.com/m]) {
      for (let time = 0; time < 3; time += 1) {
        expect(checkRequest(handshake({ Origin: ok }), { origins: [pattern] }).response.status).toBe(101)
        expect(checkRequest(handshake({ Origin: `x${ok}` }), { origins: [pattern] }).response.status).toBe(
          403,
        )
        expect(pattern.lastIndex).toBe(0)
      }
    }
  })

  it('may not be there twice, even if everyone may connect (RFC 6454, section 7.3)', () => {
    for (const origins of [undefined, [ok]]) {
      const { response, error } = checkRequest(handshake({ Origin: [ok, ok] }), { origins })
      expect(response.status).toBe(400)
      expect(error).toMatchObject({
        name: 'InvalidHeaderError',
        code: 'REPEATED_ORIGIN',
        value: `${ok}, ${ok}`,
      })
    }
  })
})

/** Takes an offer with the parameter `wanted`, and answers with it. */
function factory(name: string, wanted?: string): ServerExtensionFactory {
  return {
    name,
    processRequestParams: (params) => {
      if (wanted !== undefined && !params.some(([param]) => param === wanted))
        throw new NegotiationError('unwanted')
      return [wanted === undefined ? [] : [[wanted, null]], extension(name, params)]
    },
  }
}

function extension(name: string, params: ExtensionParams): Extension & { params: ExtensionParams } {
  return { name, params, encode: (frame) => frame, decode: (frame) => frame }
}

describe('extensions (RFC 6455, section 9.1)', () => {
  const header = 'Sec-WebSocket-Extensions'

  function negotiate(offers: string | string[], extensions: ServerExtensionFactory[]) {
    const result = checkRequest(handshake({ [header]: offers }), { extensions })
    if (result.error !== undefined) throw result.error
    return { answer: result.response.headers.getAll(header), extensions: result.extensions }
  }

  it.each<[string, string | string[], ServerExtensionFactory[], string[]]>([
    ['nothing is offered', [], [factory('a')], []],
    ['nothing offered is known', 'x, y', [factory('a')], []],
    ['nothing is known', 'x', [], []],
    ['one is known', 'x, a; p', [factory('a')], ['a']],
    ['the client has another order', 'b, a', [factory('a'), factory('b')], ['b, a']],
    ['offers are in several lines', ['b', 'a'], [factory('a'), factory('b')], ['b, a']],
    ['a variant is declined', 'a; p, a; q', [factory('a', 'q')], ['a; q']],
    ['every variant is declined', 'a; p, a', [factory('a', 'q')], []],
    ['several variants are acceptable', 'a; p; q, a; q', [factory('a', 'q')], ['a; q']],
    ['there are several factories of the name', 'a; p', [factory('a', 'q'), factory('a', 'p')], ['a; p']],
    [
      'both factories of a name could take one',
      'a; q, a; p',
      [factory('a', 'p'), factory('a', 'q')],
      ['a; q'],
    ],
    ['the name differs in case', 'A', [factory('a')], []],
  ])('are agreed on if %s', (_, offers, extensions, answer) => {
    const result = negotiate(offers, extensions)
    expect(result.answer).toEqual(answer)
    expect(result.extensions.map(({ name }) => name)).toEqual(
      answer
        .join()
        .split(/; \w|, /)
        .filter(Boolean),
    )
  })

  it('are given the parameters of the first acceptable offer', () => {
    expect(negotiate('a; x, a; q=1; p, a; q=2', [factory('a', 'q')]).extensions).toMatchObject([
      {
        params: [
          ['q', '1'],
          ['p', null],
        ],
      },
    ])
  })

  it('see what was accepted before them', () => {
    const seen: string[][] = []
    const watching: ServerExtensionFactory = {
      name: 'b',
      processRequestParams: (params, accepted) => {
        seen.push(accepted.map(({ name }) => name))
        return [[], extension('b', params)]
      },
    }
    negotiate('a, b', [factory('a'), watching])
    expect(seen).toEqual([['a']])
  })

  it.each(['', 'a;', 'a b', 'a; p="', 'a; p="1 2"'])('that are malformed, as %j, are a 400', (value) => {
    for (const extensions of [undefined, [factory('a')]]) {
      const { response, error } = checkRequest(handshake({ [header]: value }), { extensions })
      expect(response.status).toBe(400)
      expect(error).toBeInstanceOf(InvalidHeaderError)
      expect(error).toMatchObject({ code: 'MALFORMED_HEADER', section: '9.1', header, value })
    }
  })

  it.each<[string, unknown]>([
    ['an error', new Error('secret')],
    ['a handshake error that is no refusal', new HandshakeError('secret')],
    ['something else', 'secret'],
  ])('whose factory throws %s are a 500 without details', (_, cause) => {
    const broken: ServerExtensionFactory = {
      name: 'a',
      processRequestParams: () => {
        throw cause
      },
    }
    expectInternalError({ extensions: [broken] }, { [header]: 'a' }, cause)
  })

  it('whose factory answers with what cannot be sent are a 500', () => {
    const broken: ServerExtensionFactory = {
      name: 'a',
      processRequestParams: () => [[['b\r\nX: y', null]], extension('a', [])],
    }
    expectInternalError({ extensions: [broken] }, { [header]: 'a' }, expect.any(TypeError))
  })
})

function expectInternalError(options: ResponseOptions, changes: Changes, cause: unknown) {
  const { response, error } = checkRequest(handshake(changes), options)
  expect(response.status).toBe(500)
  expect(text(response.body)).toMatch(/^Failed to open a WebSocket connection: /)
  expect(text(response.body)).not.toContain('secret')
  expect(error).toMatchObject({ name: 'HandshakeError', code: 'INTERNAL_ERROR', cause })
  expect(error?.response).toBe(response)
}

describe('the subprotocol (RFC 6455, section 4.2.2)', () => {
  const header = 'Sec-WebSocket-Protocol'

  it.each<[string, string[] | undefined, string[], string | null]>([
    ['the server names none', undefined, ['a', 'b'], null],
    ['the server names an empty list', [], ['a'], null],
    ['neither names one', undefined, [], null],
    ['there is one in common', ['b'], ['a, b'], 'b'],
    ["there are two: the server's preference decides", ['b', 'a'], ['a, b'], 'b'],
    ['offers are in several lines', ['c'], ['a', 'b, c'], 'c'],
  ])('is chosen if %s', (_, subprotocols, offered, expected) => {
    const result = checkRequest(handshake({ [header]: offered }), { subprotocols })
    expect(result).toMatchObject({ subprotocol: expected })
    expect(result.response.headers.getAll(header)).toEqual(expected === null ? [] : [expected])
  })

  it.each<[string, string[], string]>([
    ['the client offers none', [], 'MISSING_SUBPROTOCOL'],
    ['there is none in common', ['b, c'], 'NO_COMMON_SUBPROTOCOL'],
    ['they differ in case', ['A'], 'NO_COMMON_SUBPROTOCOL'],
  ])('is required: a 400 if %s', (_, offered, code) => {
    const { response, error } = checkRequest(handshake({ [header]: offered }), { subprotocols: ['a', 'd'] })
    expect(response.status).toBe(400)
    expect(error).toMatchObject({
      name: 'NegotiationError',
      code,
      message: expect.stringContaining('"a, d"'),
    })
  })

  it.each(['', 'a b', '"a"', ';'])('is a 400 if the offer is malformed: %j', (value) => {
    const { response, error } = checkRequest(handshake({ [header]: value }))
    expect(response.status).toBe(400)
    expect(error).toMatchObject({ name: 'InvalidHeaderError', code: 'MALFORMED_HEADER', header, value })
  })

  it.each<[string[], string | null]>([
    [['a', 'b'], 'b'],
    [['a'], null],
    [[], null],
  ])('is what selectSubprotocol returns: of %j, %j', (offered, selected) => {
    const seen: string[][] = []
    const selectSubprotocol = (each: string[]) => {
      seen.push(each)
      return selected
    }
    // Its word counts, not the list.
    const result = checkRequest(handshake({ [header]: offered }), { selectSubprotocol, subprotocols: ['z'] })
    expect(result).toMatchObject({ subprotocol: selected })
    expect(result.response.headers.get(header)).toBe(selected)
    expect(seen).toEqual([offered])
  })

  it('may be refused by selectSubprotocol', () => {
    const selectSubprotocol = () => {
      throw new NegotiationError('come back with a newer one', { code: 'TOO_OLD' })
    }
    const { response, error } = checkRequest(handshake(), { selectSubprotocol })
    expect(response.status).toBe(400)
    expect(text(response.body)).toBe('Failed to open a WebSocket connection: come back with a newer one.\n')
    expect(error).toMatchObject({ name: 'NegotiationError', code: 'TOO_OLD', response })
  })

  it.each(['b', '', 'a\r\nX: y', 1])(
    'is a 500 if selectSubprotocol returns %j, which was not offered',
    (selected) => {
      const selectSubprotocol = () => selected as string
      expectInternalError({ selectSubprotocol }, { [header]: 'a' }, expect.any(RangeError))
    },
  )

  it('is a 500 if selectSubprotocol adds to the offer what it returns', () => {
    const selectSubprotocol = (offered: string[]) => {
      offered.push('b')
      return 'b'
    }
    expectInternalError({ selectSubprotocol }, { [header]: 'a' }, expect.any(RangeError))
  })

  it.each([new Error('secret'), new HandshakeError('secret'), 'secret'])(
    'is a 500 without details if selectSubprotocol throws %o',
    (cause) => {
      const selectSubprotocol = () => {
        throw cause
      }
      expectInternalError({ selectSubprotocol }, {}, cause)
    },
  )
})

describe('reject', () => {
  it('is a text of its length in UTF-8, that ends the connection', () => {
    const response = reject(404, 'nö\n')
    expect(response).toMatchObject({ status: 404, reasonPhrase: 'Not Found' })
    expect([...response.headers]).toEqual([
      ['Connection', 'close'],
      ['Content-Length', '4'],
      ['Content-Type', 'text/plain; charset=utf-8'],
    ])
    expect(response.body).toEqual(new Uint8Array([0x6e, 0xc3, 0xb6, 0x0a]))
  })

  it('has a date if it is given one (RFC 9110, section 5.6.7)', () => {
    const { headers } = reject(200, '', new Date(784111777000))
    expect([...headers][0]).toEqual(['Date', 'Sun, 06 Nov 1994 08:49:37 GMT'])
    expect(headers.get('Content-Length')).toBe('0')
  })

  it('has no reason phrase for a status without one', () => {
    expect(reject(599, '').reasonPhrase).toBe('')
  })

  it.each([204, 304])('has no body for the status %i', (status) => {
    const response = reject(status, 'text')
    expect(response.body).toBeNull()
    expect([...response.headers]).toEqual([['Connection', 'close']])
  })

  it.each([101, 199, 600, 200.5, Number.NaN])('refuses the status %d', (status) => {
    expect(() => reject(status, '')).toThrow(RangeError)
  })
})

describe('client and server', () => {
  it('agree, over the wire', () => {
    const offered: ExtensionParams = [['q', '1']]
    const clientFactory = {
      name: 'a',
      getRequestParams: () => offered,
      processResponseParams: (params: ExtensionParams) => extension('a', params),
    }
    const request = buildRequest(parseUri('ws://localhost:8765/x'), {
      key: SAMPLE_KEY,
      extensions: [clientFactory],
      subprotocols: ['s', 't'],
    })
    const received = new RequestParser().push(serializeRequest(request))
    if (received.status !== 'request') throw new Error(received.status)
    const decision = checkRequest(received.request, { extensions: [factory('a', 'q')], subprotocols: ['t'] })
    const answered = new ResponseParser().push(serializeResponse(decision.response))
    if (answered.status !== 'response') throw new Error(answered.status)
    expect(checkResponse(answered.response, { request, extensions: [clientFactory] })).toMatchObject({
      extensions: [{ name: 'a', params: [['q', null]] }],
      subprotocol: 't',
    })
  })

  const name = fc.constantFrom(
    'Host',
    'Upgrade',
    'Connection',
    'Origin',
    'Sec-WebSocket-Key',
    'Sec-WebSocket-Version',
  )
  const negotiated = fc.constantFrom(
    'Sec-WebSocket-Extensions',
    'Sec-WebSocket-Protocol',
    'Sec-WebSocket-Accept',
  )
  const value = fc.oneof(
    fc.constantFrom('websocket', 'Upgrade', '13', SAMPLE_KEY, 'a', ',', '"', ';', 'a;b="', 'http://a'),
    fc.string({ unit: 'grapheme-ascii' }),
  )
  const header = fc.tuple(fc.oneof(name, negotiated), value)

  it('never throw for any headers of the other side, and what a server answers can be sent', () => {
    fc.assert(
      fc.property(fc.array(header), fc.string({ unit: 'grapheme-ascii' }), (changes, method) => {
        const request = handshake(Object.fromEntries(changes), {
          method: method.length % 3 === 0 ? method : 'GET',
        })
        for (const [each, more] of changes.slice(0, 2)) request.headers.append(each, more)
        const options = { origins: ['http://a'], extensions: [factory('a')], subprotocols: ['a'] }
        for (const { response } of [checkRequest(request), checkRequest(request, options)]) {
          expect(new ResponseParser().push(serializeResponse(response)).status).toBe('response')
          response.headers.append('X', 'y')
          for (const [each, more] of changes) response.headers.append(each, more)
          checkResponse(response, { request: new Request('/', { 'Sec-WebSocket-Key': SAMPLE_KEY }) })
        }
      }),
      { numRuns: 500 },
    )
  })

  it('never answer bytes that are not HTTP with anything that cannot be sent', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
        const result = new RequestParser().push(data)
        if (result.status !== 'error') return
        const parsed = new ResponseParser().push(serializeResponse(result.response!))
        expect(parsed).toMatchObject({ status: 'response', rest: bytes('') })
      }),
    )
  })
})
