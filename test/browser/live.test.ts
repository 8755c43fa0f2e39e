/** The whole of it: the process that `wirechart serve` starts, its page in a browser, and real traffic. */
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { run, startServe } from '../cli/run.ts'
import { connection, eventually, expectLit, pagesForFile, row } from './page.ts'

const pages = pagesForFile()

async function start() {
  const { running, url } = await startServe()
  const [, pageUrl] = await running.prints(/^inspector on (\S+)$/m)
  return { running, url, pageUrl: pageUrl! }
}

async function client(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url)
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

describe('the page of wirechart serve', () => {
  test('shows connecting, open, closing and closed as a browser echoes through it', async () => {
    const { pageUrl } = await start()
    const page = await pages.attach(pageUrl)
    // Every state that the connection was ever shown in, in order.
    await page.evaluate(() => {
      const watch = window as unknown as { states: string[] }
      watch.states = []
      const note = () => {
        const now = document.querySelector('[data-connection]')?.getAttribute('data-state')
        if (now && watch.states.at(-1) !== now) watch.states.push(now)
      }
      new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true })
    })

    await page.getByRole('button', { name: 'Connect this browser' }).click()
    await connection(page, 'c1').and(page.locator('[data-state="open"]')).waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await row(page, 'receive.text').waitFor()
    await row(page, 'send.text').waitFor()
    await page.getByLabel('Code').fill('3001')
    await page.getByLabel('Reason').fill('seen enough')
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await connection(page, 'c1').and(page.locator('[data-state="closed"]')).waitFor()

    await expectLit(page, ['inbound.idle', 'lifecycle.closed.cleanly', 'outbound.idle'])
    expect(await connection(page, 'c1').textContent()).toContain('3001 “seen enough”')
    for (const event of ['receive.request', 'send.response', 'receive.close', 'receive.eof']) {
      await row(page, event).waitFor()
    }
    // What happens within one frame of the display is drawn once, so one that lasted shorter may be passed over.
    const states = await page.evaluate(() => (window as unknown as { states: string[] }).states)
    expect(states).toEqual(
      ['connecting', 'open', 'closing', 'closed'].filter((each) => states.includes(each)),
    )
    expect(states).toContain('open')
    expect(states).toContain('closed')
  })

  test('shows each state of a connection that stays in it', async () => {
    const { pageUrl, url } = await start()
    const page = await pages.attach(pageUrl)
    const { connect } = await import('node:net')
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    const shows = (state: string) =>
      connection(page, 'c1')
        .and(page.locator(`[data-state="${state}"]`))
        .waitFor()

    await shows('connecting')
    await expectLit(page, ['inbound.idle', 'lifecycle.connecting.awaitingRequest', 'outbound.idle'])
    socket.write(
      'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    await shows('open')
    // A fragment, then an unmasked frame: this side fails the connection, and we do not end TCP.
    socket.write(Uint8Array.of(0x01, 0x81, 0, 0, 0, 0, 0x61))
    await expectLit(page, ['inbound.text', 'lifecycle.open', 'outbound.idle'])
    socket.write(Uint8Array.of(0x80, 0x01, 0x61))
    await shows('closing')
    await expectLit(page, ['inbound.text', 'lifecycle.closing.failed', 'outbound.idle'])
    await page.getByText('frame from a client is not masked').first().waitFor()
    socket.end()
    await shows('closed')
    await expectLit(page, ['inbound.text', 'lifecycle.closed.abnormally', 'outbound.idle'])
  })

  test('shows what wirechart connect sends', async () => {
    const { pageUrl, url } = await start()
    const page = await pages.attach(pageUrl)
    expect(await run(['connect', url], 'from a pipe\n')).toMatchObject({ code: 0, stdout: 'from a pipe\n' })
    await expectLit(page, ['inbound.idle', 'lifecycle.closed.cleanly', 'outbound.idle'])
    expect(await row(page, 'receive.text').textContent()).toContain('from a pipe')
  })

  test('shows a connection that was opened before it, with its history', async () => {
    const { pageUrl, url } = await start()
    const socket = await client(url)
    socket.send('before you came')
    await once(socket, 'message')
    const page = await pages.open(pageUrl)
    await row(page, 'receive.text').waitFor()
    expect(await row(page, 'receive.text').textContent()).toContain('before you came')
    await row(page, 'receive.text').click()
    await page.getByText('Back to live').waitFor()
    await expectLit(page, ['inbound.idle', 'lifecycle.open', 'outbound.idle'])
    for (const event of ['send.response', 'receive.request']) {
      await page.keyboard.press('ArrowUp')
      await eventually(() => row(page, event).getAttribute('aria-selected'), 'true')
    }
    await expectLit(page, ['inbound.idle', 'lifecycle.connecting.deciding', 'outbound.idle'])
    await page.getByText('Back to live').click()
    await expectLit(page, ['inbound.idle', 'lifecycle.open', 'outbound.idle'])
  })

  test('says when its process has gone', async () => {
    const { running, pageUrl } = await start()
    const page = await pages.attach(pageUrl)
    running.child.kill('SIGTERM')
    await page.locator('[data-feed="reconnecting"]').waitFor()
    expect((await running.ended).code).toBe(0)
  })
})
