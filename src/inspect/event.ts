/**
 * What rides along in an event of the machine and becomes its record: chosen field by field and clipped, so that
 * it stays small whatever a peer sends, and never holds bytes.
 */
import type { Configuration } from '../../machines/table.ts'
import type { Frame } from '../framing/frame.ts'
import { Opcode } from '../framing/opcode.ts'
import type { WireDetails } from '../protocol/inspector.ts'
import { clip } from './clip.ts'
import type { PendingStep } from './pending.ts'
import { hexPreview, type PreviewOptions, printablePreview, TextPreviews, toHex } from './preview.ts'
import type { EventRecord, Preview, WireRecordDetails } from './records.ts'

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

  /** The record of a step that was taken in the configuration `before`. */
  record(
    { event, frame, length, wire, http, error, reason }: PendingStep,
    before: Configuration,
  ): EventRecord {
    const record: EventRecord = { type: event.type }
    for (const name of ['fin', 'accepted'] as const) {
      if (typeof event[name] === 'boolean') record[name] = event[name]
    }
    for (const name of ['length', 'code'] as const) {
      if (typeof event[name] === 'number') record[name] = event[name]
    }
    const { rule, transport } = event as Record<string, unknown>
    if (typeof rule === 'string') record.rule = clip(rule, MAX_NAME)
    if (typeof transport === 'string') record.transport = clip(transport, MAX_NAME)
    if (reason !== null) record.reason = reason
    if (frame !== null) {
      record.opcode = frame.opcode
      record.fin ??= frame.fin
      record.length ??= length
      const preview = this.#preview(event.type, frame, before)
      if (preview !== undefined) record.preview = preview
    }
    if (wire !== null) record.wire = wireRecord(wire)
    if (error !== null) describe(error, record)
    if (http !== null) record.http = http
    return record
  }

  #preview(type: string, { opcode, payload, fin }: Frame, before: Configuration): Preview | undefined {
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
