/** Links that are handed on: how they are copied, what travels in them, and what is told of one that says too much. */
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readLink } from '../../inspector/src/place/link.ts'
import { createInspector } from '../../src/inspect/inspector.ts'
import { serveInspector, serveTrace } from '../../src/inspect/server.ts'
import { traceLines } from '../../src/inspect/trace.ts'
import { ScriptedConnection } from '../inspect/helpers.ts'
import { findings } from './axe.ts'
import { frame, T } from './fake-feed.ts'
import {
  attached,
  button,
  connection,
  eventually,
  expectLit,
  feedForEach,
  pagesForFile,
  row,
  slider,
  tab,
} from './page.ts'

const MAY_COPY: BrowserContextOptions = { permissions: ['clipboard-read', 'clipboard-write'] }
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 } }

const pages = pagesForFile()
const feed = feedForEach()

const field = (page: Page) => page.getByLabel('Link', { exact: true })
const told = (page: Page) => page.locator('.copy-link').getByRole('status')
const panel = (page: Page) => page.locator('.copy-link .pop-body')
const pinned = (page: Page) => page.locator('.pinned-light')
const leftOut = (page: Page) => page.locator('[data-left-out]')
const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText())
const isCurrent = (page: Page, id: string) => connection(page, id).getAttribute('aria-current')

const encoded = (value: unknown) => `~${Buffer.from(JSON.stringify(value)).toString('base64url')}`

/** 1 and 2 open it, 3 is a text, 4 a Ping. */
function talk(peer = 'peer', time = T) {
  return feed
    .connection('server', peer, time)
    .open(time)
    .receiveText('hello', time + 40)
    .send({ type: 'receive.ping' }, frame(9, 'alive?', true), time + 80)
}

/** A trace, and what its last connection is called on a page where it is the first that was opened. */
function traceOfTwo() {
  const inspector = createInspector()
  for (const name of ['a', 'b']) {
    new ScriptedConnection(inspector, 'client', undefined, `ws://example.test/${name}`).take({
      type: 'receive.ping',
    })
  }
  const records = inspector.connections.flatMap((each) => each.records())
  return { body: Buffer.from([...traceLines(records)].join('')), last: `f1:${inspector.connections[1]!.id}` }
}

/** As on a page beyond loopback that has no TLS, or in a browser whose user said no. */
const forbidCopying = (page: Page, how: 'absent' | 'refused') =>
  page.evaluate((how) => {
    const refused = { writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) }
    Object.defineProperty(navigator, 'clipboard', { value: how === 'absent' ? undefined : refused })
  }, how)

/** Adds a breakpoint at a frame of a kind, by the keyboard. */
async function holdAt(page: Page, kind: string): Promise<void> {
  await page.getByText(/^Breakpoints/).focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('Which').selectOption(kind)
  await button(page, 'Add').press('Enter')
  await page.locator('[data-breakpoint="frame"]').filter({ hasText: kind }).waitFor()
  await page.keyboard.press('Escape')
}

