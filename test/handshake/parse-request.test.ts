import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  HeadersTooLargeError,
  InvalidMessageError,
  RequestParser,
  type RequestResult,
} from '../../src/handshake/index.ts'
import { bytes, comparable, everyOffset, feed, feedAllWays, lines, SAMPLE_KEY, text } from './helpers.ts'

const HANDSHAKE = lines(
  'GET /chat?room=1 HTTP/1.1',
  'Host: server.example.com',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Key: ${SAMPLE_KEY}`,
  'Sec-WebSocket-Version: 13',
  '',
)

function parse(input: string): { result: RequestResult; rest: string } {
  return feedAllWays<RequestResult>(() => new RequestParser(), input)
}

function parsed(input: string) {
  const { result, rest } = parse(input)
  if (result.status !== 'request')
    throw new Error(`${result.status}: ${'error' in result && result.error.message}`)
  return { ...result.request, headers: [...result.request.headers], rest }
}

function refused(input: string) {
  const { result } = parse(input)
  if (result.status !== 'error') throw new Error(result.status)
  return result
}

/** How many bytes it takes until the parser says more than "incomplete". */
function bytesUntilSettled(input: string): number {
  const parser = new RequestParser()
  return bytes(input).findIndex((byte) => parser.push(Uint8Array.of(byte)).status !== 'incomplete') + 1
}

describe('a request (RFC 9112, section 3)', () => {
  it('is read with its headers in order', () => {
    expect(parsed(HANDSHAKE)).toEqual({
      type: 'request',
      method: 'GET',
      path: '/chat?room=1',
      protocol: 'HTTP/1.1',
      headers: [
        ['Host', 'server.example.com'],
        ['Upgrade', 'websocket'],
        ['Connection', 'Upgrade'],
        ['Sec-WebSocket-Key', SAMPLE_KEY],
        ['Sec-WebSocket-Version', '13'],
      ],
      rest: '',
    })
  })

  it('gives back every byte behind it', () => {
    expect(parsed(`${HANDSHAKE}\x81\x00\r\n\r\nGET`).rest).toBe('\x81\x00\r\n\r\nGET')
  })

  it('gives back what is pushed after it', () => {
    const parser = new RequestParser()
    parser.push(bytes(HANDSHAKE))
    const result = parser.push(bytes('more'))
    expect(result).toMatchObject({ status: 'request', request: { path: '/chat?room=1' } })
    expect(text((result as { rest: Uint8Array }).rest)).toBe('more')
  })

  it('is complete at its last byte, not earlier', () => {
    expect(bytesUntilSettled(`${HANDSHAKE}x`)).toBe(HANDSHAKE.length)
  })

  it('may have one empty line before it (RFC 9112, section 2.2), not two', () => {
    expect(parsed(`\r\n${HANDSHAKE}`)).toEqual(parsed(HANDSHAKE))
    expect(refused(`\r\n\r\n${HANDSHAKE}`).error.code).toBe('NOT_HTTP')
  })

  it('keeps nothing of what came behind it', () => {
    const secret = 'frames behind the request'
    const parser = new RequestParser()
    const result = parser.push(bytes(`${HANDSHAKE}${secret}`))
    expect(text((result as { rest: Uint8Array }).rest)).toBe(secret)
    expect(parser.end()).toMatchObject({ status: 'request', rest: new Uint8Array(0) })
  })

  it('may have no headers', () => {
    expect(parsed('GET / HTTP/1.1\r\n\r\n').headers).toEqual([])
  })

  it.each([
    ['POST / HTTP/1.1', { method: 'POST' }],
    ['GET / HTTP/1.0', { protocol: 'HTTP/1.0' }],
    ['PRI * HTTP/2.0', { method: 'PRI', path: '*', protocol: 'HTTP/2.0' }],
    ['get / HTTP/1.1', { method: 'get' }],
    ['CONNECT example.com:443 HTTP/1.1', { method: 'CONNECT', path: 'example.com:443' }],
    ['GET http://example.com/a HTTP/1.1', { path: 'http://example.com/a' }],
    ['GET /\xe9\xff HTTP/1.1', { path: '/\xe9\xff' }],
  ])('is read although it cannot be accepted: %j', (line, expected) => {
    expect(parsed(lines(line, ''))).toMatchObject(expected)
  })

  it('of another method may announce a body: the answer is 405', () => {
    expect(parsed(`${lines('POST / HTTP/1.1', 'Content-Length: 3', '')}abc`)).toMatchObject({ rest: 'abc' })
    expect(parsed(lines('GET / HTTP/1.0', 'Transfer-Encoding: chunked', '')).protocol).toBe('HTTP/1.0')
  })

  it('keeps header values as Latin-1, without the whitespace around them', () => {
    expect(parsed(lines('GET / HTTP/1.1', 'A: \t\xe9\t b\xa0\t ', 'B:', 'b:c:d', '')).headers).toEqual([
      ['A', '\xe9\t b\xa0'],
      ['B', ''],
      ['b', 'c:d'],
    ])
  })

  it('may say that its body is empty', () => {
    expect(parsed(lines('GET / HTTP/1.1', 'Content-Length: 0', '')).method).toBe('GET')
  })
})

describe('what is not HTTP, or malformed, is a 400', () => {
  it.each([
    ['GET / HTTP/1.1', 'NOT_HTTP', lines('GET /', '')],
    ['three words', 'NOT_HTTP', lines('GET', '')],
    ['four words', 'NOT_HTTP', lines('GET / x HTTP/1.1', '')],
    ['single spaces', 'NOT_HTTP', lines('GET  / HTTP/1.1', '')],
    ['no space behind', 'NOT_HTTP', lines('GET / HTTP/1.1 ', '')],
    ['no tab', 'NOT_HTTP', lines('GET / \tHTTP/1.1', '')],
    ['HTTP', 'NOT_HTTP', lines('GET / HTTPS/1.1', '')],
    ['upper case', 'NOT_HTTP', lines('GET / http/1.1', '')],
    ['a version of two digits', 'NOT_HTTP', lines('GET / HTTP/1', '')],
    ['not more digits', 'NOT_HTTP', lines('GET / HTTP/1.10', '')],
    ['not SSH', 'NOT_HTTP', lines('SSH-2.0-OpenSSH_9.6', '')],
    ['no control character in the target', 'CONTROL_CHARACTER', lines('GET /\0 HTTP/1.1', '')],
    ['no DEL in the target', 'CONTROL_CHARACTER', lines('GET /\x7f HTTP/1.1', '')],
    ['CRLF at the end of the request line, not LF', 'BARE_LF', 'GET / HTTP/1.1\n\n'],
    ['CRLF at the end of the request line, not CR', 'BARE_CR', 'GET / HTTP/1.1\rHost: a\r\n\r\n'],
    ['CRLF at the end of a header, not LF', 'BARE_LF', 'GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n'],
    ['CRLF at the end of the headers', 'BARE_LF', 'GET / HTTP/1.1\r\nHost: a\r\n\n'],
    ['no CR in a header', 'BARE_CR', 'GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n'],
    ['no NUL in a header', 'CONTROL_CHARACTER', lines('GET / HTTP/1.1', 'Host: a\0', '')],
    ['a colon', 'INVALID_HEADER_LINE', lines('GET / HTTP/1.1', 'Host', '')],
    ['a name', 'INVALID_HEADER_NAME', lines('GET / HTTP/1.1', ': a', '')],
    ['a name that is a token', 'INVALID_HEADER_NAME', lines('GET / HTTP/1.1', 'H(st: a', '')],
    ['an ASCII name', 'INVALID_HEADER_NAME', lines('GET / HTTP/1.1', 'H\xf6st: a', '')],
    ['no space before the colon', 'INVALID_HEADER_NAME', lines('GET / HTTP/1.1', 'Host : a', '')],
    ['no folded lines', 'FOLDED_HEADER', lines('GET / HTTP/1.1', 'Host: a', ' b', '')],
    ['no lines folded by a tab', 'FOLDED_HEADER', lines('GET / HTTP/1.1', 'Host: a', '\tb', '')],
    ['no whitespace before the first header', 'FOLDED_HEADER', lines('GET / HTTP/1.1', ' Host: a', '')],
    ['no body', 'UNEXPECTED_BODY', `${lines('GET / HTTP/1.1', 'Content-Length: 1', '')}a`],
    [
      'no body of two lengths',
      'UNEXPECTED_BODY',
      lines('GET / HTTP/1.1', 'Content-Length: 0', 'content-length: 1', ''),
    ],
    ['no strange length', 'UNEXPECTED_BODY', lines('GET / HTTP/1.1', 'Content-Length: -0', '')],
    ['no chunked body', 'UNEXPECTED_BODY', lines('GET / HTTP/1.1', 'Transfer-Encoding: chunked', '')],
  ])('expects %s: %s', (_, code, input) => {
    const { error, response } = refused(input)
    expect(error).toBeInstanceOf(InvalidMessageError)
    expect(error).toMatchObject({ name: 'InvalidMessageError', code, response })
    expect(error.section).toMatch(/^RFC 9112 \d/)
    expect(response).toMatchObject({ status: 400, reasonPhrase: 'Bad Request' })
    expect(response?.headers.get('Connection')).toBe('close')
    expect(text(response!.body)).toContain('Failed to open a WebSocket connection: ')
    expect(text(response!.body)).toMatch(/^[\n -~]*$/)
  })

  it.each([
    ['a TLS ClientHello', '\x16\x03\x01\x02\x00\x01\x00', 1],
    ['an HTTP/2 frame', '\x00\x00\x12\x04', 1],
    ['UTF-8 that is no token', '\xc3\xa9', 1],
    ['a space at first', ' GET', 1],
    ['JSON', '{"a":1}', 1],
    ['a method with a bracket in it', 'GE(T', 3],
    ['a bare LF in the request line', 'GET / HTTP/1.1\nHost', 15],
    ['a bare LF for an empty line', '\nGET', 1],
    ['a bare CR', 'GET / HTTP/1.1\rHost', 16],
    ['a folded line', 'GET / HTTP/1.1\r\n Host', 17],
    ['a control character', 'GET / HTTP/1.1\r\nHost: \x01', 23],
  ])('finds %s without waiting for the line to end', (_, input, count) => {
    expect(bytesUntilSettled(input)).toBe(count)
  })

  it('says what was wrong and where, escaped and bounded', () => {
    expect(refused('\x16\x03').error.message).toBe('this is not HTTP: no method has 0x16 in it, at byte 0')
    expect(refused(lines('GET / HTTP/1.1', 'A: 1', 'é"', '')).error.message).toBe(
      'header line 2 has no colon: "\\xe9\\""',
    )
    expect(refused('GET / HTTP/1.1\r\nA: 1\nB').error.message).toBe(
      'header line 1 holds an LF that no CR precedes, at byte 4',
    )
    expect(refused(lines('x'.repeat(500), '')).error.message.length).toBeLessThan(150)
  })

  it('repeats the error for whatever is pushed after it', () => {
    const parser = new RequestParser()
    const first = parser.push(bytes('\x16'))
    expect(parser.push(bytes(HANDSHAKE))).toEqual(first)
    expect(parser.end()).toEqual(first)
  })
})

describe('the bounds of a request', () => {
  const longLine = `GET /${'a'.repeat(8192 - 14)} HTTP/1.1`
  const longHeader = `A: ${'a'.repeat(8192 - 3)}`
  const many = Array.from({ length: 128 }, (_, index) => `H${index}: ${index}`)

  function onceAndByteByByte(input: string): RequestResult {
    const data = bytes(input)
    const whole = feed<RequestResult>(new RequestParser(), data, [])
    expect(comparable(feed(new RequestParser(), data, everyOffset(data)))).toEqual(comparable(whole))
    return whole.result
  }

  it('allow a request line of 8192 bytes', () => {
    expect(longLine.length).toBe(8192)
    expect(onceAndByteByByte(lines(longLine, ''))).toMatchObject({ status: 'request' })
  })

  it('answer a longer one with 414, at its first byte too many', () => {
    const result = onceAndByteByByte(lines(`${longLine}1`, ''))
    expect(result).toMatchObject({
      status: 'error',
      error: { code: 'LINE_TOO_LONG', name: 'HeadersTooLargeError' },
      response: { status: 414, reasonPhrase: 'URI Too Long' },
    })
    expect((result as { error: Error }).error).toBeInstanceOf(HeadersTooLargeError)
    expect(bytesUntilSettled('A'.repeat(10_000))).toBe(8193)
  })

  it('allow a header line of 8192 bytes', () => {
    expect(onceAndByteByByte(lines('GET / HTTP/1.1', longHeader, ''))).toMatchObject({ status: 'request' })
  })

  it('answer a longer one with 431, at its first byte too many', () => {
    const start = lines('GET / HTTP/1.1', 'B: c')
    expect(onceAndByteByByte(`${start}${longHeader}a`)).toMatchObject({
      status: 'error',
      error: { code: 'HEADER_TOO_LONG', name: 'HeadersTooLargeError', section: 'RFC 6585 5' },
      response: { status: 431, reasonPhrase: 'Request Header Fields Too Large' },
    })
    expect(bytesUntilSettled(`${start}${longHeader}aaaa`)).toBe(start.length + 8193)
  })

  it('allow 128 header lines', () => {
    const result = onceAndByteByByte(lines('GET / HTTP/1.1', ...many, ''))
    expect(result.status === 'request' && result.request.headers.size).toBe(128)
  })

  it('answer more with 431, at the first byte too many', () => {
    const start = lines('GET / HTTP/1.1', ...many)
    expect(onceAndByteByByte(`${start}H`)).toMatchObject({
      status: 'error',
      error: { code: 'TOO_MANY_HEADERS', name: 'HeadersTooLargeError' },
      response: { status: 431 },
    })
    expect(bytesUntilSettled(`${start}H128: 128\r\n`)).toBe(start.length + 1)
  })

  // A megabyte: in quadratic time it would take minutes, more than a test has.
  it('are checked in linear time when bytes come one by one', () => {
    const input = bytes(
      lines('GET / HTTP/1.1', ...Array.from({ length: 128 }, () => `A:${' '.repeat(8189)}b`), ''),
    )
    expect(feed<RequestResult>(new RequestParser(), input, everyOffset(input)).result.status).toBe('request')
  })
})

describe('the end of the stream in a request', () => {
  it.each([
    ['', 'the stream ended before the request line'],
    ['\r\n', 'the stream ended before the request line'],
    ['GET /', 'the stream ended in the request line, after 5 bytes of it'],
    ['GET / HTTP/1.1\r\n', 'the stream ended before header line 1'],
    ['GET / HTTP/1.1\r\nHost: a\r\nX: ', 'the stream ended in header line 2, after 3 bytes of it'],
  ])('after %j is an error that says where, with nobody to answer', (input, message) => {
    const parser = new RequestParser()
    expect(parser.push(bytes(input))).toEqual({ status: 'incomplete' })
    const result = parser.end()
    expect(result).toMatchObject({
      status: 'error',
      error: { code: 'UNEXPECTED_EOF', message },
      response: null,
    })
    expect(parser.end()).toEqual(result)
  })

  it('changes nothing once it is complete', () => {
    const parser = new RequestParser()
    parser.push(bytes(HANDSHAKE))
    expect(parser.end()).toMatchObject({ status: 'request', request: { method: 'GET' } })
  })
})

describe('any bytes', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'POST /\x7f HTTP/1.0\r\n',
      'C: \xa0d \r\n',
      'E:f\r\n',
      'G: \r\n',
      'H: i\tj  k\r\n',
      'Content-Length: 1\r\n',
      'GET / HTTP/1.1\r\n',
      '\r\n',
      '\r',
      '\n',
      ' ',
      'A: b\r\n',
      ':',
      'Content-Length: 0\r\n',
      '\x16',
      '\xff',
    ),
    fc.constant(HANDSHAKE),
    fc.string({ maxLength: 4, unit: 'binary-ascii' }),
  )

  it('in any pieces never make the parser throw, and give the same result', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.nat(1000), { maxLength: 8 }),
        (pieces, cuts) => {
          const data = bytes(pieces.join(''))
          const offsets = cuts.map((cut) => cut % (data.length + 1)).sort((a, b) => a - b)
          const cut = comparable(feed<RequestResult>(new RequestParser(), data, offsets))
          expect(cut).toEqual(comparable(feed<RequestResult>(new RequestParser(), data, [])))
        },
      ),
      { numRuns: 500 },
    )
  })
})
