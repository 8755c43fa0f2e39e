/** With the WebSocket of a real Chromium. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type ConnectionEnd, serve } from '../../../src/node/index.ts'
import { launchBrowser } from '../../browser/browser.ts'
import { exchangeInPage } from './in-page.ts'
import { MAX_SIZE } from './messages.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

describe('interoperability: Chromium', () => {
  it.each([
    ['without compression', 'page', false],
    ['with compression', 'page', true],
    ['without compression', 'server', false],
    ['with compression', 'server', true],
  ] as const)(
    'server: a page exchanges 1,000 mixed messages %s, nothing lost or changed; closed by the %s',
    async (_, closer, compression) => {
      const ends: Promise<ConnectionEnd>[] = []
      const server = await serve(
        async (connection) => {
          ends.push(connection.closed)
          for await (const message of connection) {
            if (message === 'close') await connection.close(4001, 'as you wish')
            else await connection.send(message)
          }
        },
        { host: '127.0.0.1', maxSize: MAX_SIZE, compression, onError: () => {} },
      )
      onTestFinished(() => server.close())
      const page = await browser.newPage()
      onTestFinished(() => page.close())

      const end =
        closer === 'page' ? { code: 3001, reason: 'seen enough' } : { code: 4001, reason: 'as you wish' }
      const result = await page.evaluate(exchangeInPage, { url: `ws://127.0.0.1:${server.port}/`, closer })
      expect(result).toEqual({ received: 1_000, wrong: 0, end: { ...end, wasClean: true } })
      expect(await ends[0]).toMatchObject({ ...end, wasClean: true })
    },
  )
})
