import { describe, expect, it } from 'vitest'
import {
  Headers,
  Request,
  RequestParser,
  Response,
  ResponseParser,
  serializeRequest,
  serializeResponse,
} from '../../src/handshake/index.ts'
import { bytes, lines, text } from './helpers.ts'

describe('a request', () => {
  it('is a GET of HTTP/1.1 unless it says otherwise', () => {
    expect(new Request('/')).toMatchObject({
      type: 'request',
      method: 'GET',
      path: '/',
      protocol: 'HTTP/1.1',
    })
    expect(new Request('/', {}, { method: 'PUT', protocol: 'HTTP/1.0' })).toMatchObject({
      method: 'PUT',
      protocol: 'HTTP/1.0',
    })
  })

  it('is written line by line, in Latin-1', () => {
    const request = new Request('/chat?a=\u00e9', [
      ['Host', 'a'],
      ['X', '\u00ff'],
      ['X', ''],
    ])
    expect(text(serializeRequest(request))).toBe(
      lines('GET /chat?a=\u00e9 HTTP/1.1', 'Host: a', 'X: \u00ff', 'X: ', ''),
    )
  })

  it.each(['', ' ', '/ HTTP/1.1\r\nX: y', '/\n', '/a b', '/\t', '/\0', '/\u0100'])(
    'refuses the path %j',
    (path) => {
      expect(() => serializeRequest(new Request(path))).toThrow(TypeError)
    },
  )

  it.each(['', 'GET /', 'G\r\nET', 'GÉT'])('refuses the method %j', (method) => {
    expect(() => serializeRequest(new Request('/', {}, { method }))).toThrow(TypeError)
  })

  it.each(['', 'HTTP/1.1\r\nX: y', 'HTTP/11', 'http/1.1', 'HTTP/1.1\n'])(
    'refuses the protocol %j',
    (protocol) => {
      expect(() => serializeRequest(new Request('/', {}, { protocol }))).toThrow(TypeError)
    },
  )

  it('is read as it was written', () => {
    const request = new Request('/a?b', { Host: 'x', Y: ['1', '\u00ff'] })
    expect(new RequestParser().push(serializeRequest(request))).toMatchObject({ status: 'request', request })
  })
})

describe('a response', () => {
  it('has no headers and no body unless it is given them', () => {
    const response = new Response(204, 'No Content')
    expect(response).toMatchObject({ type: 'response', status: 204, reasonPhrase: 'No Content', body: null })
    expect(response.headers.size).toBe(0)
  })

  it('keeps the headers that it is given', () => {
    const headers = new Headers()
    expect(new Response(200, 'OK', headers).headers).toBe(headers)
  })

  it('is written line by line, with its body', () => {
    const response = new Response(403, 'Forbidden', { 'Content-Length': '2' }, bytes('\u0000\u00ff'))
    expect(text(serializeResponse(response))).toBe(
      `${lines('HTTP/1.1 403 Forbidden', 'Content-Length: 2', '')}\u0000\u00ff`,
    )
    expect(text(serializeResponse(new Response(200, '')))).toBe(lines('HTTP/1.1 200 ', ''))
  })

  it.each(['a\r\nX: y', 'a\n', '\0', '\u0100'])('refuses the reason phrase %j', (reasonPhrase) => {
    expect(() => serializeResponse(new Response(200, reasonPhrase))).toThrow(TypeError)
  })

  it.each([99, 600, 200.5, Number.NaN, '200\r\nX: y'])('refuses the status %j', (status) => {
    expect(() => serializeResponse(new Response(status as number, 'OK'))).toThrow(TypeError)
  })

  it('is read as it was written', () => {
    const response = new Response(403, 'Forbidden', { 'Content-Length': '2' }, bytes('no'))
    expect(new ResponseParser().push(serializeResponse(response))).toMatchObject({
      status: 'response',
      response,
    })
  })
})
