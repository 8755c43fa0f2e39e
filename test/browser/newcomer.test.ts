/** What somebody who has never seen a frame can read off the page, lesson by lesson. */
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { scenarios } from '../../inspector/src/lab/scenarios/index.ts'
import { filesForFile } from './file-server.ts'
import { eventually, pagesForFile } from './page.ts'

interface Ending {
  /** Who closed first, and with which code: that in the Close frame. */
  first: string
  /** How it ended for each: `null`: not at all. The code is that of section 7.1.5. */
  client: { clean: boolean; code: number } | null
  server: { clean: boolean; code: number } | null
}

const clean = (code: number) => ({ clean: true, code })
/** No Close frame was received: 1006 (section 7.1.5). */
const lost = { clean: false, code: 1006 }
const stillOpen: Ending = { first: 'nobody', client: null, server: null }
const unsaid = 'nobody (no Close frame was sent)'
const dropped: Ending = { first: unsaid, client: lost, server: lost }
/** One side fails the connection, and reads no further; the other one is told (section 7.1.7). */
const failedBy = (side: 'client' | 'server', code: number, words: string): Ending => ({
  first: `the ${side}, with ${code} (${words})`,
  client: side === 'client' ? lost : clean(code),
  server: side === 'server' ? lost : clean(code),
})
const protocolError = failedBy('server', 1002, 'protocol error')

/** Written by hand, from the RFC and the titles of the lessons. */
const endings: Record<string, Ending> = {
  opening: stillOpen,
  'refused-handshake': dropped,
  'wrong-accept': dropped,
  'text-and-binary': stillOpen,
  'fragments-with-a-ping': stillOpen,
  masking: stillOpen,
  lengths: failedBy('client', 1002, 'protocol error'),
  'byte-by-byte': stillOpen,
  compression: failedBy('client', 1007, 'invalid payload data'),
  'close-by-client': {
    first: 'the client, with 1000 (normal closure)',
    client: clean(1000),
    server: clean(1000),
  },
  'close-by-server': {
    first: 'the server, with 1001 (going away)',
    client: clean(1001),
    server: clean(1001),
  },
  'close-by-both': {
    first: 'both, at the same time: the client with 1000 (normal closure), the server with 1001 (going away)',
    client: clean(1001),
    server: clean(1000),
  },
  'close-in-mid-message': {
    first: 'the client, with 1001 (going away)',
    client: clean(1001),
    server: clean(1001),
  },
  'data-after-close': {
    first: 'the client, with 1000 (normal closure)',
    client: clean(1000),
    server: clean(1000),
  },
  'empty-close': { first: 'the client, without a code (1005)', client: clean(1005), server: clean(1005) },
  'bad-close-code': protocolError,
  'bad-utf8': failedBy('server', 1007, 'invalid payload data'),
  'unmasked-frame': protocolError,
  'reserved-bit': protocolError,
  'reserved-opcode': protocolError,
  'continuation-out-of-order': protocolError,
  'message-inside-a-message': protocolError,
  'fragmented-ping': protocolError,
  'oversize-message': failedBy('server', 1009, 'message too big'),
  'masked-frame-to-client': failedBy('client', 1002, 'protocol error'),
  'server-gone': { first: unsaid, client: lost, server: null },
  'client-gone': { first: unsaid, client: null, server: lost },
  reset: dropped,
  'unanswered-close': {
    first: 'the client, with 1000 (normal closure)',
    client: lost,
    server: clean(1000),
  },
  'ping-timeout': { first: 'the server, with 1011 (internal error)', client: null, server: lost },
  'opening-timeout': dropped,
}

const pages = pagesForFile()
const files = filesForFile()

const stepOf = (page: Page) => page.locator('[data-lab-step]').getAttribute('data-lab-step')

/** As a user: each step by its button, each question answered by its first choice. */
async function play(page: Page, steps: number): Promise<void> {
  for (let step = 1; step <= steps; step++) {
    await page.locator('.lab-ask button, .lab-foot button').first().click()
    await eventually(() => stepOf(page), String(step))
  }
}

/** Is it in sight within what scrolls it? */
const isInSight = (page: Page, selector: string) =>
  page.locator(selector).evaluate((each) => {
    const box = each.getBoundingClientRect()
    const frame = each.closest('.lab-scroll')!.getBoundingClientRect()
    return box.top >= frame.top && box.bottom <= frame.bottom
  })

