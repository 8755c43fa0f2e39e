/**
 * The Sans-I/O layer: where the connection machine and the bytes meet.
 *
 * It holds no rule of its own. What may be sent, what a frame leads to and when TCP ends is looked up in the table
 * that was compiled from the machine (`machines/table.ts`); how a frame is read and written is asked of
 * `src/framing`. What is left is to turn bytes into the machine's events, and its effects into bytes.
 */
import { type ConnectionEvent, eventIndex, type Side } from '../../machines/events.ts'
import {
  type Configuration,
  type ConnectionTable,
  columns,
  Effect as Does,
  Refusal,
  type State,
  tables,
} from '../../machines/table.ts'
import { type Close, MAX_CLOSE_REASON, parseClose, serializeClose } from '../framing/close.ts'
import type { DecodeContext } from '../framing/decoder.ts'
import { FrameError } from '../framing/errors.ts'
import { Frame } from '../framing/frame.ts'
import { headerSize } from '../framing/header.ts'
import { checkKey, keyNumber, writeKey } from '../framing/mask.ts'
import { Opcode } from '../framing/opcode.ts'
import { violation } from '../framing/rules.ts'
import { checkFrame, firstByte } from '../framing/serialize.ts'
import { encodeUtf8, truncateUtf8 } from '../framing/utf8.ts'
import type { Extension } from '../handshake/extension.ts'
import type { Request, Response } from '../handshake/message.ts'
import { asError, ExtensionChain, reservedBits } from './chain.ts'
import { EarlyBytes } from './early.ts'
import { ConnectionClosedError, InvalidStateError } from './errors.ts'
import type { Observer, StepDetails, WireDetails } from './inspector.ts'
import {
  type HandshakeOptions,
  type Limits,
  limitsOf,
  type ProtocolOptions,
  withoutInfinity,
} from './options.ts'
import { borrowOutbox, type Effect, type Outbox, returnOutbox, SEND_EOF } from './outbox.ts'
import { giveBack } from './pool.ts'
import { randomBytes, randomKey } from './random.ts'
import { borrowReader, type Reader, returnReader } from './reader.ts'

/** How TCP ended. */
export interface TransportEnd {
  /** FIN; RST; TCP gave up; something else; we gave up. */
  kind: 'end' | 'reset' | 'timeout' | 'error' | 'local'
  /** The system's own error, if there was one. */
  error?: Error
}

/** Told apart by `type`: `'request'`, `'response'` or `'frame'`. */
export type ProtocolEvent = Request | Response | Frame

/** The columns of the table, by what happened. */
export const Column = {
  sendRequest: eventIndex('send.request'),
  receiveRequest: eventIndex('receive.request'),
  sendAccepting: eventIndex('send.response', true),
  sendRefusing: eventIndex('send.response', false),
  receiveAccepting: eventIndex('receive.response', true),
  receiveRefusing: eventIndex('receive.response', false),
  receiveInvalidHandshake: eventIndex('receive.invalidHandshake'),
  receivePing: eventIndex('receive.ping'),
  receivePong: eventIndex('receive.pong'),
  receiveClose: eventIndex('receive.close'),
  receiveInvalid: eventIndex('receive.invalid'),
  receiveEof: eventIndex('receive.eof'),
  sendPing: eventIndex('send.ping'),
  sendPong: eventIndex('send.pong'),
  sendClose: eventIndex('send.close'),
  fail: eventIndex('fail'),
  failSilently: eventIndex('fail.silently'),
} as const

/** Columns of data frames: by opcode (continuation, text, binary), then by FIN. */
const receiveData = (['receive.continuation', 'receive.text', 'receive.binary'] as const).map((type) => [
  eventIndex(type, false),
  eventIndex(type, true),
])
const sendData = Uint8Array.from(
  (['send.continuation', 'send.text', 'send.binary'] as const).flatMap((type) => [
    eventIndex(type, false),
    eventIndex(type, true),
  ]),
)

const kinds: readonly string[] = Object.assign([], {
  [Opcode.continuation]: 'continuation',
  [Opcode.text]: 'text',
  [Opcode.binary]: 'binary',
  [Opcode.close]: 'close',
  [Opcode.ping]: 'ping',
  [Opcode.pong]: 'pong',
})

/** By opcode. */
const whatIsSent = ['a continuation frame', 'a new message', 'a new message'] as const

const dataFrame = (opcode: 0 | 1 | 2, data: string | Uint8Array, fin: boolean): Frame =>
  new Frame(opcode, typeof data === 'string' ? encodeUtf8(data) : data, fin)

