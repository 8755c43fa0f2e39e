import type { DecodeContext } from '../framing/decoder.ts'
import { FrameError } from '../framing/errors.ts'
import type { Frame } from '../framing/frame.ts'
import { Opcode } from '../framing/opcode.ts'
import { violation } from '../framing/rules.ts'
import { Utf8Validator } from '../framing/utf8.ts'
import type { Extension } from '../handshake/extension.ts'

/** The reserved bits of a frame as one number: RSV1 is 4, RSV2 is 2, RSV3 is 1. */
export const reservedBits = ({ rsv1, rsv2, rsv3 }: Frame): number =>
  (rsv1 ? 4 : 0) | (rsv2 ? 2 : 0) | (rsv3 ? 1 : 0)

export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error('an extension failed', { cause: thrown })

/** The extensions of a connection that has some, in the order of negotiation (RFC 6455, section 9.1). */
export class ExtensionChain {
  readonly list: readonly Extension[]
  /** The reserved bits that they use. */
  readonly reservedBits: number
  /** Whether every one of them says by a reserved bit which messages it transforms. */
  readonly #marks: boolean
  /** The message that is being received is transformed, or may be. */
  #transformed = false
  #text: Utf8Validator | null = null

  constructor(list: readonly Extension[]) {
    this.list = list
    this.reservedBits = list
      .map(({ reservedBit }) => (reservedBit === undefined ? 7 : 8 >> reservedBit))
      .reduce((all, bit) => all | bit, 0)
    this.#marks = list.every(({ reservedBit }) => reservedBit !== undefined)
  }

  /** Whether what comes next of the message that is being received can be looked into as it is on the wire. */
  get plain(): boolean {
    return this.#marks && !this.#transformed
  }

  /** What is sent for `frame`. Throws what an extension throws. */
  encode(frame: Frame): Frame {
    let encoded = frame
    for (const extension of this.list) encoded = extension.encode(encoded)
    return encoded
  }

  /**
   * Undoes the extensions in `frame`, which began at `start`, the last negotiated first, and checks what can only be
   * checked then. Returns what is wrong.
   */
  decode(frame: Frame, start: number, { maxPayload, tooBig, message }: DecodeContext): Error | null {
    const isData = frame.opcode <= Opcode.binary
    if (frame.opcode === Opcode.text || frame.opcode === Opcode.binary) {
      this.#transformed = !this.#marks || reservedBits(frame) !== 0
    }
    const maxSize = isData && Number.isFinite(maxPayload) ? maxPayload : null
    let decoded = frame
    try {
      for (let at = this.list.length - 1; at >= 0; at--) decoded = this.list[at]!.decode(decoded, { maxSize })
    } catch (error) {
      if (error instanceof FrameError) error.offset ??= start
      return asError(error)
    }
    if (decoded !== frame) Object.assign(frame, decoded)
    if (frame.rsv1 || frame.rsv2 || frame.rsv3) return violation('RESERVED_BITS', { offset: start })
    if (isData && frame.payload.length > maxPayload) return violation(tooBig, { offset: start })
    return isData && this.#transformed ? this.#checkText(frame, start, message) : null
  }

  /** The message that was being received is whole. */
  endMessage(): void {
    this.#transformed = false
  }

  /** Checks the UTF-8 of what was transformed; the decoder of frames does it for what came as it is. */
  #checkText(
    { opcode, payload, fin }: Frame,
    offset: number,
    message: DecodeContext['message'],
  ): FrameError | null {
    const isText = opcode === Opcode.text || (opcode === Opcode.continuation && message === 'text')
    if (!isText) return null
    this.#text ??= new Utf8Validator()
    if (opcode === Opcode.text) this.#text.reset()
    const invalid = this.#text.push(payload)
    if (invalid >= 0) return violation('INVALID_UTF8', { offset, detail: `byte ${invalid} of the payload` })
    if (!fin || this.#text.complete) return null
    return violation('INVALID_UTF8', { offset, detail: 'it ends inside a character' })
  }
}
