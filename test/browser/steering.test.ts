/** Connections of a real process, steered from its page. */
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { createInspector, type InspectorOptions } from '../../src/inspect/inspector.ts'
import { serveInspector } from '../../src/inspect/server.ts'
import { serve } from '../../src/node/index.ts'
import { connection, eventually, pagesForFile, row } from './page.ts'

const pages = pagesForFile()

/** A server and a client of it; the page of the server's inspector. */
async function start(options: InspectorOptions) {
  const inspector = createInspector(options)
  const server = await serve((accepted) => accepted.ignoreMessages(), {
    port: 0,
    host: '127.0.0.1',
    inspect: inspector,
  })
  const served = await serveInspector(inspector)
  onTestFinished(async () => {
    await served.close()
    await server.close({ timeout: 0 })
  })
  const client = new WebSocket(`ws://127.0.0.1:${server.port}`)
  onTestFinished(() => client.terminate())
  const messages: string[] = []
  client.on('message', (data) => messages.push(String(data)))
  await once(client, 'open')
  const page = await pages.attach(served.url)
  const [{ id }] = inspector.connections as unknown as [{ id: string }]
  await connection(page, id).and(page.locator('[data-state="open"]')).waitFor()
  return { page, client, messages, id }
}

describe('a connection of a process that allows commands', () => {
  test('is sent a text and a ping', async () => {
    const { page, client, messages } = await start({ allowCommands: true })
    const pings: string[] = []
    client.on('ping', (data) => pings.push(String(data)))
    await page.getByRole('tab', { name: 'Steer' }).click()
    await page.getByLabel('Text to send').fill('from the page')
    await page.getByRole('button', { name: 'Send text' }).click()
    await row(page, 'send.text').waitFor()
    await page.getByText('Text: done.').waitFor()
    expect(messages).toEqual(['from the page'])
    await page.getByLabel('Ping data').fill('beat')
    await page.getByLabel('Ping data').press('Enter')
    await row(page, 'receive.pong').waitFor()
    expect(pings).toEqual(['beat'])
  })

  test('is closed with a code and a reason, which are checked', async () => {
    const { page, client, id } = await start({ allowCommands: true })
    await page.getByRole('tab', { name: 'Client' }).focus()
    await page.keyboard.press('ArrowRight')
    const closed = once(client, 'close')
    await page.getByLabel('Code').fill('1006')
    await page.getByText('A Close carries').waitFor()
    expect(await page.getByRole('button', { name: 'Send Close' }).isDisabled()).toBe(true)
    await page.getByLabel('Code').fill('1001')
    await page.getByLabel('Reason').fill('enough')
    await page.getByRole('button', { name: 'Send Close' }).click()
    const [code, reason] = await closed
    expect([code, String(reason)]).toEqual([1001, 'enough'])
    await connection(page, id).and(page.locator('[data-state="closed"]')).waitFor()
    await page.getByText('this one cannot be steered').waitFor()
  })

  test('is cut', async () => {
    const { page, client, id } = await start({ allowCommands: true })
    client.on('error', () => {})
    const closed = once(client, 'close')
    await page.getByRole('tab', { name: 'Steer' }).click()
    await page.getByRole('button', { name: 'Cut TCP' }).click()
    expect((await closed)[0]).toBe(1006)
    await eventually(() => connection(page, id).getAttribute('data-clean'), 'false')
  })
})

test('a page of a process that allows none has no controls for it', async () => {
  const { page } = await start({})
  await page.getByRole('region', { name: 'Client', exact: true }).waitFor()
  expect(await page.getByRole('tab', { name: 'Steer' }).count()).toBe(0)
})
