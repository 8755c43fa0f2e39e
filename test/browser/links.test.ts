/** What belongs together is lit in every view: by the pointer, by the focus, and by what is pinned. */
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { findings } from './axe.ts'
import { closeFrame, frame, T } from './fake-feed.ts'
import { eventually, feedForEach, pagesForFile, row, rung, state, tab } from './page.ts'

const pages = pagesForFile()
const feed = feedForEach()

const detail = (page: Page) => page.getByRole('region', { name: 'Details', exact: true })
const pinned = (page: Page) => page.locator('.pinned-light')

const isLit = (element: Locator) => element.evaluate((each) => each.hasAttribute('data-linked'))
const lit = (element: Locator) => eventually(() => isLit(element), true)
const dark = (element: Locator) => eventually(() => isLit(element), false)
const noneLit = (page: Page) => eventually(() => page.locator('[data-linked]').count(), 0)

/** Focus as the keyboard gives it: a pointer's focus shows no ring, and lights nothing. */
async function focusByKeys(page: Page, element: Locator): Promise<void> {
  await element.focus()
  await page.keyboard.press('Shift')
}

/** Where nothing is. */
const away = (page: Page) => page.mouse.move(2, 400)

/** 1 and 2 open it; 3 begins a message, 4 is a Ping in the middle of it, 5 ends it; 6 is a Close, 7 the end. */
async function opened(options = {}, url = ''): Promise<Page> {
  feed
    .connection('server', 'peer', T)
    .open(T + 4)
    .send({ type: 'receive.text', fin: false }, { ...frame(1, 'one ', true), fin: false }, T + 100)
    .send({ type: 'receive.ping' }, frame(9, 'alive?', true), T + 300)
    .send({ type: 'receive.continuation', fin: true }, { ...frame(0, 'two', true), fin: true }, T + 400)
    .send({ type: 'receive.close', code: 4001, reason: 'enough' }, closeFrame('enough'), T + 500)
    .send({ type: 'receive.eof' }, { transport: 'end' }, T + 512)
  const page = await pages.attach(feed.url + url, { reducedMotion: 'reduce', ...options })
  await row(page, 'receive.eof').waitFor({ state: 'attached' })
  return page
}

/** The views of the Ping, with a pin on something of it: it is lit in each of them. */
async function expectPingIsLit(page: Page): Promise<void> {
  await tab(page, 'Statechart').click()
  await lit(state(page, 'lifecycle.open'))
  await lit(row(page, 'receive.ping'))
  await dark(row(page, 'receive.text'))
  await lit(detail(page).getByRole('button', { name: '↻ lifecycle.open' }))
  await tab(page, 'Ladder').click()
  await lit(rung(page, 'ping'))
  await dark(rung(page, 'text'))
  await tab(page, 'Messages').click()
  await lit(page.locator('.block-control').filter({ hasText: 'Ping' }))
}