const nothing = new Uint8Array(0)
const none: readonly never[] = []

/** The code that tells the peer what was wrong; 1011: something of ours broke (RFC 6455, section 7.4.1). */
const closeCodeOf = (error: Error) => (error instanceof FrameError ? error.closeCode : 1011)

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] }

const newWire = (): Mutable<WireDetails> => ({
  headerLength: 0,
  payloadLength: 0,
  maskingKey: null,
  reservedBits: 0,
})

/** The frame that an observer is being told of, and its masking key: one for all connections, filled anew for each. */
const theWire = newWire()
const wireKey = new Uint8Array(4)

/** What may be kept, of what is good for the time of a call. */
const detailsOf = (frame: Frame, wire: WireDetails): StepDetails => ({
  frame,
  wire: { ...wire, maskingKey: wire.maskingKey === null ? null : new Uint8Array(wire.maskingKey) },
})

/** What there is to know of a connection's end, once it has begun. */
class Ending {
  received: Close | null = null
  sent: Close | null = null
  receivedThenSent: boolean | null = null
  /** Or what makes it once somebody wants to know: an error takes its time to note where it was made. */
  parserError: Error | (() => Error) | null = null
  transportEnd: TransportEnd | null = null
}

/** `'closing, initiated'` */
function describeState({ lifecycle }: Configuration): string {
  return typeof lifecycle === 'string' ? lifecycle : Object.entries(lifecycle)[0]!.join(', ')
}

/**
 * One side of a WebSocket connection without I/O, for connections whose opening handshake was done elsewhere;
 * `ClientProtocol` and `ServerProtocol` do it themselves.
 *
 * Give it what arrives (`receiveData`, `receiveEof`), take what happened (`eventsReceived`) and what is to be
 * written (`dataToSend`). It answers Pings, echoes Close, fails wrong input and enforces the limits by itself.
 */
export class Protocol {
  /** Which end it is: the client masks, the server ends TCP first. */
  readonly side: Side
  #table: ConnectionTable
  /** Where the connection is: the number of a configuration of the table. The only state of the lifecycle. */
  #at: number

  /** While there is something to be written. */
  #output: Outbox | null = null
  #events: ProtocolEvent[] | null = null
  /** While there are frames to be read. */
  #reader: Reader | null = null
  /** How many bytes of frames were read without it. */
  #offset = 0
  #limits: Limits
  /** Of the message that is being received: bytes and frames so far. */
  #messageSize = 0
  #fragments = 0

  /** Bytes that wait for the opening handshake, in order; `null` once it is done. */
  #early: EarlyBytes | null
  /** Something was fed and `nextEvent` has not run dry since: EOF has to wait. */
  #fed = false
  /** The host takes one event at a time. */
  #stepping = false

  #randomBytes: (size: number) => Uint8Array
  #observer: Observer | null = null

  /** If there are extensions. */
  #chain: ExtensionChain | null = null
  /** See `latestPongOnly`. */
  #latestPongOnly = false
  #ending: Ending | null = null
  #handshakeError: Error | null = null
  #subprotocol: string | null = null

  constructor(side: Side, options?: ProtocolOptions)
  /** For the sides that do the opening handshake; their extensions are yet to be negotiated. */
  constructor(side: Side, options: HandshakeOptions, start: 'connecting' | 'open')
  constructor(side: Side, options: ProtocolOptions | HandshakeOptions = {}, start?: 'connecting' | 'open') {
    this.#table = tables[side]
    // Not `side`: texts that were made are slow to compare.
    this.side = this.#table.side
    this.#at = start === 'connecting' ? this.#table.initial : this.#table.open
    this.#early = start === 'connecting' ? new EarlyBytes() : null
    this.#limits = limitsOf(options)
    this.#randomBytes = options.randomBytes ?? randomBytes
    if (start === undefined) this.useExtensions((options as ProtocolOptions).extensions ?? [])
    if (options.inspect !== undefined) {
      this.#observer = options.inspect.observe(this, { limits: withoutInfinity(this.#limits) })
    }
  }

  // ---- What can be asked ----

  /** How far the connection is, in RFC 6455's words. */
  get state(): State {
    return this.#table.state[this.#at]!
  }

  /** The statechart's full configuration, nested, as XState's `value`. */
  get value(): Configuration {
    return this.#table.configurations[this.#at]!
  }

