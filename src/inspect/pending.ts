/**
 * A step as it was noted when it happened: little, and fast, since most of them nobody ever looks at. What a record
 * says of it (the transitions, the effects, the preview) is made when it is asked for.
 */
import type { ConnectionEvent } from '../../machines/events.ts'
import type { Configuration } from '../../machines/table.ts'
import { Frame } from '../framing/frame.ts'
import { keyBytes, keyNumber } from '../framing/mask.ts'
import type { StepDetails, WireDetails } from '../protocol/inspector.ts'
import { clip } from './clip.ts'
import { httpRecord } from './http.ts'
import { type PreviewOptions, redacted } from './preview.ts'
import type { HttpRecord } from './records.ts'

const MAX_REASON = 125

const nothing = new Uint8Array(0)

type Noted = Pick<PendingStep, 'event' | 'value' | 'time' | 'frame' | 'length'> &
  Pick<PendingStep, 'headerLength' | 'payloadLength' | 'reservedBits' | 'key'> &
  Partial<Pick<PendingStep, 'http' | 'error' | 'reason'>>

export class PendingStep {
  readonly event: ConnectionEvent
  /** The protocol's configuration behind it. */
  readonly value: Configuration
  readonly time: number
  readonly http: HttpRecord | null
  readonly error: Error | null
  /** Of a Close frame or a failure. */
  readonly reason: string | null
  /** The frame, with what its preview needs of the payload; its own length. */
  readonly frame: Frame | null
  readonly length: number
  /** -1: nothing is known of how it stood on the wire. */
  readonly headerLength: number
  readonly payloadLength: number
  readonly reservedBits: number
  /** The masking key as a number; `null`: none. */
  readonly key: number | null

  constructor(noted: Noted) {
    this.event = noted.event
    this.value = noted.value
    this.time = noted.time
    this.http = noted.http ?? null
    this.error = noted.error ?? null
    this.reason = noted.reason ?? null
    this.frame = noted.frame
    this.length = noted.length
    this.headerLength = noted.headerLength
    this.payloadLength = noted.payloadLength
    this.reservedBits = noted.reservedBits
    this.key = noted.key
  }

  get wire(): WireDetails | null {
    if (this.headerLength < 0) return null
    const { headerLength, payloadLength, reservedBits, key } = this
    return { headerLength, payloadLength, maskingKey: key === null ? null : keyBytes(key), reservedBits }
  }
}

/** Notes any step. `details` hold only for the time of the call. */
export function noteStep(
  event: ConnectionEvent,
  { frame, wire, message, error }: StepDetails,
  value: Configuration,
  time: number,
  options: PreviewOptions,
): PendingStep {
  const { reason } = event
  return new PendingStep({
    event,
    value,
    time,
    http: message === undefined ? null : httpRecord(message, options),
    error: error ?? null,
    reason: typeof reason === 'string' ? redacted(clip(reason, MAX_REASON), options) : null,
    frame:
      frame === undefined
        ? null
        : new Frame(frame.opcode, beginning(frame.payload, options.preview), frame.fin),
    length: frame === undefined ? 0 : frame.payload.length,
    headerLength: wire === undefined ? -1 : wire.headerLength,
    payloadLength: wire === undefined ? 0 : wire.payloadLength,
    reservedBits: wire === undefined ? 0 : wire.reservedBits,
    key: wire?.maskingKey == null ? null : keyNumber(wire.maskingKey),
  })
}

/** A copy of as much of a payload as its preview needs: the first bytes and, to find a character cut in two, the last. */
export function beginning(payload: Uint8Array, limit: number): Uint8Array {
  if (limit === 0) return nothing
  const kept = keptOf(payload.length, limit)
  if (kept === payload.length) return payload.slice()
  const copy = new Uint8Array(kept)
  copy.set(payload.subarray(0, kept - 3))
  copy.set(payload.subarray(-3), kept - 3)
  return copy
}

/** How many bytes that is, of a payload of so many. */
export const keptOf = (length: number, limit: number) =>
  limit === 0 ? 0 : Math.min(length, Math.max(limit, 3) + 3)
