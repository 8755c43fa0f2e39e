/**
 * What rides along in an event of the machine and becomes its record: chosen field by field and clipped, so that
 * it stays small whatever a peer sends, and never holds bytes.
 */
import type { ConnectionEvent } from '../../machines/events.ts'
import type { Configuration } from '../../machines/table.ts'
import { Opcode } from '../framing/opcode.ts'
import type { StepDetails, WireDetails } from '../protocol/inspector.ts'
import { clip } from './clip.ts'
import { httpRecord } from './http.ts'
import {
  hexPreview,
  type PreviewOptions,
  printablePreview,
  redacted,
  TextPreviews,
  toHex,
} from './preview.ts'
import type { EventRecord, Preview, WireRecordDetails } from './records.ts'

const MAX_REASON = 125
const MAX_MESSAGE = 300
const MAX_NAME = 64

/** Makes the event records of one connection. */
export class EventRecorder {
  readonly #options: PreviewOptions
  readonly #received: TextPreviews
  readonly #sent: TextPreviews

  constructor(options: PreviewOptions) {
    this.#options = options
    this.#received = new TextPreviews(options)
    this.#sent = new TextPreviews(options)
  }

  /** The record of an event that was taken in the configuration `before`. */
  record(event: ConnectionEvent, details: StepDetails, before: Configuration): EventRecord {
    const { frame, wire, message } = details
    const record: EventRecord = { type: event.type }
    for (const name of ['fin', 'accepted'] as const) {
      if (typeof event[name] === 'boolean') record[name] = event[name]
    }
    for (const name of ['length', 'code'] as const) {
      if (typeof event[name] === 'number') record[name] = event[name]
    }
    const { rule, transport, reason } = event as Record<string, unknown>
    if (typeof rule === 'string') record.rule = clip(rule, MAX_NAME)
    if (typeof transport === 'string') record.transport = clip(transport, MAX_NAME)
    if (typeof reason === 'string') record.reason = redacted(clip(reason, MAX_REASON), this.#options)
    if (frame !== undefined) {
      record.opcode = frame.opcode
      record.fin ??= frame.fin
      record.length ??= frame.payload.length
      const preview = this.#preview(event.type, frame, before)
      if (preview !== undefined) record.preview = preview
    }
    if (wire !== undefined) record.wire = wireRecord(wire)
    if (details.error !== undefined) describe(details.error, record)
    if (message !== undefined) record.http = httpRecord(message, this.#options)
    return record
  }

  #preview(
    type: string,
    { opcode, payload, fin }: NonNullable<StepDetails['frame']>,
    before: Configuration,
  ): Preview | undefined {
    const sent = type.startsWith('send.')
    const texts = sent ? this.#sent : this.#received
    switch (opcode) {
      case Opcode.text:
        return texts.take(payload, true, fin)
      case Opcode.continuation:
        if ((sent ? before.outbound : before.inbound) === 'text') return texts.take(payload, false, fin)
        break
      case Opcode.ping:
      case Opcode.pong:
        return printablePreview(payload, this.#options)
      case Opcode.close:
        // What is wrong with it is best seen in its bytes; else it is its reason, behind the code.
        if (type !== 'receive.invalid') return printablePreview(payload.subarray(2), this.#options)
    }
    return hexPreview(payload, this.#options)
  }
}

function wireRecord({
  headerLength,
  payloadLength,
  maskingKey,
  reservedBits,
}: WireDetails): WireRecordDetails {
  return {
    headerLength,
    payloadLength,
    maskingKey: maskingKey === null ? null : toHex(maskingKey.subarray(0, 4)),
    reservedBits,
  }
}

/** The library's errors carry `code` and, if they are about input, `section` and `offset`. */
function describe(
  error: Error & { code?: unknown; section?: unknown; offset?: unknown },
  record: EventRecord,
) {
  if (record.rule === undefined && typeof error.code === 'string') record.rule = clip(error.code, MAX_NAME)
  record.message = clip(String(error.message), MAX_MESSAGE)
  if (typeof error.section === 'string') record.section = clip(error.section, MAX_NAME)
  if (typeof error.offset === 'number') record.offset = error.offset
}
