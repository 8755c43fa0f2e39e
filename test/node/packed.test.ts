import { describe, expect, it } from 'vitest'
import { Headers, Request, Response } from '../../src/handshake/index.ts'
import { acceptKey } from '../../src/handshake/key.ts'
import { packRequest, packResponse, unpackRequest, unpackResponse } from '../../src/node/packed.ts'
import { open, start } from './helpers.ts'

const headers = () => new Headers({ Host: 'a', Cookie: ['é=1', 'b=2'], 'X-y': '' })

const accepting = (accept: string) =>
  new Headers({ Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': accept })

const asking = new Headers({ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' })

describe('a packed handshake', () => {
  it.each(['/', '/chat?a=b', '/\u00e9', ''])('is the same request when it is unpacked: %j', (path) => {
    const packed = packRequest(new Request(path, headers()))
    const request = typeof packed === 'string' ? unpackRequest(packed) : packed
    expect({ ...request, headers: [...request.headers] }).toEqual({
      type: 'request',
      method: 'GET',
      path,
      protocol: 'HTTP/1.1',
      headers: [...headers()],
    })
  })

  it.each([
    new Request('/', headers(), { method: 'POST' }),
    new Request('/', headers(), { protocol: 'HTTP/1.0' }),
    new Request('/a b', headers()),
    new Request('/\u2028', headers()),
  ])('is left as it is where it is unusual', (request) => {
    expect(packRequest(request)).toBe(request)
  })

  it.each([
    ['that agrees to more', headers()],
    ['without headers', new Headers()],
    ['without an answer to the key', new Headers({ Upgrade: 'websocket', Connection: 'Upgrade' })],
    ['with an empty one', accepting('')],
    ['that agrees to nothing else', accepting('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')],
  ])('is the same response when it is unpacked: one %s', (_, headers) => {
    for (const request of [
      packRequest(new Request('/', asking)),
      new Request('/', asking, { protocol: 'HTTP/1.0' }),
    ]) {
      const packed = packResponse(new Response(101, 'Switching Protocols', headers), request)
      expect(typeof packed).toBe('string')
      const response = unpackResponse(
        packed as string,
        typeof request === 'string' ? unpackRequest(request) : request,
      )
      expect({ ...response, headers: [...response.headers] }).toEqual({
        type: 'response',
        status: 101,
        reasonPhrase: 'Switching Protocols',
        headers: [...headers],
        body: null,
      })
    }
  })

  it('does not depend on a request that may be changed', () => {
    const request = new Request('/', asking, { protocol: 'HTTP/1.0' })
    const packed = packResponse(
      new Response(101, 'Switching Protocols', accepting('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')),
      request,
    )
    request.headers.set('Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA==')
    expect(unpackResponse(packed as string, request).headers.get('Sec-WebSocket-Accept')).toBe(
      's3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
    )
  })

  it.each([
    new Response(101, 'Yes'),
    new Response(200, 'Switching Protocols'),
    new Response(101, 'Switching Protocols', {}, new Uint8Array(1)),
  ])('of a response is left as it is where it is unusual', (response) => {
    expect(packResponse(response, '')).toBe(response)
  })

  it('is unpacked once, and the one that processRequest saw is kept', async () => {
    for (const hook of [false, true]) {
      let seen: Request | null = null
      const server = await start(
        () => {},
        hook
          ? {
              processRequest(_, request) {
                seen = request
              },
            }
          : {},
      )
      await open(`${server.url}/some/path?of=it`, { headers: { 'X-One': '1' } })
      const [connection] = server.connections
      const { request, response } = connection!
      expect(request).toBe(hook ? seen : connection!.request)
      expect([request!.path, request!.headers.get('x-one')]).toEqual(['/some/path?of=it', '1'])
      expect(response).toBe(connection!.response)
      expect([response!.status, response!.headers.get('Sec-WebSocket-Accept')]).toEqual([
        101,
        acceptKey(request!.headers.get('Sec-WebSocket-Key')!),
      ])
    }
  })
})
