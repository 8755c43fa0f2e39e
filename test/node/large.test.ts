/** Large messages of a client: their memory is used again once the system has taken it, and never before. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { connect } from '../../src/node/index.ts'
import { acceptRaw, certificate, deferred, rawServer, start } from './helpers.ts'

const SIZES = [16_385, 20_000, 70_000, 70_001, 300_000, 1_200_000, 4_500_000]

test.each([
  ['over TCP', {}, {}],
  ['over TLS', { tls: certificate }, { tls: { ca: certificate.cert } }],
])(
  'arrive as they were sent, many under way to a peer that reads late, %s',
  async (_, serving, connecting) => {
    const received: Uint8Array[] = []
    const done = deferred<void>()
    const sent = Array.from({ length: 35 }, (_, index) => randomBytes(SIZES[index % SIZES.length]!))
    const server = await start(
      async (connection) => {
        let count = 0
        for await (const message of connection) {
          received.push(message as Uint8Array)
          // So that some of what follows waits in the client.
          if (count++ % 10 === 0) await new Promise((then) => setTimeout(then, 20))
          if (received.length === sent.length) done.resolve()
        }
      },
      { compression: false, maxSize: null, ...serving },
    )
    const connection = await connect(server.url, { compression: false, ...connecting })
    for (const [index, message] of sent.entries()) {
      const written = connection.send(message)
      if (index % 3 === 0) await written
    }
    await done.promise
    for (const [index, message] of sent.entries()) expect(message.equals(received[index]!)).toBe(true)
    await connection.close()
  },
)

test('cut off in the middle, leave nothing that a later connection could disturb', async () => {
  const received: Uint8Array[] = []
  const done = deferred<void>()
  const server = await start(
    (connection) =>
      connection.onMessage((message) => {
        received.push(message as Uint8Array)
        if (received.length === 10) done.resolve()
      }),
    { compression: false, maxSize: null },
  )
  const deaf = await rawServer(async (peer) => {
    await acceptRaw(peer)
    peer.socket.pause()
    setTimeout(() => peer.socket.resetAndDestroy(), 50)
  })
  const cut = await connect(deaf.url, { compression: false })
  for (let i = 0; i < 20; i++) cut.send(randomBytes(1_000_000)).catch(() => {})
  await cut.closed
  const connection = await connect(server.url, { compression: false })
  const sent = Array.from({ length: 10 }, () => randomBytes(1_000_000))
  for (const message of sent) void connection.send(message)
  await done.promise
  for (const [index, message] of sent.entries()) expect(message.equals(received[index]!)).toBe(true)
  await connection.close()
})
