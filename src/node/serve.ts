import type { Server as HttpServer } from 'node:http'
import type tls from 'node:tls'
import type { ServerExtensionFactory } from '../handshake/extension.ts'
import type { Request, Response } from '../handshake/message.ts'
import type { ServerOptions } from '../protocol/server.ts'
import type { ServerConnection } from './connection.ts'
import { openDoor, shareDoor } from './door.ts'
import { Listener } from './listener.ts'
import { extensionsOf, type SharedOptions, settingsOf } from './options.ts'
import type { Server } from './server.ts'

/** Is called with each connection that opens. */
export type Handler = (connection: ServerConnection) => void | Promise<void>

/** Options of `serve`. */
export interface ServeOptions extends SharedOptions<ServerExtensionFactory> {
  /** 0-65535; 0, the default, is any free one. */
  port?: number
  /** The address to listen on; every one of the machine by default. */
  host?: string
  /**
   * An existing `http.Server` or `https.Server` to share a port with: it hands over requests that ask for an
   * upgrade, all of them, whatever their path; others are its own. `port`, `host` and `tls` are then its business. It
   * can be shared once at a time.
   */
  server?: HttpServer
  /** Options of `tls.createServer`, such as `key` and `cert`: the server speaks `wss`. */
  tls?: tls.TlsOptions
  /** Who may connect; see `ServerOptions`. Everyone by default: for browsers that is seldom right. */
  origins?: ServerOptions['origins']
  /** Chooses one of the offered subprotocols, or none, instead of `subprotocols`. */
  selectSubprotocol?: ServerOptions['selectSubprotocol']
  /**
   * Looks at a request before it is accepted. A response that it returns, for example of
   * `connection.protocol.reject(401, 'Who are you?')`, is the answer. If it throws, the answer is 500.
   */
  processRequest?: (
    connection: ServerConnection,
    request: Request,
    // biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing is the usual one
  ) => Response | void | Promise<Response | void>
}

/**
 * Starts a WebSocket server (RFC 6455, section 4.2) and calls `handler` with each connection that opens. Requests
 * that are none for WebSocket are answered with an error (426 and others).
 *
 * The connection stays open when the handler returns or its promise resolves: closing it is up to the handler and the
 * peer. If it throws or rejects, the connection is closed with 1011 and `onError` hears of it.
 *
 * Rejects with the error of `listen`, such as one with the code `EADDRINUSE`; a `RangeError` for an option that
 * cannot be; an `Error` for a `server` that is shared already.
 */
export async function serve(handler: Handler, options: ServeOptions = {}): Promise<Server> {
  const { origins, selectSubprotocol } = options
  const settings = settingsOf(options)
  const extensions = await extensionsOf<ServerExtensionFactory>(options)
  const listener = new Listener(handler, options.processRequest, settings, {
    ...settings.protocol,
    ...(origins === undefined ? {} : { origins }),
    ...(selectSubprotocol === undefined ? {} : { selectSubprotocol }),
    extensions,
  })
  listener.door =
    options.server === undefined
      ? await openDoor(listener, options, settings)
      : shareDoor(listener, options.server)
  return listener
}
