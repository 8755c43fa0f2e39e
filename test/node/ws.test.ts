import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { echo, open, settled, start, take } from './helpers.ts'

/** An echo server of `ws`. */
async function peerServer(options = {}): Promise<{ url: string; server: WebSocketServer }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options })
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  })
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

const messages = [
  '',
  'text',
  '€'.repeat(1000),
  'x'.repeat(100_000),
  new Uint8Array(0),
  Uint8Array.of(1, 2, 3),
]

describe('connect to a server of ws', () => {
  it.each([true, false])('echoes, perMessageDeflate: %s', async (perMessageDeflate) => {
    const { url } = await peerServer({ perMessageDeflate })
    const connection = await open(url)
    expect(connection.protocol.extensions).toHaveLength(perMessageDeflate ? 1 : 0)
    for (const message of messages) void connection.send(message)
    expect(await take(connection, messages.length)).toStrictEqual(messages)
    expect(await connection.ping()).toBeGreaterThan(0)
    await connection.close(4000, 'done')
    expect(await connection.closed).toMatchObject({ code: 4000, wasClean: true })
  })

  it('is closed by it', async () => {
    const { url, server } = await peerServer()
    const connection = await open(url)
    for (const socket of server.clients) socket.close(4001, 'enough')
    expect(await connection.closed).toMatchObject({ code: 4001, reason: 'enough', wasClean: true })
  })
})

describe('a client of ws', () => {
  async function connected(url: string, options = {}): Promise<WebSocket> {
    const socket = new WebSocket(url, options)
    onTestFinished(() => socket.terminate())
    await once(socket, 'open')
    return socket
  }

  it.each([true, false])('is echoed, perMessageDeflate: %s', async (perMessageDeflate) => {
    const server = await start(echo)
    const socket = await connected(server.url, { perMessageDeflate })
    const received: unknown[] = []
    const done = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer, isBinary) => {
        received.push(isBinary ? new Uint8Array(data) : data.toString())
        if (received.length === messages.length) resolve()
      })
    })
    for (const message of messages) socket.send(message)
    await done
    expect(received).toStrictEqual(messages)
    socket.ping('there?')
    const [pong] = await once(socket, 'pong')
    expect(String(pong)).toBe('there?')
    socket.close(4000, 'done')
    const [code, reason] = await once(socket, 'close')
    expect([code, String(reason)]).toEqual([4000, 'done'])
  })

  it('is told why it is refused', async () => {
    const server = await start(echo, { origins: ['https://good.example'] })
    const socket = new WebSocket(server.url, { origin: 'https://evil.example' })
    const [error] = await once(socket, 'error')
    expect(String(error)).toContain('403')
    await connected(server.url, { origin: 'https://good.example' })
  })

  it('is closed with 1001 when the server closes', async () => {
    const server = await start(echo)
    const socket = await connected(server.url)
    const closed = once(socket, 'close')
    await server.close()
    expect((await closed)[0]).toBe(1001)
  })

  it('does not read: send waits', async () => {
    const done = { sent: 0 }
    const server = await start(
      async (connection) => {
        while (done.sent < 200) {
          await connection.send(new Uint8Array(100_000))
          done.sent += 1
        }
      },
      { compression: false },
    )
    const socket = await connected(server.url)
    socket.pause()
    expect(await settled(() => done.sent)).toBeLessThan(200)
    let received = 0
    const all = new Promise<void>((resolve) => {
      socket.on('message', () => {
        received += 1
        if (received === 200) resolve()
      })
    })
    socket.resume()
    await all
  })
})
