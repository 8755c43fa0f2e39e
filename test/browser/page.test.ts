import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { createMachine } from 'xstate'
import { FakeFeed, frame } from './fake-feed.ts'
import {
  attached,
  connection,
  eventually,
  expectLit,
  feedForEach,
  litLeaves,
  pagesForFile,
  row,
  state,
} from './page.ts'

const pages = pagesForFile()
const feed = feedForEach({ echo: 'ws://127.0.0.1:8765' })

describe('a page of a process that was just started', () => {
  test('says what to do', async () => {
    const page = await pages.attach(feed.url)
    await page.getByText('Nothing is connected yet').waitFor()
    await page.getByText('npx wirechart connect ws://127.0.0.1:8765', { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Connect this browser' }).isEnabled()).toBe(true)
    expect(await page.getByLabel('URL').inputValue()).toBe('ws://127.0.0.1:8765')
    expect(await page.locator('[data-connection]').count()).toBe(0)
  })

  test('brings the token that it was opened with', async () => {
    const guarded = await FakeFeed.start({ token: 'secret' })
    await pages.attach(`${guarded.url}?token=secret`)
    const stranger = await pages.open(guarded.url)
    await stranger.locator('[data-feed="not attached"]').waitFor()
    await stranger.getByText('This page is not attached to a process').waitFor()
    await guarded.close()
  })
})

describe('a connection', () => {
  test('appears, and its states light up as they are entered', async () => {
    const page = await pages.attach(feed.url)
    const server = feed.connection('server', '127.0.0.1:52044')
    await connection(page, server.id).waitFor()
    expect(await connection(page, server.id).getAttribute('data-state')).toBe('connecting')
    expect(await connection(page, server.id).textContent()).toContain('127.0.0.1:52044')
    await expectLit(page, ['inbound.idle', 'lifecycle.connecting.awaitingRequest', 'outbound.idle'])

    server.open()
    await expectLit(page, ['inbound.idle', 'lifecycle.open', 'outbound.idle'])
    await eventually(() => connection(page, server.id).getAttribute('data-state'), 'open')

    server.send({ type: 'receive.text', fin: false }, frame(1, 'part', true))
    await expectLit(page, ['inbound.text', 'lifecycle.open', 'outbound.idle'])

    server.send({ type: 'receive.continuation', fin: true }, frame(0, 'rest', true))
    server.receiveClose(1000, 'done')
    await expectLit(page, ['inbound.idle', 'lifecycle.closing.acknowledged', 'outbound.idle'])
    await eventually(() => connection(page, server.id).getAttribute('data-state'), 'closing')

    server.send({ type: 'receive.eof' }, { transport: 'end' })
    await expectLit(page, ['inbound.idle', 'lifecycle.closed.cleanly', 'outbound.idle'])
    await eventually(() => connection(page, server.id).getAttribute('data-state'), 'closed')
    expect(await connection(page, server.id).textContent()).toContain('1000')
  })

  test('is drawn with every state of its machine, nested', async () => {
    const page = await pages.attach(feed.url)
    feed.connection('client').open()
    await state(page, 'lifecycle.open').waitFor()
    const ids = await page
      .locator('[data-state-id]')
      .evaluateAll((all) => all.map((each) => each.getAttribute('data-state-id')))
    expect([...ids].sort()).toMatchInlineSnapshot(`
      [
        "inbound",
        "inbound.binary",
        "inbound.idle",
        "inbound.text",
        "lifecycle",
        "lifecycle.closed",
        "lifecycle.closed.abnormally",
        "lifecycle.closed.cleanly",
        "lifecycle.closing",
        "lifecycle.closing.acknowledged",
        "lifecycle.closing.failed",
        "lifecycle.closing.initiated",
        "lifecycle.connecting",
        "lifecycle.connecting.awaitingRequest",
        "lifecycle.connecting.awaitingResponse",
        "lifecycle.connecting.deciding",
        "lifecycle.connecting.rejected",
        "lifecycle.connecting.requesting",
        "lifecycle.open",
        "outbound",
        "outbound.binary",
        "outbound.idle",
        "outbound.text",
      ]
    `)
    // A box lies within its parent's.
    const outer = await state(page, 'lifecycle.closing').boundingBox()
    const inner = await state(page, 'lifecycle.closing.failed').boundingBox()
    expect(inner!.x).toBeGreaterThan(outer!.x)
    expect(inner!.y + inner!.height).toBeLessThan(outer!.y + outer!.height)
  })

  test('marks the last transition and names its event', async () => {
    const page = await pages.attach(feed.url)
    const server = feed.connection('server').open()
    await state(page, 'lifecycle.open').waitFor()
    await eventually(() => page.locator('.edge.lit').count(), 1)
    await eventually(() => page.locator('.edge-label .named').allTextContents(), ['↑ response [accepted]'])
    // What stays where it is is named within the state.
    server.send({ type: 'receive.ping' }, frame(9, '', true))
    await eventually(() => state(page, 'lifecycle.open').textContent(), 'open↻ ↓ ping')
    await eventually(() => page.locator('.edge.lit').count(), 0)
  })

  test('that was there before the page came is shown with its history', async () => {
    feed.connection('server', 'early').open().receiveText('before')
    const page = await pages.open(feed.url)
    await expectLit(page, ['inbound.idle', 'lifecycle.open', 'outbound.idle'])
    await row(page, 'receive.text').waitFor()
    expect(await row(page, 'receive.text').textContent()).toContain('before')
  })

  test('is followed while it is the newest, until another one is picked', async () => {
    const page = await pages.attach(feed.url)
    const first = feed.connection('server', 'first').open()
    await eventually(() => connection(page, first.id).getAttribute('aria-current'), 'true')
    const second = feed.connection('server', 'second')
    await eventually(() => connection(page, second.id).getAttribute('aria-current'), 'true')
    await connection(page, first.id).click()
    const third = feed.connection('server', 'third')
    await connection(page, third.id).waitFor()
    expect(await connection(page, first.id).getAttribute('aria-current')).toBe('true')
    // Newest first, and live ones before those that ended.
    second.send({ type: 'receive.eof' }, { transport: 'reset' })
    await eventually(
      () =>
        page.locator('[data-connection]').evaluateAll((all) => all.map((each) => each.dataset['connection'])),
      [third.id, first.id, second.id],
    )
    expect(await connection(page, second.id).textContent()).toContain('1006')
    await page.getByRole('button', { name: 'Follow newest' }).click()
    await eventually(() => connection(page, third.id).getAttribute('aria-current'), 'true')
  })
})

describe('the log', () => {
  test('has a row for each event, with what is known of its frame', async () => {
    const page = await pages.attach(feed.url)
    const server = feed.connection('server').open()
    server.send({ type: 'receive.text', fin: false }, frame(1, '<b>bold</b>', true))
    await row(page, 'receive.text').waitFor()
    const text = await row(page, 'receive.text').textContent()
    for (const part of ['text', '0x1', 'FIN 0', '11 B', '<b>bold</b>', 'idle → text'])
      expect(text).toContain(part)
    expect(await row(page, 'receive.text').getByRole('img', { name: 'received' }).count()).toBe(1)
    server.send(
      { type: 'receive.invalid', code: 1002, rule: 'UNMASKED_FRAME' },
      { rule: 'UNMASKED_FRAME', message: 'A client masks every frame.', section: 'RFC 6455, section 5.1' },
    )
    await row(page, 'receive.invalid').getByText('A client masks every frame.').waitFor()
    const detail = page.getByRole('region', { name: 'Details' })
    await detail.getByText('UNMASKED_FRAME', { exact: true }).waitFor()
    await detail.getByText('RFC 6455, section 5.1').waitFor()
    // What it emitted.
    await detail.getByText(/write close/).waitFor()
  })

  test('a row that is picked shows the configuration after it, and there is a way back', async () => {
    const page = await pages.attach(feed.url)
    const server = feed.connection('server').open().receiveText('hello')
    server.receiveClose(4001, 'enough')
    await expectLit(page, ['inbound.idle', 'lifecycle.closing.acknowledged', 'outbound.idle'])

    await row(page, 'receive.request').click()
    await expectLit(page, ['inbound.idle', 'lifecycle.connecting.deciding', 'outbound.idle'])
    expect(await row(page, 'receive.request').getAttribute('aria-selected')).toBe('true')
    // What happens meanwhile does not take one away from there.
    server.send({ type: 'receive.eof' }, { transport: 'end' })
    await row(page, 'receive.eof').waitFor()
    expect(await litLeaves(page)).toContain('lifecycle.connecting.deciding')

    await page.getByRole('button', { name: 'To the end' }).click()
    await expectLit(page, ['inbound.idle', 'lifecycle.closed.cleanly', 'outbound.idle'])
    expect(await page.getByRole('button', { name: 'To the end' }).count()).toBe(0)
  })

  test('is worked by the keyboard', async () => {
    const page = await pages.attach(feed.url)
    feed.connection('server').open().receiveText('one')
    await expectLit(page, ['inbound.idle', 'lifecycle.open', 'outbound.idle'])
    await page.getByRole('listbox').focus()
    await page.keyboard.press('Home')
    await expectLit(page, ['inbound.idle', 'lifecycle.connecting.deciding', 'outbound.idle'])
    await page.keyboard.press('ArrowDown')
    await expectLit(page, ['inbound.idle', 'lifecycle.open', 'outbound.idle'])
    await eventually(() => row(page, 'send.response').getAttribute('aria-selected'), 'true')
    await page.keyboard.press('Escape')
    await eventually(() => page.locator('[data-event][aria-selected="true"]').count(), 0)
  })

  test('draws only the rows in sight of many, and follows the end', async () => {
    const page = await pages.attach(feed.url)
    const server = feed.connection('server').open()
    for (let count = 1; count <= 3000; count++) server.receiveText(`number ${count}`)
    await page.getByText('number 3000', { exact: true }).first().waitFor()
    await eventually(
      () => page.getByRole('region', { name: 'Log' }).locator('.panel-about').textContent(),
      '3002 events',
    )
    expect(await page.locator('[data-event]').count()).toBeLessThan(60)
    await page.getByRole('listbox').focus()
    await page.keyboard.press('Home')
    await row(page, 'receive.request').waitFor()
  })
})

describe('the statechart', () => {
  test('tells of a state on a click and by the keyboard', async () => {
    const page = await pages.attach(feed.url)
    feed.connection('server').open()
    await page.getByRole('button', { name: 'Fit' }).click()
    const button = page.getByRole('button', { name: 'State lifecycle.closing.acknowledged' })
    await button.click()
    const card = page.getByRole('complementary', { name: 'About lifecycle.closing.acknowledged' })
    await card.getByText('RFC 6455, section 7.1.1').waitFor()
    await card.getByText(/Both Close frames are exchanged/).waitFor()
    await page.mouse.move(5, 5)
    await page.keyboard.press('Escape')
    await eventually(() => card.count(), 0)
    // One stop for the Tab key; arrow keys move between states.
    await page.keyboard.press('ArrowUp')
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-state-button') ?? '')
    const above = await focused()
    expect(above).toMatch(/^lifecycle\./)
    expect(above).not.toBe('lifecycle.closing.acknowledged')
    await page.keyboard.press('Enter')
    await page.getByRole('complementary', { name: `About ${above}` }).waitFor()
  })

  test('is zoomed by buttons and fitted again', async () => {
    const page = await pages.attach(feed.url, { reducedMotion: 'reduce' })
    feed.connection('server').open()
    const width = async () => Math.round((await state(page, 'lifecycle').boundingBox())!.width)
    await state(page, 'lifecycle').waitFor()
    await page.getByRole('button', { name: 'Fit' }).click()
    await page.locator('[data-elsewhere]').waitFor({ state: 'detached' })
    const fitted = await width()
    await page.getByRole('button', { name: 'Zoom in' }).click()
    expect(await width()).toBeGreaterThan(fitted)
    await page.getByRole('button', { name: 'Fit' }).click()
    expect(await width()).toBe(fitted)
    await page.getByRole('button', { name: 'Follow', exact: true }).click()
    await expect.poll(width).toBeGreaterThan(fitted)
    await page.getByRole('button', { name: 'Fit' }).click()
    await expect.poll(width).toBe(fitted)
    const frameBox = (await page.locator('.chart-frame').boundingBox())!
    await page.mouse.move(frameBox.x + 20, frameBox.y + 300)
    await page.mouse.wheel(0, -300)
    await expect.poll(width).toBeGreaterThan(fitted)
  })

  test('is drawn large enough to be read, and what is then out of sight is said', async () => {
    feed.connection('server').open().receiveText('hello')
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 1440, height: 900 },
      { width: 1600, height: 900 },
      { width: 390, height: 844 },
    ]) {
      const page = await pages.attach(feed.url, { viewport, reducedMotion: 'reduce' })
      const label = page.locator('.edge-label').first()
      await label.waitFor()
      const size = () =>
        label.evaluate(
          (each) =>
            (Number.parseFloat(getComputedStyle(each).fontSize) * each.getBoundingClientRect().height) /
            (each as HTMLElement).offsetHeight,
        )
      expect(await size(), `at ${viewport.width} pixels`).toBeGreaterThanOrEqual(9)
      const frame = (await page.locator('.chart-frame').boundingBox())!
      const said = (await page.locator('[data-elsewhere]').allTextContents()).join()
      for (const [id, words] of [
        ['inbound.idle', 'inbound: idle'],
        ['outbound.idle', 'outbound: idle'],
      ] as const) {
        const { x, width } = (await state(page, id).boundingBox())!
        const isSeen = x >= frame.x && x + width <= frame.x + frame.width
        expect(isSeen || said.includes(words), `${id} at ${viewport.width} pixels`).toBe(true)
      }
      if (viewport.width === 390) expect(said).toContain('Fit shows all.')
      await page.context().close()
    }
  })

  test('shows any other machine, without records', async () => {
    const page = await pages.attach(feed.url)
    const light = feed.foreign(
      createMachine({
        id: 'light',
        initial: 'green',
        states: {
          green: { on: { NEXT: 'yellow' }, description: 'Go.' },
          yellow: { on: { NEXT: 'red' } },
          red: {
            initial: 'walk',
            on: { NEXT: 'green' },
            states: { walk: { on: { COUNT: 'wait' } }, wait: {} },
          },
        },
      }),
    )
    await expectLit(page, ['green'])
    light.send({ type: 'NEXT', by: 'hand' })
    await expectLit(page, ['yellow'])
    expect(await row(page, 'NEXT').textContent()).toContain('green → yellow')
    expect(await row(page, 'NEXT').textContent()).toContain('{"by":"hand"}')
    light.send({ type: 'NEXT' }).send({ type: 'COUNT' })
    await expectLit(page, ['red.wait'])
    await row(page, 'NEXT').first().click()
    await expectLit(page, ['yellow'])
  })
})

