import type { Request, Response } from '../handshake/message.ts'
import { clip } from './clip.ts'
import { type PreviewOptions, redacted } from './preview.ts'
import type { HttpRecord } from './records.ts'

/** Characters of all header lines of a message that are kept, and of one value. */
const MAX_HEADERS = 8_192
const MAX_VALUE = 512
const MAX_NAME = 128
const MAX_TARGET = 1_024

/** What stands in place of the value of a header that lets somebody in. */
export const HIDDEN = '(hidden)'

const sensitive = /authorization|cookie|token|secret|password|credential|session|api-?key/i

/** A handshake message, bounded, without its body; credentials are hidden. */
export function httpRecord(message: Request | Response, options: PreviewOptions): HttpRecord {
  const record: HttpRecord = { startLine: startLine(message, options), headers: [] }
  let left = MAX_HEADERS
  let omitted = 0
  for (const [name, value] of message.headers) {
    left -= name.length + value.length
    if (left < 0) omitted++
    else record.headers.push([clip(name, MAX_NAME), sensitive.test(name) ? HIDDEN : clip(value, MAX_VALUE)])
  }
  if (omitted > 0) record.omitted = omitted
  return record
}

function startLine(message: Request | Response, options: PreviewOptions): string {
  if (message.type === 'response')
    return clip(`HTTP/1.1 ${message.status} ${message.reasonPhrase}`, MAX_VALUE)
  // The target is what the application chose and may hold a secret; method and version are the protocol's.
  const target = redacted(clip(message.path, MAX_TARGET), options)
  return `${clip(message.method, MAX_NAME)} ${target} ${clip(message.protocol, MAX_NAME)}`
}
