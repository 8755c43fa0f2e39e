import type { HandshakeError } from './errors.ts'
import { Headers } from './headers.ts'
import { Response } from './message.ts'

/** RFC 9110, section 15; RFC 6585. */
const REASON_PHRASES: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  417: 'Expectation Failed',
  418: "I'm a teapot",
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  425: 'Too Early',
  426: 'Upgrade Required',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
  511: 'Network Authentication Required',
}

/** The standard reason phrase of a status; empty if it has none. */
export function reasonPhrase(status: number): string {
  return REASON_PHRASES[status] ?? ''
}

/**
 * A response that ends the connection instead of opening a WebSocket, with `text` as its body in UTF-8
 * (RFC 6455, section 4.2.2). 204 and 304 have no body: `text` is left out. With `date` it has a `Date` header.
 *
 * Throws a `RangeError` if `status` is not an integer from 200 to 599.
 */
export function reject(status: number, text: string, date?: Date): Response {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new RangeError(`a final HTTP status is an integer from 200 to 599, not ${status}`)
  }
  const headers = new Headers()
  if (date !== undefined) headers.append('Date', date.toUTCString())
  headers.append('Connection', 'close')
  if (status === 204 || status === 304) return new Response(status, reasonPhrase(status), headers)
  const body = new TextEncoder().encode(text)
  headers.append('Content-Length', String(body.length))
  headers.append('Content-Type', 'text/plain; charset=utf-8')
  return new Response(status, reasonPhrase(status), headers, body)
}

/** The response that tells a client about `error`. */
export function refuse(error: HandshakeError, status: number): Response {
  return reject(status, `Failed to open a WebSocket connection: ${error.message}.\n`)
}