describe('the feed', () => {
  test('is found again when the process comes back', async () => {
    const first = await FakeFeed.start()
    const { port } = first
    const page = await pages.attach(first.url)
    first.connection('server', 'old').open()
    await page.locator('.connection-name[title$="old"]').waitFor()
    await first.close()
    await page.locator('[data-feed="reconnecting"]').waitFor()
    // What was known stays in sight.
    await page.locator('.connection-name[title$="old"]').waitFor()

    const second = await FakeFeed.start({ port })
    await attached(page)
    second.connection('server', 'new').open()
    await page.locator('.connection-name[title$="new"]').waitFor()
    await expectLit(page, ['inbound.idle', 'lifecycle.open', 'outbound.idle'])
    await second.close()
  })

  test('that only broke tells the same again, and nothing is shown twice', async () => {
    const page = await pages.attach(feed.url)
    const server = feed.connection('server').open().receiveText('once')
    await row(page, 'receive.text').waitFor()
    for (const socket of feed.attached) socket.terminate()
    await page.locator('[data-feed="reconnecting"]').waitFor()
    server.sendText('meanwhile')
    await attached(page)
    await row(page, 'send.text').waitFor()
    expect(await row(page, 'receive.text').count()).toBe(1)
    expect(await connection(page, server.id).textContent()).not.toContain('not reported')
  })
})

