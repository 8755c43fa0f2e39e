/*
 * The opening handshake stays with its connection, and most applications never look at it. So it is kept as a piece of
 * text, which takes half the memory of the objects, unless there is something unusual about it.
 */
import { headersOf, linesOf } from '../handshake/headers.ts'
import { acceptKey } from '../handshake/key.ts'
import { decodeLatin1, encodeLatin1 } from '../handshake/latin1.ts'
import { isRequestTarget, Request, Response } from '../handshake/message.ts'
import { acceptingLines } from '../handshake/server.ts'

const SWITCHING_PROTOCOLS = 'Switching Protocols'

export function packRequest(request: Request): Request | string {
  const { method, path, protocol, headers } = request
  const isUsual = method === 'GET' && protocol === 'HTTP/1.1' && isRequestTarget(path)
  return isUsual ? copy(`${path} ${linesOf(headers)}`) : request
}

export function unpackRequest(packed: string): Request {
  const space = packed.indexOf(' ')
  return new Request(packed.slice(0, space), headersOf(packed.slice(space + 1)))
}

/** Stands for the lines of a response that accepts its request and agrees to nothing else. */
const ACCEPTS = 'accepts'

/**
 * `response` is the answer that `ServerProtocol.accept` gave to `request`, which was packed before: if it is text now,
 * nobody can change it, and the response's `Sec-WebSocket-Accept` can be told from it.
 */
export function packResponse(response: Response, request: Request | string): Response | string {
  const { status, reasonPhrase, headers, body } = response
  const isUsual = status === 101 && reasonPhrase === SWITCHING_PROTOCOLS && body === null
  if (!isUsual) return response
  const accept = headers.get('Sec-WebSocket-Accept')
  const lines = linesOf(headers)
  return accept && typeof request === 'string' && lines === acceptingLines(accept) ? ACCEPTS : lines
}

/** To be unpacked at the same time as its request. */
export function unpackResponse(packed: string, { headers }: Request): Response {
  const lines = packed === ACCEPTS ? acceptingLines(acceptKey(headers.get('Sec-WebSocket-Key')!)) : packed
  return new Response(101, SWITCHING_PROTOCOLS, headersOf(lines))
}

/** The same text, of Latin-1 characters, by itself: what was cut out of another one keeps all of that. */
function copy(text: string): string {
  return decodeLatin1(encodeLatin1(text))
}
