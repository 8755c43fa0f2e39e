import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { createMachine } from 'xstate'
import { closeFrame, type FakeConnection, type FakeFeed, frame, T } from './fake-feed.ts'
import { eventually, expectLit, feedForEach, pagesForFile, row, rung, slider, state, tab } from './page.ts'

const pages = pagesForFile()
const feed = feedForEach()

async function shown(view: string, told: (feed: FakeFeed) => FakeConnection): Promise<Page> {
  told(feed)
  const page = await pages.attach(feed.url)
  await tab(page, view).click()
  return page
}

/** Records 1 and 2 open it; 3 and 4 a message in fragments with a Ping, 5, between; 6 its end; 7 and 8 close it. */
function talk(feed: FakeFeed): FakeConnection {
  return feed
    .connection('server', 'peer', T)
    .open(T + 4)
    .send({ type: 'receive.text', fin: false }, { ...frame(1, 'one ', true), fin: false }, T + 100)
    .send({ type: 'receive.continuation', fin: false }, { ...frame(0, 'two ', true), fin: false }, T + 200)
    .send({ type: 'receive.ping' }, frame(9, 'alive?', true), T + 300)
    .send({ type: 'receive.continuation', fin: true }, { ...frame(0, 'three', true), fin: true }, T + 400)
    .send({ type: 'receive.close', code: 4001, reason: 'enough' }, closeFrame('enough'), T + 9400)
    .send({ type: 'receive.eof' }, { transport: 'end' }, T + 9412)
}

describe('the views of a connection', () => {
  test('are tabs, worked by the keyboard', async () => {
    const page = await shown('Statechart', talk)
    await tab(page, 'Statechart').press('ArrowRight')
    await eventually(() => tab(page, 'Ladder').getAttribute('aria-selected'), 'true')
    await page.getByRole('tabpanel', { name: 'Ladder' }).waitFor()
    await page.keyboard.press('End')
    await page.getByRole('tabpanel', { name: 'Close report' }).waitFor()
    expect(await tab(page, 'Close report').evaluate((each) => each === document.activeElement)).toBe(true)
    await page.keyboard.press('ArrowRight')
    await page.getByRole('tabpanel', { name: 'Statechart' }).waitFor()
    expect(await page.getByRole('tab').count()).toBe(6)
  })

  test('follow one cursor: the slider, the log and the ladder move it alike', async () => {
    const page = await shown('Ladder', talk)
    await slider(page).focus()
    const widthOf = async () => (await slider(page).boundingBox())!.width
    const width = await widthOf()
    await page.keyboard.press('ArrowLeft')
    await eventually(() => row(page, 'receive.close').getAttribute('aria-selected'), 'true')
    await eventually(() => rung(page, 'close').first().getAttribute('aria-selected'), 'true')
    expect(await slider(page).getAttribute('aria-valuetext')).toBe('#7, receive.close, +9.400 s')
    // Dragged away from the end, it stays under the pointer.
    expect(await widthOf()).toBe(width)
    await rung(page, 'ping').click()
    await eventually(() => row(page, 'receive.ping').getAttribute('aria-selected'), 'true')
    await page.getByRole('listbox', { name: 'What went over the wire' }).press('ArrowUp')
    await eventually(() => slider(page).inputValue(), '3')
    await tab(page, 'Statechart').click()
    await expectLit(page, ['inbound.text', 'lifecycle.open', 'outbound.idle'])
    await page.getByRole('button', { name: 'Step back' }).click()
    await eventually(() => slider(page).inputValue(), '2')
    await page.getByRole('button', { name: 'To the end' }).click()
    await expectLit(page, ['inbound.idle', 'lifecycle.closed.cleanly', 'outbound.idle'])
  })

  test('stay with the end while live', async () => {
    const page = await pages.attach(feed.url)
    const server = feed.connection('server').open()
    await tab(page, 'Ladder').click()
    await rung(page, 'response').waitFor()
    server.receiveText('just now')
    await rung(page, 'text').getByText('just now').waitFor()
    await eventually(() => slider(page).inputValue(), '2')
  })

  test('that are of frames say so for any other machine', async () => {
    feed.foreign(createMachine({ id: 'light', initial: 'green', states: { green: {} } }))
    const page = await pages.attach(feed.url)
    await tab(page, 'Frame').click()
    await page.getByText('This is not a WebSocket connection but some other machine').waitFor()
  })

  test('are side by side where there is room', async () => {
    talk(feed)
    const page = await pages.attach(feed.url, { viewport: { width: 2200, height: 1000 } })
    await tab(page, 'Frame').click()
    await state(page, 'lifecycle.open').waitFor()
    await page.getByRole('region', { name: 'Frame', exact: true }).waitFor()
  })

  test('fit a phone', async () => {
    talk(feed)
    const page = await pages.attach(feed.url, { viewport: { width: 390, height: 844 }, hasTouch: true })
    // None of them is out of sight before one scrolls.
    const edges = await page
      .getByRole('tab')
      .evaluateAll((tabs) =>
        tabs.map((each) => each.getBoundingClientRect()).flatMap((box) => [box.left, box.right]),
      )
    expect(edges).toHaveLength(12)
    expect(Math.min(...edges)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...edges)).toBeLessThanOrEqual(390)
    for (const name of ['Ladder', 'Frame', 'Messages', 'Handshake', 'Close report']) {
      await tab(page, name).click()
      await page.getByRole('region', { name, exact: true }).waitFor()
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(wide, name).toBeLessThanOrEqual(0)
      const inner = await page
        .locator('.view-panel')
        .evaluate((panel) =>
          [panel, ...panel.querySelectorAll('.view, .view-scroll')].map(
            (each) => each.scrollWidth - each.clientWidth,
          ),
        )
      expect(Math.max(...inner), name).toBeLessThanOrEqual(0)
    }
  })
})

