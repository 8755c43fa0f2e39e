/** Echo servers, each as its library would have it written. They listen on a free port, which is returned. */
import http from 'node:http'
import net from 'node:net'
import { load, loadDriver, loadWs } from './library.mjs'

const MAX_SIZE = 2 ** 24

/** To the request of `peer.mjs`. */
const ACCEPTING = Buffer.from(
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
)

/** @type {Record<string, (options?: import('../../src/node/index.ts').ServeOptions) => Promise<number>>} */
export const servers = {
  async wirechart(options) {
    const { serve } = await load('src/node/index.js')
    const server = await serve(
      (connection) => {
        connection.onMessage((message) => {
          connection.send(message)
        })
      },
      { compression: false, maxSize: MAX_SIZE, host: '127.0.0.1', ...options },
    )
    return server.port
  },

  async 'wirechart (iteration)'(options) {
    const { serve } = await load('src/node/index.js')
    const server = await serve(
      async (connection) => {
        for await (const message of connection) await connection.send(message)
      },
      { compression: false, maxSize: MAX_SIZE, host: '127.0.0.1', ...options },
    )
    return server.port
  },

  async ws() {
    const { WebSocketServer } = loadWs()
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: MAX_SIZE })
    server.on('connection', (socket) => {
      socket.on('error', () => {})
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
    })
    await new Promise((resolve) => server.on('listening', resolve))
    return server.address().port
  },

  async 'websocket-driver'() {
    const driver = loadDriver()
    const server = http.createServer()
    server.on('upgrade', (request, socket, head) => {
      const connection = driver.http(request, { maxLength: MAX_SIZE })
      socket.on('error', () => {})
      connection.io.write(head)
      socket.pipe(connection.io).pipe(socket)
      connection.messages.on('data', (message) => connection.messages.write(message))
      connection.start()
    })
    return listen(server)
  },

  /** The limit: the same bytes come back, and nobody looks at them. */
  async tcp() {
    const server = net.createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => {})
      socket.on('data', (data) => socket.write(data))
    })
    return listen(server)
  },

  /** The limit of an opening handshake: the bytes of its answer, whatever was asked. */
  async 'tcp (fixed answer)'() {
    const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {})
      socket.on('data', () => socket.write(ACCEPTING))
    })
    return listen(server)
  },
}

async function listen(/** @type {net.Server} */ server) {
  await new Promise((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve))
  return server.address().port
}
