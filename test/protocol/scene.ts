/** A connection under test, its input given in one of the ways in which a host may give it. */
import { expect } from 'vitest'
import {
  type Close,
  Protocol,
  type ProtocolEvent,
  type ProtocolOptions,
  type Side,
  type TransportEnd,
} from '../../src/protocol/index.ts'
import { concat, Peer, peerOf, word, words } from './wire.ts'

export const feedings = ['whole', 'byte by byte', 'coalesced', 'stepping', 'from one buffer'] as const
export type Feeding = (typeof feedings)[number]

/** An established connection. */
export const established = (side: Side, options?: ProtocolOptions) => new Protocol(side, options)

export const eventWord = (event: ProtocolEvent): string => {
  switch (event.type) {
    case 'frame':
      return word(event)
    case 'request':
      return `${event.method} ${event.path} ${event.protocol}`
    case 'response':
      return `HTTP/1.1 ${event.status} ${event.reasonPhrase}`
  }
}

export class Scene<P extends Protocol = Protocol> {
  readonly protocol: P
  readonly peer: Peer
  readonly feeding: Feeding
  /** Everything that was an event, and everything that was to be sent, as words. */
  readonly events: string[] = []
  readonly wire: string[] = []
  #waiting: Uint8Array[] = []

  constructor(protocol: P, feeding: Feeding = 'whole') {
    this.protocol = protocol
    this.feeding = feeding
    this.peer = new Peer(peerOf(protocol.side))
  }

  /** The peer sends; each piece is copied, since the protocol may overwrite it. */
  receive(...pieces: Uint8Array[]): this {
    this.#waiting.push(...pieces.map((piece) => piece.slice()))
    if (this.feeding !== 'coalesced') this.#deliver()
    return this
  }

  eof(cause?: TransportEnd): this {
    this.#deliver()
    this.protocol.receiveEof(cause)
    this.collect()
    return this
  }

  /** Something of ours: a send, a failure. */
  act(action: (protocol: P) => void): this {
    this.#deliver()
    action(this.protocol)
    this.collect()
    return this
  }

  /** What was coalesced goes in. */
  flush(): this {
    this.#deliver()
    return this
  }

  #deliver(): void {
    const pieces = this.#waiting
    this.#waiting = []
    if (pieces.length === 0) return
    switch (this.feeding) {
      case 'whole':
        for (const piece of pieces) {
          this.protocol.receiveData(piece)
          this.collect()
        }
        break
      case 'coalesced':
        this.protocol.receiveData(concat(...pieces))
        this.collect()
        break
      case 'byte by byte':
        for (const byte of concat(...pieces)) {
          this.protocol.receiveData(Uint8Array.of(byte))
          this.collect()
        }
        break
      case 'stepping':
        for (const piece of pieces) this.protocol.feed(piece)
        this.collect()
        // `nextEvent()` returned `null`: the host may use its buffers again.
        for (const piece of pieces) piece.fill(0xaa)
        break
      case 'from one buffer': {
        // As a host does that reads into the same buffer again and again.
        const buffer = new Uint8Array(Math.max(...pieces.map(({ length }) => length)))
        for (const piece of pieces) {
          buffer.set(piece)
          this.protocol.receiveData(buffer.subarray(0, piece.length))
          this.collect()
          buffer.fill(0xaa)
        }
        break
      }
    }
  }

  collect(): void {
    if (this.feeding === 'stepping') {
      for (let event = this.protocol.nextEvent(); event !== null; event = this.protocol.nextEvent()) {
        this.events.push(eventWord(event))
        this.wire.push(...words(this.protocol.side, this.protocol.dataToSend()))
      }
    } else this.events.push(...this.protocol.eventsReceived().map(eventWord))
    this.wire.push(...words(this.protocol.side, this.protocol.dataToSend()))
  }

  outcome(): Outcome {
    this.#deliver()
    this.collect()
    return outcomeOf(this)
  }
}

/** Everything that a host can read of a connection. */
export interface Outcome {
  /** The lifecycle's place in `value`: `closing.initiated`. */
  lifecycle: string
  inbound: string
  outbound: string
  closeCode: number | null
  closeReason: string | null
  /** `1000 bye`; a reason that is the parser error's message is `!`. */
  closeReceived: string | null
  closeSent: string | null
  closeReceivedThenSent: boolean | null
  closeExpected: boolean
  deadline: 'opening' | 'closing' | null
  /** `code` of the error. */
  parserError: string | null
  handshakeError: string | null
  transportEnd: string | null
  events: string[]
  wire: string[]
}

const codeOf = (error: Error | null) =>
  error === null ? null : String((error as Error & { code?: unknown }).code ?? error.name)

function outcomeOf({ protocol, events, wire }: Scene): Outcome {
  const { lifecycle, inbound, outbound } = protocol.value
  const place = typeof lifecycle === 'string' ? lifecycle : Object.entries(lifecycle)[0]!.join('.')
  expect(protocol.state).toBe(place.split('.')[0])
  const message = protocol.parserError?.message.slice(0, 123)
  const close = (close: Close | null) => {
    if (close === null) return null
    const { code, reason } = close
    return reason === '' ? `${code}` : `${code} ${reason === message ? '!' : reason}`
  }
  return {
    lifecycle: place,
    inbound,
    outbound,
    closeCode: protocol.closeCode,
    closeReason: protocol.closeReason,
    closeReceived: close(protocol.closeReceived),
    closeSent: close(protocol.closeSent),
    closeReceivedThenSent: protocol.closeReceivedThenSent,
    closeExpected: protocol.closeExpected(),
    deadline: protocol.deadline,
    parserError: codeOf(protocol.parserError),
    handshakeError: codeOf(protocol.handshakeError),
    transportEnd: protocol.transportEnd?.kind ?? null,
    events,
    wire: wire.map((each) => (message !== undefined ? each.replace(message, '!') : each)),
  }
}

const quiet = {
  inbound: 'idle',
  outbound: 'idle',
  closeCode: null,
  closeReason: null,
  closeReceived: null,
  closeSent: null,
  closeReceivedThenSent: null,
  closeExpected: false,
  deadline: null,
  parserError: null,
  handshakeError: null,
  transportEnd: null,
  events: [],
  wire: [],
} satisfies Omit<Outcome, 'lifecycle'>

type Difference = Partial<Outcome>

/** What holds in each state if nothing else is said: the words of api.md, section 'Sans-I/O'. */
export const connectingOutcome = (place: string, but: Difference = {}): Outcome => ({
  ...quiet,
  lifecycle: `connecting.${place}`,
  deadline: 'opening',
  ...but,
})
export const rejectedOutcome = (but: Difference = {}): Outcome => ({
  ...quiet,
  lifecycle: 'connecting.rejected',
  closeExpected: true,
  deadline: 'closing',
  ...but,
})
export const openOutcome = (but: Difference = {}): Outcome => ({ ...quiet, lifecycle: 'open', ...but })
export const closingOutcome = (
  place: 'initiated' | 'acknowledged' | 'failed',
  but: Difference = {},
): Outcome => ({
  ...quiet,
  lifecycle: `closing.${place}`,
  closeExpected: true,
  deadline: 'closing',
  ...but,
})
export const closedOutcome = (place: 'cleanly' | 'abnormally', but: Difference = {}): Outcome => ({
  ...quiet,
  lifecycle: `closed.${place}`,
  closeCode: 1006,
  closeReason: '',
  transportEnd: 'end',
  ...but,
})
