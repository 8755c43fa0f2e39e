/** With `ws`, in both roles, compressed and not. */
import type { AddressInfo } from 'node:net'
import WebSocket, { WebSocketServer } from 'ws'
import { Arrivals, eventOf, type Foreign } from './exchange.ts'
import { MAX_SIZE, type MixedMessage } from './messages.ts'
import { interoperates } from './suite.ts'

const send = (socket: WebSocket, data: string | Uint8Array, fin: boolean) =>
  new Promise<void>((resolve, reject) =>
    socket.send(data, { binary: typeof data !== 'string', fin }, (error) =>
      error ? reject(error) : resolve(),
    ),
  )

function foreign(socket: WebSocket): Foreign {
  return {
    async send({ message, pieces }: MixedMessage) {
      if (pieces === null) return send(socket, message, true)
      for (const [at, piece] of pieces.entries()) await send(socket, piece, at === pieces.length - 1)
    },
    onMessage: (listener) => {
      socket.on('message', (data: Buffer, isBinary) => listener(isBinary ? data : data.toString()))
    },
    close: (code, reason) => socket.close(code, reason),
    closed: new Promise((resolve) =>
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    ),
  }
}

interoperates({
  name: 'ws',
  compression: [false, true],
  open: async (url, compression) => {
    const socket = new WebSocket(url, { perMessageDeflate: compression, maxPayload: MAX_SIZE })
    const peer = foreign(socket)
    await eventOf(socket, 'open')
    return peer
  },
  listen: async (compression) => {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: 0,
      perMessageDeflate: compression,
      maxPayload: MAX_SIZE,
    })
    const arrivals = new Arrivals<Foreign>()
    server.on('connection', (socket) => arrivals.add(foreign(socket)))
    await eventOf(server, 'listening')
    return {
      port: (server.address() as AddressInfo).port,
      connection: () => arrivals.next(),
      close: () => server.close(),
    }
  },
})
