import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { serializeClose } from '../framing/close.ts'
import { HandshakeError } from '../handshake/errors.ts'
import { type Request, Response } from '../handshake/message.ts'
import { reject } from '../handshake/reject.ts'
import { type ServerOptions, ServerProtocol } from '../protocol/server.ts'
import { remoteAddressOf } from './address.ts'
import { type Deferred, defer } from './deferred.ts'
import type { Door } from './door.ts'
import { Driver, type Opener } from './driver.ts'
import { milliseconds, type Settings } from './options.ts'
import { requestOf } from './request.ts'
import type { Handler, ServeOptions } from './serve.ts'
import type { CloseOptions, Server } from './server.ts'
import { watchedAs } from './watched.ts'

type ServerDriver = Driver & { readonly protocol: ServerProtocol }

const nothing = new Uint8Array(0)

/** A server, from the sockets that its door lets in to the handler. */
export class Listener implements Server, Opener {
  readonly connections = new Set<Driver>()
  /** Those in their opening handshake, and those that were refused and are not down yet. */
  readonly #opening = new Set<Driver>()
  readonly #handler: Handler
  readonly #processRequest: ServeOptions['processRequest']
  readonly settings: Settings
  readonly #protocolOptions: ServerOptions
  #closing: Promise<void> | null = null
  #empty: Deferred<void> | null = null
  /** Set before anything comes through it. */
  door!: Door

  constructor(
    handler: Handler,
    processRequest: ServeOptions['processRequest'],
    settings: Settings,
    protocolOptions: ServerOptions,
  ) {
    this.#handler = handler
    this.#processRequest = processRequest
    this.settings = settings
    this.#protocolOptions = protocolOptions
  }

  // ---- Server ----

