import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  buildBasicAuthorization,
  buildExtensions,
  type ExtensionElement,
  InvalidHeaderError,
  parseExtensions,
  parseTokens,
  parseUpgrade,
} from '../../src/handshake/index.ts'

describe('a list of tokens (RFC 9110, section 5.6.1)', () => {
  it.each([
    [['Upgrade'], ['Upgrade']],
    [['keep-alive, Upgrade'], ['keep-alive', 'Upgrade']],
    [['a,b\t ,\t c'], ['a', 'b', 'c']],
    [[',, a ,, b,'], ['a', 'b']],
    [
      ['a', 'b, c'],
      ['a', 'b', 'c'],
    ],
    [["!#$%&'*+-.^_`|~09az"], ["!#$%&'*+-.^_`|~09az"]],
    [[], []],
  ])('%j is %j', (values, tokens) => {
    expect(parseTokens('Connection', values)).toEqual(tokens)
  })

  it.each([
    ['', 'a token', 0],
    [',', 'a token', 1],
    [' , ,', 'a token', 4],
    ['a b', 'a comma', 2],
    ['a;b', 'a comma', 1],
    ['"a"', 'a token', 0],
    ['a, é', 'a token', 3],
    ['a/b', 'a comma', 1],
  ])('%j is malformed: %s is missing at %i', (value, what, position) => {
    expect(() => parseTokens('Connection', [value])).toThrow(
      `expected ${what} at position ${position} of the header`,
    )
  })

  it('says which header is malformed, and how', () => {
    try {
      parseTokens('Connection', ['ok', 'a b'])
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidHeaderError)
      expect(error).toMatchObject({
        code: 'MALFORMED_HEADER',
        header: 'Connection',
        value: 'a b',
        response: null,
      })
    }
  })

  it('takes linear time on a long run of spaces', () => {
    const value = `a${' '.repeat(1_000_000)}b`
    expect(() => parseTokens('Connection', [value])).toThrow('a comma')
  })
})

describe('an Upgrade header (RFC 9110, section 7.8)', () => {
  it('holds names, with a version maybe', () => {
    expect(parseUpgrade(['websocket, HTTP/2.0', 'h2c'])).toEqual(['websocket', 'HTTP/2.0', 'h2c'])
  })

  it.each(['', '/2', 'h2c/', 'a/b/c'])('%j is malformed', (value) => {
    expect(() => parseUpgrade([value])).toThrow(InvalidHeaderError)
  })
})

describe('a list of extensions (RFC 6455, section 9.1)', () => {
  it.each<[string[], ExtensionElement[]]>([
    [['foo'], [['foo', []]]],
    [
      ['foo, bar'],
      [
        ['foo', []],
        ['bar', []],
      ],
    ],
    [
      ['foo; name; token=token; quoted-string="quoted-string", bar; quux; quuux'],
      [
        [
          'foo',
          [
            ['name', null],
            ['token', 'token'],
            ['quoted-string', 'quoted-string'],
          ],
        ],
        [
          'bar',
          [
            ['quux', null],
            ['quuux', null],
          ],
        ],
      ],
    ],
    [
      ['foo;a=1;a=2', 'foo'],
      [
        [
          'foo',
          [
            ['a', '1'],
            ['a', '2'],
          ],
        ],
        ['foo', []],
      ],
    ],
    [
      [' ,foo ; a = 1 ,, bar; b="2" ,'],
      [
        ['foo', [['a', '1']]],
        ['bar', [['b', '2']]],
      ],
    ],
    [['foo; a="\\1\\0"'], [['foo', [['a', '10']]]]],
    [[], []],
  ])('%j is read', (values, elements) => {
    expect(parseExtensions(values)).toEqual(elements)
  })

  it.each([
    '',
    ',',
    'foo bar',
    'foo;',
    'foo; ;a',
    ';a',
    'foo; a=',
    'foo; =1',
    'foo; a=1 2',
    'foo; a="',
    'foo; a="1',
    'foo; a=""',
    'foo; a="1 2"',
    'foo; a="1,2"',
    'foo; a="1\\"2"',
    'foo; a="1\\',
    'foo; a="1"2',
    'foo; a="é"',
    'foo; "a"=1',
    'foo=1',
    'föo',
  ])('%j is malformed', (value) => {
    expect(() => parseExtensions([value])).toThrow(InvalidHeaderError)
    expect(() => parseExtensions(['foo', value])).toThrow(/Sec-WebSocket-Extensions/)
  })

  it('is read as it was written', () => {
    const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,8}$/)
    const params = fc.array(fc.tuple(token, fc.option(token)))
    fc.assert(
      fc.property(fc.array(fc.tuple(token, params), { minLength: 1 }), (elements) => {
        expect(parseExtensions([buildExtensions(elements)])).toEqual(elements)
      }),
    )
  })

  it('is not written if a part of it is not a token', () => {
    expect(() => buildExtensions([['a b', []]])).toThrow(TypeError)
    expect(() => buildExtensions([['a', [['b\r\n', null]]]])).toThrow(TypeError)
    expect(() => buildExtensions([['a', [['b', '']]]])).toThrow(TypeError)
  })
})

describe('Basic authentication (RFC 7617, section 2)', () => {
  it.each([
    ['Aladdin', 'open sesame', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    ['test', '123\u00a3', 'Basic dGVzdDoxMjPCow=='],
    ['', 'a:b', `Basic ${btoa(':a:b')}`],
  ])('is written for %s', (username, password, expected) => {
    expect(buildBasicAuthorization(username, password)).toBe(expected)
  })

  it('refuses a user name with a colon in it', () => {
    expect(() => buildBasicAuthorization('a:b', 'c')).toThrow(TypeError)
  })
})