describe('a lesson that was played to its end', () => {
  test('is expected to end in some way, each of them', () => {
    expect(Object.keys(endings).sort()).toEqual(scenarios.map(({ id }) => id).sort())
  })

  // One page for all of them, as somebody has who goes from one to the next: the statecharts are laid out once.
  let page: Page
  beforeAll(async () => {
    page = await pages.open(`${files.url}#lab`, { reducedMotion: 'reduce' })
  })

  describe.each(scenarios)('$id', ({ id, title, steps }) => {
    test('says who closed, with which code, and whether it was clean, where it is seen', async () => {
      await page.locator(`[data-lesson="${id}"]`).click()
      await page.getByRole('heading', { name: title, exact: true }).waitFor()
      await play(page, steps.length)
      const expected = endings[id]!
      expect(await page.locator('[data-closed-first]').textContent()).toBe(expected.first)
      await eventually(() => isInSight(page, '.lab-ending'), true)
      for (const side of ['client', 'server'] as const) {
        const said = (await page.locator(`[data-ending="${side}"] dd`).textContent())!
        const ending = expected[side]
        const peer = page.locator(`[data-peer="${side}"]`)
        if (ending === null) {
          expect(said).toBe('still open')
          expect(await peer.locator('[data-peer-state]').textContent()).toBe('open')
          continue
        }
        expect(said).toMatch(ending.clean ? /^clean, / : /not clean/)
        expect(said.match(/\d{4}/g)).toEqual([String(ending.code)])
        // What the panel of the peer says is the same: its state, its words, and its close report.
        expect(await peer.locator('[data-peer-state]').textContent()).toBe(
          `closed, ${ending.clean ? 'cleanly' : 'abnormally'}`,
        )
        expect(await peer.locator('[data-peer-words]').textContent()).toContain(String(ending.code))
        const words = (await peer.locator('[data-peer-ending]').textContent())!
        await peer.getByRole('button', { name: 'Why? See the close report' }).click()
        const report = peer.getByRole('region', { name: 'Close report' })
        expect(words).toContain(await report.locator('.lead').textContent())
        expect(words.includes('It was clean')).toBe(ending.clean)
        expect(await report.textContent()).toContain(String(ending.code))
      }
      await page.getByRole('button', { name: 'All lessons' }).click()
    }, 60_000)
  })
})

test('the log beside a peer is not cut off where it is narrow', async () => {
  const page = await pages.open(`${files.url}#lab/compression/6`, { viewport: { width: 1920, height: 1000 } })
  const rows = page.locator('[data-peer="server"] .log-row')
  await rows.nth(4).waitFor()
  const cutOff = await rows.evaluateAll(
    (all) =>
      all.filter((row) => {
        const right = row.getBoundingClientRect().right
        return [...row.querySelectorAll('.log-line > *')].some(
          (each) => each.getBoundingClientRect().right > right,
        )
      }).length,
  )
  expect(cutOff).toBe(0)
})

describe('words that may be new', () => {
  test('are explained where they stand', async () => {
    const page = await pages.open(`${files.url}#lab/close-by-client/3`)
    const step = page.locator('[aria-current="step"]')
    await step.getByRole('button', { name: 'its half of TCP' }).press('Enter')
    await step.getByRole('note').getByText('half-close').waitFor()
    await step.getByRole('button', { name: 'its half of TCP' }).press('Enter')
    await step.getByRole('note').waitFor({ state: 'detached' })
  })
})

test('a whole lesson is taken by the keyboard alone, and the focus is never lost', async () => {
  const page = await pages.open(`${files.url}#lab`)
  const isFocused = (selector: string) => page.locator(selector).evaluate((each) => each.matches(':focus'))
  await page.locator('[data-lesson="close-by-client"]').focus()
  await page.keyboard.press('Enter')
  await eventually(() => isFocused('.lab-foot button'), true)
  await page.keyboard.press('Enter')
  await eventually(() => stepOf(page), '1')
  await page.keyboard.press('Enter')
  await page.locator('.lab-ask').waitFor()
  // The choices stand right in front of the button.
  await page.keyboard.press('Shift+Tab')
  expect(await isFocused('.lab-ask button:last-of-type')).toBe(true)
  await page.keyboard.press('Enter')
  await page.locator('[data-verdict="wrong"]').waitFor()
  expect(await isFocused('.lab-foot button')).toBe(true)
  for (const step of ['4', '5', '6']) {
    await page.keyboard.press('Enter')
    await eventually(() => stepOf(page), step)
  }
  await eventually(() => isFocused('.lab-moral'), true)
  // Words that can be explained stand before the way on.
  const words = await page.locator('.lab-moral .lab-word').count()
  for (let word = 0; word <= words; word++) await page.keyboard.press('Tab')
  expect(await isFocused('.lab-moral > button')).toBe(true)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'The server closes' }).waitFor()
  expect(await isFocused('.lab-foot button')).toBe(true)
}, 60_000)

test('the way back to the start does not lose the focus', async () => {
  const page = await pages.open(`${files.url}#lab/opening/2`)
  const isFocused = (name: string) =>
    page.getByRole('button', { name, exact: true }).evaluate((each) => each.matches(':focus'))
  await page.getByRole('button', { name: 'Undo', exact: true }).focus()
  await page.keyboard.press('Enter')
  await eventually(() => stepOf(page), '1')
  expect(await isFocused('Undo')).toBe(true)
  await page.keyboard.press('Enter')
  await eventually(() => stepOf(page), '0')
  await eventually(() => isFocused('Step'), true)
  // From the end, where it is disabled until then.
  for (let step = 1; step <= 4; step++) await page.locator('.lab-foot button').click()
  await page.getByRole('button', { name: 'Restart', exact: true }).press('Enter')
  await eventually(() => stepOf(page), '0')
  await eventually(() => isFocused('Step'), true)
})
