import type { Socket } from 'node:net'
import { ProtocolError } from '../framing/errors.ts'
import type { Frame } from '../framing/frame.ts'
import { Opcode } from '../framing/opcode.ts'
import { allocatePooled } from '../framing/platform.ts'
import { encodeUtf8 } from '../framing/utf8.ts'
import type { Request, Response } from '../handshake/message.ts'
import { ConnectionClosedError, InvalidStateError } from '../protocol/errors.ts'
import { type Application, FLUSH_AT, Host } from '../protocol/host.ts'
import { UNCOPIED_FROM } from '../protocol/outbox.ts'
import type { Protocol, ProtocolEvent } from '../protocol/protocol.ts'
import { randomBytes } from '../protocol/random.ts'
import { formatAddress } from './address.ts'
import { clock } from './clock.ts'
import type { Connection, ConnectionEnd } from './connection.ts'
import { type Deferred, defer, tolerate } from './deferred.ts'
import { FragmentSender } from './fragments.ts'
import { Inbox, MessageIterator } from './inbox.ts'
import type { KeptAlive } from './keepalive.ts'
import { isWhole, type Message, MessageAssembler, messageOf } from './messages.ts'
import type { Settings } from './options.ts'
import { packRequest, packResponse, unpackRequest, unpackResponse } from './packed.ts'
import { Pings } from './pings.ts'
import { endOf } from './report.ts'
import { SocketTransport } from './transport.ts'

/** Whoever opens connections: `connect` or `serve`. */
export interface Opener {
  readonly settings: Settings
  /** The handshake message of the other side is there. */
  opening(driver: Driver, message: Request | Response): void
  /** The opening handshake failed; TCP is about to end. */
  refused(driver: Driver): void
  /** All is down, whether it was ever open or not. */
  closed(driver: Driver): void
}

/** What an extension may have: compression frees its memory at once. */
interface Closable {
  close?(): void
}

/** What `send` returns while the socket takes more: a promise a message would cost more than the message. */
const sent = Promise.resolve()

/** What most connections do without: made when there is any of it, since there may be many connections. */
class Extras {
  assembler: MessageAssembler | null = null
  pings: Pings | null = null
  fragments: FragmentSender | null = null
  closed: Deferred<ConnectionEnd> | null = null
  end: ConnectionEnd | null = null
  drain: Deferred<void> | null = null
  /** TCP was gone before a Close frame of ours could leave. */
  closeLost = false
  /** Runs while the peer's half of TCP has ended and the application has not taken all that came before. */
  lastCall: unknown = null
}

/** A connection over a socket: its `Connection` to the application, its `Application` to the host loop. */
export class Driver implements Connection, Application, KeptAlive {
  readonly protocol: Protocol
  readonly transport: SocketTransport
  readonly host: Host
  readonly #opener: Opener
  readonly #inbox: Inbox
  #extras: Extras | null = null

  // The other end: its address as Node keeps it, as text it is made when it is asked for.
  #address: string | undefined
  #port = 0
  // The opening handshake; text once it was packed.
  #request: Request | string | null = null
  #response: Response | string | null = null
  // For keepalive.
  due = 0
  before: KeptAlive | null = null
  behind: KeptAlive | null = null

  /** The opener is thinking: nothing is looked at meanwhile. */
  deciding = false

  constructor(protocol: Protocol, socket: Socket, opener: Opener) {
    const { settings } = opener
    this.protocol = protocol
    this.#opener = opener
    this.locate(socket)
    this.#inbox = new Inbox(this)
    this.transport = new SocketTransport(socket)
    this.host = new Host(protocol, this.transport, this, settings.host)
    this.transport.bind(this.host)
    settings.inspect?.steerable?.(protocol, this)
  }

  // ---- Connection ----

  get subprotocol(): string | null {
    return this.protocol.subprotocol
  }

  get remoteAddress(): string | null {
    return this.#address === undefined ? null : formatAddress(this.#address, this.#port)
  }

  get request(): Request | null {
    this.#unpackHandshake()
    return this.#request as Request | null
  }

  set request(request: Request) {
    this.#request = request
  }

  get response(): Response | null {
    this.#unpackHandshake()
    return this.#response as Response | null
  }

  set response(response: Response) {
    this.#response = response
  }