  /** The negotiated extensions, in the order of negotiation. */
  get extensions(): readonly Extension[] {
    return this.#chain?.list ?? none
  }

  /** The subprotocol that was agreed on (section 1.9); `null` for none. */
  get subprotocol(): string | null {
    return this.#subprotocol
  }

  /** Why the opening handshake failed. */
  get handshakeError(): Error | null {
    return this.#handshakeError
  }

  /** Why the connection was failed: what the peer sent wrong, or that TCP ended without a Close frame. */
  get parserError(): Error | null {
    const ending = this.#ending
    if (ending === null) return null
    if (typeof ending.parserError === 'function') ending.parserError = ending.parserError()
    return ending.parserError
  }

  /** What the peer's Close frame said; code 1005 if it was empty. */
  get closeReceived(): Close | null {
    return this.#ending?.received ?? null
  }

  /** What our Close frame said; code 1005 if it was empty. */
  get closeSent(): Close | null {
    return this.#ending?.sent ?? null
  }

  /** Who closed first: `true`, the peer did; `false`, we did; `null`, not both Close frames were exchanged. */
  get closeReceivedThenSent(): boolean | null {
    return this.#ending?.receivedThenSent ?? null
  }

  /** The connection close code (RFC 6455, section 7.1.5): `null` until closed; 1006 if no Close frame came. */
  get closeCode(): number | null {
    if (this.state !== 'closed') return null
    return this.closeReceived?.code ?? 1006
  }

  /** The connection close reason (section 7.1.6): `null` until closed. */
  get closeReason(): string | null {
    if (this.state !== 'closed') return null
    return this.closeReceived?.reason ?? ''
  }

  /** How the connection ended; `null` until closed. */
  get closeError(): ConnectionClosedError | null {
    if (this.state !== 'closed') return null
    return new ConnectionClosedError(
      {
        received: this.closeReceived,
        sent: this.closeSent,
        receivedThenSent: this.closeReceivedThenSent,
      },
      this.parserError,
    )
  }

  /** How TCP ended, as told to `receiveEof`. */
  get transportEnd(): TransportEnd | null {
    return this.#ending?.transportEnd ?? null
  }

  /** The timer that the host should be running now. When it runs out: end TCP, then `receiveEof({ kind: 'local' })`. */
  get deadline(): 'opening' | 'closing' | null {
    return this.#table.deadline[this.#at]!
  }

  /** True if TCP should end soon: close it after a timeout if the peer does not. */
  closeExpected(): boolean {
    return this.#table.closeExpected[this.#at]!
  }

  /**
   * Whether a Pong that waits for `dataToSend` gives way to the Pong for a later Ping (RFC 6455, section 5.5.3): for
   * hosts that cannot write now, but have to read. `false` by default: each Ping is answered.
   */
  get latestPongOnly(): boolean {
    return this.#latestPongOnly
  }

  set latestPongOnly(only: boolean) {
    this.#latestPongOnly = only
  }

  // ---- Receiving ----

  /**
   * Takes bytes from the network and parses all of them. `data` may be overwritten, and the payloads of events
   * may be views on it. Never throws on what a peer sends: look at `eventsReceived()`, and call `dataToSend()`. What comes after the end of stream is ignored.
   */
  receiveData(data: Uint8Array): void {
    this.#stepping = false
    this.#take(data)
    this.#parseAll()
  }