describe('“Copy link”', () => {
  test('takes whoever opens it to what is looked at, with filters, breakpoints and the pin', async () => {
    talk('one')
    talk('two', T + 10)
    const page = await pages.attach(feed.url, MAY_COPY)
    await connection(page, '1').click()
    await tab(page, 'Ladder').click()
    await row(page, 'receive.ping').click()
    await page.getByLabel('Filter events by text').fill('i')
    await holdAt(page, 'ping')
    await page.locator('[data-rung="pong"]').click()
    await pinned(page).getByText('Pong, server to client, #4').waitFor()
    // At once: whether the address says it already makes no difference.
    await button(page, 'Copy link').click()
    await told(page).getByText('Link copied.').waitFor()
    const url = await clipboard(page)
    expect(await field(page).inputValue()).toBe(url)
    expect(url.startsWith(`${feed.url}#live/1/ladder/4/~`)).toBe(true)
    await eventually(async () => page.url(), url)

    const other = await pages.attach(url)
    await eventually(() => isCurrent(other, '1'), 'true')
    expect(await tab(other, 'Ladder').getAttribute('aria-selected')).toBe('true')
    await eventually(() => row(other, 'receive.ping').getAttribute('aria-selected'), 'true')
    expect(await other.getByLabel('Filter events by text').inputValue()).toBe('i')
    await other.getByText('Breakpoints (1)').waitFor()
    await pinned(other).getByText('Pong, server to client, #4').waitFor()
    await other.locator('[data-rung="pong"][data-linked]').waitFor()
    await other.locator('[data-rung="ping"][data-linked]').waitFor()
    expect(await leftOut(other).count()).toBe(0)
    // What is let go is let go in the address too.
    await button(other, 'Let go of Pong, server to client, #4').click()
    await eventually(async () => other.url() === url, false)
    await other.reload()
    await attached(other)
    await other.getByText('Breakpoints (1)').waitFor()
    await eventually(() => row(other, 'receive.ping').getAttribute('aria-selected'), 'true')
    expect(await pinned(other).textContent()).toBe('')
  })

  test('works by the keyboard alone, and gives the focus back', async () => {
    talk()
    const page = await pages.attach(feed.url, MAY_COPY)
    await page.getByText(/^Breakpoints/).focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await told(page).getByText('Link copied.').waitFor()
    expect(await clipboard(page)).toBe(`${feed.url}#live/1`)
    await page.keyboard.press('Tab')
    expect(await field(page).evaluate((each) => each === document.activeElement)).toBe(true)
    await page.keyboard.press('Escape')
    await panel(page).waitFor({ state: 'detached' })
    expect(await button(page, 'Copy link').evaluate((each) => each === document.activeElement)).toBe(true)
    expect(await told(page).textContent()).toBe('')
    // And again, which is said again.
    await page.keyboard.press('Enter')
    await told(page).getByText('Link copied.').waitFor()
    await page.mouse.click(600, 300)
    await panel(page).waitFor({ state: 'detached' })
    // Elsewhere, it would be the link of another place.
    await button(page, 'Copy link').press('Enter')
    await told(page).getByText('Link copied.').waitFor()
    await page.evaluate(() => {
      location.hash = '#live/1/ladder'
    })
    await panel(page).waitFor({ state: 'detached' })
  })

  test('closed by Escape, lets nothing go that is pinned', async () => {
    talk()
    const page = await pages.attach(feed.url, MAY_COPY)
    await tab(page, 'Ladder').click()
    await page.locator('[data-rung="ping"]').click()
    await pinned(page).getByText('Ping').waitFor()
    await button(page, 'Copy link').click()
    await told(page).getByText('Link copied.').waitFor()
    await page.keyboard.press('Escape')
    await panel(page).waitFor({ state: 'detached' })
    await pinned(page).getByText('Ping').waitFor()
    await page.keyboard.press('Escape')
    await eventually(() => pinned(page).textContent(), '')
  })

  test('names the connection that is shown, also while the newest one is followed', async () => {
    talk('one')
    const page = await pages.attach(`${feed.url}#live/newest/messages`, MAY_COPY)
    await eventually(() => isCurrent(page, '1'), 'true')
    await button(page, 'Copy link').click()
    await told(page).getByText('Link copied.').waitFor()
    expect(await clipboard(page)).toBe(`${feed.url}#live/1/messages`)
    expect(page.url()).toBe(`${feed.url}#live/newest/messages`)
  })

  test.each(['absent', 'refused'] as const)('shows the link where the clipboard is %s', async (how) => {
    talk()
    const page = await pages.attach(`${feed.url}#live/1/ladder/4`)
    await row(page, 'receive.ping').waitFor()
    await forbidCopying(page, how)
    await button(page, 'Copy link').click()
    await told(page).getByText('does not let this page copy').waitFor()
    const selection = () =>
      field(page).evaluate((each) => {
        const { value, selectionStart, selectionEnd } = each as HTMLInputElement
        return each === document.activeElement ? value.slice(selectionStart ?? 0, selectionEnd ?? 0) : null
      })
    await eventually(selection, `${feed.url}#live/1/ladder/4`)
    await field(page).press('Shift+Tab')
    await eventually(selection, null)
    await field(page).click()
    await eventually(selection, `${feed.url}#live/1/ladder/4`)
    await field(page).press('x')
    expect(await field(page).inputValue()).toBe(`${feed.url}#live/1/ladder/4`)
    expect(await page.getByText('Link copied.').count()).toBe(0)
  })

  test('says what a link to a process shows, and to whom', async () => {
    talk()
    const page = await pages.attach(feed.url, MAY_COPY)
    await button(page, 'Copy link').click()
    await panel(page).getByText('It holds no records').waitFor()
    await panel(page).getByText('as long as the process runs and keeps them').waitFor()
    await panel(page).getByText('on another one the link leads nowhere').waitFor()
    expect(await panel(page).getByText('token').count()).toBe(0)
  })

  test('says that the token of the page is in it', async () => {
    const inspector = createInspector({ allowCommands: true })
    const served = await serveInspector(inspector, { token: 'secret-of-the-page' })
    onTestFinished(() => served.close())
    new ScriptedConnection(inspector, 'server').take({ type: 'receive.ping' })
    const page = await pages.attach(served.url, MAY_COPY)
    await page.locator('[data-connection]').waitFor()
    await button(page, 'Copy link').click()
    await panel(page).getByText('may look at every connection, and steer it').waitFor()
    expect(await clipboard(page)).toContain('token=secret-of-the-page#live/')
  })

  test('says that the trace has to be there as well, and names a place in it', async () => {
    const { body, last } = traceOfTwo()
    const file = { name: 'two.jsonl', mimeType: 'application/jsonl', buffer: body }

    const page = await pages.attach(feed.url, MAY_COPY)
    await page.getByLabel('Trace to open').setInputFiles(file)
    await connection(page, last).click()
    await tab(page, 'Messages').click()
    await button(page, 'Copy link').click()
    await panel(page).getByText('seen once two.jsonl is opened there as well').waitFor()
    const url = await clipboard(page)
    // Whoever opens it is told what is missing, and is there when it is not any more.
    const other = await pages.attach(url)
    await other.getByText('names a connection of a trace that is not open').waitFor()
    await other.getByLabel('Trace to open').setInputFiles(file)
    await eventually(() => isCurrent(other, last), 'true')
    expect(await tab(other, 'Messages').getAttribute('aria-selected')).toBe('true')
    await other.locator('[data-missing]').waitFor({ state: 'detached' })

    const served = await serveTrace({ name: 'two.jsonl', body })
    onTestFinished(() => served.close())
    const at = await pages.open(served.url, MAY_COPY)
    await connection(at, last).click()
    await button(at, 'Copy link').click()
    await panel(at).getByText('as long as two.jsonl is served').waitFor()
  })

  test('is not on the embedded page, whose address is not its own', async () => {
    const served = await serveInspector(createInspector())
    onTestFinished(() => served.close())
    const page = await pages.open(`${served.url}embed.html`)
    await page
      .getByLabel('Trace to open')
      .setInputFiles({ name: 'two.jsonl', mimeType: 'application/jsonl', buffer: traceOfTwo().body })
    await slider(page).waitFor()
    expect(await page.getByText('Copy link').count()).toBe(0)
  })

  test.each(['light', 'dark'] as const)('fits a phone, and can be read there, in %s', async (colorScheme) => {
    talk()
    const link = `#live/1/ladder/4/${encoded({ b: [{ on: 'code', code: 1006 }, { on: 'moon' }] })}`
    const page = await pages.attach(feed.url + link, { ...MAY_COPY, ...PHONE, colorScheme })
    await leftOut(page).waitFor()
    // One line holds all that plays and shares.
    const [play, copy] = [
      await button(page, 'Play').boundingBox(),
      await button(page, 'Copy link').boundingBox(),
    ]
    expect(Math.abs(play!.y - copy!.y)).toBeLessThan(4)
    expect(copy!.x + copy!.width).toBeLessThanOrEqual(384)
    await button(page, 'Copy link').click()
    await told(page).getByText('Link copied.').waitFor()
    for (const each of [panel(page), leftOut(page), field(page)]) {
      const { x, y, width, height } = (await each.boundingBox())!
      expect(x).toBeGreaterThanOrEqual(0)
      expect(x + width).toBeLessThanOrEqual(390)
      expect(y + height).toBeLessThanOrEqual(844)
    }
    expect(await findings(page)).toEqual([])
  })
})

