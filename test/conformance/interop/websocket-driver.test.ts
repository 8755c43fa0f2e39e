/** With `websocket-driver`, in both roles; `permessage-deflate` is its extension. */
import { once } from 'node:events'
import net from 'node:net'
import deflate from 'permessage-deflate'
import websocket, { type Driver } from 'websocket-driver'
import { Arrivals, type Foreign } from './exchange.ts'
import { MAX_SIZE } from './messages.ts'
import { interoperates } from './suite.ts'

function foreign(driver: Driver): Foreign {
  return {
    send: ({ message }) => {
      if (typeof message === 'string') driver.text(message)
      else driver.binary(Buffer.from(message))
    },
    onMessage: (listener) => {
      driver.on('message', ({ data }) => listener(data))
    },
    close: (code, reason) => {
      driver.close(reason, code)
    },
    closed: new Promise((resolve) => driver.on('close', ({ code, reason }) => resolve({ code, reason }))),
  }
}

/** A new object each time: a client writes its own options, masking, into it. */
const options = () => ({ maxLength: MAX_SIZE })

interoperates({
  name: 'websocket-driver',
  compression: [false, true],
  open: async (url, compression) => {
    const driver = websocket.client(url, options())
    if (compression) driver.addExtension(deflate)
    const { port, hostname } = new URL(url)
    const socket = net.connect(Number(port), hostname)
    socket.pipe(driver.io).pipe(socket)
    const peer = foreign(driver)
    await once(socket, 'connect')
    driver.start()
    await once(driver, 'open')
    return peer
  },
  listen: async (compression) => {
    const arrivals = new Arrivals<Foreign>()
    const server = net.createServer((socket) => {
      const driver = websocket.server(options())
      if (compression) driver.addExtension(deflate)
      driver.on('connect', () => driver.start())
      driver.on('open', () => arrivals.add(foreign(driver)))
      // It leaves the end of TCP to its user.
      driver.on('close', () => socket.end())
      socket.pipe(driver.io).pipe(socket)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return {
      port: (server.address() as net.AddressInfo).port,
      connection: () => arrivals.next(),
      close: () => server.close(),
    }
  },
})
