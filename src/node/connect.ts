import net from 'node:net'
import type tls from 'node:tls'
import type { ClientExtensionFactory } from '../handshake/extension.ts'
import type { HeadersInit } from '../handshake/headers.ts'
import type { Request, Response } from '../handshake/message.ts'
import { hostHeader, parseUri, type WebSocketUri } from '../handshake/uri.ts'
import { ClientProtocol } from '../protocol/client.ts'
import type { Connection } from './connection.ts'
import { type Deferred, defer } from './deferred.ts'
import { Driver, type Opener } from './driver.ts'
import { AbortError, OpenTimeoutError } from './errors.ts'
import { extensionsOf, type Settings, type SharedOptions, settingsOf } from './options.ts'
import { watchedAs } from './watched.ts'

/** Options of `connect`. */
export interface ConnectOptions extends SharedOptions<ClientExtensionFactory> {
  /** Further headers of the request; those of the handshake itself cannot be given. */
  headers?: HeadersInit
  /** Value of the `Origin` header. */
  origin?: string
  /** For `wss`: options of `tls.connect`, such as `ca`. Certificates are verified by default. */
  tls?: tls.ConnectionOptions
  /** Gives up opening; it means nothing once the connection is open. */
  signal?: AbortSignal
}

/**
 * Opens a connection to a WebSocket server (RFC 6455, section 4.1).
 *
 * Rejects with `InvalidUriError`; a `TypeError` or `RangeError` for an option that cannot be; the socket's own error
 * with its `code`, such as `ECONNREFUSED`; a `HandshakeError`, whose `response` is what the server answered;
 * `OpenTimeoutError`; or `AbortError`.
 */
export async function connect(url: string | URL, options: ConnectOptions = {}): Promise<Connection> {
  const uri = parseUri(String(url))
  const settings = settingsOf(options)
  const extensions = await extensionsOf<ClientExtensionFactory>(options)
  const secured = uri.secure ? await import('node:tls') : null
  const { signal } = options
  if (signal?.aborted) throw new AbortError(signal.reason)
  const protocol = new ClientProtocol(uri, {
    ...settings.protocol,
    ...(settings.inspect === undefined ? {} : watchedAs(describe(uri), settings.inspect)),
    ...(options.origin === undefined ? {} : { origin: options.origin }),
    ...(options.headers === undefined ? {} : { headers: options.headers }),
    extensions,
  })
  let opening: Opening
  try {
    const request = protocol.connect()
    opening = new Opening(protocol, request, openSocket(uri, secured, options.tls), uri.secure, settings)
  } catch (error) {
    protocol.receiveEof({ kind: 'local' })
    throw error
  }
  const abort = () => opening.abort(new AbortError(signal!.reason))
  signal?.addEventListener('abort', abort)
  try {
    return await opening.result
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

/** One opening handshake of a client, from the socket to the response. */
class Opening implements Opener {
  readonly #driver: Driver
  readonly settings: Settings
  readonly #result: Deferred<Connection> = defer()
  #error: Error | null = null

  constructor(
    protocol: ClientProtocol,
    request: Request,
    socket: net.Socket,
    secure: boolean,
    settings: Settings,
  ) {
    this.settings = settings
    this.#driver = new Driver(protocol, socket, this)
    const driver = this.#driver
    // Not before TLS knows whom it talks to.
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      driver.locate(socket)
      driver.request = request
      protocol.sendRequest(request)
      driver.host.sent(0)
    })
    driver.transport.read()
    driver.host.start()
  }

  get result(): Promise<Connection> {
    return this.#result.promise
  }

  abort(error: Error): void {
    this.#error ??= error
    this.#driver.abort()
  }

  opening(driver: Driver, message: Request | Response): void {
    driver.response = message as Response
    if (driver.protocol.state !== 'open') return
    driver.opened()
    this.#result.resolve(driver)
  }

  refused(driver: Driver): void {
    this.#result.reject(driver.protocol.handshakeError!)
  }

  closed(driver: Driver): void {
    const { openTimeout } = this.settings.host
    const timedOut = driver.host.expired === 'opening' ? new OpenTimeoutError(openTimeout!) : null
    const socketError = driver.transport.error === null ? null : explained(driver.transport.error)
    this.#result.reject(this.#error ?? timedOut ?? socketError ?? driver.protocol.handshakeError)
  }
}

/** `secured`: Node's TLS, for a `wss` URL. */
function openSocket(
  { host, port }: WebSocketUri,
  secured: typeof tls | null,
  options: tls.ConnectionOptions = {},
): net.Socket {
  const address = { host, port, allowHalfOpen: true }
  const socket =
    secured === null
      ? net.connect(address)
      : secured.connect({
          ...address,
          ALPNProtocols: ['http/1.1'],
          // An address is no server name (RFC 6066, section 3).
          servername: net.isIP(host) === 0 ? host : '',
          ...options,
        })
  return socket.setNoDelay(true)
}

/** A URL without its password, and without a query, which may hold one. */
function describe(uri: WebSocketUri): string {
  return `${uri.secure ? 'wss' : 'ws'}://${hostHeader(uri)}${uri.path}`
}

/** Where several addresses were tried, Node's error has a code but says nothing. */
function explained(error: Error): Error {
  if (error instanceof AggregateError && error.message === '') {
    error.message = error.errors.map(({ message }: Error) => message).join('; ')
  }
  return error
}
