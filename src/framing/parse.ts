import type { FrameError } from './errors.ts'
import { Frame } from './frame.ts'
import { Header, parseHeader, RSV1, RSV2, RSV3 } from './header.ts'
import { applyMask } from './mask.ts'

/** What `parseFrame` needs to know of the connection. */
export interface ParseOptions {
  /** Whether frames must be masked, as those from a client, or must not be (RFC 6455, section 5.1). */
  masked: boolean
  /** Largest payload of a data frame in bytes; `null`, the default, for no limit. */
  maxSize?: number | null
  /** Which reserved bits may be set: RSV1 is 4, RSV2 is 2, RSV3 is 1. 0 by default. */
  reservedBits?: number
}

/** A frame and how many bytes of the input it took; or bytes are missing; or a rule is broken. */
export type ParseResult =
  | { status: 'frame'; frame: Frame; size: number; maskingKey: Uint8Array | null }
  | { status: 'incomplete' }
  | { status: 'violation'; error: FrameError }

/**
 * Reads the frame that `data` starts with (RFC 6455, section 5.2); what is behind it is not looked at. Pure: `data` is
 * not written to. The payload is unmasked; of an unmasked frame it is a view on `data`. A violation is found as soon as
 * the header is whole, with its offset counted from the start of `data`. What one frame cannot show is not checked:
 * text, which may be a fragment, for UTF-8, and a Close payload, which is `parseClose`'s.
 */
export function parseFrame(data: Uint8Array, options: ParseOptions): ParseResult {
  const header = new Header()
  const { maxSize, reservedBits = 0 } = options
  const rules = {
    reservedBits,
    maxPayload: maxSize ?? Number.POSITIVE_INFINITY,
    tooBig: 'FRAME_TOO_BIG',
  } as const
  const whole = parseHeader(data, 0, data.length, options.masked, rules, header)
  if (typeof whole === 'object') return { status: 'violation', error: whole }
  const size = header.size + header.length
  if (!whole || data.length < size) return { status: 'incomplete' }
  const payload = new Uint8Array(data.buffer, data.byteOffset + header.size, header.length)
  const { maskingKey } = header
  const frame = frameOf(header, maskingKey === null ? payload : applyMask(payload, maskingKey))
  return { status: 'frame', frame, size, maskingKey }
}

/** The frame of a header and its unmasked payload. */
export function frameOf(header: Header, payload: Uint8Array): Frame {
  const { rsv } = header
  return new Frame(
    header.opcode,
    payload,
    header.fin,
    (rsv & RSV1) !== 0,
    (rsv & RSV2) !== 0,
    (rsv & RSV3) !== 0,
  )
}
