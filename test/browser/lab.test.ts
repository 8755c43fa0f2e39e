import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { Lab } from '../../inspector/src/lab/engine/lab.ts'
import { scenarios } from '../../inspector/src/lab/scenarios/index.ts'
import { filesForFile } from './file-server.ts'
import { button, eventually, pagesForFile } from './page.ts'

const pages = pagesForFile()
const files = filesForFile()

const peer = (page: Page, side: string) => page.locator(`[data-peer="${side}"]`)
const stateOf = (page: Page, side: string) => peer(page, side).locator('[data-peer-state]').textContent()
const lane = (page: Page, to: string) => page.locator(`[data-lane="${to}"]`)
const blocks = (page: Page, to: string) =>
  lane(page, to)
    .locator('[data-block]')
    .evaluateAll((all) => all.map((each) => each.getAttribute('data-block')))

async function openConnection(page: Page) {
  await button(page, 'Send the request').click()
  await lane(page, 'server').getByRole('button', { name: 'Deliver all' }).click()
  await button(page, 'Accept').click()
  await lane(page, 'client').getByRole('button', { name: 'Deliver all' }).click()
  await eventually(() => stateOf(page, 'client'), 'open')
}

describe('the lab', () => {
  test('needs no server, and is found from the page that is attached to nothing', async () => {
    const page = await pages.open(files.url)
    await page.getByRole('link', { name: 'Open the lab' }).click()
    await page.getByRole('region', { name: 'Lessons', exact: true }).waitFor()
    expect(await page.locator('[data-lesson]').count()).toBe(scenarios.length)
    expect(await stateOf(page, 'client')).toBe('connecting, requesting')
    await page.getByRole('link', { name: 'Live' }).click()
    await page.getByText('This page is not attached to a process').waitFor()
  })

  test('lets the user send, hold, deliver by the frame and by the byte, and cut', async () => {
    const page = await pages.open(`${files.url}#lab`)
    await openConnection(page)
    expect(await stateOf(page, 'server')).toBe('open')

    const client = peer(page, 'client')
    const sending = client.getByRole('form', { name: 'What the client does' })
    await sending.getByLabel('Text', { exact: true }).fill('Grüße')
    await client.getByRole('button', { name: 'Send', exact: true }).click()
    await sending.getByLabel('Text', { exact: true }).fill('more')
    await client.getByRole('button', { name: 'Send', exact: true }).click()
    await eventually(() => blocks(page, 'server'), ['text', 'text'])
    await lane(page, 'server').locator('[data-block]').first().click()
    await page.getByText('unmasked 47 72 c3 bc c3 9f').waitFor()

    await lane(page, 'server').getByRole('button', { name: 'One byte' }).click()
    await lane(page, 'server').getByText('1 of 13 B').waitFor()
    await lane(page, 'server').getByRole('button', { name: 'One frame' }).click()
    await eventually(() => blocks(page, 'server'), ['text'])
    await peer(page, 'server').getByText('“Grüße”').waitFor()

    await client.getByRole('tab', { name: 'Ladder' }).click()
    await client.getByText('Both ends were watched, the client and the server').waitFor()
    await client.getByRole('tab', { name: 'Statechart' }).click()

    // Each statechart shows its own peer.
    for (const side of ['client', 'server']) {
      await peer(page, side).locator('[data-state-id="lifecycle.open"][data-active="true"]').waitFor()
    }
    await lane(page, 'client').getByRole('button', { name: 'Cut', exact: true }).click()
    await eventually(() => stateOf(page, 'client'), 'closed, abnormally')
    expect(await peer(page, 'client').locator('[data-peer-words]').textContent()).toContain('1006')
    await client.getByRole('button', { name: 'Log' }).click()
    await client.locator('[data-event="receive.eof"]').waitFor()
  })

  test('crafts frames by the bits of their header', async () => {
    const page = await pages.open(`${files.url}#lab`)
    await openConnection(page)
    const client = peer(page, 'client')
    await client.getByLabel('What the client sends').selectOption('frame')
    await client.getByLabel('RSV2').check()
    await client.getByLabel('opcode').selectOption('2')
    await client.getByRole('button', { name: 'Send', exact: true }).click()
    await lane(page, 'server').getByRole('button', { name: 'One frame' }).click()
    await eventually(() => stateOf(page, 'server'), 'closing, failed')
    await lane(page, 'client').getByText('1002').waitFor()
  })

  test('says what is wrong with what was typed', async () => {
    const page = await pages.open(`${files.url}#lab/text-and-binary/1`)
    const client = peer(page, 'client')
    const send = client.getByRole('button', { name: 'Send', exact: true })
    await client.getByLabel('What the client sends').selectOption('frame')
    await client.getByLabel('Payload, hex').fill('0g')
    await client.getByText('Hex has two digits for a byte').waitFor()
    expect(await send.isDisabled()).toBe(true)
    await client.getByLabel('Payload, hex').fill('68 69')
    await client.getByLabel('length', { exact: true }).fill('9')
    await client.getByLabel('Bits of the length').selectOption('16')
    await send.click()
    await lane(page, 'server').locator('[data-block="text"]').click()
    await page.getByText('masked, 9 bytes of payload, of which 2 are there').waitFor()
    await client.getByLabel('What the client sends').selectOption('close')
    await client.getByLabel('Code').fill('70000')
    await client.getByText('A code is a number of two bytes').waitFor()
    await client.getByLabel('Code').fill('')
    expect(await send.isDisabled()).toBe(false)
    await client.getByLabel('Reason').fill('why')
    await client.getByText('Without a code there is no reason either.').waitFor()
  })

  test('says what cannot be done now', async () => {
    const page = await pages.open(`${files.url}#lab`)
    await peer(page, 'client').getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('[data-refusal]').waitFor()
    expect(await page.locator('[data-refusal]').textContent()).toContain('cannot send')
    await button(page, 'Undo').click()
    await page.locator('[data-refusal]').waitFor({ state: 'detached' })
  })

  test('undoes, restarts, and comes back from its link', async () => {
    const page = await pages.open(`${files.url}#lab`)
    await openConnection(page)
    await peer(page, 'server').getByRole('button', { name: 'Send', exact: true }).click()
    await eventually(() => blocks(page, 'client'), ['text'])
    const link = page.url()
    expect(link).toContain('#lab/free/~')
    await button(page, 'Undo').click()
    await eventually(() => blocks(page, 'client'), [])
    await button(page, 'Restart').click()
    await eventually(() => stateOf(page, 'server'), 'connecting, awaitingRequest')

    const again = await pages.open(link)
    await eventually(() => blocks(again, 'client'), ['text'])
    expect(await stateOf(again, 'client')).toBe('open')
  })

  test('says what is wrong with a bad link, and is empty then', async () => {
    const page = await pages.open(`${files.url}#lab/opening/~broken`)
    await page.getByRole('alert').getByText('This link could not be opened.').waitFor()
    await page.getByRole('region', { name: 'Lessons', exact: true }).waitFor()
    expect(await stateOf(page, 'client')).toBe('connecting, requesting')
  })

  test('holds at a breakpoint', async () => {
    const page = await pages.open(`${files.url}#lab/close-by-client/1`)
    await page.getByText('Breakpoints').click()
    await button(page, 'Add').click()
    await page.locator('[data-breakpoint="frame"]').waitFor()
    await page.keyboard.press('Escape')
    await button(page, 'Next step').click()
    await button(page, 'Show me').click()
    await page.locator('[data-halted]').waitFor()
    expect(await page.locator('[data-halted]').textContent()).toContain(
      'close frame is about to reach the server',
    )
    expect(await stateOf(page, 'server')).toBe('open')
    await button(page, 'Next step').click()
    await eventually(() => stateOf(page, 'server'), 'closing, acknowledged')
  })
})

