/** The opening handshake of RFC 6455, section 1.3, as text. */
import {
  type ClientOptions,
  ClientProtocol,
  parseUri,
  Request,
  type Response,
  type ServerOptions,
  ServerProtocol,
} from '../../src/protocol/index.ts'
import { bytes } from './wire.ts'

export const key = 'dGhlIHNhbXBsZSBub25jZQ=='
export const acceptOfKey = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

type Change = Record<string, string | string[] | null>

/** The lines of `headers` after `change`; `null` takes one away, an array repeats it. */
function lines(headers: Record<string, string>, change: Change): string {
  return Object.entries({ ...headers, ...change })
    .flatMap(([name, value]) => (value === null ? [] : [value].flat().map((each) => `${name}: ${each}\r\n`)))
    .join('')
}

const requestHeaders = {
  Host: 'example.com',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': key,
  'Sec-WebSocket-Version': '13',
}

/** A client's opening handshake (section 4.1). */
export const requestText = (change: Change = {}, line = 'GET /chat HTTP/1.1') =>
  `${line}\r\n${lines(requestHeaders, change)}\r\n`

export const requestBytes = (change?: Change, line?: string) => bytes(requestText(change, line))

/** The same as a host made it that reads HTTP itself. */
export const hostRequest = () => new Request('/chat', requestHeaders)

/** A server's opening handshake (section 4.2.2). */
export const responseText = (change: Change = {}, line = 'HTTP/1.1 101 Switching Protocols', body = '') =>
  `${line}\r\n${lines({ Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': acceptOfKey }, change)}\r\n${body}`

export const responseBytes = (change?: Change, line?: string, body?: string) =>
  bytes(responseText(change, line, body))

/** Random bytes that make the handshake key that of section 1.3, and the masking keys 00000000. */
export const sampleNonce = (size: number) => (size === 16 ? bytes('the sample nonce') : new Uint8Array(size))

export const newClient = (options: ClientOptions = {}, uri = 'ws://example.com/chat') =>
  new ClientProtocol(parseUri(uri), { randomBytes: sampleNonce, ...options })

/** A client whose request is out. */
export function awaitingResponse(options?: ClientOptions): ClientProtocol {
  const client = newClient(options)
  client.sendRequest(client.connect())
  client.dataToSend()
  return client
}

export function openedClient(options?: ClientOptions): ClientProtocol {
  const client = awaitingResponse(options)
  client.receiveData(responseBytes())
  client.eventsReceived()
  return client
}

/** A server that has read a request: [server, request]. */
export function deciding(
  options?: ServerOptions,
  request: Uint8Array = requestBytes(),
): [ServerProtocol, Request] {
  const server = new ServerProtocol(options)
  server.receiveData(request)
  const [event] = server.eventsReceived()
  if (event?.type !== 'request') throw new Error('no request was received')
  return [server, event]
}

export function openedServer(options?: ServerOptions): ServerProtocol {
  const [server, request] = deciding(options)
  server.sendResponse(server.accept(request))
  server.dataToSend()
  return server
}

export const bodyOf = (response: Response) => new TextDecoder().decode(response.body ?? new Uint8Array(0))
