/**
 * A chat that shares one port: its page over HTTP, its messages over WebSocket.
 *
 *     node examples/chat.mjs [PORT]
 */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { serve } from 'wirechart/node'

/** Messages that may wait for somebody who does not read. */
const MAX_WAITING = 100

const page = await readFile(new URL('chat.html', import.meta.url))
const http = createServer((_, response) => {
  response.setHeader('Content-Type', 'text/html; charset=utf-8')
  response.end(page)
})

/** Who is here: each connection, and how many messages wait for it. */
const waiting = new Map()

function tellAll(text) {
  for (const connection of waiting.keys()) tell(connection, text)
}

/** `send` resolves when the socket takes more. Nobody waits for the slowest: whoever is too far behind has to go. */
async function tell(connection, text) {
  const count = waiting.get(connection)
  if (count === MAX_WAITING) return connection.close(1008, 'you do not read')
  waiting.set(connection, count + 1)
  await connection.send(text).catch(() => {}) // it is closing: `join` sees to that
  if (waiting.has(connection)) waiting.set(connection, waiting.get(connection) - 1)
}

async function join(connection) {
  const name = nameIn(connection.request)
  waiting.set(connection, 0)
  tellAll(`${name} came`)
  try {
    for await (const message of connection) {
      if (typeof message !== 'string') await connection.close(1003, 'text only')
      else tellAll(`${name}: ${message}`)
    }
  } finally {
    waiting.delete(connection)
    const { code } = await connection.closed
    tellAll(`${name} left (${code})`)
  }
}

function nameIn(request) {
  return new URL(request.path, 'http://localhost').searchParams.get('name')
}

const chat = await serve(join, {
  server: http,
  subprotocols: ['chat.v1'], // a client has to offer it
  maxSize: 4096,
  // Pages of ours, and programs, which send no Origin: without this any page on the web may connect.
  origins: [/http:\/\/(127\.0\.0\.1|localhost):\d+/, null],
  processRequest: ({ protocol }, request) =>
    nameIn(request) ? undefined : protocol.reject(400, 'Say who you are: ?name=\n'),
})

http.listen(Number(process.argv[2] ?? 8080), '127.0.0.1')
await once(http, 'listening')
console.log(`chat on http://127.0.0.1:${chat.port}/`)

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await chat.close({ reason: 'the chat is over' }) // 1001 to everybody, and their answers
    http.close()
    http.closeAllConnections()
  })
}
