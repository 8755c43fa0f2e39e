import type { Frame } from '../../../src/protocol/index.ts'

export interface WholeMessage {
  opcode: 1 | 2
  payload: Uint8Array
}

/** Puts the frames of a message together, as an application does. */
export class MessageAssembler {
  #opcode: 1 | 2 = 1
  #fragments: Uint8Array[] = []

  push(frame: Frame): WholeMessage | null {
    if (frame.opcode === 1 || frame.opcode === 2) {
      this.#opcode = frame.opcode
      this.#fragments = []
    }
    // The host may use its buffer again before the message is whole.
    this.#fragments.push(frame.fin ? frame.payload : frame.payload.slice())
    if (!frame.fin) return null
    const payload = this.#fragments.length === 1 ? this.#fragments[0]! : Buffer.concat(this.#fragments)
    this.#fragments = []
    return { opcode: this.#opcode, payload }
  }
}
