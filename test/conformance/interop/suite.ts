/** The tests of one library: both roles where it has both, every way of compression that it has. */
import { describe, test } from 'vitest'
import {
  clientExchanges,
  type Foreign,
  type ForeignServer,
  joinedClient,
  joinedServer,
  serverExchanges,
  theyClose,
  weClose,
} from './exchange.ts'

export interface Library {
  name: string
  /** Ways to compress, each offered by both. */
  compression: readonly boolean[]
  /** Opens a connection to a server of ours. */
  open: (url: string, compression: boolean) => Promise<Foreign>
  /** A server for clients of ours. */
  listen?: (compression: boolean) => Promise<ForeignServer>
}

const TIMEOUT = 60_000

export function interoperates({ name, compression, open, listen }: Library): void {
  describe(`interoperability: ${name}`, () => {
    describe('server', () => {
      describe('sockets, whole', () => {
        for (const compressed of compression) {
          const how = compressed ? 'compressed' : 'not compressed'
          test(
            `1,000 mixed messages to our server, ${how}, and closed by the client`,
            async () => {
              const joined = await serverExchanges((url) => open(url, compressed), compressed)
              await theyClose(joined)
              await joined.server.close()
            },
            TIMEOUT,
          )
        }
        test('7.1.2 our server closes', async () => {
          const joined = await joinedServer((url) => open(url, false))
          await weClose(joined)
          await joined.server.close()
        })
        test('7.1.2 their client closes', async () => {
          const joined = await joinedServer((url) => open(url, false))
          await theyClose(joined)
          await joined.server.close()
        })
      })
    })
    if (listen === undefined) return
    describe('client', () => {
      describe('sockets, whole', () => {
        for (const compressed of compression) {
          const how = compressed ? 'compressed' : 'not compressed'
          test(
            `1,000 mixed messages to their server, ${how}, and closed by the client`,
            async () => {
              const server = await listen(compressed)
              await weClose(await clientExchanges(server, compressed))
              server.close()
            },
            TIMEOUT,
          )
        }
        test('7.1.2 our client closes', async () => {
          const server = await listen(false)
          await weClose(await joinedClient(server))
          server.close()
        })
        test('7.1.2 their server closes', async () => {
          const server = await listen(false)
          await theyClose(await joinedClient(server))
          server.close()
        })
      })
    })
  })
}
