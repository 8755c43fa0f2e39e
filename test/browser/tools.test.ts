/** The list and the log: what they show, and in which order. */
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { frame } from './fake-feed.ts'
import { connection, eventually, feedForEach, pagesForFile, row } from './page.ts'

const pages = pagesForFile()
const feed = feedForEach()

const idsOf = (page: Page) =>
  page
    .locator('[data-connection]')
    .evaluateAll((all) => all.map((each) => each.getAttribute('data-connection')))

/** Five connections: two live, and three that ended with 1000, 1001 and without a Close frame. */
async function five() {
  const page = await pages.attach(feed.url)
  feed.connection('server', '10.0.0.2:5000', 1000).open(1000)
  feed.connection('client', 'ws://example.test/chat', 2000).open(2000).receiveText('hello', 2100)
  feed
    .connection('server', '10.0.0.10:5001', 3000)
    .open(3000)
    .receiveClose(1000, 'done', 3100)
    .send({ type: 'receive.eof' })
  feed
    .connection('server', '10.0.0.1:5002', 4000)
    .open(4000)
    .receiveClose(1001, 'leaving', 4100)
    .send({ type: 'receive.eof' })
  feed
    .connection('client', 'ws://example.test/lost', 5000)
    .open(5000)
    .send({ type: 'receive.eof' }, { transport: 'reset' })
  await connection(page, '5').and(page.locator('[data-state="closed"]')).waitFor()
  return page
}

describe('the list', () => {
  test('shows live ones first, and how many were closed with which code', async () => {
    const page = await five()
    expect(await idsOf(page)).toEqual(['2', '1', '5', '4', '3'])
    const codes = page.getByRole('group', { name: 'How they were closed' }).getByRole('button')
    expect(await codes.allTextContents()).toEqual(['1000 ×1', '1001 ×1', '1006 ×1'])
    await page.getByRole('button', { name: 'Closed with 1006, no Close frame: 1' }).click()
    await eventually(() => idsOf(page), ['5'])
    await page.getByRole('button', { name: 'Show all 5' }).click()
    await eventually(async () => (await idsOf(page)).length, 5)
  })

  test('is one stop of the Tab key, however long it is; the arrow keys go along it', async () => {
    const page = await five()
    await page.getByRole('button', { name: 'Closed with 1006, no Close frame: 1' }).focus()
    await page.keyboard.press('Tab')
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-connection') ?? null)
    // The newest is the one that is shown.
    expect(await focused()).toBe('5')
    await page.keyboard.press('Home')
    await eventually(focused, '2')
    await page.keyboard.press('ArrowDown')
    await eventually(focused, '1')
    await eventually(() => connection(page, '1').getAttribute('aria-current'), 'true')
    await page.keyboard.press('End')
    await eventually(focused, '3')
    await eventually(() => connection(page, '3').getAttribute('aria-current'), 'true')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe(null)
    await page.keyboard.press('Shift+Tab')
    expect(await focused()).toBe('3')
    // Where the one that is shown is not listed, it begins with the first.
    await page.getByLabel('Filter connections by text').fill('example')
    await eventually(() => idsOf(page), ['2', '5'])
    expect(await connection(page, '2').getAttribute('tabindex')).toBe('0')
  })

  test('brings into sight which one is shown, whatever led there', async () => {
    for (let count = 0; count < 40; count++) feed.connection('server', `10.0.0.1:${5000 + count}`).open()
    const page = await pages.attach(`${feed.url}#live/1/ladder`)
    await connection(page, '1').and(page.locator('[aria-current="true"]')).waitFor()
    const isInSight = () =>
      connection(page, '1').evaluate((row) => {
        const list = row.closest('.connection-list')!.getBoundingClientRect()
        const { top, bottom } = row.getBoundingClientRect()
        return top >= list.top - 1 && bottom <= list.bottom + 1
      })
    await eventually(isInSight, true)
    // The list is its reader's: what goes on meanwhile does not move it.
    await page.locator('.connection-list').hover()
    await page.mouse.wheel(0, -10_000)
    await eventually(isInSight, false)
    feed.connection('server', '10.0.0.2:1').open()
    await connection(page, '41').waitFor()
    expect(await isInSight()).toBe(false)
  })

  test('calls connections by their path, and says why one ended without a Close frame', async () => {
    const page = await pages.attach(feed.url)
    const request = { http: { startLine: 'GET /chat?room=1 HTTP/1.1', headers: [] } }
    feed
      .connection('server', '10.0.0.2:5000')
      .send({ type: 'receive.request' }, request)
      .send({ type: 'send.response', accepted: true })
      .send(
        { type: 'receive.invalid', code: 1007, rule: 'INVALID_UTF8' },
        { message: 'text is not valid UTF-8' },
      )
      .send({ type: 'receive.eof' }, { transport: 'end' })
    await connection(page, '1').getByText('1006 failed with 1007: text is not valid UTF-8').waitFor()
    await connection(page, '1').getByText('/chat?room=1').waitFor()
    // Its row may be out of sight.
    await page.locator('.subject', { hasText: '/chat?room=1' }).waitFor()
    await page.getByLabel('Filter connections by text').fill('room utf-8')
    await eventually(() => idsOf(page), ['1'])
    await page.getByLabel('Filter connections by text').fill('room 1009')
    await eventually(() => idsOf(page), [])
  })

  test('is filtered by side, state, whether it is live, and text', async () => {
    const page = await five()
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByLabel('Side').selectOption('client')
    await eventually(() => idsOf(page), ['2', '5'])
    await page.getByRole('combobox', { name: 'State' }).selectOption('closed')
    await eventually(() => idsOf(page), ['5'])
    await page.getByLabel('Side').selectOption('')
    await page.getByLabel('Which').selectOption('live')
    await page.getByText('None that fits.').first().waitFor()
    await page.getByRole('button', { name: 'Show all 5' }).click()
    await page.getByLabel('Filter connections by text').fill('example lost')
    await eventually(() => idsOf(page), ['5'])
    await page.getByLabel('Filter connections by text').fill('leaving')
    await eventually(() => idsOf(page), ['4'])
  })

  test('is sorted', async () => {
    const page = await five()
    await page.getByRole('button', { name: 'More' }).click()
    for (const [order, ids] of [
      ['newest', ['5', '4', '3', '2', '1']],
      ['oldest', ['1', '2', '3', '4', '5']],
      ['peer', ['4', '1', '3', '2', '5']],
      ['close code', ['3', '4', '5', '2', '1']],
    ] as const) {
      await page.getByLabel('Order').selectOption(order)
      await eventually(() => idsOf(page), [...ids])
    }
  })
})