describe('breakpoints in a link', () => {
  test('hold the replay of whoever opens it', async () => {
    talk()
    const page = await pages.attach(`${feed.url}#live/1/statechart/2`)
    await holdAt(page, 'ping')
    await holdAt(page, 'text')
    await eventually(async () => readLink(new URL(page.url()).hash).breakpoints.length, 2)

    const other = await pages.attach(page.url())
    await other.getByText('Breakpoints (2)').waitFor()
    await eventually(() => slider(other).inputValue(), '1')
    await button(other, 'Play').click()
    await other.locator('[data-held]').getByText('The client sent a text frame.').waitFor()
    expect(await slider(other).inputValue()).toBe('2')
    await button(other, 'Play').click()
    await other.locator('[data-held]').getByText('The client sent a ping frame.').waitFor()
    expect(await slider(other).inputValue()).toBe('3')
  })

  test('hold what comes in behind it, not what there was', async () => {
    const inspector = createInspector()
    const scripted = Array.from({ length: 40 }, () =>
      new ScriptedConnection(inspector, 'server')
        .take({ type: 'receive.ping' })
        .take({ type: 'receive.pong' }),
    )
    const served = await serveInspector(inspector)
    onTestFinished(() => served.close())
    const b = [{ on: 'transition', event: 'receive.ping' }]
    for (const link of [
      `#live/${encoded({ b })}`,
      `#live/${inspector.connections[7]!.id}/${encoded({ b })}`,
    ]) {
      const page = await pages.attach(served.url + link)
      await page.getByText('Breakpoints (1)').waitFor()
      await eventually(() => page.locator('[data-connection]').count(), 40)
      const shown = link === `#live/${encoded({ b })}` ? 39 : 7
      await eventually(() => isCurrent(page, inspector.connections[shown]!.id), 'true')
      await eventually(
        () => slider(page).getAttribute('max'),
        String(inspector.connections[shown]!.records().length - 2),
      )
      // What comes in is held all the same, with all that there was in front of it.
      const before = Number(await slider(page).getAttribute('max'))
      expect(await page.locator('[data-held]').count()).toBe(0)
      scripted[shown]!.take({ type: 'receive.pong' })
        .take({ type: 'receive.ping' })
        .take({ type: 'receive.pong' })
      await page.locator('[data-held]').getByText('The server took a transition on receive.ping.').waitFor()
      expect(Number(await slider(page).inputValue())).toBe(before + 2)
    }
  })

  test('do not hold the reading of a trace that is opened', async () => {
    const { body, last } = traceOfTwo()
    const served = await serveTrace({ name: 'two.jsonl', body })
    onTestFinished(() => served.close())
    const b = [{ on: 'transition', event: 'receive.ping' }]
    const page = await pages.open(`${served.url}#live/${encodeURIComponent(last)}/${encoded({ b })}`)
    await eventually(() => isCurrent(page, last), 'true')
    await row(page, 'receive.ping').waitFor()
    await page.locator('.cursor-live').waitFor()
    await button(page, 'Play').click()
    await page.locator('[data-held]').getByText('The client took a transition on receive.ping.').waitFor()
  })

  test('that are none are left out, and nothing else; the page says so', async () => {
    talk()
    const more = { b: [{ on: 'moon' }, { on: 'frame', kind: 'ping' }, 5], g: { text: 'ping' } }
    const page = await pages.attach(`${feed.url}#live/1/ladder/2/${encoded(more)}`)
    await leftOut(page).getByText('2 of its 3 breakpoints are none that there are').waitFor()
    await leftOut(page).getByText('{"on":"moon"}').waitFor()
    await page.getByText('Breakpoints (1)').click()
    await page.getByText('at a ping frame').waitFor()
    await page.keyboard.press('Escape')
    expect(await tab(page, 'Ladder').getAttribute('aria-selected')).toBe('true')
    expect(await page.getByLabel('Filter events by text').inputValue()).toBe('ping')
    await eventually(() => slider(page).inputValue(), '1')

    // It is put away by the keyboard, and stays away.
    await button(page, 'Put this note away').focus()
    await page.keyboard.press('Enter')
    await leftOut(page).waitFor({ state: 'detached' })
    await tab(page, 'Messages').click()
    await eventually(async () => new URL(page.url()).hash.startsWith('#live/1/messages/2/~'), true)
    expect(await leftOut(page).count()).toBe(0)
    // The address has been mended by that.
    await page.reload()
    await attached(page)
    await page.getByText('Breakpoints (1)').waitFor()
    expect(await leftOut(page).count()).toBe(0)
  })

  test('come with a link that is followed on the page, and Back does not take away those set since', async () => {
    talk()
    const page = await pages.attach(feed.url)
    await connection(page, '1').click()
    await page.waitForTimeout(1_100)
    const link = `#live/1/ladder/${encoded({ b: [{ on: 'code', code: 1006 }] })}`
    await page.evaluate((link) => {
      location.hash = link
    }, link)
    await page.getByText('Breakpoints (1)').waitFor()
    await holdAt(page, 'ping')
    await page.goBack()
    await eventually(() => tab(page, 'Statechart').getAttribute('aria-selected'), 'true')
    await page.getByText('Breakpoints (2)').waitFor()
    await eventually(async () => readLink(new URL(page.url()).hash).breakpoints.length, 2)
    await page.reload()
    await attached(page)
    await page.getByText('Breakpoints (2)').waitFor()
  })

  test('hold the lab of whoever opens it', async () => {
    const page = await pages.open(`${feed.url}#lab/opening`, MAY_COPY)
    await holdAt(page, 'text')
    await button(page, 'Next step').click()
    await button(page, 'Copy link').click()
    await told(page).getByText('Link copied.').waitFor()
    await panel(page).getByText('It holds the lab as it is').waitFor()
    const url = await clipboard(page)
    expect(url).toBe(page.url())
    const other = await pages.open(url)
    await other.getByText('Breakpoints (1)').click()
    await other.getByText('before a text frame').waitFor()
    expect(await other.locator('[data-lab-step]').getAttribute('data-lab-step')).toBe('1')
    expect(await other.getByText('Not all of this link').count()).toBe(0)
  })

  test('that are none are left out of the lab’s, and nothing else; the page says so', async () => {
    const a = [
      { do: 'step' },
      {
        do: 'breakpoints',
        at: [
          { on: 'frame', kind: 'ping' },
          { on: 'state', id: 7 },
        ],
      },
      { do: 'wait', ms: 250 },
    ]
    const page = await pages.open(`${feed.url}#lab/opening/${encoded({ a })}`)
    await page.getByRole('alert').getByText('One of its 2 breakpoints is none that there is').waitFor()
    await page.getByText('250 ms').first().waitFor()
    expect(await page.locator('[data-lab-step]').getAttribute('data-lab-step')).toBe('1')
    await page.getByText('Breakpoints (1)').waitFor()
    // The address has been mended, and what is done next puts the note away.
    await page.getByRole('button', { name: '+1 s' }).click()
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await page.reload()
    await page.getByText('Breakpoints (1)').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  test('are copied by hand from the lab where the clipboard is not allowed', async () => {
    const page = await pages.open(`${feed.url}#lab/masking/1`, PHONE)
    await page.getByRole('region', { name: 'Lesson', exact: true }).waitFor()
    await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'wire' }).click()
    await forbidCopying(page, 'absent')
    await button(page, 'Copy link').click()
    await told(page).getByText('does not let this page copy').waitFor()
    expect(await field(page).inputValue()).toBe(`${feed.url}#lab/masking/1`)
    const { x, width } = (await panel(page).boundingBox())!
    expect([x >= 0, x + width <= 390]).toEqual([true, true])
  })
})

