import type { Socket } from 'node:net'
import type { Host, Transport } from '../protocol/host.ts'
import { giveBack, isLent } from '../protocol/pool.ts'
import type { TransportEnd } from '../protocol/protocol.ts'

const transport = Symbol('transport')

type HostedSocket = Socket & { [transport]?: SocketTransport }

const nothing = new Uint8Array(0)

/** Chunks smaller than this on average, in bytes, are joined: copying them costs less than handing over each. */
const JOIN_BELOW = 4096

/** A TCP or TLS socket as a transport. The listeners are shared: a connection has no closures of its own. */
export class SocketTransport implements Transport {
  readonly socket: Socket
  /** What the socket said before it closed. */
  error: NodeJS.ErrnoException | null = null
  #host: Host | null = null

  constructor(socket: Socket) {
    this.socket = socket
    // Whoever made the socket may not have said so: the end of their half must not end ours.
    socket.allowHalfOpen = true
    ;(socket as HostedSocket)[transport] = this
    socket.on('error', onError)
  }

  /** From now on `host` is told what happens. */
  bind(host: Host): void {
    this.#host = host
    this.socket.on('end', onEnd)
    this.socket.on('drain', onDrain)
    this.socket.on('close', onClose)
  }

  /** Lets bytes in. */
  read(): void {
    this.socket.on('data', onData)
  }

  write(chunks: Uint8Array[]): boolean {
    const { socket } = this
    if (chunks.length === 1) writeChunk(socket, chunks[0]!)
    else if (sizeOf(chunks) < JOIN_BELOW * chunks.length) socket.write(Buffer.concat(chunks))
    else {
      socket.cork()
      for (const chunk of chunks) writeChunk(socket, chunk)
      socket.uncork()
    }
    // Not what `write` returns: that does not know yet whether the system took it at once.
    return socket.writableLength < socket.writableHighWaterMark
  }

  /** The system has not taken all that was written. */
  get busy(): boolean {
    return this.socket.writableLength > 0 && !this.socket.destroyed
  }

  /** Calls back once it has, or it never will as the socket is gone. */
  whenWritten(callback: (isLost: boolean) => void): void {
    this.socket.write(nothing, (error) => callback(error != null))
  }

  halfClose(): void {
    this.socket.end()
  }

  destroy(): void {
    this.socket.destroy()
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  get host(): Host {
    return this.#host!
  }
}

/** Writes a chunk, and gives back its memory once the system has taken it. */
function writeChunk(socket: Socket, chunk: Uint8Array): void {
  if (!isLent(chunk)) socket.write(chunk)
  else {
    socket.write(chunk, (error) => {
      if (error == null) giveBack(chunk)
    })
  }
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  let size = 0
  for (const chunk of chunks) size += chunk.length
  return size
}

function onData(this: HostedSocket, data: Uint8Array): void {
  this[transport]!.host.receiveData(data)
}

function onEnd(this: HostedSocket): void {
  this[transport]!.host.receiveEof({ kind: 'end' })
}

function onDrain(this: HostedSocket): void {
  this[transport]!.host.drained()
}

function onError(this: HostedSocket, error: Error): void {
  this[transport]!.error ??= error
}

function onClose(this: HostedSocket): void {
  const { host, error } = this[transport]!
  host.transportClosed(endOf(error))
}

/** How TCP ended, told from the socket's error. */
function endOf(error: NodeJS.ErrnoException | null): TransportEnd {
  if (error === null) return { kind: 'local' }
  switch (error.code) {
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return { kind: 'reset', error }
    case 'ETIMEDOUT':
      return { kind: 'timeout', error }
    default:
      return { kind: 'error', error }
  }
}
