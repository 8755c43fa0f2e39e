/** Playing what was recorded, and holding it, or what happens, at breakpoints. */
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { frame, T } from './fake-feed.ts'
import { button, connection, eventually, expectLit, feedForEach, pagesForFile, row, slider } from './page.ts'

const pages = pagesForFile()
const feed = feedForEach()

const held = (page: Page) => page.locator('[data-held]')

/** Adds a breakpoint, by the keyboard. */
async function hold(page: Page, on: string, which: string): Promise<void> {
  await page.getByText(/^Breakpoints/).focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('Hold').selectOption(on)
  const field = page.getByLabel('Which')
  if (on === 'code') await field.fill(which)
  else await field.selectOption(which)
  await button(page, 'Add').press('Enter')
  await page.locator(`[data-breakpoint="${on}"]`).waitFor()
  await page.keyboard.press('Escape')
}

/** Records 1 and 2 open it, 3 is a text, 4 a Ping, 5 a Close, 6 the end. */
function talk() {
  return feed
    .connection('server', 'peer', T)
    .open(T)
    .receiveText('hello', T + 40)
    .send({ type: 'receive.ping' }, frame(9, 'alive?', true), T + 80)
    .send({ type: 'receive.close', code: 4001, reason: 'enough' }, { opcode: 8, length: 8 }, T + 3_600_000)
    .send({ type: 'receive.eof' }, { transport: 'end' }, T + 3_600_010)
}

describe('a replay', () => {
  test('plays from the beginning to the end, without the silences', async () => {
    talk()
    const page = await pages.attach(feed.url)
    await button(page, 'Play').click()
    await page.getByRole('button', { name: 'To the end' }).waitFor()
    await button(page, 'Play').waitFor()
    expect(await slider(page).inputValue()).toBe('5')
    await expectLit(page, ['inbound.idle', 'lifecycle.closed.cleanly', 'outbound.idle'])
  })

  test('pauses, and goes on from where the cursor was put', async () => {
    talk()
    const page = await pages.attach(feed.url)
    await page.getByLabel('Speed').selectOption('one a second')
    await button(page, 'Play').click()
    await eventually(() => slider(page).inputValue(), '1')
    await button(page, 'Pause').click()
    await row(page, 'receive.ping').click()
    await page.getByLabel('Speed').selectOption('10×')
    await hold(page, 'transition', 'receive.eof')
    await button(page, 'Play').click()
    await held(page).waitFor()
    expect(await slider(page).inputValue()).toBe('5')
  })

  test.each([
    ['frame', 'ping', '3', 'The client sent a ping frame.', 'lifecycle.open'],
    ['frame', 'pong', '3', 'The server sent a pong frame.', 'lifecycle.open'],
    ['state', 'lifecycle.open', '1', 'The server entered lifecycle.open.', 'lifecycle.open'],
    ['code', '4001', '4', 'The server has code 4001 in receive.close.', 'lifecycle.closing.acknowledged'],
  ])('holds at a %s, %s', async (on, which, place, words, lit) => {
    talk()
    const page = await pages.attach(feed.url)
    await hold(page, on, which)
    await button(page, 'Play').click()
    await held(page).getByText(words).waitFor()
    expect(await slider(page).inputValue()).toBe(place)
    await expectLit(page, ['inbound.idle', lit, 'outbound.idle'])
    expect(await button(page, 'Play').getAttribute('aria-pressed')).toBe('false')
    await button(page, 'Step forward').click()
    await held(page).waitFor({ state: 'detached' })
  })

  test('keeps its breakpoints while the address changes and the lab is looked at', async () => {
    talk()
    const page = await pages.attach(feed.url)
    await connection(page, '1').click()
    await hold(page, 'frame', 'ping')
    await page.goBack()
    await page.getByText('Breakpoints (1)').waitFor()
    await page.getByRole('link', { name: 'Lab' }).click()
    await page.getByRole('region', { name: 'Lessons', exact: true }).waitFor()
    await page.getByRole('link', { name: 'Live' }).click()
    await page.getByText('Breakpoints (1)').click()
    await page.getByRole('button', { name: 'Remove the breakpoint at a ping frame' }).click()
    await page.getByText('None yet').waitFor()
  })
})

test('why it holds fits a phone', async () => {
  talk()
  const page = await pages.attach(feed.url, { viewport: { width: 390, height: 844 } })
  await hold(page, 'state', 'lifecycle.closing.acknowledged')
  await button(page, 'Play').click()
  await held(page).waitFor()
  const { x, width, height } = (await held(page).boundingBox())!
  expect(x + width).toBeLessThanOrEqual(384)
  expect(height).toBeLessThan(60)
})

describe('following the end', () => {
  test('holds at what comes in, until it is followed again', async () => {
    const server = feed.connection('server', 'peer', T).open(T).receiveText('before')
    const page = await pages.attach(feed.url)
    await row(page, 'receive.text').waitFor()
    await hold(page, 'frame', 'text')
    server
      .send({ type: 'receive.ping' }, frame(9, 'beat', true))
      .receiveText('held')
      .sendText('after')
    await held(page).getByText('The client sent a text frame.').waitFor()
    expect(await slider(page).inputValue()).toBe('4')
    await button(page, 'Back to live').click()
    await page.locator('.cursor-live').waitFor()
    expect(await held(page).count()).toBe(0)
    server.receiveText('again')
    await held(page).waitFor()
    await eventually(() => slider(page).inputValue(), '6')
  })

  test('holds at the first of a connection that comes up', async () => {
    talk()
    const page = await pages.attach(feed.url)
    await hold(page, 'state', 'lifecycle.connecting.deciding')
    feed.connection('server', 'late').open().receiveText('hello')
    await held(page).getByText('The server entered lifecycle.connecting.deciding.').waitFor()
    expect(await connection(page, '2').getAttribute('aria-current')).toBe('true')
    expect(await slider(page).inputValue()).toBe('0')
  })
})
