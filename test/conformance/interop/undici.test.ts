/** With the WebSocket of `undici`, which is also that of Node and, as to its interface, that of browsers: a client. */
import { WebSocket } from 'undici'
import type { Foreign } from './exchange.ts'
import type { Message } from './messages.ts'
import { interoperates } from './suite.ts'

async function open(url: string): Promise<Foreign> {
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason })),
  )
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', ({ error }) => reject(error))
  })
  return {
    send: ({ message }) => socket.send(message as string | Uint8Array<ArrayBuffer>),
    onMessage: (listener) => {
      socket.addEventListener('message', ({ data }: { data: unknown }) => {
        const message: Message = typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer)
        listener(message)
      })
    },
    close: (code, reason) => socket.close(code, reason),
    closed,
  }
}

// It always offers compression; whether it is used is up to our server.
interoperates({ name: 'undici', compression: [false, true], open })
