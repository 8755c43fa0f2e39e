import type { Socket } from 'node:net'
import { ProtocolError } from '../framing/errors.ts'
import { Opcode } from '../framing/opcode.ts'
import { encodeUtf8 } from '../framing/utf8.ts'
import type { Request, Response } from '../handshake/message.ts'
import { ConnectionClosedError, InvalidStateError } from '../protocol/errors.ts'
import { type Application, type Clock, Host } from '../protocol/host.ts'
import type { Protocol, ProtocolEvent } from '../protocol/protocol.ts'
import { randomBytes } from '../protocol/random.ts'
import { remoteAddressOf } from './address.ts'
import type { Connection, ConnectionEnd } from './connection.ts'
import { type Deferred, defer, tolerate } from './deferred.ts'
import { FragmentSender } from './fragments.ts'
import { Inbox, MessageIterator } from './inbox.ts'
import { Keepalive } from './keepalive.ts'
import { type Message, MessageAssembler } from './messages.ts'
import type { Settings } from './options.ts'
import { Pings } from './pings.ts'
import { endOf } from './report.ts'
import { SocketTransport } from './transport.ts'

/** Whoever opens connections: `connect` or `serve`. */
export interface Opener {
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

const clock: Clock = {
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}

/** What `send` returns while the socket takes more: a promise a message would cost more than the message. */
const sent = Promise.resolve()

/** A connection over a socket: its `Connection` to the application, its `Application` to the host loop. */
export class Driver implements Connection, Application {
  readonly protocol: Protocol
  readonly transport: SocketTransport
  readonly host: Host
  readonly #opener: Opener
  readonly #settings: Settings
  readonly #assembler = new MessageAssembler()
  readonly #inbox: Inbox
  // Made when they are needed: most connections do without, and there may be many.
  #pings: Pings | null = null
  #fragments: FragmentSender | null = null
  #closed: Deferred<ConnectionEnd> | null = null
  #keepalive: Keepalive | null = null
  #end: ConnectionEnd | null = null
  #drain: Deferred<void> | null = null
  /** Runs while the peer's half of TCP has ended and the application has not taken all that came before. */
  #lastCall: unknown = null

  remoteAddress: string | null
  request: Request | null = null
  response: Response | null = null
  /** The opener is thinking: nothing is looked at meanwhile. */
  deciding = false

  constructor(protocol: Protocol, socket: Socket, opener: Opener, settings: Settings) {
    this.protocol = protocol
    this.#opener = opener
    this.#settings = settings
    this.remoteAddress = remoteAddressOf(socket)
    this.#inbox = new Inbox(settings.maxBacklog, this)
    this.transport = new SocketTransport(socket)
    this.host = new Host(protocol, this.transport, this, {
      openTimeout: settings.openTimeout,
      closeTimeout: settings.closeTimeout,
      clock,
      defer: process.nextTick,
    })
    this.transport.bind(this.host)
    settings.inspect?.steerable?.(protocol, this)
  }

  // ---- Connection ----

  get subprotocol(): string | null {
    return this.protocol.subprotocol
  }

  get closed(): Promise<ConnectionEnd> {
    this.#closed ??= defer()
    if (this.#end !== null) this.#closed.resolve(this.#end)
    return this.#closed.promise
  }

  [Symbol.asyncIterator](): AsyncIterator<Message, undefined> {
    return new MessageIterator(this.#inbox)
  }

  onMessage(listener: (message: Message) => void): void {
    if (typeof listener !== 'function') throw new TypeError('the listener must be a function')
    this.#inbox.listen(listener)
  }

  ignoreMessages(): void {
    this.#assembler.drop()
    this.#inbox.ignore()
  }

  send(message: Message | AsyncIterable<Message>): Promise<void> {
    if (this.#fragments?.busy) return this.#fragments.queue(() => this.send(message))
    try {
      if (typeof message === 'string') this.protocol.sendText(message)
      else if (message instanceof Uint8Array) this.protocol.sendBinary(message)
      else if (isAsyncIterable(message)) return (this.#fragments ??= new FragmentSender(this)).send(message)
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
    return (this.#pings ??= new Pings()).add(new Uint8Array(payload))
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
    if (event.opcode === Opcode.pong) this.#pings?.answer(event.payload)
    if (event.opcode > Opcode.binary) return
    if (this.#inbox.ignoring) {
      this.#assembler.drop()
      return
    }
    const message = this.#assembler.push(event)
    if (message !== null) this.#inbox.put(message)
  }

  refused(): void {
    this.#opener.refused(this)
  }

  drained(): void {
    this.#drain?.resolve()
    this.#drain = null
  }

  ended(gone: boolean): void {
    if (gone) {
      // Nobody is left to be answered: no reason to wait for the application.
      this.deciding = false
      this.#inbox.readOn()
    }
    // It may take what came before in its time; but one that never does must not keep the connection for good.
    if (this.holding && this.#settings.closeTimeout !== null) {
      this.#lastCall ??= clock.setTimeout(() => {
        this.#inbox.readAndDrop()
        this.host.resume()
      }, this.#settings.closeTimeout)
    }
  }

  over(): void {
    const end = endOf(this.protocol)
    const { error } = end.report
    clock.clearTimeout(this.#lastCall)
    this.#keepalive?.stop()
    this.#assembler.drop()
    this.#inbox.end(error)
    this.#fragments?.end(error)
    this.#pings?.end(error)
    this.#drain?.reject(error)
    for (const extension of this.protocol.extensions) (extension as Closable).close?.()
    this.#end = end
    this.#closed?.resolve(end)
    this.#opener.closed(this)
  }

  // ---- For the opener, and for the parts of a connection ----

  resume(): void {
    this.host.resume()
  }

  get pauses(): number {
    return this.host.pauses
  }

  /** The opening handshake is done. */
  opened(): void {
    const { pingInterval, pingTimeout } = this.#settings
    if (pingInterval === null) return
    this.#keepalive = new Keepalive(this, pingInterval, pingTimeout, clock)
    this.#keepalive.start()
  }

  /** `size` bytes were sent through the protocol: resolves when the socket takes more. */
  sent(size: number): Promise<void> {
    if (this.host.sent(size)) return sent
    if (this.#drain === null) {
      this.#drain = defer()
      tolerate(this.#drain.promise)
    }
    return this.#drain.promise
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

  #readToTheEnd(): void {
    this.deciding = false
    this.#inbox.readAndDrop()
    this.host.resume()
  }

  #pingPayload(): Uint8Array {
    let payload = randomBytes(4)
    while (this.#pings?.has(payload)) payload = randomBytes(4)
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