  get port(): number {
    const address = this.door.server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  get address(): string {
    const address = this.door.server.address()
    return typeof address === 'string' ? address : (address?.address ?? '')
  }

  close(options: CloseOptions = {}): Promise<void> {
    const { code = 1001, reason = '' } = options
    try {
      serializeClose(code, reason)
      const timeout = milliseconds('timeout', options.timeout, null)
      this.#closing ??= this.#close(code, reason, timeout)
      return this.#closing
    } catch (error) {
      return Promise.reject(error)
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(code: number, reason: string, timeout: number | null): Promise<void> {
    this.door.shut()
    for (const connection of this.connections) void connection.close(code, reason)
    for (const driver of this.#opening) this.#turnAway(driver)
    const timer = timeout === null ? null : setTimeout(() => this.#abort(), timeout)
    if (this.connections.size + this.#opening.size > 0) {
      this.#empty = defer()
      await this.#empty.promise
    }
    if (timer !== null) clearTimeout(timer)
    await this.door.leave()
  }

  #turnAway(driver: Driver): void {
    // Refused already: it was told why.
    if (driver.protocol.closeExpected()) driver.transport.socket.destroySoon()
    else if (driver.request === null) driver.abort()
    else {
      this.#send(driver, reject(503, 'The server is shutting down.\n'))
      driver.deciding = false
      driver.host.resume()
    }
  }

  #abort(): void {
    for (const driver of [...this.connections, ...this.#opening]) driver.abort()
  }

  // ---- Ways in ----

  /** A socket on which nothing was read yet. */
  accept(socket: Socket): void {
    if (this.#closing !== null) {
      socket.destroy()
      return
    }
    const driver = this.#admit(socket)
    driver.transport.read()
    driver.host.start()
  }

  /** A request that an HTTP server has read, and the bytes that came behind it. */
  upgrade(message: IncomingMessage, socket: Socket, head: Uint8Array): void {
    socket.setTimeout(0)
    socket.setNoDelay(true)
    const driver = this.#admit(socket)
    driver.deciding = true
    driver.host.pause()
    driver.transport.read()
    driver.host.start()
    try {
      driver.request = requestOf(message)
    } catch (error) {
      this.#answer(
        driver,
        reject(400, `Failed to open a WebSocket connection: ${(error as Error).message}.\n`),
      )
      return
    }
    driver.protocol.receiveRequest(driver.request)
    this.#decide(driver, driver.request, head)
  }

  #admit(socket: Socket): ServerDriver {
    const { inspect } = this.settings
    const options = this.#protocolOptions
    const protocol = new ServerProtocol(
      // One object for all, if it can be.
      inspect === undefined ? options : { ...options, ...watchedAs(remoteAddressOf(socket), inspect) },
    )
    const driver = new Driver(protocol, socket, this)
    this.#opening.add(driver)
    return driver as ServerDriver
  }

  // ---- Opening ----

  opening(driver: Driver, message: Request | Response): void {
    driver.request = message as Request
    this.#decide(driver, driver.request, nothing)
  }

  refused(): void {}

  closed(driver: Driver): void {
    this.#opening.delete(driver)
    this.connections.delete(driver)
    if (this.connections.size + this.#opening.size === 0) this.#empty?.resolve()
  }

  #decide(driver: Driver, request: Request, head: Uint8Array): void {
    let decision: ReturnType<NonNullable<ServeOptions['processRequest']>>
    try {
      decision = this.#processRequest?.(driver as ServerDriver, request)
    } catch (error) {
      this.#fail(driver, error)
      return
    }
    if (!isPromise(decision)) {
      this.#answer(driver, decision ?? request, head)
      return
    }
    driver.deciding = true
    decision.then(
      (response) => this.#answer(driver, response ?? request, head),
      (error) => this.#fail(driver, error),
    )
  }

  /** Answers with a response, or accepts a request. */
  #answer(driver: Driver, answer: Response | Request, head: Uint8Array = nothing): void {
    try {
      this.#send(driver, answer)
    } catch (error) {
      this.#fail(driver, error)
      return
    }
    driver.deciding = false
    if (driver.protocol.state === 'open') this.#open(driver)
    if (head.length > 0) driver.host.receiveData(head)
    driver.host.resume()
  }

  /** Something of the application's broke: 500. */
  #fail(driver: Driver, error: unknown): void {
    this.settings.onError(error, driver)
    this.#answer(driver, reject(500, 'Failed to open a WebSocket connection: an error occurred.\n'))
  }

  /** Does nothing if it was answered already, or is over. */
  #send(driver: Driver, answer: Response | Request): void {
    const { protocol } = driver as ServerDriver
    if (protocol.state !== 'connecting' || protocol.closeExpected()) return
    const decision = answer.type === 'request' ? this.#accept(driver as ServerDriver, answer) : answer
    if (!(decision instanceof Response)) {
      throw new TypeError('processRequest returned something other than a Response')
    }
    const response = dated(decision)
    protocol.sendResponse(response)
    driver.response = response
  }

  #accept(driver: ServerDriver, request: Request): Response {
    const response = driver.protocol.accept(request)
    const { handshakeError } = driver.protocol
    // What a hook or an extension threw: the client is told nothing about it.
    if (handshakeError instanceof HandshakeError && handshakeError.code === 'INTERNAL_ERROR') {
      this.settings.onError(handshakeError.cause, driver)
    }
    return response
  }

  #open(driver: Driver): void {
    if (!this.#opening.delete(driver)) return
    this.connections.add(driver)
    if (this.#processRequest === undefined) driver.packHandshake()
    driver.opened()
    try {
      const result = this.#handler(driver as ServerDriver)
      if (isPromise(result)) result.catch((error) => driver.failed(error))
    } catch (error) {
      driver.failed(error)
    }
  }
}

/** RFC 9110, section 6.6.1: a server with a clock says when it refused. The application may return a response again. */
function dated(response: Response): Response {
  const { status, reasonPhrase, headers, body } = response
  if (status === 101 || headers.has('Date')) return response
  return new Response(status, reasonPhrase, [...headers, ['Date', new Date().toUTCString()]], body)
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Promise<T> | undefined)?.then === 'function'
}
