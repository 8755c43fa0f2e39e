import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { onTestFinished } from 'vitest'
import type { Frame } from '../../src/framing/frame.ts'
import { parseFrame } from '../../src/framing/index.ts'
import { acceptKey } from '../../src/handshake/index.ts'
import {
  type Connection,
  type ConnectOptions,
  connect,
  type Handler,
  type Message,
  type ServeOptions,
  type Server,
  serve,
} from '../../src/node/index.ts'
import { concatenate } from '../../src/testing/bytes.ts'
import { MASKING_KEY, type RawFrame, rawFrame } from '../../src/testing/index.ts'

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url))

export const certificate = { key: fixture('key.pem'), cert: fixture('cert.pem') }

export interface TestServer extends Server {
  readonly url: string
  /** What was surfaced by `onError`. */
  readonly errors: unknown[]
}

/** A server on a free port of the loopback, cut off at the end of the test. */
export async function start(handler: Handler, options: ServeOptions = {}): Promise<TestServer> {
  const errors: unknown[] = []
  const server = await serve(handler, {
    host: '127.0.0.1',
    onError: (error) => errors.push(error),
    ...options,
  })
  onTestFinished(() => server.close({ timeout: 0 }))
  const scheme = options.tls === undefined ? 'ws' : 'wss'
  return Object.assign(server, { url: `${scheme}://127.0.0.1:${server.port}`, errors })
}

/** A client that is gone at the end of the test. */
export async function open(url: string, options: ConnectOptions = {}): Promise<Connection> {
  const connection = await connect(url, options)
  onTestFinished(() => (connection as unknown as { abort(): void }).abort())
  return connection
}

/** A client, and the server's end of its connection. */
export async function openBoth(
  options: { server?: ServeOptions; client?: ConnectOptions } = {},
): Promise<{ client: Connection; peer: Connection; server: TestServer }> {
  const peer = deferred<Connection>()
  const server = await start(peer.resolve, options.server)
  const client = await open(server.url, options.client)
  return { client, peer: await peer.promise, server }
}

export const echo: Handler = async (connection) => {
  for await (const message of connection) await connection.send(message)
}

export async function take(connection: Connection, count: number): Promise<Message[]> {
  const messages: Message[] = []
  for await (const message of connection) {
    messages.push(message)
    if (messages.length === count) break
  }
  return messages
}

export async function all(connection: Connection): Promise<Message[]> {
  const messages: Message[] = []
  for await (const message of connection) messages.push(message)
  return messages
}

export interface Deferred<T> {
  promise: Promise<T>
  resolve(value: T): void
}

export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((onResolve) => {
    resolve = onResolve
  })
  return { promise, resolve }
}

/** Resolves once `condition` holds; it is asked again and again. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1))
}

/** Resolves when `value` has not changed for a while. */
export async function settled(value: () => number): Promise<number> {
  for (let last = value(), same = 0; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    same = value() === last ? same + 1 : 0
    last = value()
    if (same === 10) return last
  }
}

export const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='

export const UPGRADE = `GET /chat HTTP/1.1\r
Host: localhost\r
Upgrade: websocket\r
Connection: Upgrade\r
Sec-WebSocket-Key: ${KEY}\r
Sec-WebSocket-Version: 13\r
\r
`

/** A TCP socket that says what it is told to: a client, or what a server accepted. */
export class RawPeer {
  readonly socket: net.Socket
  readonly #masked: boolean
  #chunks: Uint8Array[] = []
  ended = false
  error: NodeJS.ErrnoException | null = null
  closed = false

  constructor(socket: net.Socket, side: 'client' | 'server') {
    this.socket = socket
    this.#masked = side === 'client'
    socket.on('data', (data) => {
      this.#chunks.push(data)
    })
    socket.on('end', () => {
      this.ended = true
    })
    socket.on('error', (error) => {
      this.error = error
    })
    socket.on('close', () => {
      this.closed = true
    })
    onTestFinished(() => void socket.destroy())
  }

  /** Connects to a server. */
  static async connect(port: number): Promise<RawPeer> {
    const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    await once(socket, 'connect')
    return new RawPeer(socket, 'client')
  }

  /** Connects, and does the opening handshake. */
  static async open(port: number, head = ''): Promise<RawPeer> {
    const peer = await RawPeer.connect(port)
    peer.write(UPGRADE + head)
    await peer.response()
    return peer
  }

  write(data: string | Uint8Array): void {
    this.socket.write(data)
  }

  /** Frames, in one piece. */
  send(...frames: RawFrame[]): void {
    this.write(
      concatenate(
        frames.map((frame) => rawFrame({ maskingKey: this.#masked ? MASKING_KEY : null, ...frame })),
      ),
    )
  }

  /** The HTTP response, as text, taken off what was received; with its body if there was no 101. */
  async response(): Promise<string> {
    await until(() => this.text.includes('\r\n\r\n') || this.closed)
    const head = this.text.slice(0, this.text.indexOf('\r\n\r\n') + 4)
    if (!head.startsWith('HTTP/1.1 101')) {
      await this.end()
      return this.text
    }
    this.#chunks = [this.#received.subarray(head.length)]
    return head
  }

  /** Drops what was received. */
  forget(): void {
    this.#chunks = []
  }

  get #received(): Uint8Array {
    if (this.#chunks.length !== 1) this.#chunks = [concatenate(this.#chunks)]
    return this.#chunks[0]!
  }

  get text(): string {
    return Buffer.from(this.#received).toString('latin1')
  }

  /** The frames that are whole. */
  get frames(): Frame[] {
    const frames: Frame[] = []
    for (let at = 0; ; ) {
      const read = parseFrame(this.#received.subarray(at), { masked: !this.#masked, reservedBits: 7 })
      if (read.status === 'violation') throw read.error
      if (read.status === 'incomplete') return frames
      frames.push(read.frame)
      at += read.size
    }
  }

  /** Waits for so many frames in all. */
  async framesOf(count: number): Promise<Frame[]> {
    await until(() => this.frames.length >= count)
    return this.frames
  }

  /** The Close frame, once it is there: `'1002 why'`. */
  async close(): Promise<string> {
    const isClose = ({ opcode }: Frame) => opcode === 8
    await until(() => this.frames.some(isClose))
    const { payload } = this.frames.find(isClose)!
    if (payload.length === 0) return ''
    return `${payload[0]! * 256 + payload[1]!} ${Buffer.from(payload.subarray(2)).toString()}`.trimEnd()
  }

  /** Waits for the end of the stream, or a reset. */
  async end(): Promise<void> {
    await until(() => this.ended || this.closed)
  }
}

/** A TCP server that hands over each socket; gone at the end of the test. */
export async function rawServer(onPeer: (peer: RawPeer) => void): Promise<{ port: number; url: string }> {
  const server = net.createServer({ allowHalfOpen: true }, (socket) => onPeer(new RawPeer(socket, 'server')))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as net.AddressInfo
  return { port, url: `ws://127.0.0.1:${port}` }
}

/** The response that accepts the request which a raw server has read. */
export async function acceptRaw(peer: RawPeer): Promise<void> {
  await until(() => peer.text.includes('\r\n\r\n'))
  const key = /sec-websocket-key: (\S+)/i.exec(peer.text)![1]!
  peer.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptKey(key)}\r\n\r\n`,
  )
  peer.forget()
}