describe('a byte', () => {
  test('lights the fields that it holds, its frame, its record and its transition', async () => {
    const page = await opened()
    await row(page, 'receive.ping').click()
    await tab(page, 'Frame').click()
    const byte = page.getByRole('group', { name: 'Bytes of the header' }).getByRole('button')
    const field = (name: string) => page.locator(`[data-field="${name}"]`).first()
    await byte.nth(1).hover()
    await lit(byte.nth(1))
    await lit(field('mask'))
    await lit(field('length'))
    await dark(field('opcode'))
    await lit(row(page, 'receive.ping'))
    await lit(page.getByRole('button', { name: 'Ping, client to server' }))
    await lit(detail(page).locator('.fields > div').filter({ hasText: 'Length' }))

    await byte.nth(0).click()
    await away(page)
    await expectPingIsLit(page)
    await pinned(page).getByText('byte 0 of Ping, client to server, #4').waitFor()
  })

  test('of the payload is the same in the strip, in the dump and as text', async () => {
    const page = await opened()
    await row(page, 'receive.ping').click()
    await tab(page, 'Frame').click()
    const dump = page.locator('.dump .byte')
    await page.locator('.strip li:not(.strip-names)').nth(2).locator('.strip-text').hover()
    await lit(dump.nth(2))
    await lit(page.locator('.dump .byte-text').nth(2))
    await dark(dump.nth(3))
    await lit(detail(page).locator('pre.payload'))
    await detail(page).locator('pre.payload').hover()
    await lit(dump.nth(3))
    await dark(page.locator('[data-field="opcode"]'))
    // A byte of the key is used for every fourth of the payload.
    await page.getByRole('group', { name: 'Bytes of the header' }).getByRole('button').nth(2).hover()
    await eventually(() => page.locator('.strip-key[data-linked]').count(), 2)
  })

  test('is lit by its field, and by the keyboard', async () => {
    const page = await opened()
    await row(page, 'receive.ping').click()
    await tab(page, 'Frame').click()
    const byte = page.getByRole('group', { name: 'Bytes of the header' }).getByRole('button')
    await focusByKeys(page, page.locator('[data-field="key"]').first())
    for (const at of [2, 3, 4, 5]) await lit(byte.nth(at))
    await dark(byte.nth(1))
    await lit(detail(page).locator('.fields > div').filter({ hasText: 'Masking key' }))
    await byte.nth(0).focus()
    await page.keyboard.press('ArrowRight')
    await lit(page.locator('[data-field="mask"]'))
    await dark(page.locator('[data-field="opcode"]'))
    await page.keyboard.press('Enter')
    await eventually(() => byte.nth(1).getAttribute('aria-pressed'), 'true')
    await page.keyboard.press('End')
    await lit(byte.nth(5))
    // Away from it, what is pinned is lit again.
    await focusByKeys(page, tab(page, 'Frame'))
    await lit(byte.nth(1))
  })
})

describe('a frame', () => {
  test('lights its record, its effect and its transition, and is pinned by a click', async () => {
    const page = await opened()
    await tab(page, 'Ladder').click()
    await rung(page, 'pong').hover()
    await lit(row(page, 'receive.ping'))
    await lit(row(page, 'receive.ping').getByText('↑ pong'))
    await lit(rung(page, 'ping'))
    await dark(rung(page, 'close').first())
    await rung(page, 'pong').click()
    await away(page)
    await lit(detail(page).getByRole('button', { name: 'write pong' }))
    await dark(detail(page).getByRole('button', { name: 'deliver ping' }))
    await expectPingIsLit(page)
  })

  test('is let go when the cursor leaves it', async () => {
    const page = await opened()
    await tab(page, 'Ladder').click()
    await rung(page, 'text').click()
    await away(page)
    await pinned(page).getByText('text, client to server, #3').waitFor()
    await page.getByRole('button', { name: 'Step forward' }).click()
    await eventually(() => pinned(page).textContent(), '')
  })

  test('is let go when another connection is shown; a clause is not', async () => {
    feed.connection('server', 'other', T - 5).open(T - 1)
    const page = await opened()
    await tab(page, 'Ladder').click()
    await rung(page, 'text').click()
    await pinned(page).getByText('text, client to server').waitFor()
    await page.locator('[data-connection="1"]').click()
    await eventually(() => pinned(page).textContent(), '')
    await detail(page).getByRole('button', { name: 'write response' }).waitFor()
    await tab(page, 'Handshake').click()
    await page.getByRole('button', { name: 'RFC 6455, section 4.1' }).first().click()
    await page.locator('[data-connection="2"]').click()
    await row(page, 'receive.ping').waitFor()
    await pinned(page).getByText('RFC 6455, section 4.1').waitFor()
  })

  test('is lit by the focus of a list, and pinned by Enter', async () => {
    const page = await opened()
    await tab(page, 'Ladder').click()
    const ladder = page.getByRole('listbox', { name: 'What went over the wire' })
    await ladder.focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await lit(row(page, 'receive.text'))
    await page.keyboard.press('Enter')
    await pinned(page).getByText('text, client to server, #3').waitFor()
    await page.keyboard.press('Escape')
    await eventually(() => pinned(page).textContent(), '')
  })
})