describe('the client on the page', () => {
  test('connects to a server, sends text and bytes, and closes', async () => {
    const received: string[] = []
    const closed: string[] = []
    const echo = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    echo.on('connection', (socket) => {
      socket.on('message', (data, isBinary) => {
        received.push(isBinary ? (data as Buffer).toString('hex') : String(data))
        socket.send(data, { binary: isBinary })
      })
      socket.on('close', (code, reason) => closed.push(`${code} ${reason}`))
    })
    await once(echo, 'listening')
    const { port } = echo.address() as { port: number }
    const page = await pages.attach(feed.url)
    const transcript = page.getByRole('log', { name: 'Transcript' })
    await page.getByLabel('URL').fill(`ws://127.0.0.1:${port}`)
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await transcript.getByText('open', { exact: true }).waitFor()

    await page.getByLabel('Message').fill('grüße')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await eventually(() => transcript.getByText('grüße').count(), 2)

    await page.getByLabel('binary').check()
    await page.getByLabel('Message').fill('48 6')
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
    await page.getByLabel('Message').fill('00 ff 10')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await eventually(() => transcript.getByText('3 bytes: 00 ff 10').count(), 2)
    expect(received).toEqual(['grüße', '00ff10'])

    await page.getByLabel('Code').fill('1001')
    await page.getByText('A page may close with 1000 or 3000 to 4999.').waitFor()
    await page.getByLabel('Code').fill('4000')
    await page.getByLabel('Reason').fill('enough')
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await transcript.getByText('closed: 4000 “enough”, clean').waitFor()
    await eventually(async () => closed, ['4000 enough'])
    echo.close()
  })

  test('says so when there is no server, and when the URL is none', async () => {
    const page = await pages.attach(feed.url)
    const transcript = page.getByRole('log', { name: 'Transcript' })
    await page.getByLabel('URL').fill('not a url :')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await transcript.getByText('A WebSocket URL begins with ws:// or wss://.').waitFor()
    await page.getByLabel('URL').fill('ws://127.0.0.1:9')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await transcript.getByText('closed: 1006, not clean').waitFor()
    expect(await page.getByRole('button', { name: 'Connect', exact: true }).isEnabled()).toBe(true)
  })
})