  get closed(): Promise<ConnectionEnd> {
    const extras = this.#needExtras
    extras.closed ??= defer()
    if (this.host.over) extras.closed.resolve(this.#ended)
    return extras.closed.promise
  }

  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    return new MessageIterator(this.#inbox)
  }

  onMessage(listener: (message: Message) => void): void {
    if (typeof listener !== 'function') throw new TypeError('the listener must be a function')
    this.#inbox.listen(listener)
  }

  ignoreMessages(): void {
    this.#extras?.assembler?.drop()
    this.#inbox.ignore()
  }

  send(message: Message | AsyncIterable<Message>): Promise<void> {
    const fragments = this.#extras?.fragments
    if (fragments?.busy) return fragments.queue(() => this.send(message))
    try {
      if (typeof message === 'string') this.protocol.sendText(message)
      else if (message instanceof Uint8Array) this.protocol.sendBinary(this.kept(message))
      else if (isAsyncIterable(message)) return this.#sendFragments(message)
      else throw new TypeError('a message is a string, a Uint8Array or an async iterable of one of these')
    } catch (error) {
      return this.refuse(error)
    }
    return this.sent(message.length)
  }

  ping(data?: string | Uint8Array): Promise<number> {
    let payload: Uint8Array
    try {
      payload = data === undefined ? this.#pingPayload() : bytesOf(data)
      this.protocol.sendPing(payload)
    } catch (error) {
      return this.refuse(error)
    }
    this.host.sent(payload.length)
    this.#needExtras.pings ??= new Pings()
    return this.#needExtras.pings.add(payload)
  }

  close(code = 1000, reason = ''): Promise<void> {
    try {
      if (this.protocol.state === 'open') this.protocol.sendClose(code, reason)
      else if (this.protocol.state === 'connecting') this.protocol.fail(1006)
    } catch (error) {
      return Promise.reject(error)
    }
    this.#readToTheEnd()
    return this.closed.then(() => {})
  }

  // ---- Application ----

  get holding(): boolean {
    return this.deciding || this.#inbox.holding
  }

  receive(event: ProtocolEvent): void {
    if (event.type !== 'frame') {
      this.#opener.opening(this, event)
      return
    }
    if (event.opcode === Opcode.pong) this.#extras?.pings?.answer(event.payload)
    if (event.opcode > Opcode.binary) return
    if (this.#inbox.ignoring) {
      this.#extras?.assembler?.drop()
      return
    }
    const message = this.#messageOf(event)
    if (message !== null) this.#inbox.put(message)
  }

  refused(): void {
    this.#opener.refused(this)
  }

  drained(): void {
    const extras = this.#extras
    if (extras === null) return
    extras.drain?.resolve()
    extras.drain = null
  }

  ended(gone: boolean): void {
    if (gone) {
      // A Close is the last thing that is written: what failed was that, or before it.
      const lost = this.protocol.closeSent === null || this.transport.error?.syscall === 'write'
      if (lost) this.#needExtras.closeLost = true
      // Nobody is left to be answered: no reason to wait for the application.
      this.deciding = false
      this.#inbox.readOn()
    }
    // It may take what came before in its time; but one that never does must not keep the connection for good.
    const { closeTimeout } = this.#settings.host
    if (this.holding && closeTimeout !== null) {
      this.#needExtras.lastCall ??= clock.setTimeout(() => {
        this.#inbox.readAndDrop()
        this.host.resume()
      }, closeTimeout)
    }
  }

  over(): void {
    const extras = this.#extras
    this.#settings.keepalive?.stop(this)
    this.#inbox.end()
    if (extras !== null) {
      clock.clearTimeout(extras.lastCall)
      extras.assembler?.drop()
      extras.fragments?.end(this.closeError)
      extras.pings?.end(this.closeError)
      extras.drain?.reject(this.closeError)
    }
    for (const extension of this.protocol.extensions) (extension as Closable).close?.()
    extras?.closed?.resolve(this.#ended)
    this.#opener.closed(this)
  }

  // ---- For the opener, and for the parts of a connection ----

  resume(): void {
    this.host.resume()
  }

  /** Bytes of messages that are kept once the connection is closing. */
  get maxBacklog(): number {
    return this.#settings.maxBacklog
  }

  get pauses(): number {
    return this.host.pauses
  }

  /** What the connection that is over ended with. */
  get closeError(): ConnectionClosedError {
    return this.#ended.report.error
  }

  /** The socket is connected. */
  locate({ remoteAddress, remotePort }: Socket): void {
    if (remoteAddress === undefined || remotePort === undefined) return
    this.#address = remoteAddress
    this.#port = remotePort
  }

  /** Keeps the opening handshake, now done, as text until somebody asks for it: only if nobody has seen it yet. */
  packHandshake(): void {
    const { request, response } = this
    this.#request = packRequest(request!)
    this.#response = packResponse(response!, this.#request)
  }

  /** The opening handshake is done. */
  opened(): void {
    this.#settings.keepalive?.start(this)
  }

  /**
   * What is to be sent for bytes of the application, who may change them once `sent` has resolved. A server passes
   * large ones on uncopied: that is good for those that are written at once, as `sent` waits until they are gone.
   */
  kept(bytes: Uint8Array): Uint8Array {
    if (bytes.length < UNCOPIED_FROM || this.protocol.side === 'client') return bytes
    if (bytes.length >= FLUSH_AT && this.host.writable) return bytes
    const copy = allocatePooled(bytes.length)
    copy.set(bytes)
    return copy
  }

  /** `size` bytes were sent through the protocol: resolves when the socket takes more, and needs none of them. */
  sent(size: number): Promise<void> {
    if (this.host.sent(size)) {
      const isWaiting = size >= FLUSH_AT && this.transport.busy && this.protocol.side === 'server'
      return isWaiting ? this.#written() : sent
    }
    const extras = this.#needExtras
    if (extras.drain === null) {
      extras.drain = defer()
      tolerate(extras.drain.promise)
    }
    return extras.drain.promise
  }

  /** The rejection for something that cannot be sent. */
  refuse(error: unknown): Promise<never> {
    const { state, closeError } = this.protocol
    // A message that was left unfinished is found before the state that it was left in.
    const unfinished =
      error instanceof ProtocolError && error.code === 'EXPECTED_CONTINUATION' && state !== 'open'
    if (!unfinished && !(error instanceof InvalidStateError)) return Promise.reject(error)
    const reason = unfinished
      ? new InvalidStateError(`cannot send a message: the connection is ${state}`)
      : error
    return tolerate(Promise.reject(closeError ?? reason))
  }

  /** A keepalive ping was not answered. */
  timedOut(): void {
    this.fail('keepalive ping timeout')
  }

  /** Fails the connection with 1011 (RFC 6455, section 7.1.7). */
  fail(reason: string): void {
    this.protocol.fail(1011, reason)
    this.#readToTheEnd()
  }

  /** The application threw. That its own connection is over is nothing to report. */
  failed(error: unknown): void {
    const isEnd = error instanceof ConnectionClosedError || error instanceof InvalidStateError
    if (isEnd && this.protocol.state !== 'open') return
    void this.close(1011)
    this.#settings.onError(error, this)
  }

  /** Ends TCP now. */
  abort(): void {
    this.#inbox.readAndDrop()
    this.host.abort()
  }

  /** Made when it is asked for: often nobody does, and an error takes its time to note where it was made. */
  get #ended(): ConnectionEnd {
    const extras = this.#needExtras
    extras.end ??= endOf(this.protocol, extras.closeLost)
    return extras.end
  }

  get #settings(): Settings {
    return this.#opener.settings
  }

  get #needExtras(): Extras {
    this.#extras ??= new Extras()
    return this.#extras
  }

  #unpackHandshake(): void {
    if (typeof this.#request === 'string') this.#request = unpackRequest(this.#request)
    if (typeof this.#response === 'string') this.#response = unpackResponse(this.#response, this.#request!)
  }

  #sendFragments(message: AsyncIterable<Message>): Promise<void> {
    const extras = this.#needExtras
    extras.fragments ??= new FragmentSender(this)
    return extras.fragments.send(message)
  }

  #messageOf(frame: Frame): Message | null {
    // Most messages are one frame.
    if (isWhole(frame)) return messageOf(frame)
    this.#needExtras.assembler ??= new MessageAssembler()
    return this.#needExtras.assembler.push(frame)
  }

  /** Resolves when the system has taken all that was written. */
  #written(): Promise<void> {
    return tolerate(
      new Promise((resolve, reject) => {
        this.transport.whenWritten((isLost) => {
          if (!isLost) resolve()
          else void this.closed.then(() => reject(this.closeError))
        })
      }),
    )
  }

  #readToTheEnd(): void {
    this.deciding = false
    this.#inbox.readAndDrop()
    this.host.resume()
  }

  #pingPayload(): Uint8Array {
    let payload = randomBytes(4)
    while (this.#extras?.pings?.has(payload)) payload = randomBytes(4)
    return payload
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<Message> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  if (typeof data === 'string') return encodeUtf8(data)
  if (data instanceof Uint8Array) return data
  throw new TypeError('the data of a ping is a string or a Uint8Array')
}