  /** The peer's half of TCP ended. Takes effect behind what was fed; only the first call counts. */
  receiveEof(cause: TransportEnd = { kind: 'end' }): void {
    if (this.#hasEof()) return
    this.#knownEnd().transportEnd = cause
    if (!this.#fed) this.#parseAll()
  }

  /** What happened since the last call, in order: the handshake message, then frames as they came. */
  eventsReceived(): ProtocolEvent[] {
    const events = this.#events ?? []
    this.#events = null
    for (let event = this.#advance(); event !== null; event = this.#advance()) events.push(event)
    return events
  }

  /**
   * Takes bytes without looking at them; `nextEvent()` does. `data` is used until that returns `null`: it may be
   * overwritten, and the payloads of events may be views on it.
   */
  feed(data: Uint8Array): void {
    this.#stepping = true
    this.#take(data)
    this.#fed = true
  }

  /** Parses as far as the next event; `null`: it needs more input. Call `dataToSend()` behind each. */
  nextEvent(): ProtocolEvent | null {
    if (this.#events !== null) {
      const event = this.#events.shift()
      if (event !== undefined) return event
      this.#events = null
    }
    return this.#advance()
  }

  #parseAll(): void {
    for (let event = this.#advance(); event !== null; event = this.#advance()) {
      this.#events ??= []
      this.#events.push(event)
    }
  }

  #take(data: Uint8Array): void {
    if (this.#hasEof() || data.length === 0) return
    switch (this.#table.reads[this.#at]) {
      case 'frames':
        this.#push(data)
        break
      case 'discard':
        break
      default:
        this.#early?.push(data)
    }
  }

  /** One event, or `null` when the input has run dry; end of stream takes effect then. */
  #advance(): ProtocolEvent | null {
    for (;;) {
      const reads = this.#table.reads[this.#at]!
      if (reads === 'frames') {
        const reader = this.#reader
        if (reader !== null && !reader.dry) {
          const start = reader.decoder.offset
          const read = reader.decoder.next(this.#decodeContext(reader))
          if (read instanceof Frame) {
            if (this.#receiveFrame(read, start)) return read
            continue
          }
          if (read !== null) {
            this.#receiveRefused(read)
            continue
          }
          reader.dry = true
          this.#giveBack(reader)
        }
      } else if (reads === 'discard') {
        this.#dropInput()
        this.#early?.clear()
      } else {
        const event = this.advanceHandshake(this.#early!)
        if (event !== null) return event
        // It went on without an event: refused, or failed.
        if (this.#table.reads[this.#at] !== reads) continue
      }
      this.#fed = false
      if (!this.#hasEof() || this.state === 'closed') return null
      const last = this.endHandshake()
      if (last !== null) return last
      this.#receiveEof()
    }
  }

  /**
   * Reads the opening handshake from `early`, removing what it used; what lies behind it goes to `openWith`.
   * Returns the message once it is whole.
   */
  protected advanceHandshake(_early: EarlyBytes): ProtocolEvent | null {
    return null
  }

  /** The stream ended: a message that it completes, or `null`. */
  protected endHandshake(): ProtocolEvent | null {
    return null
  }

  #push(data: Uint8Array): void {
    this.#reader ??= borrowReader(this.side, this.#offset)
    if (this.#reader.decoder.push(data)) this.#reader.dry = false
  }

  /** The reader has run dry: others may have it, unless it is in the middle of something. */
  #giveBack(reader: Reader): void {
    if (reader.decoder.buffered > 0 || reader.context.message !== 'idle') return
    this.#offset = reader.decoder.offset
    this.#reader = null
    returnReader(this.side, reader)
  }

  /** Nothing is read any more. */
  #dropInput(): void {
    if (this.#reader === null) return
    this.#offset = this.#reader.decoder.offset
    this.#reader = null
  }

  /** What the next frame must keep to; it stays the same from one message of a single frame to the next. */
  #decodeContext(reader: Reader): DecodeContext {
    const { context } = reader
    if (reader.contextAt === this.#at && reader.contextSize === this.#messageSize) return context
    const { message, frame } = this.#limits
    const left = message - this.#messageSize
    context.maxPayload = Math.min(left, frame)
    context.tooBig = left < frame ? 'MESSAGE_TOO_BIG' : 'FRAME_TOO_BIG'
    context.message = this.value.inbound
    context.validate = this.#chain?.plain ?? true
    context.reservedBits = this.#chain?.reservedBits ?? 0
    reader.contextAt = this.#at
    reader.contextSize = this.#messageSize
    return context
  }

  /** Steps the machine by a frame that began at `start`; false if there is nothing to deliver. */
  #receiveFrame(frame: Frame, start: number): boolean {
    const wire = this.#observer === null ? null : this.#wireRead(frame)
    if (this.#chain !== null && this.#mayDeliver(frame)) {
      const error = this.#chain.decode(frame, start, this.#reader!.context)
      if (error !== null) {
        this.#receiveInvalid(error, frame, wire)
        return false
      }
    }
    if (frame.opcode <= Opcode.binary) return this.#receiveDataFrame(frame, start, wire)
    if (frame.opcode === Opcode.close) return this.#receiveCloseFrame(frame, start, wire)

    const ping = frame.opcode === Opcode.ping
    const does = this.#step(ping ? Column.receivePing : Column.receivePong)
    if (wire !== null) this.#tellFrame('receive', frame, wire)
    if (does & Does['write.pong']) this.#write(new Frame(Opcode.pong, frame.payload))
    return (does & Does.deliver) !== 0
  }

  /** A frame out of sequence is wrong whatever an extension would make of it. */
  #mayDeliver(frame: Frame): boolean {
    if (frame.opcode > Opcode.binary) return true
    const column = receiveData[frame.opcode]![frame.fin ? 1 : 0]!
    return (this.#table.effects[this.#at * columns + column]! & Does.deliver) !== 0
  }

  #receiveDataFrame(frame: Frame, start: number, wire: WireDetails | null): boolean {
    // Out of sequence comes first: it is wrong however many there are.
    if (this.#mayDeliver(frame) && ++this.#fragments > this.#limits.fragments) {
      const detail = `over ${this.#limits.fragments}`
      this.#receiveInvalid(violation('TOO_MANY_FRAGMENTS', { offset: start, detail }), frame, wire)
      return false
    }
    const does = this.#step(receiveData[frame.opcode]![frame.fin ? 1 : 0]!)
    if (frame.fin) {
      this.#messageSize = 0
      this.#fragments = 0
      this.#chain?.endMessage()
    } else this.#messageSize += frame.payload.length

    const error = does & Does.deliver ? null : this.#sequenceError(does, start)
    if (error !== null) {
      if (wire !== null) {
        this.#observer!.step(this.#eventOf('receive', frame), { ...detailsOf(frame, wire), error })
      }
      this.#failWith(error, does)
    } else if (wire !== null) this.#tellFrame('receive', frame, wire)
    return (does & Does.deliver) !== 0
  }

  #sequenceError(does: number, offset: number): FrameError | null {
    if (does & Does['fail.UNEXPECTED_CONTINUATION']) return violation('UNEXPECTED_CONTINUATION', { offset })
    if (does & Does['fail.EXPECTED_CONTINUATION']) return violation('EXPECTED_CONTINUATION', { offset })
    return null
  }

  #receiveCloseFrame(frame: Frame, start: number, wire: WireDetails | null): boolean {
    const close = parseClose(frame.payload)
    if (close instanceof FrameError) {
      close.offset = start + this.#reader!.decoder.headerSize + (close.offset ?? 0)
      this.#receiveInvalid(close, frame, wire)
      return false
    }
    const does = this.#step(Column.receiveClose)
    const ending = this.#knownEnd()
    ending.received = close
    if (wire !== null) {
      this.#observer!.step(this.#eventOf('receive', frame, close), detailsOf(frame, wire))
    }
    if (does & Does['write.close']) {
      // Echoed as it came, so that an empty Close is answered by an empty one.
      this.#write(new Frame(Opcode.close, frame.payload))
      ending.sent = close
      ending.receivedThenSent = true
    } else if (ending.sent !== null) ending.receivedThenSent = false
    if (does & Does.halfClose) this.#outbox().halfClose()
    return (does & Does.deliver) !== 0
  }

  /** The decoder found `error`, in a frame of which not all need to have come. */
  #receiveRefused(error: FrameError): void {
    const { refused } = this.#reader!.decoder
    this.#receiveInvalid(error, refused, refused === null ? null : this.#wireRead(refused))
  }

