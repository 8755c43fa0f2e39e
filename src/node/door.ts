import type { Server as HttpServer, IncomingMessage } from 'node:http'
import net from 'node:net'
import type tls from 'node:tls'
import type { Listener } from './listener.ts'
import type { Settings } from './options.ts'

/** Where connections come in. */
export interface Door {
  readonly server: net.Server
  /** Lets nobody in any more. */
  shut(): void
  /** What is still there is cut off; resolves when nothing is. */
  leave(): Promise<void>
}

/** Of `tls.createServer`, and where to listen. */
export interface DoorOptions {
  port?: number
  host?: string
  tls?: tls.TlsOptions
}

/** Listens on a port of its own. Rejects with the error of `listen`. */
export async function openDoor(listener: Listener, options: DoorOptions, settings: Settings): Promise<Door> {
  const server = options.tls === undefined ? plainServer() : await secureServer(options.tls, settings)
  // Below TLS, sockets are kept track of: one that never gets through its handshake must not keep the server.
  const sockets = new Set<net.Socket>()
  const forget = function (this: net.Socket) {
    sockets.delete(this)
  }
  const accept = (socket: net.Socket) => listener.accept(socket)
  if (options.tls === undefined) server.on('connection', accept)
  else {
    server.on('connection', (socket: net.Socket) => {
      sockets.add(socket)
      socket.on('close', forget)
    })
    server.on('secureConnection', accept)
  }
  await listen(server, options)
  server.on('error', (error) => settings.onError(error, null))
  let down: Promise<void>
  return {
    server,
    shut() {
      down = new Promise((resolve) => server.close(() => resolve()))
    },
    leave() {
      for (const socket of sockets) socket.destroy()
      return down
    },
  }
}

const shared = new WeakSet<HttpServer>()

/**
 * Takes upgrades over from an HTTP server, which goes on without us.
 *
 * @throws Error if it is shared already: two would answer the same request.
 */
export function shareDoor(listener: Listener, server: HttpServer): Door {
  if (shared.has(server)) {
    throw new Error(
      'the server is shared already: call serve once for it, and tell paths apart by request.path',
    )
  }
  shared.add(server)
  const onUpgrade = (request: IncomingMessage, socket: net.Socket, head: Uint8Array) =>
    listener.upgrade(request, socket, head)
  server.on('upgrade', onUpgrade)
  return {
    server,
    shut() {
      server.off('upgrade', onUpgrade)
      shared.delete(server)
    },
    leave: async () => {},
  }
}

function plainServer(): net.Server {
  return net.createServer({ allowHalfOpen: true, noDelay: true })
}

/** Loads TLS when it is wanted: it is a good part of the time that this entry takes to load. */
async function secureServer(
  options: tls.TlsOptions,
  { host: { openTimeout } }: Settings,
): Promise<net.Server> {
  const { createServer } = await import('node:tls')
  return createServer({
    allowHalfOpen: true,
    noDelay: true,
    ALPNProtocols: ['http/1.1'],
    ...(openTimeout === null ? {} : { handshakeTimeout: openTimeout }),
    ...options,
  })
}

function listen(server: net.Server, { port = 0, host }: DoorOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
