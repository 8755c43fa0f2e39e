import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ResponseParser, type ResponseResult } from '../../src/handshake/index.ts'
import { bytes, comparable, everyOffset, feed, feedAllWays, lines, SAMPLE_ACCEPT, text } from './helpers.ts'

const MEBIBYTE = 2 ** 20

const SWITCHING = lines(
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Accept: ${SAMPLE_ACCEPT}`,
  '',
)

function parse(input: string): { result: ResponseResult; rest: string } {
  return feedAllWays<ResponseResult>(() => new ResponseParser(), input)
}

function parsed(input: string) {
  const { result, rest } = parse(input)
  if (result.status !== 'response')
    throw new Error(`${result.status}: ${'error' in result && result.error.message}`)
  const { status, reasonPhrase, headers, body } = result.response
  return { status, reasonPhrase, headers: [...headers], body: body && text(body), rest }
}

function refused(input: string) {
  const { result } = parse(input)
  if (result.status !== 'error') throw new Error(result.status)
  return result.error
}

/** What comes out if the stream ends behind `input`. */
function parsedToEnd(input: string): ResponseResult {
  const data = bytes(input)
  const results = [[], everyOffset(data)].map((offsets) => {
    const parser = new ResponseParser()
    feed<ResponseResult>(parser, data, offsets)
    return parser.end()
  })
  const [first, second] = results.map((result) => comparable({ result, rest: '' }))
  expect(second).toEqual(first)
  return results[0]!
}

describe('a response (RFC 9112, section 4)', () => {
  it('of status 101 ends with its headers: what is behind them are frames', () => {
    expect(parsed(`${SWITCHING}\x81\x02hi`)).toEqual({
      status: 101,
      reasonPhrase: 'Switching Protocols',
      headers: [
        ['Upgrade', 'websocket'],
        ['Connection', 'Upgrade'],
        ['Sec-WebSocket-Accept', SAMPLE_ACCEPT],
      ],
      body: null,
      rest: '\x81\x02hi',
    })
  })

  it('of status 101 has no body, whatever it says (RFC 9112, section 6.3)', () => {
    expect(parsed(`${lines('HTTP/1.1 101 x', 'Content-Length: 2', '')}ab`)).toMatchObject({
      body: null,
      rest: 'ab',
    })
  })

  it.each([204, 304])('of status %i has no body', (status) => {
    expect(parsed(`${lines(`HTTP/1.1 ${status} x`, 'Content-Length: 2', '')}ab`)).toMatchObject({
      body: null,
      rest: 'ab',
    })
  })

  it.each(['', 'Not Found', 'd\xe9sol\xe9', '\ta  b '])('may have the reason phrase %j', (reasonPhrase) => {
    expect(parsed(lines(`HTTP/1.1 404 ${reasonPhrase}`, 'Content-Length: 0', ''))).toMatchObject({
      status: 404,
      reasonPhrase,
      body: '',
    })
  })

  it('gives back what is pushed after it', () => {
    const parser = new ResponseParser()
    parser.push(bytes(SWITCHING))
    const result = parser.push(bytes('more'))
    expect(result).toMatchObject({ status: 'response', response: { status: 101 } })
    expect(text((result as { rest: Uint8Array }).rest)).toBe('more')
  })
})

describe('responses of status 1xx before the final one (RFC 9110, section 15.2)', () => {
  const interim = lines('HTTP/1.1 103 Early Hints', 'Link: </a>', '')

  it('are passed over', () => {
    expect(parsed(`${lines('HTTP/1.1 100 Continue', '')}${interim}${SWITCHING}x`)).toMatchObject({
      status: 101,
      headers: { length: 3 },
      rest: 'x',
    })
  })

  it('are passed over 16 times', () => {
    const result = feed<ResponseResult>(
      new ResponseParser(),
      bytes(interim.repeat(16) + SWITCHING),
      [],
    ).result
    expect(result).toMatchObject({ status: 'response', response: { status: 101 } })
  })

  it('are not passed over 17 times', () => {
    const result = feed<ResponseResult>(new ResponseParser(), bytes(interim.repeat(17)), []).result
    expect(result).toMatchObject({ status: 'error', error: { code: 'TOO_MANY_INTERIM_RESPONSES' } })
  })
})

describe('the body of a response (RFC 9112, section 6.3)', () => {
  it('has the length that Content-Length says', () => {
    expect(
      parsed(`${lines('HTTP/1.1 403 Forbidden', 'Content-Length: 5', '')}a\r\n\0\xffrest`),
    ).toMatchObject({
      status: 403,
      body: 'a\r\n\0\xff',
      rest: 'rest',
    })
  })

  it.each([['2, 2'], ['2', '2']])('may have its length repeated', (...lengths) => {
    const headers = lengths.map((length) => `Content-Length: ${length}`)
    expect(parsed(`${lines('HTTP/1.1 403 Forbidden', ...headers, '')}abc`)).toMatchObject({
      body: 'ab',
      rest: 'c',
    })
  })

  it.each(['', '-1', '1.0', '0x1', '1 1', '2, 3', '9e9', 'many'])('cannot have the length %j', (length) => {
    const error = refused(`${lines('HTTP/1.1 403 Forbidden', `Content-Length: ${length}`, '')}ab`)
    expect(error).toMatchObject({
      name: 'InvalidMessageError',
      code: 'INVALID_CONTENT_LENGTH',
      section: 'RFC 9112 6.3',
      response: { status: 403 },
    })
  })

  it('may come in chunks, with extensions and trailers', () => {
    const chunks = '3\r\nabc\r\n00A;x="y"\r\n0123456789\r\n1 \t;\r\nd\r\n0\r\nA: b\r\nC: d\r\n\r\nrest'
    expect(
      parsed(lines('HTTP/1.1 503 Service Unavailable', 'Transfer-Encoding: Chunked', '') + chunks),
    ).toMatchObject({
      status: 503,
      body: 'abc0123456789d',
      rest: 'rest',
    })
  })

  it('comes in chunks even if a length is given, and keeps other codings', () => {
    const headers = ['Content-Length: 1', 'Transfer-Encoding: gzip', 'Transfer-Encoding: foo, chunked']
    expect(parsed(`${lines('HTTP/1.1 500 x', ...headers, '')}2\r\nab\r\n0\r\n\r\n`).body).toBe('ab')
  })

  it.each([
    ['a size', 'INVALID_CHUNK', '\r\n'],
    ['a size of hexadecimal digits', 'INVALID_CHUNK', 'g\r\n'],
    ['no sign', 'INVALID_CHUNK', '-1\r\n'],
    ['no 0x', 'INVALID_CHUNK', '0x1\r\n'],
    ['nothing but an extension behind the size', 'INVALID_CHUNK', '1 a\r\n'],
    ['as many bytes as it says', 'INVALID_CHUNK', '1\r\nab'],
    ['a line end behind the bytes', 'BARE_LF', '1\r\na\n'],
    ['trailers that are headers', 'INVALID_HEADER_LINE', '0\r\nfoo\r\n'],
    ['a short line', 'CHUNK_LINE_TOO_LONG', `1;${'a'.repeat(8191)}`],
  ])('expects of a chunk %s: %s', (_, code, chunks) => {
    const input = `${lines('HTTP/1.1 503 x', 'Transfer-Encoding: chunked', '')}2\r\nok\r\n`
    const result = feed<ResponseResult>(new ResponseParser(), bytes(input + chunks), []).result
    expect(result).toMatchObject({ status: 'error', error: { code, response: { status: 503 } } })
    expect(result.status === 'error' && text(result.error.response!.body)).toMatch(/^oka?$/)
  })

  it('goes on to the end of the stream if nothing says where it ends', () => {
    const result = parsedToEnd('HTTP/1.1 400 Bad Request\r\n\r\nwrong')
    expect(result.status === 'response' && text(result.response.body)).toBe('wrong')
    const coded = parsedToEnd(
      'HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\nwrong',
    )
    expect(coded.status === 'response' && text(coded.response.body)).toBe('wrong')
    const empty = parsedToEnd('HTTP/1.1 400 Bad Request\r\n\r\n')
    expect(empty).toMatchObject({ status: 'response', response: { body: new Uint8Array(0) } })
  })

  describe('is bounded', () => {
    const kinds: [string, string, string][] = [
      ['with a length', lines('HTTP/1.1 500 x', `Content-Length: ${MEBIBYTE + 10}`, ''), ''],
      ['with an absurd length', lines('HTTP/1.1 500 x', `Content-Length: ${'9'.repeat(400)}`, ''), ''],
      ['to the end of the stream', lines('HTTP/1.1 500 x', ''), ''],
      ['in one chunk', lines('HTTP/1.1 500 x', 'Transfer-Encoding: chunked', ''), 'ffffffffffffffffffff\r\n'],
    ]

    it.each(kinds)('%s: complete as soon as 2 ** 20 bytes are there', (_, head, prefix) => {
      const parser = new ResponseParser()
      expect(parser.push(bytes(head + prefix)).status).toBe('incomplete')
      expect(parser.push(new Uint8Array(MEBIBYTE - 1).fill(0x61)).status).toBe('incomplete')
      const result = parser.push(bytes('bcd'))
      expect(result).toMatchObject({ status: 'response', rest: bytes('cd') })
      const body = (result as { response: { body: Uint8Array } }).response.body
      expect(body.length).toBe(MEBIBYTE)
      expect(text(body.subarray(-2))).toBe('ab')
    })

    it('but not below that', () => {
      const parser = new ResponseParser()
      parser.push(bytes(lines('HTTP/1.1 500 x', `Content-Length: ${MEBIBYTE}`, '')))
      const result = parser.push(new Uint8Array(MEBIBYTE + 1).fill(0x61))
      expect(result).toMatchObject({
        status: 'response',
        rest: { length: 1 },
        response: { body: { length: MEBIBYTE } },
      })
    })

    it('and read in linear time, byte by byte', () => {
      const parser = new ResponseParser()
      parser.push(bytes(lines('HTTP/1.1 500 x', '')))
      const byte = bytes('a')
      for (let count = 1; count < MEBIBYTE; count += 1) parser.push(byte)
      expect(parser.push(byte)).toMatchObject({
        status: 'response',
        response: { body: { length: MEBIBYTE } },
      })
    })
  })
})

describe('what is not a response', () => {
  it.each([
    ['SSH-2.0-OpenSSH_9.6\r\n', 'NOT_HTTP'],
    ['\x15\x03\x01', 'NOT_HTTP'],
    ['\r\nHTTP/1.1 101 x\r\n', 'NOT_HTTP'],
    ['http/1.1 101 x\r\n\r\n', 'NOT_HTTP'],
    ['HTTP/11 101 x\r\n\r\n', 'NOT_HTTP'],
    ['HTTP/1.1  101 x\r\n\r\n', 'NOT_HTTP'],
    ['HTTP/1.1 101\r\n\r\n', 'NOT_HTTP'],
    ['HTTP/1.1 1010 x\r\n\r\n', 'NOT_HTTP'],
    ['HTTP/1.1 099 x\r\n\r\n', 'NOT_HTTP'],
    ['HTTP/1.1 600 x\r\n\r\n', 'NOT_HTTP'],
    ['HTTP/1.1 101 x\0\r\n\r\n', 'CONTROL_CHARACTER'],
    ['HTTP/1.1 101 x\n\n', 'BARE_LF'],
    ['HTTP/1.1 101 x\r\nA: b\r\n c\r\n\r\n', 'FOLDED_HEADER'],
    ['HTTP/1.1 101 x\r\nA b\r\n\r\n', 'INVALID_HEADER_LINE'],
    ['HTTP/1.1 101 x\r\nA : b\r\n\r\n', 'INVALID_HEADER_NAME'],
  ])('is an error: %j', (input, code) => {
    expect(refused(input)).toMatchObject({ name: 'InvalidMessageError', code, response: null })
  })

  it.each(['HTTP/1.0', 'HTTP/2.0'])('may be one of %s', (version) => {
    expect(refused(lines(`${version} 403 Forbidden`, ''))).toMatchObject({
      name: 'InvalidProtocolError',
      code: 'UNSUPPORTED_HTTP_VERSION',
      section: 'RFC 9112 2.3',
    })
  })

  it('is seen at its first wrong byte', () => {
    const parser = new ResponseParser()
    expect(parser.push(bytes('HTTP/')).status).toBe('incomplete')
    expect(parser.push(bytes('x'))).toMatchObject({
      status: 'error',
      error: { message: "this is not HTTP: no status line has 'x' (0x78) at byte 5" },
    })
  })
})

describe('the bounds of a response', () => {
  it.each([
    [
      'a status line',
      (extra: string) => `HTTP/1.1 101 ${'x'.repeat(8192 - 13)}${extra}\r\n`,
      'LINE_TOO_LONG',
    ],
    [
      'a header line',
      (extra: string) => `HTTP/1.1 101 x\r\nA: ${'x'.repeat(8192 - 3)}${extra}\r\n`,
      'HEADER_TOO_LONG',
    ],
  ])('allow %s of 8192 bytes, and no more', (_, line, code) => {
    expect(new ResponseParser().push(bytes(`${line('')}\r\n`)).status).toBe('response')
    expect(new ResponseParser().push(bytes(line('x')))).toMatchObject({
      status: 'error',
      error: { name: 'HeadersTooLargeError', code, response: null },
    })
  })

  it('allow 128 header lines, and no more', () => {
    const head = `HTTP/1.1 101 x\r\n${'A: b\r\n'.repeat(128)}`
    expect(new ResponseParser().push(bytes(`${head}\r\n`)).status).toBe('response')
    expect(new ResponseParser().push(bytes(`${head}A`))).toMatchObject({
      status: 'error',
      error: { name: 'HeadersTooLargeError', code: 'TOO_MANY_HEADERS' },
    })
  })
})

describe('the end of the stream in a response', () => {
  it.each([
    ['', 'the stream ended before the status line', null, null],
    ['HTTP/1.1', 'the stream ended in the status line, after 8 bytes of it', null, null],
    ['HTTP/1.1 101 x\r\nA: b\r\n', 'the stream ended before header line 2', null, null],
    ['HTTP/1.1 100 x\r\n\r\n', 'the stream ended before the status line', null, null],
    ['HTTP/1.1 403 x\r\nContent-Length: 3\r\n\r\n', "the stream ended before the response's body", 403, ''],
    [
      'HTTP/1.1 403 x\r\nContent-Length: 3\r\n\r\nab',
      "the stream ended in the response's body, after 2 bytes of it",
      403,
      'ab',
    ],
    [
      'HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n',
      "the stream ended before a chunk's size",
      403,
      'ab',
    ],
  ])('after %j is an error that says where, with what had come', (input, message, status, body) => {
    const result = parsedToEnd(input)
    expect(result).toMatchObject({
      status: 'error',
      error: { name: 'InvalidMessageError', code: 'UNEXPECTED_EOF', message },
    })
    const response = result.status === 'error' ? result.error.response : null
    expect(response && { status: response.status, body: text(response.body) }).toEqual(
      status && { status, body },
    )
  })

  it('changes nothing once it is complete', () => {
    expect(parsedToEnd(SWITCHING)).toMatchObject({ status: 'response', response: { status: 101 } })
  })
})

describe('any bytes', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'HTTP/1.1 101 x\r\n',
      'HTTP/1.1 100 x\r\n\r\n',
      'HTTP/1.1 403 x\r\n',
      '\r\n',
      '\r',
      '\n',
      'A: b\r\n',
    ),
    fc.constantFrom(
      'Content-Length: 2\r\n',
      'Transfer-Encoding: chunked\r\n',
      '1\r\na\r\n',
      '0\r\n',
      'ab',
      '\x81',
    ),
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
          const [whole, cut] = [[], offsets].map((each) => {
            const parser = new ResponseParser()
            const before = comparable(feed<ResponseResult>(parser, data, each))
            return [before, comparable({ result: parser.end(), rest: '' })]
          })
          expect(cut).toEqual(whole)
        },
      ),
      { numRuns: 500 },
    )
  })
})
