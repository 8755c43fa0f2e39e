/*
 * The opening handshake stays with its connection, and most applications never look at it. So it is kept as a piece of
 * text, which takes half the memory of the objects, unless there is something unusual about it.
 */
import { headersOf, linesOf } from '../handshake/headers.ts'
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

export function packResponse(response: Response): Response | string {
  const { status, reasonPhrase, headers, body } = response
  const isUsual = status === 101 && reasonPhrase === SWITCHING_PROTOCOLS && body === null
  if (!isUsual) return response
  const accept = headers.get('Sec-WebSocket-Accept')
  const lines = linesOf(headers)
  return accept && lines === acceptingLines(accept) ? copy(accept) : lines
}

export function unpackResponse(packed: string): Response {
  // Lines end with CRLF.
  const lines = packed === '' || packed.endsWith('\n') ? packed : acceptingLines(packed)
  return new Response(101, SWITCHING_PROTOCOLS, headersOf(lines))
}

/** The same text, of Latin-1 characters, by itself: what was cut out of another one keeps all of that. */
function copy(text: string): string {
  return decodeLatin1(encodeLatin1(text))
}