describe('a transition', () => {
  test('lights its records, from its arrow and from the details', async () => {
    const page = await opened()
    const label = page.locator('.edge-label').filter({ hasText: '↓ request' })
    await label.hover()
    await lit(row(page, 'receive.request'))
    await dark(row(page, 'receive.close'))
    await label.click()
    await away(page)
    await lit(detail(page).getByRole('button', { name: /^lifecycle.connecting.awaitingRequest/ }))
    await tab(page, 'Ladder').click()
    await lit(rung(page, 'request'))
    await dark(rung(page, 'response'))
    await pinned(page).getByText('lifecycle.connecting.awaitingRequest → ').waitFor()
    await pinned(page)
      .getByRole('button', { name: /^Let go of/ })
      .click()
    await away(page)
    await noneLit(page)

    await row(page, 'receive.close').click()
    await away(page)
    const told = detail(page).getByRole('button', { name: /^lifecycle.open → / })
    await told.focus()
    await page.keyboard.press('Enter')
    await eventually(() => told.getAttribute('aria-pressed'), 'true')
    await tab(page, 'Statechart').click()
    await eventually(() => page.locator('.edge[data-linked]').count(), 1)
    await lit(page.locator('.edge-label.lit'))
  })

  test('lights the state that it led to, which lights what led there', async () => {
    const page = await opened()
    await row(page, 'receive.close').click()
    await away(page)
    const named = detail(page).locator('.tree').getByText('acknowledged', { exact: true })
    await named.hover()
    await lit(state(page, 'lifecycle.closing.acknowledged'))
    await lit(row(page, 'receive.close'))
    await dark(row(page, 'receive.ping'))
    await row(page, 'receive.close').hover()
    await lit(named)
    await dark(detail(page).locator('.tree').getByText('closing', { exact: true }))
  })

  test('is found by the keyboard on the card of its state', async () => {
    const page = await opened()
    await page.getByRole('button', { name: 'State lifecycle.open' }).click()
    await away(page)
    const card = page.getByRole('complementary', { name: 'About lifecycle.open' })
    await focusByKeys(page, card.getByRole('button', { name: '→ lifecycle.closing.acknowledged' }))
    await lit(row(page, 'receive.close'))
    await eventually(() => page.locator('.edge[data-linked]').count(), 1)
  })
})

describe('an effect', () => {
  test('lights the record that caused it, the frame that it was, and the transition', async () => {
    const page = await opened()
    await row(page, 'receive.ping').click()
    await away(page)
    await tab(page, 'Ladder').click()
    const effect = detail(page).getByRole('button', { name: 'write pong' })
    await effect.hover()
    await lit(rung(page, 'pong'))
    await lit(row(page, 'receive.ping'))
    await dark(rung(page, 'close').last())
    await effect.focus()
    await page.keyboard.press('Enter')
    await away(page)
    await pinned(page).getByText('write pong, by #4').waitFor()
    await expectPingIsLit(page)
  })

  test('does so beside the arrow of its transition, and in the log', async () => {
    const page = await opened()
    await row(page, 'receive.close').click()
    const drawn = page.getByRole('list', { name: 'Emitted' }).getByRole('button')
    await drawn.filter({ hasText: 'end our half of TCP' }).hover()
    await lit(row(page, 'receive.close').getByText('↑ FIN'))
    await dark(row(page, 'receive.close').getByText('↑ close'))
    await eventually(() => page.locator('.edge[data-linked]').count(), 1)
    await row(page, 'receive.close').getByText('↑ close').hover()
    await lit(drawn.filter({ hasText: 'write close' }))
    await tab(page, 'Ladder').click()
    await row(page, 'receive.close').getByText('↑ close').hover()
    await lit(rung(page, 'close').last())
    await dark(rung(page, 'FIN').first())
  })
})

