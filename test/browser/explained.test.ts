/** What is drawn explains itself, to the pointer and to the keyboard: bytes, arrows, and control frames. */
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { findings } from './axe.ts'
import { type FakeConnection, frame, T } from './fake-feed.ts'
import { eventually, feedForEach, pagesForFile, row, slider, state, tab } from './page.ts'

const pages = pagesForFile()
const feed = feedForEach()

/** 1 and 2 open it. 3 is a message; 4 to 9 are Pings with their Pongs; 10 and 12 a message around a Ping; 13 closes it. */
function kept(connection: FakeConnection): FakeConnection {
  connection.open(T + 4).receiveText('first', T + 10)
  for (let beat = 0; beat < 3; beat++) {
    connection.send({ type: 'send.ping' }, frame(9, `${beat}`, false), T + 20 + beat * 2)
    connection.send({ type: 'receive.pong' }, frame(10, `${beat}`, true), T + 21 + beat * 2)
  }
  const close = {
    opcode: 8,
    length: 8,
    preview: { encoding: 'text', data: 'enough', truncated: false },
  } as const
  return connection
    .send({ type: 'receive.text', fin: false }, { ...frame(1, 'one ', true), fin: false }, T + 30)
    .send({ type: 'receive.ping' }, frame(9, 'alive?', true), T + 31)
    .send({ type: 'receive.continuation', fin: true }, { ...frame(0, 'two', true), fin: true }, T + 32)
    .send({ type: 'receive.close', code: 4001, reason: 'enough' }, close, T + 40)
    .send({ type: 'receive.eof' }, { transport: 'end' }, T + 41)
}

async function opened(view: string, options = {}): Promise<Page> {
  kept(feed.connection('server', 'peer', T))
  const page = await pages.attach(feed.url, { reducedMotion: 'reduce', ...options })
  await eventually(() => slider(page).getAttribute('max'), '13')
  await tab(page, view).click()
  return page
}

const isFocused = (element: Locator) => element.evaluate((each) => each === document.activeElement)

describe('a byte of the header', () => {
  /** Fields that the card tells of; those that are told as one are joined. */
  const explained = (page: Page) =>
    page
      .locator('.field-card [data-explained]')
      .evaluateAll((all) => all.map((each) => each.getAttribute('data-explained')))
  const byte = (page: Page, at: number) =>
    page.getByRole('group', { name: 'Bytes of the header' }).getByRole('button').nth(at)

  test('is explained by its fields, to the pointer', async () => {
    const page = await opened('Frame')
    await row(page, 'receive.ping').click()
    await eventually(() => explained(page), ['opcode'])
    await byte(page, 0).hover()
    await eventually(() => explained(page), ['fin', 'rsv1 rsv2 rsv3', 'opcode'])
    const card = page.locator('.field-card')
    await card.getByText('Control frames are never fragmented: FIN is always 1.').waitFor()
    await card.getByText('RSV1, RSV2, RSV3 0').waitFor()
    await card.getByText('the other side answers with a Pong').waitFor()
    expect(await page.locator('.bit-field.shown').count()).toBe(5)
    await byte(page, 1).hover()
    await eventually(() => explained(page), ['mask', 'length'])
    await card.getByText('A client masks every frame that it sends.').waitFor()
    await card.getByText('The payload has 6 bytes').waitFor()
    await byte(page, 5).hover()
    await eventually(() => explained(page), ['key'])
    await page.locator('[data-field="fin"]').hover()
    await eventually(() => explained(page), ['fin'])
  })

  test('is explained by its fields, to the keyboard', async () => {
    const page = await opened('Frame')
    await row(page, 'receive.ping').click()
    await byte(page, 0).focus()
    await eventually(() => explained(page), ['fin', 'rsv1 rsv2 rsv3', 'opcode'])
    await page.keyboard.press('ArrowRight')
    await eventually(() => explained(page), ['mask', 'length'])
    await page.keyboard.press('End')
    await eventually(() => explained(page), ['key'])
    // What is explained is told to those who do not see it.
    await page.getByRole('status').filter({ hasText: 'Masking-key' }).waitFor()
  })
})