describe('the page', () => {
  test('is light or dark as the system says, or as its switch does', async () => {
    const page = await pages.open(feed.url, { colorScheme: 'dark' })
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const dark = await background()
    await page.getByRole('button', { name: 'light', exact: true }).click()
    const light = await background()
    expect(light).not.toBe(dark)
    await page.reload()
    await attached(page)
    expect(await background()).toBe(light)
    expect(await page.getByRole('button', { name: 'light', exact: true }).getAttribute('aria-pressed')).toBe(
      'true',
    )
    await page.getByRole('button', { name: 'system', exact: true }).click()
    expect(await background()).toBe(dark)
  })

  test('fits a phone, one view at a time', async () => {
    const page = await pages.attach(feed.url, { viewport: { width: 390, height: 844 }, hasTouch: true })
    const server = feed.connection('server', 'a peer with quite a long name, 2001:db8::1234:5678').open()
    server.receiveText('x'.repeat(500))
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    const views = page.getByRole('navigation', { name: 'Views' })
    for (const [view, shown] of [
      ['connections', connection(page, server.id)],
      ['statechart', state(page, 'lifecycle.open')],
      ['log', row(page, 'receive.text')],
      ['client', page.getByLabel('URL')],
    ] as const) {
      await views.getByRole('button', { name: view }).click()
      await shown.waitFor()
      expect(await overflow(), view).toBeLessThanOrEqual(0)
      const box = (await shown.boundingBox())!
      expect(box.x, view).toBeGreaterThanOrEqual(0)
      expect(box.x + box.width, view).toBeLessThanOrEqual(390)
    }
    await views.getByRole('button', { name: 'connections' }).click()
    await connection(page, server.id).click()
    await state(page, 'lifecycle.open').waitFor()
  })

  test('has controls for fingers, and fields that a phone does not zoom to', async () => {
    const size = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
    const page = await pages.attach(feed.url, size)
    const server = feed.connection('server').open().receiveClose(1000, 'done')
    server.send({ type: 'receive.eof' })
    await state(page, 'lifecycle.closed.cleanly').waitFor()
    const views = page.getByRole('navigation', { name: 'Views' })
    const tooSmall = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('.app button, .app select, .app input, .app summary')]
          // The drawing is zoomed, and the bits of a header are as RFC 6455 draws them.
          .filter((each) => each.closest('.chart-canvas, .bits') === null)
          .filter((each) => !each.matches('.section-ref, [type="range"], [type="checkbox"]'))
          .filter((each) => {
            const { width, height } = each.getBoundingClientRect()
            const isField = each.matches('select, input[type="text"]')
            const isZoomed = isField && Number.parseFloat(getComputedStyle(each).fontSize) < 16
            return width > 0 && (height < 28 || width < 28 || isZoomed)
          })
          .map((each) => `${each.className} ${each.getAttribute('aria-label') ?? each.textContent}`),
      )
    for (const view of ['connections', 'statechart', 'log', 'client']) {
      await views.getByRole('button', { name: view }).click()
      expect(await tooSmall(), view).toEqual([])
    }
    await views.getByRole('button', { name: 'statechart' }).click()
    await page.getByRole('tab', { name: 'Close report' }).click()
    expect(await tooSmall()).toEqual([])
    // Which one it is, is said where the list is not in sight; and a tab that was chosen is whole.
    await page.locator('.subject', { hasText: `server ${server.id}` }).waitFor()
    const box = (await page.getByRole('tab', { name: 'Close report' }).boundingBox())!
    expect(box.x + box.width).toBeLessThanOrEqual(390 - 6)
  })

  test('has controls that are buttons and inputs with names, and can be reached with Tab alone', async () => {
    const page = await pages.attach(feed.url)
    feed.connection('server').open()
    await state(page, 'lifecycle.open').waitFor()
    const nameless = await page.evaluate(
      () =>
        [...document.querySelectorAll<HTMLElement>('button, input, [tabindex="0"]')].filter((element) => {
          const label =
            element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element.textContent
          return (element.getAttribute('aria-label') ?? label ?? '').trim() === ''
        }).length,
    )
    expect(nameless).toBe(0)
    const reached = new Set<string>()
    for (let press = 0; press < 40; press++) {
      await page.keyboard.press('Tab')
      reached.add(
        await page.evaluate(() => {
          const at = document.activeElement as HTMLElement
          return at.dataset['connection'] ?? at.getAttribute('aria-label') ?? at.textContent ?? ''
        }),
      )
    }
    for (const name of [
      'system',
      'dark',
      'Follow newest',
      '1',
      'Zoom in',
      'Fit',
      'Live',
      'Events, oldest first',
    ]) {
      expect(reached).toContain(name)
    }
  })
})
