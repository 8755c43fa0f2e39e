import type { IncomingMessage } from 'node:http'
import { Headers } from '../handshake/headers.ts'
import { Request } from '../handshake/message.ts'

/**
 * A request that an `http.Server` has read, with its headers as they came.
 *
 * @throws TypeError for one that `Headers` refuses: a lenient HTTP parser lets through more.
 */
export function requestOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): Request {
  const headers = new Headers()
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!)
  return new Request(url ?? '/', headers, { method: method ?? 'GET', protocol: `HTTP/${httpVersion}` })
}
