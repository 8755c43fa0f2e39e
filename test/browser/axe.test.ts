/** Every view, in light and dark, wide and narrow: axe-core finds nothing serious or critical. */
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createInspector } from '../../src/inspect/inspector.ts'
import { serveInspector } from '../../src/inspect/server.ts'
import { serve } from '../../src/node/index.ts'
import { findings } from './axe.ts'
import { FakeFeed, frame } from './fake-feed.ts'
import { attached, connection, feedForEach, pagesForFile } from './page.ts'

const pages = pagesForFile()
const feed = feedForEach({ echo: 'ws://127.0.0.1:8765' })

const desk = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }
const schemes = ['light', 'dark'] as const

beforeEach(() => {
  const time = Date.now() - 60_000
  feed.connection('client', 'ws://example.test/chat', time).open(time).receiveText('live')
  feed
    .connection('server', '127.0.0.1:5000', time)
    .open(time)
    .send({ type: 'receive.eof' }, { transport: 'reset' })
  feed
    .connection('server', null, time)
    .send({ type: 'receive.invalidHandshake' }, { rule: 'HTTP', message: 'no' })
  const last = feed.connection('server', '127.0.0.1:6000', time + 1).open(time + 1)
  last.receiveText('a text that is long enough to be cut where there is little room for it').sendText('echo')
  last.send({ type: 'receive.text', fin: false }, { ...frame(1, 'part', true), fin: false })
  last.send({ type: 'receive.ping' }, frame(9, 'beat', true))
  last.send(
    { type: 'receive.invalid', code: 1002, rule: 'RESERVED_BITS' },
    { message: 'a bit is set', section: '5.2' },
  )
})
async function opened(url: string, colorScheme: (typeof schemes)[number], viewport = desk): Promise<Page> {
  return pages.open(url, { colorScheme, viewport, reducedMotion: 'reduce' })
}

describe.each(schemes)('in %s', (scheme) => {
  test('each view of a connection', async () => {
    const page = await opened(feed.url, scheme)
    await attached(page)
    await connection(page, '4').click()
    await page.locator('[data-state-id="lifecycle.open"]').waitFor()
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByText(/^Breakpoints/).click()
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const tabs = page.locator('[data-view-tab]')
    const found: Record<string, string[]> = { breakpoints: await findings(page) }
    for (let index = 0; index < (await tabs.count()); index++) {
      await tabs.nth(index).click()
      const name = (await tabs.nth(index).textContent()) ?? ''
      found[name] = await findings(page)
    }
    expect(Object.keys(found).length).toBeGreaterThanOrEqual(6)
    expect(Object.values(found).flat(), JSON.stringify(found, null, 2)).toEqual([])
    // Axe takes seconds for each.
  }, 120_000)

  test('each part of a narrow page', async () => {
    const page = await opened(feed.url, scheme, phone)
    await attached(page)
    const views = page.getByRole('navigation', { name: 'Views' }).getByRole('button')
    for (let index = 0; index < (await views.count()); index++) {
      await views.nth(index).click()
      expect(await findings(page), (await views.nth(index).textContent()) ?? '').toEqual([])
    }
  }, 120_000)

  test('a page that has nothing to show', async () => {
    const empty = await FakeFeed.start()
    onTestFinished(() => empty.close())
    const page = await opened(empty.url, scheme)
    await attached(page)
    await page.getByText('Nothing is connected yet').waitFor()
    expect(await findings(page)).toEqual([])
  })

  test('steering, and a trace that is broken', async () => {
    const inspector = createInspector({ allowCommands: true })
    const server = await serve(() => {}, { port: 0, host: '127.0.0.1', inspect: inspector })
    const served = await serveInspector(inspector)
    onTestFinished(async () => {
      await served.close()
      await server.close({ timeout: 0 })
    })
    const page = await opened(served.url, scheme)
    await attached(page)
    await page.getByLabel('URL').fill(`ws://127.0.0.1:${server.port}`)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.locator('[data-connection][data-state="open"]').waitFor()
    await page.getByRole('tab', { name: 'Steer' }).click()
    await page.getByLabel('Code').fill('1')
    await page.getByText('A Close carries').waitFor()
    const buffer = Buffer.from('what?\n'.repeat(3))
    await page
      .getByLabel('Trace to open')
      .setInputFiles({ name: 'broken.jsonl', mimeType: 'text/plain', buffer })
    await page.getByText('This is no trace of wirechart').waitFor()
    expect(await findings(page)).toEqual([])
  })

  test('the embedded page', async () => {
    const served = await serveInspector(createInspector())
    onTestFinished(() => served.close())
    const page = await opened(`${served.url}embed.html`, scheme)
    await page.getByText('No application embeds this page').waitFor()
    expect(await findings(page)).toEqual([])
  })

  test('the lab', async () => {
    const page = await opened(`${feed.url}#lab`, scheme)
    await page.locator('.app').waitFor()
    await page.getByRole('button').first().waitFor()
    expect(await findings(page)).toEqual([])
  })
})
