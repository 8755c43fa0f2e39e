/** The address of the page: what it says of where the user is, and what becomes of one that is opened. */
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { readLink } from '../../inspector/src/place/link.ts'
import { createInspector } from '../../src/inspect/inspector.ts'
import { serveTrace } from '../../src/inspect/server.ts'
import { traceLines } from '../../src/inspect/trace.ts'
import { ScriptedConnection } from '../inspect/helpers.ts'
import { T } from './fake-feed.ts'
import { attached, connection, eventually, expectLit, feedForEach, pagesForFile, row, tab } from './page.ts'

const pages = pagesForFile()
const feed = feedForEach()

beforeEach(() => {
  feed.connection('server', 'one', T).open(T).receiveText('first')
  feed.connection('client', 'two', T + 10).open(T + 10)
  feed.connection('server', 'three', T + 20).open(T + 20)
})

const hash = (page: Page) => new URL(page.url()).hash
const isCurrent = (page: Page, id: string) => connection(page, id).getAttribute('aria-current')
const selected = (page: Page, event: string) => row(page, event).first().getAttribute('aria-selected')

/** Longer than what is only passed through is looked at. */
const stay = (page: Page) => page.waitForTimeout(1_100)

describe('the address', () => {
  test('says what is looked at, and brings another page there', async () => {
    const page = await pages.attach(feed.url)
    expect(hash(page)).toBe('')
    await connection(page, '1').click()
    await tab(page, 'Ladder').click()
    await row(page, 'receive.text').click()
    await eventually(async () => hash(page), '#live/1/ladder/3')
    await page.getByLabel('Filter events by text').fill('receive')
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByLabel('Side').selectOption('server')
    await eventually(async () => hash(page).startsWith('#live/1/ladder/3/~'), true)
    // Which is written a moment behind the text, as the address changes only so often.
    await eventually(async () => readLink(hash(page)).list.side, 'server')
    await eventually(() => page.locator('[data-connection]').count(), 2)
    const url = page.url()

    await page.reload()
    const again = await pages.open(url)
    for (const each of [page, again]) {
      await attached(each)
      await eventually(() => isCurrent(each, '1'), 'true')
      expect(await tab(each, 'Ladder').getAttribute('aria-selected')).toBe('true')
      await eventually(() => selected(each, 'receive.text'), 'true')
      expect(await each.getByLabel('Filter events by text').inputValue()).toBe('receive')
      expect(await each.getByLabel('Side').inputValue()).toBe('server')
      await eventually(() => each.locator('[data-connection]').count(), 2)
    }
    expect(page.url()).toBe(url)
  })

  test('goes back and forward by what was picked, not by each move of the cursor', async () => {
    const page = await pages.attach(feed.url)
    await connection(page, '1').click()
    await stay(page)
    for (let step = 0; step < 2; step++) await page.getByRole('button', { name: 'Step back' }).click()
    await stay(page)
    await tab(page, 'Messages').click()
    await stay(page)
    await connection(page, '2').click()
    await eventually(async () => hash(page), '#live/2/messages')

    await page.goBack()
    await eventually(() => isCurrent(page, '1'), 'true')
    expect(await tab(page, 'Messages').getAttribute('aria-selected')).toBe('true')
    await page.goBack()
    await eventually(() => tab(page, 'Statechart').getAttribute('aria-selected'), 'true')
    await page.getByRole('button', { name: 'Back to live' }).waitFor()
    await page.goBack()
    await eventually(() => isCurrent(page, '3'), 'true')
    await page.goForward()
    await eventually(() => isCurrent(page, '1'), 'true')
  })

  test('may name a connection that comes later, unless the user looks elsewhere by then', async () => {
    const waiting = await pages.open(`${feed.url}#live/4/messages`)
    const busy = await pages.open(`${feed.url}#live/4/messages`)
    for (const page of [waiting, busy]) {
      await attached(page)
      await eventually(() => isCurrent(page, '3'), 'true')
    }
    await row(busy, 'receive.request').click()
    feed.connection('server', 'four', T + 30)
    feed.connection('server', 'five', T + 40)
    for (const page of [waiting, busy]) await connection(page, '5').waitFor()
    await eventually(() => isCurrent(waiting, '4'), 'true')
    expect(await tab(waiting, 'Messages').getAttribute('aria-selected')).toBe('true')
    expect(await isCurrent(busy, '3')).toBe('true')
  })

  test('that makes no sense does no harm', async () => {
    for (const broken of [
      '#live/nobody/nothing/none/~none',
      '#live/1/ladder/999999',
      '#live/%FF/~%%',
      '#?',
    ]) {
      const page = await pages.attach(feed.url + broken)
      await connection(page, '2').click()
      await tab(page, 'Statechart').click()
      await expectLit(page, ['inbound.idle', 'lifecycle.open', 'outbound.idle'])
      await page.context().close()
    }
  })

  test('of the lab takes nothing from it: back there, all is as it was left', async () => {
    const page = await pages.attach(feed.url)
    await connection(page, '1').click()
    await tab(page, 'Messages').click()
    await row(page, 'receive.text').click()
    await page.getByRole('link', { name: 'Lab' }).click()
    await page.locator('[data-lesson="opening"]').click()
    await page.getByRole('region', { name: 'Lesson', exact: true }).waitFor()
    await page.getByRole('link', { name: 'Live' }).click()
    await eventually(() => isCurrent(page, '1'), 'true')
    await eventually(() => selected(page, 'receive.text'), 'true')
    expect(hash(page)).toBe('#live/1/messages/3')
    await page.getByRole('link', { name: 'Live' }).click()
    expect(await isCurrent(page, '1')).toBe('true')
    await page.getByRole('link', { name: 'Lab' }).click()
    await page.getByRole('region', { name: 'Lesson', exact: true }).waitFor()
    expect(hash(page)).toBe('#lab/opening')
  })

  test('names connections of the trace that the page was served with', async () => {
    const inspector = createInspector()
    for (const name of ['a', 'b', 'c']) {
      new ScriptedConnection(inspector, 'client', undefined, `ws://example.test/${name}`).take({
        type: 'receive.ping',
      })
    }
    const records = inspector.connections.flatMap((each) => each.records())
    const served = await serveTrace({
      name: 'three.jsonl',
      body: Buffer.from([...traceLines(records)].join('')),
    })
    const name = inspector.connections[1]!.id
    const page = await pages.open(`${served.url}#live/f1%3A${name}/frame`)
    await eventually(() => isCurrent(page, `f1:${name}`), 'true')
    await page.getByRole('tabpanel', { name: 'Frame' }).waitFor()
    // And whoever picked one in it finds it again behind the lab.
    await connection(page, `f1:${inspector.connections[2]!.id}`).click()
    await page.getByRole('link', { name: 'Lab' }).click()
    await page.getByRole('region', { name: 'Lessons', exact: true }).waitFor()
    await page.getByRole('link', { name: 'Live' }).click()
    await eventually(() => isCurrent(page, `f1:${inspector.connections[2]!.id}`), 'true')
    await served.close()
  })
})