describe('at 1280 x 800', () => {
  /** How large a label of the statechart is drawn. */
  const labelSize = (page: Page, side: string) =>
    peer(page, side)
      .locator('.edge-label')
      .first()
      .evaluate((label) => {
        const { width } = label.getBoundingClientRect()
        return (13 * width) / (label as HTMLElement).offsetWidth
      })
  const isSeen = (page: Page, side: string, selector: string) =>
    peer(page, side)
      .locator(selector)
      .first()
      .evaluate((each) => {
        const box = each.getBoundingClientRect()
        const frame = each.closest('.chart-frame')!.getBoundingClientRect()
        return (
          box.left >= frame.left &&
          box.right <= frame.right &&
          box.top >= frame.top &&
          box.bottom <= frame.bottom
        )
      })

  test('the statecharts can be read, and follow what happens', async () => {
    const page = await pages.open(`${files.url}#lab/close-by-client`, { reducedMotion: 'reduce' })
    for (const side of ['client', 'server']) await peer(page, side).locator('.edge-label').first().waitFor()
    for (let step = 0; step < 6; step++) {
      await page.locator('.lab-foot button').click()
      await eventually(() => page.locator('[data-lab-step]').getAttribute('data-lab-step'), String(step + 1))
      for (const side of ['client', 'server']) {
        expect(await labelSize(page, side)).toBeGreaterThan(8)
        await eventually(() => isSeen(page, side, '.state.leaf[data-active="true"]'), true)
      }
    }
    const client = peer(page, 'client')
    await client.getByRole('button', { name: 'Fit' }).click()
    await eventually(() => isSeen(page, 'client', '[data-state-id="lifecycle"]'), true)
    expect(await client.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed')).toBe('false')
    await client.getByRole('button', { name: 'Follow' }).press('Enter')
    await eventually(() => isSeen(page, 'client', '[data-state-id="lifecycle"]'), false)
    // Whatever the keyboard comes to is brought into sight.
    await client.locator('[data-state-button="lifecycle"]').focus()
    await page.keyboard.press('ArrowDown')
    await eventually(() => isSeen(page, 'client', '[data-state-button]:focus'), true)
  })

  test('what was entered last is in sight, in whichever region', async () => {
    const page = await pages.open(`${files.url}#lab/fragments-with-a-ping/2`, { reducedMotion: 'reduce' })
    for (const [side, id] of [
      ['client', 'outbound.text'],
      ['server', 'inbound.text'],
    ] as const) {
      await peer(page, side).locator(`[data-state-id="${id}"][data-active="true"]`).waitFor()
      await eventually(() => isSeen(page, side, `[data-state-id="${id}"]`), true)
    }
  })

  test('what is out of sight of a statechart is said beside it', async () => {
    const page = await pages.open(`${files.url}#lab/fragments-with-a-ping/4`)
    for (const [side, words] of [
      ['client', 'outbound: text'],
      ['server', 'inbound: text'],
    ] as const) {
      await peer(page, side).locator('[data-elsewhere]').getByText(words).waitFor()
    }
  })

  test('one peer may have the room of both, with its log', async () => {
    const page = await pages.open(`${files.url}#lab/close-by-client/3`)
    const show = page.getByRole('group', { name: 'Peers to show' })
    await show.getByRole('button', { name: 'server' }).press('Enter')
    await peer(page, 'server').locator('[data-event="receive.close"]').waitFor()
    expect(await peer(page, 'client').isVisible()).toBe(false)
    expect((await peer(page, 'server').boundingBox())!.width).toBeGreaterThan(900)
    await show.getByRole('button', { name: 'both' }).click()
    await peer(page, 'client').waitFor()
    expect(await peer(page, 'server').locator('[data-event="receive.close"]').isVisible()).toBe(false)
  })
})

describe('a lesson', () => {
  test('is taken by the keyboard, asks what comes next, and says whether that was right', async () => {
    const page = await pages.open(`${files.url}#lab`)
    await page.locator('[data-lesson="close-by-client"]').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('region', { name: 'Lesson', exact: true }).waitFor()
    await button(page, 'Next step').focus()
    await page.keyboard.press('Enter')
    await eventually(() => stateOf(page, 'server'), 'open')
    await page.keyboard.press('Enter')
    await page.getByText('What does it send?').waitFor()
    await button(page, 'Only FIN').click()
    await page.locator('[data-verdict="wrong"]').getByText('A Close with the same code, then FIN').waitFor()
    await button(page, 'Undo').click()
    await button(page, 'A Close with the same code, then FIN').click()
    await page.locator('[data-verdict="right"]').waitFor()
    await page.locator('[aria-current="step"]').getByText('RFC 6455, section 7.1.1').waitFor()
    expect(page.url()).toContain('#lab/close-by-client/~')
  })

  test('plays by itself, waits for an answer, and stops at its end', async () => {
    const page = await pages.open(`${files.url}#lab/close-by-client`, { reducedMotion: 'reduce' })
    await page.getByLabel('Speed').selectOption('4')
    await button(page, 'Play').click()
    await page.getByText('What does it send?').waitFor()
    await button(page, 'Pause').waitFor()
    await button(page, 'A Close with the same code, then FIN').click()
    await page.getByText('In short').waitFor()
    await button(page, 'Play').waitFor()
  })

  test('stops at its end, even if something is still under way', async () => {
    const page = await pages.open(`${files.url}#lab/ping-timeout/5`, { reducedMotion: 'reduce' })
    await page.getByLabel('Speed').selectOption('4')
    await button(page, 'Play').click()
    await page.getByText('In short').waitFor()
    await button(page, 'Play').waitFor()
    expect(await blocks(page, 'client')).toEqual(['ping', 'close', 'fin'])
    // Whoever wants it to go on says so.
    await button(page, 'Play').click()
    await eventually(() => blocks(page, 'client'), [])
    await page.getByText('it is another end than that of the lesson').waitFor()
  })

  test('says why a prediction was wrong, and why the others are', async () => {
    const page = await pages.open(`${files.url}#lab/unmasked-frame/2`)
    await button(page, '1007, invalid payload data').click()
    const verdict = page.locator('[data-verdict="wrong"]')
    await verdict.getByText('the payload is not what is wrong here').waitFor()
    await verdict.getByText('The answer is: 1002, protocol error.').waitFor()
    await verdict.getByText('Why not the rest?').click()
    await verdict.getByText('Every frame from a client has to be masked.').waitFor()
    await button(page, 'Undo').click()
    await button(page, 'Show me').click()
    await page.locator('[data-verdict="shown"]').getByText('1002, protocol error', { exact: true }).waitFor()
  })

  test('shows the bytes that it speaks of, until they are closed or have arrived', async () => {
    const page = await pages.open(`${files.url}#lab/masking/1`)
    const shown = page.getByText('masked, 18 bytes of payload')
    await button(page, 'Next step').click()
    await shown.waitFor()
    await button(page, 'Close the bytes').click()
    await shown.waitFor({ state: 'detached' })
    await button(page, 'Next step').click()
    await button(page, 'Next step').click()
    await shown.waitFor()
  })

  test('shows on the wire what was wrong, and what was not read any more', async () => {
    const page = await pages.open(`${files.url}#lab/reserved-opcode/2`)
    const fate = (fate: string) => lane(page, 'server').locator(`[data-fate="${fate}"]`)
    await fate('wrong').waitFor()
    expect(await fate('wrong').getAttribute('data-arrived')).toBe('reserved')
    await button(page, 'Next step').click()
    await fate('unread').getByText('not read').waitFor()
    // Whatever came after it.
    await fate('wrong').waitFor()
    expect(await fate('unread').getAttribute('data-arrived')).toBe('close')
    expect(await page.locator('[data-ending="server"] dd').textContent()).toContain(
      'it failed the connection',
    )
  })

  test('is left by “back” for the one before, as that was', async () => {
    const page = await pages.open(`${files.url}#lab`)
    await page.locator('[data-lesson="opening"]').click()
    await button(page, 'Next step').click()
    await eventually(async () => new URL(page.url()).hash, '#lab/opening/1')
    await button(page, 'All lessons').click()
    await page.locator('[data-lesson="masking"]').click()
    await page.getByRole('heading', { name: 'Masking, and why' }).waitFor()
    await page.goBack()
    await page.getByRole('region', { name: 'Lessons', exact: true }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Opening a connection' }).waitFor()
    await eventually(() => blocks(page, 'server'), ['request'])
    await page.goForward()
    await page.goForward()
    await page.getByRole('heading', { name: 'Masking, and why' }).waitFor()
  })

  test('does not sum up what went another way', async () => {
    const page = await pages.open(`${files.url}#lab/close-by-client/2`)
    await button(page, 'Cut both').click()
    await page.getByText('so this is not as the lesson says').waitFor()
    await button(page, 'Only FIN').click()
    await page.locator('[data-verdict="shown"]').getByText('None of the answers.').waitFor()
    for (let step = 4; step <= 6; step++) await button(page, 'Next step').click()
    await page.getByText('it is another end than that of the lesson').waitFor()
    await page.getByText('the server answered with the same').waitFor({ state: 'detached' })
  })

  test('of the whole library ends in the page as it does without it', async () => {
    const page = await pages.open(`${files.url}#lab`)
    for (const scenario of scenarios) {
      await page.evaluate((hash) => {
        location.hash = hash
      }, `#lab/${scenario.id}/${scenario.steps.length}`)
      await page.getByText(scenario.moral).waitFor()
      const lab = new Lab(scenario)
      for (const _ of scenario.steps) lab.do({ do: 'step' })
      const snapshot = lab.snapshot()
      for (const side of ['client', 'server'] as const) {
        expect(await peer(page, side).getAttribute('data-state'), `${scenario.id}, ${side}`).toBe(
          snapshot[side].state,
        )
      }
    }
  })
})

test('the states of both fit the strip of a phone, however long they are', async () => {
  const page = await pages.open(`${files.url}#lab/close-by-client/3`, {
    viewport: { width: 390, height: 844 },
  })
  const strip = page.getByRole('group', { name: 'State of both peers' })
  await strip.getByText('closing, acknowledged').waitFor()
  const right = await strip
    .locator('*')
    .evaluateAll((all) => Math.max(...all.map((each) => each.getBoundingClientRect().right)))
  expect(right).toBeLessThanOrEqual(390)
})

test('a phone shows the wire beside the lesson, but not beside their list, nor where there is no room', async () => {
  const viewport = { width: 390, height: 844 }
  const page = await pages.open(`${files.url}#lab/masking/2`, { viewport })
  await lane(page, 'server').locator('[data-block="text"]').waitFor()
  await page.getByText('masked, 18 bytes of payload').waitFor()
  const step = (await page.locator('[aria-current="step"]').boundingBox())!
  expect(step.y + step.height).toBeLessThan((await page.locator('.lab-wire').boundingBox())!.y)
  await page.setViewportSize({ width: 390, height: 640 })
  await page.locator('.lab-wire').waitFor({ state: 'hidden' })
  await page.setViewportSize(viewport)
  await page.locator('.lab-wire').waitFor()
  await button(page, 'All lessons').click()
  await page.locator('.lab-wire').waitFor({ state: 'hidden' })
})

describe.each([390, 1280, 2560])('at a width of %d', (width) => {
  test('nothing is cut off', async () => {
    const page = await pages.open(`${files.url}#lab/fragments-with-a-ping/4`, {
      viewport: { width, height: 844 },
    })
    await page.locator('.lab-main').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    if (width > 759) return
    await page.getByRole('group', { name: 'State of both peers' }).getByText('open').first().waitFor()
    const views = page.getByRole('navigation', { name: 'Views' })
    for (const [view, region] of [
      ['wire', 'Wire'],
      ['client', 'The client'],
      ['server', 'The server'],
    ] as const) {
      await views.getByRole('button', { name: view }).click()
      await page.getByRole('region', { name: region, exact: true }).waitFor()
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    }
  })
})
