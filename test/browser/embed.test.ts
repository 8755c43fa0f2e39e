/** Any machine: applications that hold the page show it their own, with either XState. */
import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { createActor, createMachine } from 'xstate'
import { createInspector } from '../../src/inspect/inspector.ts'
import { type InspectorServer, serveInspector } from '../../src/inspect/server.ts'
import { type AppServer, startApp, xstate4App, xstate5App } from './app-server.ts'
import { connection, eventually, litLeaves, pagesForFile, row } from './page.ts'

// An application asks for the inspector; and the browser may refuse what a test wants refused.
const pages = pagesForFile({ mayHappen: (problem) => problem.startsWith(`asked ${served.url}`) })
let app: AppServer
let served: InspectorServer

beforeAll(async () => {
  app = await startApp()
  served = await serveInspector(createInspector())
})
afterAll(async () => {
  await app?.close()
  await served?.close()
})

const embed = (query = `?origin=${app.origin}`) => `${served.url}embed.html${query}`

/** The embedded page, once it is there. */
async function frameOf(page: Page): Promise<Frame> {
  await eventually(async () => page.frames().length, 2)
  return page.frames()[1]!
}

const lit = (frame: Frame | Page) => litLeaves(frame as Page)

async function expectLight(app: Page, shown: Frame | Page) {
  await eventually(() => lit(shown), ['green'])
  await app.locator('#next').click()
  await eventually(() => lit(shown), ['yellow'])
  await app.locator('#next').click()
  await eventually(() => lit(shown), ['red'])
  expect(await row(shown as Page, 'NEXT').count()).toBe(2)
  await row(shown as Page, 'NEXT')
    .first()
    .click()
  await eventually(() => lit(shown), ['yellow'])
}

describe.each([
  ['XState 4 and @xstate/inspect', xstate4App],
  ['XState 5 and wirechart/inspect', xstate5App],
])('an application with %s', (_, html) => {
  test('shows its machine in an iframe', async () => {
    const page = await pages.open(app.page(html(embed(), false)))
    const frame = await frameOf(page)
    await expectLight(page, frame)
    await frame.locator('[data-feed="embedded"]').waitFor()
    expect(await frame.getByRole('region', { name: /^Client/ }).count()).toBe(0)
  })

  test('shows its machine in a popup', async () => {
    const page = await pages.open(app.page(html(embed(), true)))
    const opening = page.waitForEvent('popup')
    await page.locator('#next').click()
    const popup = await opening
    await expectLight(page, popup)
  })

  test.each([
    ['that the page does not name', () => embed('?origin=https://app.example')],
    ['where the page names none', () => embed('')],
    ['by a wildcard', () => embed('?origin=*')],
  ])('is not heard from an origin %s', async (_, url) => {
    const page = await pages.open(app.page(html(url(), false)))
    await page.evaluate(() => {
      const heard: unknown[] = []
      Object.assign(window, { heard })
      addEventListener('message', ({ data }) => heard.push(data))
    })
    const frame = await frameOf(page)
    await frame.getByRole('region', { name: 'Welcome' }).waitFor()
    await page.evaluate(() => {
      const target = document.querySelector('iframe')!.contentWindow!
      const state = '{"value":"a","context":{},"_event":{"name":"x"},"event":{"type":"x"}}'
      target.postMessage(
        { type: 'service.register', sessionId: 's', id: 'm', machine: '{"id":"m"}', state },
        '*',
      )
    })
    // What was posted before this has been looked at.
    await frame.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
    await frame.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
    expect(await frame.locator('[data-connection]').count()).toBe(0)
    expect(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([])
    pages.problems.length = 0
  })
})

describe('the embedded page', () => {
  test('opened by itself says what it is for', async () => {
    const page = await pages.open(embed(''))
    await page.getByText('No application embeds this page').waitFor()
    await page.locator('[data-feed="not attached"]').waitFor()
  })

  test('outlives what only looks like the protocol', async () => {
    const page = await pages.open(app.page(xstate5App(embed(), false)))
    const frame = await frameOf(page)
    await eventually(() => lit(frame), ['green'])
    await page.evaluate((origin) => {
      const target = document.querySelector('iframe')!.contentWindow!
      target.postMessage({ type: 'service.register', sessionId: 's', machine: '{', state: '' }, origin)
      target.postMessage({ type: 'service.state', sessionId: 's', state: 'null' }, origin)
      target.postMessage({ type: 'service.event', sessionId: 's', event: '1' }, origin)
    }, served.url)
    await page.locator('#next').click()
    await eventually(() => lit(frame), ['yellow'])
  })

  test('may be framed, and connects to nothing; the attached one may not be', async () => {
    const own = await fetch(embed())
    expect(own.headers.get('content-security-policy')).toContain('frame-ancestors *')
    expect(own.headers.get('content-security-policy')).toContain("connect-src 'none';")
    expect(own.headers.get('x-frame-options')).toBeNull()
    expect(own.headers.get('cross-origin-opener-policy')).toBeNull()
    const main = await fetch(served.url)
    expect(main.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(main.headers.get('x-frame-options')).toBe('DENY')
  })
})

describe('over WebSocket', () => {
  test('a process with XState 5 shows its actors beside its connections', async () => {
    const inspector = createInspector()
    const server = await serveInspector(inspector)
    onTestFinished(() => server.close())
    const page = await pages.attach(server.url)
    const machine = createMachine({
      id: 'door',
      initial: 'shut',
      states: { shut: { on: { OPEN: 'open' } }, open: {} },
    })
    const actor = createActor(machine).start()
    inspector.fromActor(actor)
    await eventually(() => lit(page), ['shut'])
    actor.send({ type: 'OPEN' })
    await eventually(() => lit(page), ['open'])
  })

  test('a process with XState 4 and @xstate/inspect shows its machines', async () => {
    const require = createRequire(new URL('../../inspector/package.json', import.meta.url))
    const { inspect } = require('@xstate/inspect/lib/server.js')
    const { createMachine, interpret } = require('xstate')
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(sockets, 'listening')
    const inspector = inspect({ server: sockets })
    onTestFinished(() => inspector.disconnect())
    const config = { id: 'door', initial: 'shut', states: { shut: { on: { OPEN: 'open' } }, open: {} } }
    const service = interpret(createMachine({ predictableActionArguments: true, ...config }), {
      devTools: true,
    }).start()
    onTestFinished(() => void service.stop())
    const { port } = sockets.address() as { port: number }
    const page = await pages.attach(`${served.url}?server=ws://127.0.0.1:${port}`)
    await eventually(() => lit(page), ['shut'])
    service.send('OPEN')
    await eventually(() => lit(page), ['open'])
    await connection(page, service.sessionId).waitFor()
  })
})