  #receiveInvalid(error: Error, frame: Frame | null = null, wire: WireDetails | null = null): void {
    const does = this.#step(Column.receiveInvalid)
    this.#observer?.step(
      {
        type: 'receive.invalid',
        rule: error instanceof FrameError ? error.code : 'EXTENSION_FAILED',
        code: closeCodeOf(error),
      },
      { ...(frame === null || wire === null ? {} : detailsOf(frame, wire)), error },
    )
    this.#failWith(error, does)
  }

  #failWith(error: Error, does: number): void {
    this.#knownEnd().parserError = error
    // What an extension says when it breaks is not for the peer.
    const reason = error instanceof FrameError ? truncateUtf8(error.message, MAX_CLOSE_REASON) : ''
    this.#carryOutFailure(does, closeCodeOf(error), reason)
  }

  #carryOutFailure(does: number, code: number, reason: string): void {
    if (does & Does['write.close']) {
      this.#write(new Frame(Opcode.close, serializeClose(code, reason)))
      this.#knownEnd().sent = { code, reason }
    }
    if (does & Does.halfClose) this.#outbox().halfClose()
  }

  #wireRead(frame: Frame): WireDetails {
    const { headerSize, key, payloadSize } = this.#reader!.decoder
    return this.#wireOf(frame, headerSize, key, payloadSize)
  }

  /** How a frame stands on the wire: before extensions touch it on receiving, behind them on sending. */
  #wireOf(
    frame: Frame,
    headerLength: number,
    key: number | null,
    payloadLength = frame.payload.length,
  ): WireDetails {
    // An extension may use another connection before the observer is told.
    const wire = this.#chain === null ? theWire : newWire()
    wire.headerLength = headerLength
    wire.payloadLength = payloadLength
    wire.maskingKey = key === null ? null : writeKey(key, wire === theWire ? wireKey : new Uint8Array(4))
    wire.reservedBits = reservedBits(frame)
    return wire
  }

  /** Tells the observer of a data frame, a Ping or a Pong that led to no error. */
  #tellFrame(way: 'send' | 'receive', frame: Frame, wire: WireDetails): void {
    const observer = this.#observer!
    if (observer.frame !== undefined) observer.frame(way, frame, wire)
    else observer.step(this.#eventOf(way, frame), detailsOf(frame, wire))
  }

  #eventOf(direction: 'send' | 'receive', frame: Frame, close?: Close): ConnectionEvent {
    const type = `${direction}.${kinds[frame.opcode]}` as ConnectionEvent['type']
    return { type, fin: frame.fin, length: frame.payload.length, ...close } as ConnectionEvent
  }

  #receiveEof(): void {
    const does = this.#step(Column.receiveEof)
    const isError = (does & Does['fail.UNEXPECTED_EOF']) !== 0
    if (isError) this.#knownEnd().parserError ??= this.#unexpectedEof()
    this.#observer?.step(
      { type: 'receive.eof', transport: this.transportEnd!.kind },
      isError ? { error: this.parserError! } : {},
    )
    if (does & Does.halfClose) this.#outbox().halfClose()
    this.#dropInput()
  }

  #unexpectedEof(): () => FrameError {
    const decoder = this.#reader?.decoder
    const offset = decoder === undefined ? this.#offset : decoder.offset + decoder.buffered
    const detail = decoder?.midFrame ? { detail: 'in the middle of a frame' } : {}
    return () => violation('UNEXPECTED_EOF', { offset, ...detail })
  }

  // ---- Sending ----

  #outbox(): Outbox {
    this.#output ??= borrowOutbox()
    return this.#output
  }

  /** What is to be written to the network now, in order; an empty element (`SEND_EOF`): half-close TCP. */
  dataToSend(): Uint8Array[] {
    const outbox = this.#output
    if (outbox === null) return []
    const data = outbox.drain()
    this.#output = null
    returnOutbox(outbox)
    return data
  }

  /**
   * Gives back what `dataToSend()` returned, once it was written: nobody may look at it any more. It need not be called.
   * It saves the large frames of a client from taking memory that was never touched, which takes longer than to mask
   * them; a server's are not copied.
   */
  dataSent(data: readonly Uint8Array[]): void {
    if (this.side === 'server') return
    for (const chunk of data) giveBack(chunk)
  }

  /** The same as `dataToSend()`, tagged. Use one or the other. */
  effects(): Effect[] {
    return this.dataToSend().map((data) =>
      data === SEND_EOF ? { type: 'halfClose' } : { type: 'write', data },
    )
  }

  /**
   * Sends a text frame; bytes are trusted to be UTF-8. `fin: false` begins a fragmented message.
   *
   * @throws ProtocolError in the middle of a message; InvalidStateError unless open.
   */
  sendText(data: string | Uint8Array, fin = true): void {
    this.#sendData(Opcode.text, data, fin)
  }

  /**
   * Sends a binary frame; `fin: false` begins a fragmented message. A server passes a large payload on as it is,
   * uncopied: it is not to be changed before it was written.
   *
   * @throws ProtocolError in the middle of a message; InvalidStateError unless open.
   */
  sendBinary(data: Uint8Array, fin = true): void {
    this.#sendData(Opcode.binary, data, fin)
  }

  /**
   * Sends the next frame of a fragmented message; `fin: true` ends it.
   *
   * @throws ProtocolError outside of a message; InvalidStateError unless open.
   */
  sendContinuation(data: string | Uint8Array, fin: boolean): void {
    this.#sendData(Opcode.continuation, data, fin)
  }

  /**
   * Sends a Ping of up to 125 bytes.
   *
   * @throws InvalidStateError while connecting and once nothing can be sent; ProtocolError if it is too long.
   */
  sendPing(data: Uint8Array = nothing): void {
    this.#sendControl(Opcode.ping, Column.sendPing, data)
  }

  /**
   * Sends an unsolicited Pong of up to 125 bytes (RFC 6455, section 5.5.3); Pings are answered without it.
   *
   * @throws InvalidStateError while connecting and once nothing can be sent; ProtocolError if it is too long.
   */
  sendPong(data: Uint8Array = nothing): void {
    this.#sendControl(Opcode.pong, Column.sendPong, data)
  }

  /**
   * Starts the closing handshake (RFC 6455, section 7.1.2). Without a code the Close frame is empty.
   *
   * @throws InvalidStateError unless open; ProtocolError for a code that may not be sent, a reason over 123 bytes,
   * or a reason without a code. Nothing was sent then.
   */
  sendClose(code?: number, reason = ''): void {
    this.refuse(Column.sendClose, 'a Close frame')
    const frame = new Frame(Opcode.close, serializeClose(code, reason))
    const close = { code: code ?? 1005, reason }
    this.#send(Column.sendClose, frame, close)
    this.#knownEnd().sent = close
  }

  /**
   * Fails the connection (RFC 6455, section 7.1.7): a Close frame if open, then TCP ends; while connecting it only
   * ends TCP; once closed it does nothing. 1006 fails it without a Close frame, because the network is gone.
   *
   * @throws ProtocolError if open and code or reason cannot be sent. Nothing was done then.
   */
  fail(code: number, reason = ''): void {
    const column = code === 1006 ? Column.failSilently : Column.fail
    const cell = this.#at * columns + column
    const payload = this.#table.effects[cell]! & Does['write.close'] ? serializeClose(code, reason) : nothing
    if (this.#table.next[cell] === this.#at) return
    if (this.state === 'connecting') this.failHandshake(reason)
    const does = this.#step(column)
    this.#observer?.step(
      code === 1006 ? { type: 'fail.silently' } : { type: 'fail', code, reason },
      payload.length > 0 ? { frame: new Frame(Opcode.close, payload) } : {},
    )
    this.#carryOutFailure(does, code, reason)
  }

  /** Called when the connection is failed while connecting. */
  protected failHandshake(_reason: string): void {}

  #sendData(opcode: 0 | 1 | 2, data: string | Uint8Array, fin: boolean): void {
    const column = sendData[opcode * 2 + (fin ? 1 : 0)]!
    this.refuse(column, whatIsSent[opcode]!)
    if (this.#chain !== null || this.#observer !== null) {
      this.#sendSeen(column, opcode, data, fin)
      return
    }
    // Nobody looks at the frame: it need not be made. The step comes last, so that what throws changes nothing here.
    const key = this.#maskingKey()
    const first = fin ? 0x80 | opcode : opcode
    if (typeof data === 'string') this.#outbox().writeText(first, data, key)
    else this.#outbox().writeFrame(first, data, key)
    this.#step(column)
  }

  /** Sends data that an extension changes, or an observer is told of. */
  #sendSeen(column: number, opcode: 0 | 1 | 2, data: string | Uint8Array, fin: boolean): void {
    if (typeof data !== 'string' || this.#chain !== null || this.side === 'client') {
      this.#send(column, dataFrame(opcode, data, fin))
      return
    }
    // Encoded once: where a server writes it, it can be read, as it is not masked.
    const payload = this.#outbox().writeTextSeen(fin ? 0x80 | opcode : opcode, data)
    this.#step(column)
    const frame = new Frame(opcode, payload, fin)
    this.#tellFrame('send', frame, this.#wireOf(frame, headerSize(payload.length, false), null))
  }

  #sendControl(opcode: 9 | 10, column: number, payload: Uint8Array): void {
    this.refuse(column, opcode === Opcode.ping ? 'a Ping' : 'a Pong')
    if (payload.length > 125) throw violation('CONTROL_FRAME_TOO_LONG', { detail: `${payload.length} bytes` })
    this.#send(column, new Frame(opcode, payload))
  }

  /** Sends what the machine accepted. */
  #send(column: number, frame: Frame, close?: Close): void {
    // Before the step, so that an extension or a generator of keys that throws changes nothing here.
    const encoded = this.#encode(frame)
    const key = this.#maskingKey()
    if (encoded !== frame) checkFrame(encoded)
    this.#step(column)
    if (close !== undefined) this.#outbox().releasePong()
    this.#outbox().writeFrame(firstByte(encoded), encoded.payload, key)
    if (this.#observer === null) return
    const wire = this.#wireOf(encoded, headerSize(encoded.payload.length, key !== null), key)
    if (close === undefined) this.#tellFrame('send', frame, wire)
    else this.#observer.step(this.#eventOf('send', frame, close), detailsOf(frame, wire))
  }

  /**
   * Asks the machine whether something may be sent now.
   *
   * @throws ProtocolError if the sequence of frames is wrong, InvalidStateError if the state is.
   */
  protected refuse(column: number, what: string): void {
    const refusal = this.#table.refusal[this.#at * columns + column]!
    // What happens all the time is kept short: what calls it takes it in then.
    if (refusal !== Refusal.none) throw this.#refusal(refusal, what)
  }

  #refusal(refusal: number, what: string): Error {
    if (refusal === Refusal.sequence) {
      const rule =
        what === whatIsSent[Opcode.continuation] ? 'UNEXPECTED_CONTINUATION' : 'EXPECTED_CONTINUATION'
      return violation(rule, { detail: `cannot send ${what}` })
    }
    return new InvalidStateError(`cannot send ${what}: the connection is ${describeState(this.value)}`)
  }

  #encode(frame: Frame): Frame {
    return this.#chain === null ? frame : this.#chain.encode(frame)
  }

  /** Writes a control frame that nobody asked for. */
  #write(frame: Frame): void {
    let encoded = frame
    let key: number | null
    try {
      encoded = this.#encode(frame)
      checkFrame(encoded)
      key = this.#maskingKey()
    } catch (error) {
      // Nobody is there to catch what an extension throws, and the connection cannot go on: a Close goes as it is.
      if (frame.opcode !== Opcode.close) {
        this.#receiveInvalid(asError(error))
        return
      }
      encoded = frame
      key = this.#maskingKey()
    }
    const { payload, opcode } = encoded
    if (this.#latestPongOnly && opcode === Opcode.pong) {
      this.#outbox().holdPong(firstByte(encoded), payload, key)
      return
    }
    if (opcode === Opcode.close) this.#outbox().releasePong()
    this.#outbox().writeFrame(firstByte(encoded), payload, key)
  }

  /** Section 5.1: a client masks all frames, a server none. */
  #maskingKey(): number | null {
    if (this.side === 'server') return null
    return this.#randomBytes === randomBytes ? randomKey() : this.#givenKey()
  }

  #givenKey(): number {
    const key = this.#randomBytes(4)
    checkKey(key)
    return keyNumber(key)
  }

  #knownEnd(): Ending {
    this.#ending ??= new Ending()
    return this.#ending
  }

  #hasEof(): boolean {
    return this.#ending !== null && this.#ending.transportEnd !== null
  }

  // ---- For the opening handshake ----

  /** What arriving bytes are good for now. */
  protected get reads(): ConnectionTable['reads'][number] {
    return this.#table.reads[this.#at]!
  }

  /** Steps the machine and tells whoever watches; returns the effects. */
  protected happen(column: number, event: ConnectionEvent, details: StepDetails): number {
    const does = this.#step(column)
    this.#observer?.step(event, details)
    return does
  }

  /** Carries out the effects of a step of the opening handshake. */
  protected answer(does: number, data: Uint8Array | null): void {
    if (data !== null && does & (Does.write | Does['write.response'])) this.#outbox().write(data)
    if (does & Does.halfClose) this.#outbox().halfClose()
  }

  /** The first error counts. */
  protected setHandshakeError(error: Error): void {
    if (this.state === 'connecting') this.#handshakeError ??= error
  }

  protected setSubprotocol(subprotocol: string | null): void {
    this.#subprotocol = subprotocol
  }

  protected useExtensions(extensions: readonly Extension[]): void {
    this.#chain = extensions.length === 0 ? null : new ExtensionChain(extensions)
    if (this.#reader !== null) this.#reader.contextAt = -1
  }

  /** The opening handshake is done: `rest`, and all that came early, are frames. */
  protected openWith(rest: Uint8Array = nothing): void {
    // It succeeded, whatever had been refused and not been sent.
    this.#handshakeError = null
    if (rest.length > 0) this.#push(rest)
    const early = this.#early!
    for (let data = early.shift(); data !== undefined; data = early.shift()) this.#push(data)
    this.#early = null
    this.#fed = this.#stepping && this.#reader !== null
  }

  /** What was held becomes events, unless the host steps: then it asks for them. */
  protected parseHeld(): void {
    if (!this.#stepping) this.#parseAll()
  }

  protected randomBytes(size: number): Uint8Array {
    return this.#randomBytes(size)
  }

  // ---- The machine ----

  #step(column: number): number {
    const cell = this.#at * columns + column
    this.#at = this.#table.next[cell]!
    return this.#table.effects[cell]!
  }
}