describe('an arrow of the statechart', () => {
  const label = (page: Page, name: string) => page.getByRole('button', { name })
  const closed = 'Transition from lifecycle.open to lifecycle.closing.acknowledged on receive.close'
  const card = (page: Page) => page.locator('[data-edge-card]')

  test('is reached behind the state that it leads away from, and followed by Enter', async () => {
    const page = await opened('Statechart')
    await page.getByRole('button', { name: 'State lifecycle.open' }).focus()
    await page.keyboard.press('Tab')
    const [first] = await page.locator('.edge-label[tabindex="0"]').all()
    await eventually(() => isFocused(first!), true)
    expect(await first!.getAttribute('aria-label')).toMatch(/^Transition from lifecycle\.open to /)
    expect(await page.locator('.edge-label[tabindex="0"]').count()).toBe(1)

    await label(page, closed).focus()
    await page.keyboard.press('Enter')
    await eventually(() => row(page, 'receive.close').getAttribute('aria-selected'), 'true')
    // It is marked now, and still the one to go on from.
    await eventually(() => label(page, `${closed}, the last one`).count(), 1)
    expect(await isFocused(label(page, closed))).toBe(true)
    await eventually(() => label(page, closed).getAttribute('aria-pressed'), 'true')
  })

  test('leads by arrow keys to every other one', async () => {
    const page = await opened('Statechart')
    const labels = page.locator('.edge-label')
    await labels.first().waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-edge-button'))
    const all = await labels.evaluateAll((each) => each.map((one) => one.getAttribute('data-edge-button')))
    await labels.first().focus()
    const walk = async (key: string) => {
      const seen: unknown[] = [await focused()]
      for (;;) {
        await page.keyboard.press(key)
        const at = await focused()
        if (at === seen.at(-1)) return seen
        seen.push(at)
      }
    }
    await walk('ArrowLeft')
    const there = await walk('ArrowRight')
    expect([...there].sort()).toEqual([...all].sort())
    expect((await walk('ArrowUp')).length).toBeGreaterThan(3)
    expect(await isFocused(page.locator('.edge-label[tabindex="0"]'))).toBe(true)
  })

  test('is explained beside the drawing while the keyboard is on it', async () => {
    const page = await opened('Statechart')
    const arrow = label(page, closed)
    await page.getByRole('button', { name: 'State lifecycle.open' }).focus()
    await page.keyboard.press('Tab')
    await card(page).waitFor()
    await arrow.focus()
    await card(page).getByText('lifecycle.open → lifecycle.closing.acknowledged').waitFor()
    await card(page).getByText('receive.close', { exact: true }).waitFor()
    const ring = await arrow.evaluate((each) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(each)
      const scale = each.getBoundingClientRect().width / (each as HTMLElement).offsetWidth
      return { outlineStyle, onScreen: Number.parseFloat(outlineWidth) * scale }
    })
    expect(ring.outlineStyle).toBe('solid')
    expect(ring.onScreen).toBeGreaterThan(1.5)
    await page.keyboard.press('Escape')
    await card(page).waitFor({ state: 'detached' })
    await page.keyboard.press('ArrowRight')
    await card(page).waitFor()
    await tab(page, 'Statechart').focus()
    await card(page).waitFor({ state: 'detached' })
    // The pointer has the title for that.
    await arrow.click()
    expect(await card(page).count()).toBe(0)
  })

  test('and a state have cards that scroll by themselves', async () => {
    const page = await opened('Statechart', { viewport: { width: 390, height: 700 } })
    await page.getByRole('button', { name: 'State lifecycle.open' }).press('Enter')
    const about = page.getByRole('complementary', { name: 'About lifecycle.open' })
    await about.hover()
    const drawn = () =>
      page.locator('.chart-canvas').evaluate((each) => (each as HTMLElement).style.transform)
    const before = await drawn()
    await page.mouse.wheel(0, 60)
    await eventually(async () => (await about.evaluate((each) => each.scrollTop)) > 0, true)
    expect(await drawn()).toBe(before)
  })

  test('has room for what it is called, on a phone too', async () => {
    const page = await opened('Statechart', { viewport: { width: 390, height: 844 } })
    await state(page, 'lifecycle.open').waitFor()
    await slider(page).fill('9')
    const head = page.getByRole('region', { name: 'Statechart' }).locator('.panel-head')
    await head.getByText('↓ text').waitFor()
    const beside = page.locator('[data-elsewhere]')
    await beside.getByText('Fit shows all.').waitFor()
    expect(await beside.evaluate((each) => each.scrollHeight - each.clientHeight)).toBeLessThanOrEqual(0)
    const cut = await head
      .locator('span')
      .evaluateAll(
        (all) => all.filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0).length,
      )
    expect(cut).toBe(0)
    await head.getByText('possible now').waitFor()
    await head.getByText('other side').waitFor()
  })
})