describe('the ladder', () => {
  test('shows what went over the wire, answers that the protocol gave by itself too', async () => {
    const page = await shown('Ladder', talk)
    await page.getByText('Only the server was watched.').waitFor()
    await page.getByText('9.0 s of silence').waitFor()
    const names = await page
      .locator('[data-rung]')
      .evaluateAll((all) => all.map((each) => each.dataset['rung']))
    expect(names).toEqual([
      'request',
      'response',
      'text',
      'continuation',
      'ping',
      'pong',
      'continuation',
      'gap',
      'close',
      'close',
      'FIN',
      'FIN',
    ])
    expect(await rung(page, 'close').last().textContent()).toContain('by itself')
    expect(await rung(page, 'close').first().textContent()).toContain('4001 “enough”')
    expect(await rung(page, 'pong').getAttribute('aria-label')).toBe(
      '#5, server to client, Pong, alive?, 6 B',
    )
  })

  test('draws only what is in sight of many', async () => {
    const page = await shown('Ladder', (feed) => {
      const server = feed.connection('server').open()
      for (let count = 1; count <= 5000; count++) server.receiveText(`number ${count}`)
      return server
    })
    await rung(page, 'text').getByText('number 5000', { exact: true }).waitFor()
    expect(await page.locator('[data-rung]').count()).toBeLessThan(60)
    await page.getByRole('listbox', { name: 'What went over the wire' }).press('Home')
    await rung(page, 'request').waitFor()
  })

  test('shows what a peer sends as text, never as HTML', async () => {
    const page = await shown('Ladder', (feed) =>
      feed.connection('server').open().receiveText('<img src=x><b>hi'),
    )
    await rung(page, 'text').getByText('<img src=x><b>hi').waitFor()
    expect(await page.locator('.ladder img').count()).toBe(0)
  })
})

describe('the frame', () => {
  test('is drawn bit by bit, and each field is explained', async () => {
    const page = await shown('Frame', talk)
    // The end of TCP is no frame: the nearest one is shown.
    await page.getByText('The event at the cursor is no frame.').waitFor()
    await page.getByText('88 88 37 fa 21 3d').waitFor()
    const field = (name: string) => page.locator(`[data-field="${name}"]`).first()
    await field('mask').focus()
    await page.getByText('A client masks every frame that it sends.').waitFor()
    await field('key').hover()
    await page.getByText(/combined with byte i mod 4 of this key by XOR/).waitFor()
    await page.getByText('4001, private use').waitFor()
    // 0x0fa1 XOR 0x37fa.
    expect(await page.getByRole('list', { name: 'First bytes of the payload' }).textContent()).toContain(
      '38370f·',
    )
  })

  test('is, of a Ping, also the Pong that answered it', async () => {
    const page = await shown('Frame', talk)
    await row(page, 'receive.ping').click()
    await page.getByRole('button', { name: 'Pong, server to client, by itself' }).click()
    await page.getByText('8a 06', { exact: true }).waitFor()
    await page.getByText('A server never masks.').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Go to event #4' }).click()
    await eventually(() => slider(page).inputValue(), '3')
  })
})