describe('a clause', () => {
  test('lights whatever cites it, and the records that lead there, in every view', async () => {
    const page = await opened()
    await tab(page, 'Close report').click()
    const section = page.getByRole('button', { name: 'RFC 6455, section 5.5.1' })
    const cited = page.locator('[data-finding]').locator(section)
    await cited.first().hover()
    await lit(page.locator('[data-finding]').filter({ has: section }).first())
    await lit(row(page, 'receive.close'))
    await dark(row(page, 'receive.ping'))
    await cited.first().click()
    await away(page)
    await pinned(page).getByText('RFC 6455, section 5.5.1').waitFor()
    await tab(page, 'Ladder').click()
    await lit(rung(page, 'close').first())
    await lit(rung(page, 'close').last())
    await dark(rung(page, 'text'))
    await tab(page, 'Statechart').click()
    await eventually(() => page.locator('.edge[data-linked]').count(), 1)
    // The pin stays, wherever the cursor goes.
    await row(page, 'receive.close').click()
    await away(page)
    await tab(page, 'Frame').click()
    await lit(page.locator('[data-field="opcode"]'))
    await lit(page.locator('.field-card').getByRole('button', { name: 'RFC 6455, section 5.5.1' }))
    await dark(page.locator('[data-field="mask"]'))
    await lit(detail(page).getByRole('button', { name: 'section 5.5.1' }))
    await page.keyboard.press('Escape')
    await noneLit(page)
  })

  test('lights the states that cite it, and is reached by the keyboard', async () => {
    const page = await opened()
    await tab(page, 'Handshake').click()
    const cited = page.locator('[data-http="response"]').getByRole('button', { name: /section 4.2.2/ })
    await cited.first().focus()
    await page.keyboard.press('Enter')
    await eventually(() => cited.first().getAttribute('aria-pressed'), 'true')
    await eventually(() => page.locator('.http-line[data-linked]').count(), await cited.count())
    await tab(page, 'Statechart').click()
    await lit(state(page, 'lifecycle.connecting.deciding'))
    await dark(state(page, 'lifecycle.open'))
    await lit(row(page, 'receive.request'))
    await dark(row(page, 'receive.ping'))
  })
})

describe('the light', () => {
  test('falls on what comes into sight', async () => {
    const server = feed.connection('server').open()
    for (let count = 1; count <= 300; count++) server.receiveText(`number ${count}`)
    const page = await pages.attach(feed.url)
    await page.getByText('number 300', { exact: true }).first().waitFor()
    await state(page, 'inbound.idle').waitFor()
    await page.getByRole('button', { name: 'Fit' }).click()
    await page.locator('.edge-label').filter({ hasText: '↓ request' }).click()
    await away(page)
    await page.getByRole('button', { name: 'Back to live' }).click()
    await row(page, 'receive.request').waitFor({ state: 'detached' })
    await page.getByRole('listbox', { name: 'Events' }).evaluate((list) => {
      list.scrollTop = 0
    })
    await lit(row(page, 'receive.request'))
  })

  test('is an outline, in light and dark, and does not move', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await feed.close()
      await feed.start()
      const page = await opened({ colorScheme })
      await row(page, 'receive.ping').hover()
      await lit(row(page, 'receive.ping'))
      const style = await row(page, 'receive.ping').evaluate((element) => {
        const { outlineStyle, outlineWidth, transitionDuration, animationName } = getComputedStyle(element)
        return { outlineStyle, outlineWidth, transitionDuration, animationName }
      })
      expect(style).toEqual({
        outlineStyle: 'solid',
        outlineWidth: '2px',
        transitionDuration: '0s',
        animationName: 'none',
      })
    }
  })

  const schemes = ['light', 'dark'] as const
  const sizes = [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]
  test.each(schemes.flatMap((scheme) => sizes.map((viewport) => [scheme, viewport] as const)))(
    'leaves everything readable: %s, %o',
    async (colorScheme, viewport) => {
      const page = await opened({ colorScheme, viewport })
      const go = async (name: string) => {
        if (viewport.width > 759) return
        await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name }).click()
      }
      await go('log')
      await row(page, 'receive.close').click()
      const found: string[] = []
      const look = async (what: string) => {
        await away(page)
        await page.locator('[data-linked]').first().waitFor({ state: 'attached' })
        found.push(...(await findings(page)).map((finding) => `${what}: ${finding}`))
      }
      await detail(page).getByRole('button', { name: 'write close' }).click()
      await look('log')
      await go('statechart')
      for (const view of ['Statechart', 'Ladder', 'Frame', 'Messages'] as const) {
        await tab(page, view).click()
        await look(view)
      }
      await tab(page, 'Close report').click()
      await page.getByRole('button', { name: 'RFC 6455, section 5.5.1' }).first().click()
      await look('Close report')
      expect(found).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width)
    },
    // Axe takes seconds for each.
    120_000,
  )
})

