/** The lab, in light and dark, wide and narrow: axe-core finds nothing serious or critical. */
import { expect, test } from 'vitest'
import { findings } from './axe.ts'
import { feedForEach, pagesForFile } from './page.ts'

const pages = pagesForFile()
const feed = feedForEach()

const sizes = [
  ['wide', { width: 1280, height: 800 }],
  ['narrow', { width: 390, height: 844 }],
] as const

for (const [size, viewport] of sizes) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${size}, ${colorScheme}`, async () => {
      const page = await pages.open(`${feed.url}#lab/nonsense`, {
        viewport,
        colorScheme,
        reducedMotion: 'reduce',
      })
      await page.getByRole('alert').waitFor()
      expect(await findings(page), 'library and a bad link').toEqual([])

      await page.evaluate(() => {
        location.hash = '#lab/fragments-with-a-ping/3'
      })
      await page.locator('[data-refusal]').waitFor()
      expect(await findings(page), 'a question, and a refusal').toEqual([])
      await page.getByRole('button', { name: 'It fails the connection with 1002' }).click()
      await page.locator('[data-verdict="wrong"]').waitFor()
      expect(await findings(page), 'a wrong answer').toEqual([])

      const narrow = size === 'narrow'
      const show = async (name: string) => {
        if (narrow)
          await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name }).click()
      }
      await show('wire')
      await page.locator('[data-lane="client"] [data-block]').click()
      await page.getByText('Breakpoints').click()
      await page.getByRole('button', { name: 'Add', exact: true }).click()
      expect(await findings(page), 'bytes and breakpoints').toEqual([])
      await page.keyboard.press('Escape')
      await page.locator('summary', { hasText: 'Setup' }).click()
      expect(await findings(page), 'setup').toEqual([])
      await page.keyboard.press('Escape')
      for (const side of ['client', 'server']) {
        await show(side)
        const peer = page.locator(`[data-peer="${side}"]`)
        await peer.getByLabel(`What the ${side} sends`).selectOption('frame')
        await peer.getByRole('button', { name: 'Log', exact: true }).click()
        if (side === 'client') await peer.getByLabel('Payload, hex').fill('0g')
        expect(await findings(page), `crafting by the ${side}, its log`).toEqual([])
      }

      await show('lesson')
      await page.evaluate(() => {
        location.hash = '#lab/bad-utf8/5'
      })
      await page.locator('[data-fate="unread"]').waitFor()
      await page.locator('[data-fate="wrong"]').click()
      expect(await findings(page), 'an end, with what was wrong and what was not read').toEqual([])
    }, 120_000)
  }
}
