import { once } from 'node:events'
import net from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, onTestFinished } from 'vitest'
import type { Connection } from '../../src/node/index.ts'
import { MASKING_KEY, type RawFrame, rawFrame } from '../../src/testing/index.ts'
import { UPGRADE, until } from '../node/helpers.ts'

export const MiB = 2 ** 20

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes in use, on the heap and beside it, once all garbage is gone. */
export function memory(): number {
  for (let last = Number.POSITIVE_INFINITY; ; ) {
    collect()
    const { heapUsed, external } = process.memoryUsage()
    const used = heapUsed + external
    if (used >= last * 0.99) return used
    last = used
  }
}

/** What keeps the process: sockets, servers, timers. */
export function handles(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) {
    if (/^(TCP|TLS|Pipe|Timeout)/.test(kind)) counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

export const sockets = () => handles()['TCPSocketWrap'] ?? 0

/** Waits until there are no more sockets than before. */
export async function socketsBackTo(before: number): Promise<void> {
  await until(() => sockets() <= before)
  expect(sockets()).toBe(before)
}

/** The socket below a connection. */
export const socketOf = (connection: Connection) =>
  (connection as unknown as { transport: { socket: net.Socket } }).transport.socket

/** A frame as a client sends it. */
export const masked = (frame: RawFrame) => rawFrame({ maskingKey: MASKING_KEY, ...frame })

/** A socket that writes, and reads only when told to. */
export class Writer {
  readonly socket: net.Socket
  /** Bytes that were written; not all of them need have left. */
  written = 0
  received = 0
  ended = false
  closed = false

  private constructor(socket: net.Socket) {
    this.socket = socket
    socket.on('error', () => {})
    socket.on('close', () => {
      this.closed = true
    })
    onTestFinished(() => void socket.destroy())
  }

  /** `upgrade`: with an opening handshake, whose response is read. */
  static async connect(port: number, upgrade = true): Promise<Writer> {
    const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    await once(socket, 'connect')
    const writer = new Writer(socket)
    if (!upgrade) return writer
    socket.write(UPGRADE)
    await once(socket, 'readable')
    const answer = socket.read() as Buffer
    const head = answer.indexOf('\r\n\r\n') + 4
    expect(answer.toString('latin1', 0, head)).toMatch(/^HTTP\/1\.1 101 /)
    if (answer.length > head) socket.unshift(answer.subarray(head))
    return writer
  }

  /** Counts what comes from now on. */
  read(): void {
    this.socket.on('data', (data: Uint8Array) => {
      this.received += data.length
    })
    this.socket.on('end', () => {
      this.ended = true
    })
  }

  /**
   * Writes `chunk` again and again, as long as the socket takes more, up to `limit` bytes. Returns when that was
   * reached, the socket was closed, or nothing more was taken for a while.
   */
  async pour(chunk: Uint8Array, limit: number): Promise<void> {
    const { socket } = this
    while (this.written < limit && !this.closed && !socket.destroyed) {
      this.written += chunk.length
      if (socket.write(chunk)) continue
      for (let same = 0, last = -1; socket.writableNeedDrain && !this.closed && same < 20; ) {
        await new Promise((resolve) => setTimeout(resolve, 5))
        same = socket.writableLength === last ? same + 1 : 0
        last = socket.writableLength
        if (same === 20) return
      }
    }
  }

  /** Bytes that the other side's system took. */
  get left(): number {
    return this.socket.bytesWritten - this.socket.writableLength
  }
}
