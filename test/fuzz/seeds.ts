/** Where fuzzing starts: the streams of the conformance cases, and what was found before. */

import { ServerProtocol } from '../../src/protocol/index.ts'
import { frameCategories } from '../conformance/cases/index.ts'
import { requestText } from '../conformance/tester/http.ts'
import { frameBytes } from '../conformance/tester/wire.ts'
import { findings } from './findings.ts'
import { MAX_INPUT } from './mutate.ts'
import type { Target } from './targets.ts'

/** The frames of every case that is small, as the other side sends them. */
function streamsFor({ side }: Target): Uint8Array[] {
  const from = side === 'server' ? 'client' : 'server'
  return frameCategories
    .flatMap(({ cases }) => cases)
    .filter((each) => each.side === undefined || each.side === side)
    .map(({ script }) =>
      Buffer.concat(
        script
          .flatMap((step) => ('send' in step ? step.send : []))
          .map((sent) => ('compress' in sent ? new Uint8Array(0) : frameBytes(from, sent))),
      ),
    )
    .filter(({ length }) => length > 0 && length <= MAX_INPUT)
}

/** The messages that open a connection to such a target. */
function openings(target: Target): Uint8Array[] {
  if (target.side === 'server') {
    const deflate = 'permessage-deflate; client_max_window_bits'
    return [requestText(), requestText({ 'Sec-WebSocket-Extensions': deflate })].map((text) =>
      Buffer.from(text),
    )
  }
  // Its key is made of zeros: any answer to that fits.
  const server = new ServerProtocol()
  const key = Buffer.alloc(16).toString('base64')
  server.receiveData(Buffer.from(requestText({ 'Sec-WebSocket-Key': key })))
  for (const event of server.eventsReceived()) {
    if (event.type === 'request') server.sendResponse(server.accept(event))
  }
  const accepted = Buffer.concat(server.dataToSend())
  const refused = Buffer.from('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno')
  const chunked = Buffer.from('HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n')
  return [accepted, refused, chunked]
}

export function seedsFor(target: Target): Uint8Array[] {
  const found = findings.filter(({ target: name }) => name === target.name)
  const streams = [...streamsFor(target), ...found.map(({ input }) => Buffer.from(input, 'base64'))]
  if (!target.opening) return streams
  const heads = openings(target)
  return [
    ...heads,
    ...streams
      .filter((_, at) => at % 8 === 0)
      .map((stream, at) => Buffer.concat([heads[at % heads.length]!, stream])),
  ]
}