describe('in the lab', () => {
  const peer = (page: Page, side: string) => page.locator(`[data-peer="${side}"]`)
  const view = (page: Page, side: string, name: string) =>
    peer(page, side).getByRole('tab', { name, exact: true })

  async function lab(hash: string): Promise<Page> {
    const page = await pages.open(`${feed.url}#lab/${hash}`, { reducedMotion: 'reduce' })
    await page.locator('.lab-main').waitFor()
    return page
  }

  test('a frame on the wire lights what both peers show of it, and they light it', async () => {
    const page = await lab('fragments-with-a-ping/5')
    await view(page, 'client', 'Ladder').click()
    await view(page, 'server', 'Ladder').click()
    const block = page.locator('[data-lane="server"] [data-arrived="ping"]')
    await block.hover()
    for (const side of ['client', 'server']) {
      await lit(peer(page, side).locator('[data-rung="ping"]'))
      await dark(peer(page, side).locator('[data-rung="text"]'))
    }
    await peer(page, 'client').locator('[data-rung="ping"]').hover()
    await lit(block)
    await lit(peer(page, 'server').locator('[data-rung="ping"]'))
    // The Pong is under way: the server has sent it, the client does not know of it.
    await peer(page, 'server').locator('[data-rung="pong"]').hover()
    await lit(page.locator('[data-lane="client"] [data-block="pong"]'))
    expect(await peer(page, 'client').locator('[data-rung="pong"]').count()).toBe(0)
  })

  test('what is pinned is followed as it arrives, and named', async () => {
    const page = await lab('fragments-with-a-ping/5')
    await view(page, 'client', 'Ladder').click()
    await page.locator('[data-lane="client"] [data-block="pong"]').click()
    await pinned(page).getByText('pong frame, “there?”, 8 B, to the client').waitFor()
    await page.locator('[data-lane="client"]').getByRole('button', { name: 'One frame' }).click()
    await away(page)
    await lit(page.locator('[data-lane="client"] [data-arrived="pong"]'))
    await lit(peer(page, 'client').locator('[data-rung="pong"]'))
    await page.getByRole('button', { name: 'Undo' }).click()
    await eventually(() => pinned(page).textContent(), '')
  })

  test('a byte on the wire is the same in the frame of both', async () => {
    const page = await lab('fragments-with-a-ping/5')
    for (const side of ['client', 'server']) {
      await view(page, side, 'Frame').click()
      await peer(page, side).getByRole('button', { name: 'Log' }).click()
      await peer(page, side).locator(`[data-event$=".ping"]`).click()
    }
    await page.locator('[data-lane="server"] [data-arrived="ping"]').click()
    await page.locator('.lab-hex .byte').first().hover()
    for (const side of ['client', 'server']) {
      await lit(peer(page, side).locator('[data-field="opcode"]'))
      await dark(peer(page, side).locator('[data-field="mask"]'))
    }
  })

  test('the section of a lesson lights the states that cite it', async () => {
    const page = await lab('close-by-client/4')
    await state(page, 'lifecycle.open').first().waitFor()
    const section = page.getByRole('button', { name: 'RFC 6455, section 7.1.1' })
    const step = page.locator('.lab-steps li').filter({ has: section }).first()
    await step.locator(section).hover()
    await lit(step)
    for (const side of ['client', 'server']) {
      await lit(peer(page, side).locator('[data-state-id="lifecycle.closing.acknowledged"]'))
    }
  })
})
