import type { Frame } from '../framing/frame.ts'
import { Opcode } from '../framing/opcode.ts'

/** A text message, or a binary one. */
export type Message = string | Uint8Array

/** Whether the frame is a whole message by itself. */
export function isWhole({ opcode, fin }: Frame): boolean {
  return fin && opcode !== Opcode.continuation
}

/** The message that a whole frame is. It may be a view on the bytes that were received. */
export function messageOf({ opcode, payload }: Frame): Message {
  return opcode === Opcode.text ? decodeText(payload) : plain(payload)
}

/**
 * Puts messages together from their frames (RFC 6455, section 5.4). That the frames are in order, that text is
 * UTF-8 and how large a message may get was seen to by the protocol.
 */
export class MessageAssembler {
  #text = false
  #fragments: Uint8Array[] = []
  /** The beginning of the message was dropped, as it was if it is not known: so is the rest. */
  #dropping = true

  /** The message that this data frame completes, or `null`. It may be a view on the bytes that were received. */
  push(frame: Frame): Message | null {
    if (isWhole(frame)) return messageOf(frame)
    const { opcode, payload, fin } = frame
    if (opcode !== Opcode.continuation) {
      this.#text = opcode === Opcode.text
      this.#dropping = false
    }
    if (this.#dropping) return null
    if (payload.length > 0) this.#fragments.push(compact(payload))
    if (!fin) return null
    const whole = join(this.#fragments)
    this.#fragments = []
    return this.#text ? decodeText(whole) : whole
  }

  /** Forgets the message that is not whole, and what still comes of it. */
  drop(): void {
    this.#fragments = []
    this.#dropping = true
  }
}

/** A copy of bytes that would keep a much larger chunk from being freed. */
export function compact(bytes: Uint8Array): Uint8Array {
  return bytes.length * 2 < bytes.buffer.byteLength ? new Uint8Array(bytes) : bytes
}

function join(fragments: readonly Uint8Array[]): Uint8Array {
  if (fragments.length === 1) return plain(fragments[0]!)
  let size = 0
  for (const { length } of fragments) size += length
  const whole = new Uint8Array(size)
  let at = 0
  for (const fragment of fragments) {
    whole.set(fragment, at)
    at += fragment.length
  }
  return whole
}

/** A `Uint8Array` on the same bytes: an extension may have made a `Buffer`, and `slice` means another thing there. */
function plain(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Text that is known to be UTF-8; a byte order mark is part of it. */
function decodeText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString()
}
