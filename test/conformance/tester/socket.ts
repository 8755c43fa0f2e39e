/** The tester's end over a real socket: a plain `node:net` one that knows nothing of WebSocket. */

import { once } from 'node:events'
import net from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'

/** What a tester waits for an endpoint, at most. */
const PATIENCE = 10_000

export type Pace = 'whole' | 'byte by byte'

export class TesterSocket {
  readonly #socket: net.Socket
  readonly #onData: (data: Buffer) => void
  readonly #closed: Promise<unknown>
  #changed: (() => void) | null = null
  #ended = false
  /** What went wrong with TCP, such as `ECONNRESET`. */
  error: string | null = null

  /** `onData` takes what arrives; what it throws is the error of the next `until`. */
  constructor(socket: net.Socket, onData: (data: Buffer) => void) {
    this.#socket = socket.setNoDelay(true)
    this.#onData = onData
    this.#closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('data', (data) => this.#receive(data))
    socket.on('end', () => this.#happened(() => (this.#ended = true)))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      this.#happened(() => {
        this.error = error.code ?? error.message
        this.#ended = true
      }),
    )
  }

  static async connect(port: number, onData: (data: Buffer) => void): Promise<TesterSocket> {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    return new TesterSocket(socket, onData)
  }

  /** The endpoint ended its half. */
  get ended(): boolean {
    return this.#ended
  }

  async write(data: Uint8Array, pace: Pace, chop = data.length): Promise<void> {
    if (data.length === 0) return
    const size = pace === 'byte by byte' ? 1 : chop
    for (let at = 0; at < data.length && !this.#socket.destroyed; at += size) {
      this.#socket.write(data.subarray(at, at + size))
      // Lets the endpoint, in this process, read it before the next one is written.
      if (size < data.length) await turn()
    }
  }

  end(): void {
    this.#socket.end()
  }

  /** Until that is so, or the endpoint has ended its half, or took too long: what is there then is judged. */
  async until(happened: () => boolean): Promise<void> {
    if (happened() || this.#ended) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE)
      this.#changed = () => {
        if (happened() || this.#ended) resolve()
      }
    })
    clearTimeout(timer)
    this.#changed = null
  }

  /** Until both halves are down. */
  async closed(): Promise<void> {
    await this.#closed
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #receive(data: Buffer): void {
    this.#happened(() => {
      try {
        this.#onData(data)
      } catch (error) {
        this.error = String(error)
        this.#ended = true
      }
    })
  }

  #happened(what: () => void): void {
    what()
    this.#changed?.()
  }
}

/** A server for one raw connection, on a free port. */
export async function listen(): Promise<{
  port: number
  accept: (onData: (data: Buffer) => void) => Promise<TesterSocket>
  close: () => void
}> {
  const server = net.createServer({ allowHalfOpen: true })
  const arrived = once(server, 'connection') as Promise<[net.Socket]>
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as net.AddressInfo).port,
    accept: async (onData) => new TesterSocket((await arrived)[0], onData),
    close: () => server.close(),
  }
}