describe('the log', () => {
  const eventsOf = (page: Page) =>
    page.locator('[data-event]').evaluateAll((all) => all.map((each) => each.getAttribute('data-event')))

  async function busy() {
    const page = await pages.attach(feed.url)
    const server = feed.connection('server').open()
    server.receiveText('needle in hay').sendText('echo')
    server.send({ type: 'receive.ping' }, frame(9, 'beat', true))
    server.receiveClose(1000, 'done')
    await row(page, 'receive.close').waitFor()
    return { page, server }
  }

  test('has a key to its marks', async () => {
    const page = await five()
    const log = page.getByRole('region', { name: 'Log' })
    await log.locator('summary', { hasText: 'Key' }).press('Enter')
    await log.getByText('what the protocol sent by itself').waitFor()
    // All of it is in sight: the log cuts off what reaches over its edges.
    const [body, panel] = await Promise.all([log.locator('.pop-body').boundingBox(), log.boundingBox()])
    expect(body!.x).toBeGreaterThanOrEqual(panel!.x)
    expect(body!.x + body!.width).toBeLessThanOrEqual(panel!.x + panel!.width)
    expect(body!.y + body!.height).toBeLessThanOrEqual(panel!.y + panel!.height)
    await page.keyboard.press('Escape')
    await eventually(() => log.locator('.pop-body').count(), 0)
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Key')
  })

  test('is filtered by kind, direction and text, and follows what comes', async () => {
    const { page, server } = await busy()
    const log = page.getByRole('region', { name: 'Log' })
    await log.getByLabel('Kind').selectOption('handshake')
    await eventually(() => eventsOf(page), ['receive.request', 'send.response'])
    await log.getByLabel('Way').selectOption('sent')
    await eventually(() => eventsOf(page), ['send.response'])
    await log.getByText('1 of 6 events').waitFor()
    await page.getByRole('button', { name: 'Show all events' }).click()
    await page.getByLabel('Filter events by text').fill('NEEDLE')
    await eventually(() => eventsOf(page), ['receive.text'])
    await page.getByLabel('Filter events by text').fill('')
    await log.getByLabel('Kind').selectOption('end of TCP')
    await eventually(() => eventsOf(page), [])
    server.send({ type: 'receive.eof' }, { transport: 'end' })
    await eventually(() => eventsOf(page), ['receive.eof'])
  })

  test('steps through what it shows by keys', async () => {
    const { page } = await busy()
    const log = page.getByRole('region', { name: 'Log' })
    await row(page, 'receive.ping').click()
    await log.getByLabel('Way').selectOption('sent')
    await eventually(() => eventsOf(page), ['send.response', 'send.text'])
    await log.getByRole('listbox').focus()
    // From the ping, which is not shown any more, to the one before it.
    await page.keyboard.press('ArrowUp')
    await eventually(() => row(page, 'send.text').getAttribute('aria-selected'), 'true')
    await page.keyboard.press('ArrowUp')
    await eventually(() => row(page, 'send.response').getAttribute('aria-selected'), 'true')
    await page.keyboard.press('ArrowDown')
    await eventually(() => row(page, 'send.text').getAttribute('aria-selected'), 'true')
  })

  test('draws only the rows that are seen, of however many', async () => {
    const page = await pages.attach(feed.url)
    const server = feed.connection('server').open()
    for (let i = 0; i < 3000; i++) server.receiveText(`message ${i}`)
    await page.getByText('message 2999').first().waitFor()
    expect(await page.locator('[data-event]').count()).toBeLessThan(60)
    await page.getByRole('listbox').focus()
    await page.keyboard.press('Home')
    await row(page, 'receive.request').waitFor()
    expect(await page.locator('[data-event]').count()).toBeLessThan(60)
    await page.keyboard.press('End')
    await page.locator('[data-event][data-seq="3002"][aria-selected="true"]').waitFor()
  })
})