describe('a control frame', () => {
  const blocks = (page: Page, direction: string) =>
    page.getByRole('region', { name: direction, exact: true }).locator('.block').allTextContents()
  const between = (page: Page, direction: string) =>
    page
      .getByRole('region', { name: direction, exact: true })
      .getByRole('group', { name: 'Control frames between messages' })

  test('has its place between messages, in both directions; those of a kind are counted', async () => {
    const page = await opened('Messages')
    // The newest first: a message in fragments, what came before it, and the one before that.
    await eventually(
      () => blocks(page, 'inbound'),
      ['Close 4001', 'text 4 Bone ', 'Ping ', 'continuation FIN3 Btwo', 'Pong ×3', 'text FIN5 Bfirst'],
    )
    await eventually(() => blocks(page, 'outbound'), ['Ping ×3', 'Pong ', 'Close 4001'])
    await page
      .getByRole('region', { name: 'outbound', exact: true })
      .getByText('No message has begun.')
      .waitFor()
    await page.getByRole('region', { name: 'inbound', exact: true }).getByText('2 messages').waitFor()
  })

  test('is there from its moment on, and leads to it', async () => {
    const page = await opened('Messages')
    await slider(page).fill('6')
    await eventually(() => between(page, 'outbound').getByRole('button').allTextContents(), ['Ping ×2'])
    await eventually(() => between(page, 'inbound').getByRole('button').allTextContents(), ['Pong ×2'])
    const pongs = page.getByRole('button', { name: '2 Pong frames in a row, #5 to #7' })
    await eventually(() => pongs.getAttribute('aria-pressed'), 'true')
    // Picked again, it leads to the one before.
    await pongs.press('Enter')
    await eventually(() => slider(page).inputValue(), '4')
    await eventually(() => between(page, 'inbound').getByRole('button').allTextContents(), ['Pong '])
    await slider(page).fill('1')
    await eventually(() => between(page, 'inbound').count(), 0)
  })

  test('is lit with the frame that it is', async () => {
    const page = await opened('Messages')
    const isLit = (element: Locator) => element.evaluate((each) => each.hasAttribute('data-linked'))
    await page.locator('[data-event="send.ping"]').nth(1).hover()
    await eventually(() => isLit(page.getByRole('button', { name: /^3 Ping frames/ })), true)
    expect(await isLit(page.getByRole('button', { name: /^3 Pong frames/ }))).toBe(false)
    await page.getByRole('button', { name: /^3 Pong frames/ }).hover()
    await eventually(() => page.locator('[data-event="receive.pong"][data-linked]').count(), 3)
  })

  test('of very many is drawn once for all, or folded', async () => {
    const server = feed.connection('server').open()
    for (let beat = 0; beat < 400; beat++) {
      server.send({ type: 'send.ping' }, frame(9, '', false))
      server.send({ type: 'receive.pong' }, frame(10, '', true))
      // These alternate with the Pongs.
      server.send({ type: 'receive.ping' }, frame(9, '', true))
    }
    const page = await pages.attach(feed.url)
    await tab(page, 'Messages').click()
    await between(page, 'inbound').getByText('792 more').waitFor()
    await eventually(() => between(page, 'inbound').getByRole('button').count(), 8)
    await eventually(() => between(page, 'outbound').getByRole('button').count(), 8)
  })

  test.each(['light', 'dark'] as const)(
    'and what explains the others is readable, %s',
    async (colorScheme) => {
      const page = await opened('Messages', { colorScheme })
      await between(page, 'outbound').waitFor()
      const found = { messages: await findings(page), frame: [''], statechart: [''] }
      await tab(page, 'Frame').click()
      await page.getByRole('group', { name: 'Bytes of the header' }).getByRole('button').first().focus()
      found.frame = await findings(page)
      await tab(page, 'Statechart').click()
      await page.getByRole('button', { name: 'State lifecycle.open' }).focus()
      await page.keyboard.press('Tab')
      await page.locator('[data-edge-card]').waitFor()
      found.statechart = await findings(page)
      expect(found).toEqual({ messages: [], frame: [], statechart: [] })
    },
    60_000,
  )
})