describe('a link that pins', () => {
  test('keeps its pin while the lab is looked at', async () => {
    talk()
    const pin = { p: { l: ['clause 6455 5.5.2'] } }
    const page = await pages.attach(`${feed.url}#live/1/${encoded(pin)}`)
    await pinned(page).getByText('RFC 6455, section 5.5.2').waitFor()
    await page.getByRole('link', { name: 'Lab' }).click()
    await page.getByRole('region', { name: 'Lessons', exact: true }).waitFor()
    expect(await pinned(page).textContent()).toBe('')
    await page.getByRole('link', { name: 'Live' }).click()
    await pinned(page).getByText('RFC 6455, section 5.5.2').waitFor()
    await page.locator('[data-linked]').first().waitFor()
  })

  test('something of a connection that comes later, pins it then', async () => {
    talk('one')
    const pin = { p: { l: ['crossing 4.0'], o: '2' } }
    const page = await pages.attach(`${feed.url}#live/2/ladder/4/${encoded(pin)}`)
    await eventually(() => isCurrent(page, '1'), 'true')
    await page.locator('[data-missing="2"]').getByText('Shown is connection 1.').waitFor()
    expect(await pinned(page).textContent()).toBe('')
    talk('two', T + 10)
    await eventually(() => isCurrent(page, '2'), 'true')
    await pinned(page).getByText('Ping, client to server, #4').waitFor()
    await page.locator('[data-rung="ping"][data-linked]').waitFor()
    await page.locator('[data-missing]').waitFor({ state: 'detached' })
  })

  test.each([
    ['crossing 99.7', '#99'],
    ['bits 4.0 wire 900 7', 'Ping, client to server, #4'],
    ['transition nowhere receive.nothing else', 'nothing'],
    ['edge nowhere', 'nowhere'],
    ['effect 3.40', '#3'],
  ])('what is not there does no harm: %s', async (line, name) => {
    talk()
    const page = await pages.attach(`${feed.url}#live/1/frame/4/${encoded({ p: { l: [line], o: '1' } })}`)
    await pinned(page).getByText(name).waitFor()
    for (const each of ['Statechart', 'Ladder', 'Messages', 'Handshake', 'Close report']) {
      await tab(page, each).click()
    }
    await tab(page, 'Statechart').click()
    await expectLit(page, ['inbound.idle', 'lifecycle.open', 'outbound.idle'])
    await page.keyboard.press('Escape')
    await eventually(() => pinned(page).textContent(), '')
  })
})
