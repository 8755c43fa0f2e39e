import { describe, expect, test } from 'vitest'
import { acceptSteps } from '../../inspector/src/handshake/accept.ts'
import { handshakeOf } from '../../inspector/src/handshake/handshake.ts'
import { Story } from '../report/story.ts'
import { connectionOf } from './story.ts'

const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

const requestHeaders: [string, string][] = [
  ['Host', 'server.example.com'],
  ['Upgrade', 'websocket'],
  ['Connection', 'keep-alive, Upgrade'],
  ['Sec-WebSocket-Key', KEY],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits'],
  ['User-Agent', 'test'],
]
const responseHeaders: [string, string][] = [
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Accept', ACCEPT],
  ['Sec-WebSocket-Extensions', 'permessage-deflate'],
]

function handshake(
  request: [string, string][] = requestHeaders,
  response: [string, string][] = responseHeaders,
  status = '101 Switching Protocols',
  cursor: number | null = null,
) {
  const story = new Story('server')
    .take({ type: 'receive.request' }, { http: { startLine: 'GET /chat HTTP/1.1', headers: request } })
    .take(
      { type: 'send.response', accepted: status.startsWith('101') },
      { http: { startLine: `HTTP/1.1 ${status}`, headers: response } },
    )
  return handshakeOf(connectionOf(story), cursor)
}

const without = (headers: [string, string][], name: string) => headers.filter(([each]) => each !== name)
const verdicts = (lines: readonly { name: string; verdict: string | null }[]) =>
  Object.fromEntries(lines.map(({ name, verdict }) => [name, verdict]))

describe('the opening handshake', () => {
  test('has every line as sent, and those that matter are right', () => {
    const { request, response, key, accept } = handshake()
    expect(verdicts(request!.lines)).toEqual({
      '': 'right',
      Host: 'right',
      Upgrade: 'right',
      Connection: 'right',
      'Sec-WebSocket-Key': 'right',
      'Sec-WebSocket-Version': 'right',
      'Sec-WebSocket-Extensions': 'note',
      'User-Agent': null,
    })
    expect(verdicts(response!.lines)).toMatchObject({ '': 'right', 'Sec-WebSocket-Accept': 'right' })
    expect([key, accept]).toEqual([KEY, ACCEPT])
  })

  test.each([
    ['Connection', 'keep-alive', 'It must include Upgrade.'],
    ['Upgrade', 'h2c', 'It must be websocket.'],
    ['Sec-WebSocket-Key', 'short', 'It must be 16 random bytes in Base64, 24 characters.'],
    ['Sec-WebSocket-Version', '8', 'It must be 13.'],
  ])('says what is wrong with %s: %s', (name, value, says) => {
    const { request } = handshake([...without(requestHeaders, name), [name, value]])
    expect(request!.lines.find((line) => line.name === name)).toMatchObject({ verdict: 'wrong', says })
  })

  test('names headers that are missing, or there twice', () => {
    const { request } = handshake([...without(requestHeaders, 'Host'), ['sec-websocket-key', KEY]])
    expect(request!.lines.at(-1)).toMatchObject({ name: 'Host', verdict: 'missing' })
    expect(request!.lines.filter(({ verdict }) => verdict === 'wrong')).toHaveLength(2)
  })

  test('says which answer would have been right', () => {
    const { response } = handshake(requestHeaders, [
      ...without(responseHeaders, 'Sec-WebSocket-Accept'),
      ['Sec-WebSocket-Accept', 'nonsense'],
      ['Sec-WebSocket-Protocol', 'chat'],
    ])
    expect(verdicts(response!.lines)).toMatchObject({
      'Sec-WebSocket-Accept': 'wrong',
      'Sec-WebSocket-Protocol': 'wrong',
    })
    expect(response!.lines.find(({ name }) => name === 'Sec-WebSocket-Accept')!.says).toContain(ACCEPT)
  })

  test('asks nothing of a response that refuses', () => {
    const { response, switches } = handshake(
      requestHeaders,
      [['Content-Type', 'text/plain']],
      '403 Forbidden',
    )
    expect(switches).toBe(false)
    expect(verdicts(response!.lines)).toEqual({ '': 'wrong', 'Content-Type': null })
  })

  test('tells what the cursor has not come to', () => {
    const { request, response } = handshake(requestHeaders, responseHeaders, undefined, 1)
    expect([request!.later, response!.later]).toEqual([false, true])
  })

  test('does not call missing what the record left out', () => {
    const story = new Story('server').take(
      { type: 'receive.request' },
      { http: { startLine: 'GET / HTTP/1.1', headers: [], omitted: 3 } },
    )
    const { request } = handshakeOf(connectionOf(story), null)
    expect(request!.lines.map(({ verdict }) => verdict)).not.toContain('missing')
  })
})

test('Sec-WebSocket-Accept is recomputed step by step', () => {
  // RFC 6455, section 1.3.
  expect(acceptSteps(KEY)).toEqual({
    key: KEY,
    guid: '258EAFA5-E914-47DA-95CA-C5AB0DC85B11',
    joined: `${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`,
    sha1: 'b37a4f2cc0624f1690f64606cf385945b2bec4ea',
    expected: ACCEPT,
  })
})

test('what a server answers to what is no handshake is shown as its response', () => {
  const http = {
    startLine: 'HTTP/1.1 400 Bad Request',
    headers: [['Connection', 'close'] as [string, string]],
  }
  const story = new Story('server').take(
    { type: 'receive.invalidHandshake' },
    { message: 'this is not HTTP', http },
  )
  const { request, response, invalid, switches } = handshakeOf(connectionOf(story), null)
  expect([request, invalid?.says, switches]).toEqual([null, 'this is not HTTP', false])
  expect(response).toMatchObject({ what: 'response', crossing: 1 })
  expect(response!.lines[0]).toMatchObject({ value: 'HTTP/1.1 400 Bad Request' })
  const unsaid = new Story('server').take({ type: 'receive.invalidHandshake' })
  expect(handshakeOf(connectionOf(unsaid), null).response).toBe(null)
})