describe('the messages', () => {
  test('grow to FIN as the cursor moves', async () => {
    const page = await shown('Messages', talk)
    const inbound = page.getByRole('region', { name: 'inbound' })
    await inbound.getByText('complete').waitFor()
    await row(page, 'receive.ping').click()
    await inbound.getByText('in progress: FIN is still to come').waitFor()
    expect(await inbound.locator('.block').allTextContents()).toEqual([
      'text 4 Bone ',
      'continuation 4 Btwo ',
      'Ping ',
      'FIN?',
    ])
    await inbound.getByRole('button', { name: /^text/ }).click()
    await eventually(() => slider(page).inputValue(), '2')
  })

  test('are dropped when the connection ends in the middle', async () => {
    const page = await shown('Messages', (feed) =>
      feed
        .connection('server')
        .open()
        .send({ type: 'receive.text', fin: false }, { ...frame(1, 'begun', true), fin: false })
        .send({ type: 'receive.eof' }, { transport: 'reset' }),
    )
    await page.getByText('dropped: TCP ended in the middle of it').waitFor()
  })
})

describe('the handshake', () => {
  test('is checked line by line, and its answer is made again', async () => {
    const page = await shown('Handshake', talk)
    const lines = page.locator('[data-http="request"] [data-verdict="right"]')
    await eventually(() => lines.count(), 6)
    const accept = page.getByRole('region', { name: 'Sec-WebSocket-Accept, step by step' })
    await accept.getByText('b3 7a 4f 2c c0 62 4f 16 90 f6 46 06 cf 38 59 45 b2 be c4 ea').waitFor()
    await accept.getByText('The server answered just that.').waitFor()
  })
})

describe('the close report', () => {
  test('says who closed, with what code, and whether it was clean', async () => {
    const page = await shown('Close report', talk)
    const report = page.getByRole('region', { name: 'Close report', exact: true }).first()
    expect(await report.getAttribute('data-outcome')).toBe('clean')
    await report.getByText('The client closed first, with 4001 (private use), “enough”.').waitFor()
    await page.locator('[data-finding="close.first"]').getByRole('button', { name: 'Go to event #7' }).click()
    await eventually(() => row(page, 'receive.close').getAttribute('aria-selected'), 'true')
  })

  test('keeps what is likely apart from what is known', async () => {
    const page = await shown('Close report', (feed) =>
      feed
        .connection('client', null, T)
        .open(T + 4)
        .sendText('anybody?', T + 100)
        .send({ type: 'receive.eof' }, { transport: 'end' }, T + 60_100),
    )
    await page.locator('[data-finding="close.none"]').waitFor()
    const inferred = page.locator('.report-inferred')
    await inferred.getByText('What is likely, but not in the records').waitFor()
    await inferred.locator('[data-finding="idle.timeout"]').waitFor()
    expect(await inferred.locator('[data-finding="close.none"]').count()).toBe(0)
  })
})

describe('what belongs together', () => {
  test('is lit by the pointer: the row of the log, the arrow of the ladder', async () => {
    const page = await shown('Ladder', talk)
    await row(page, 'receive.ping').hover()
    await eventually(() => page.locator('[data-rung][data-linked]').count(), 2)
    await rung(page, 'close').first().hover()
    await eventually(() => row(page, 'receive.close').getAttribute('data-linked'), '')
    expect(await row(page, 'receive.ping').getAttribute('data-linked')).toBeNull()
  })

  test('is lit in the statechart, and from it', async () => {
    const page = await shown('Statechart', talk)
    await state(page, 'lifecycle.open').waitFor()
    await row(page, 'receive.close').hover()
    await eventually(() => page.locator('.edge[data-linked]').count(), 1)
    await row(page, 'receive.ping').hover()
    await eventually(() => state(page, 'lifecycle.open').getAttribute('data-linked'), '')
    await page.locator('.edge-label.lit').hover()
    await eventually(() => page.locator('[data-event][data-linked]').count(), 1)
  })

  test('is found by picking an arrow: the record that followed it last', async () => {
    const page = await shown('Statechart', talk)
    await page.locator('.edge-label').filter({ hasText: '↓ request' }).click()
    await eventually(() => row(page, 'receive.request').getAttribute('aria-selected'), 'true')
  })

  test('is drawn beside the last transition: what it emitted', async () => {
    const page = await shown('Statechart', talk)
    await row(page, 'receive.ping').click()
    await eventually(
      () => page.getByRole('list', { name: 'Emitted' }).getByRole('listitem').allTextContents(),
      ['deliver ping', 'write pong'],
    )
  })
})
