/**
 * Previews of payloads: the beginning, as text that breaks in no character, or as hex. This is the only place
 * where payload becomes part of a record.
 */
import type { Preview } from './records.ts'
import { report } from './report.ts'

export interface PreviewOptions {
  /** Bytes of a payload that are shown; 0: none. */
  preview: number
  /** Applied to every preview before it is kept. */
  redact?: ((preview: string) => string) | undefined
}

/** What stands in place of a preview whose redaction failed: better nothing than a secret. */
const UNREDACTABLE = '(not shown: redact failed)'

const nothing = new Uint8Array(0)
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What the user's `redact` leaves of a string. */
export function redacted(text: string, { redact }: PreviewOptions): string {
  if (redact === undefined || text === '') return text
  try {
    const result: unknown = redact(text)
    if (typeof result === 'string') return result
  } catch (error) {
    if (!complained.has(redact)) report(error)
    complained.add(redact)
  }
  return UNREDACTABLE
}

const complained = new WeakSet<object>()

/** The first bytes as hex. */
export function hexPreview(payload: Uint8Array, options: PreviewOptions): Preview | undefined {
  if (options.preview === 0 || payload.length === 0) return undefined
  return {
    encoding: 'hex',
    data: redacted(toHex(payload.subarray(0, options.preview)), options),
    truncated: payload.length > options.preview,
  }
}

/** Text where it is text that can be printed, else hex: what a Ping or Pong carries is anything. */
export function printablePreview(payload: Uint8Array, options: PreviewOptions): Preview | undefined {
  if (options.preview === 0 || payload.length === 0) return undefined
  const beginning = payload.subarray(0, options.preview)
  const truncated = payload.length > beginning.length
  const text = decode(beginning.subarray(0, beginning.length - (truncated ? incompleteTail(beginning) : 0)))
  if (text === null || !/^\P{C}*$/u.test(text)) return hexPreview(payload, options)
  return { encoding: 'text', data: redacted(text, options), truncated }
}

export function toHex(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex
}

/**
 * The text of one direction, frame by frame: a character that was cut in two by a frame's end is shown with the
 * frame that completes it.
 */
export class TextPreviews {
  readonly #options: PreviewOptions
  /** The beginning of a character at the end of the last fragment; `null`: we did not see that one. */
  #carry: Uint8Array | null = null

  constructor(options: PreviewOptions) {
    this.#options = options
  }

  /** The preview of the next frame; `first` in its message, `last` with FIN. Hex if it is not UTF-8. */
  take(payload: Uint8Array, first: boolean, last: boolean): Preview | undefined {
    const limit = this.#options.preview
    if (limit === 0) return undefined
    const carried = first ? nothing : (this.#carry ?? nothing)
    const skipped = first || this.#carry !== null ? 0 : orphans(payload)
    this.#carry = last ? null : tailOf(carried, payload)

    const truncated = payload.length > limit
    const shown = concat(carried, payload.subarray(skipped, limit))
    const tail = truncated || !last ? incompleteTail(shown) : 0
    if (payload.length === 0) return undefined
    const text = decode(shown.subarray(0, shown.length - tail))
    if (text === null) return hexPreview(payload, this.#options)
    return { encoding: 'text', data: redacted(text, this.#options), truncated }
  }
}

function decode(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** How many bytes at the start continue a character that began in a frame before (RFC 3629: at most 3). */
function orphans(bytes: Uint8Array): number {
  let count = 0
  while (count < 3 && count < bytes.length && (bytes[count]! & 0xc0) === 0x80) count++
  return count
}

/** How many bytes at the end are the beginning of a character. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!
    if ((byte & 0xc0) === 0x80) continue
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return size > back ? back : 0
  }
  return 0
}

function tailOf(carried: Uint8Array, payload: Uint8Array): Uint8Array {
  const end = concat(payload.length < 3 ? carried : nothing, payload.subarray(-3))
  // A copy: the payload may be overwritten.
  return end.slice(end.length - incompleteTail(end))
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
