/**
 * The endpoint under test over the Sans-I/O layer: a host as the Node integration is, and an application that sends
 * each message back. It answers an event before it looks at the next, so what came before a protocol error in the
 * same chunk is echoed before the Close leaves.
 */
import {
  InvalidStateError,
  Opcode,
  type Protocol,
  type ProtocolEvent,
  ServerProtocol,
} from '../../../src/protocol/index.ts'
import type { Action } from '../case.ts'
import { word } from '../tester/words.ts'
import { MessageAssembler } from './messages.ts'

/** `feed` and `nextEvent`; or `receiveData`, which parses all of a chunk before anything is answered. */
export type Style = 'stepping' | 'receiveData'

export class EchoHost {
  readonly protocol: Protocol
  /** Handshake messages and frames that the protocol reported, as words. */
  readonly events: string[] = []
  /** Messages that the application was given, as words. */
  readonly delivered: string[] = []
  readonly #style: Style
  readonly #write: (chunk: Uint8Array) => void
  readonly #assembler = new MessageAssembler()

  /** `write` takes the outbox, element by element. */
  constructor(protocol: Protocol, style: Style, write: (chunk: Uint8Array) => void) {
    this.protocol = protocol
    this.#style = style
    this.#write = write
  }

  /** Bytes arrived; a copy of them is given to the protocol, which may overwrite it. */
  receive(data: Uint8Array): void {
    if (this.#style === 'stepping') this.protocol.feed(data.slice())
    else this.protocol.receiveData(data.slice())
    this.pump()
  }

  end(): void {
    this.protocol.receiveEof()
    this.pump()
  }

  act(action: Action): void {
    if ('close' in action) this.protocol.sendClose(...action.close)
    else this.protocol.sendPing(action.ping)
    this.pump()
  }

  pump(): void {
    this.#drain()
    if (this.#style === 'receiveData') {
      for (const event of this.protocol.eventsReceived()) this.#receive(event)
      this.#drain()
      return
    }
    for (let event = this.protocol.nextEvent(); event !== null; event = this.protocol.nextEvent()) {
      this.#receive(event)
      this.#drain()
    }
    this.#drain()
  }

  #drain(): void {
    for (const chunk of this.protocol.dataToSend()) this.#write(chunk)
  }

  #receive(event: ProtocolEvent): void {
    if (event.type !== 'frame') {
      this.events.push(event.type)
      if (event.type === 'request' && this.protocol instanceof ServerProtocol) {
        this.protocol.sendResponse(this.protocol.accept(event))
      }
      return
    }
    this.events.push(word(event))
    if (event.opcode > Opcode.binary) return
    const message = this.#assembler.push(event)
    if (message === null) return
    this.delivered.push(word({ ...message, fin: true }))
    try {
      if (message.opcode === Opcode.text) this.protocol.sendText(message.payload)
      else this.protocol.sendBinary(message.payload)
    } catch (error) {
      // Too late to be echoed.
      if (!(error instanceof InvalidStateError)) throw error
    }
  }
}
