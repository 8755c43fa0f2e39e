import type { Frame } from '../../../../src/framing/frame.ts'
import { Opcode } from '../../../../src/framing/opcode.ts'
import { toHex } from './hex.ts'
import type { Message } from './snapshot.ts'

const MAX_MESSAGES = 200
const MAX_SHOWN = 512

/** Puts the messages together that an application is handed frame by frame (RFC 6455, section 5.4). */
export class Assembly {
  messages: readonly Message[] = []
  #parts: Uint8Array[] = []
  #kind: Message['kind'] = 'text'

  take({ opcode, payload, fin }: Frame): void {
    if (opcode > Opcode.binary) return
    if (opcode !== Opcode.continuation) {
      this.#kind = opcode === Opcode.text ? 'text' : 'binary'
      this.#parts = []
    }
    this.#parts.push(payload.slice())
    if (!fin) return
    const bytes = new Uint8Array(this.#parts.reduce((size, { length }) => size + length, 0))
    let at = 0
    for (const part of this.#parts) {
      bytes.set(part, at)
      at += part.length
    }
    const shown = bytes.subarray(0, MAX_SHOWN)
    const data = this.#kind === 'text' ? new TextDecoder().decode(shown) : toHex(shown)
    const message = { kind: this.#kind, data, bytes: bytes.length, frames: this.#parts.length }
    this.messages = [...this.messages, message].slice(-MAX_MESSAGES)
    this.#parts = []
  }
}
