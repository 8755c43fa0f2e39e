/** Traces in the page: saved, opened, dropped, served, and broken. */
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { createInspector } from '../../src/inspect/inspector.ts'
import { type InspectorServer, serveInspector, serveTrace } from '../../src/inspect/server.ts'
import { readTrace, traceLines } from '../../src/inspect/trace.ts'
import { type Server, serve } from '../../src/node/index.ts'
import { ScriptedConnection } from '../inspect/helpers.ts'
import { connection, eventually, expectLit, pagesForFile, row } from './page.ts'

const pages = pagesForFile()
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirechart-traces-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** An echo server with its inspector, and a client that said something. */
async function process() {
  const inspector = createInspector()
  const server: Server = await serve(
    async (connection) => {
      for await (const message of connection) await connection.send(message)
    },
    { port: 0, host: '127.0.0.1', inspect: inspector },
  )
  const page: InspectorServer = await serveInspector(inspector)
  onTestFinished(async () => {
    await page.close()
    await server.close({ timeout: 0 })
  })
  const client = async (...messages: string[]) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}`)
    onTestFinished(() => socket.terminate())
    await once(socket, 'open')
    for (const message of messages) {
      socket.send(message)
      await once(socket, 'message')
    }
    return socket
  }
  return { inspector, url: page.url, client }
}

async function save(page: Page, button: string): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ])
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') }
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

/** Lines of a trace of one connection that was closed with 1001. */
function lines(): string[] {
  const inspector = createInspector()
  const connection = new ScriptedConnection(inspector, 'client', undefined, 'ws://example.test/old')
  connection.take({ type: 'receive.text', fin: true, length: 2 }).take({ type: 'receive.ping' })
  connection.take({ type: 'receive.close', code: 1001, reason: 'going' }).take({ type: 'receive.eof' })
  return [...traceLines(inspector.connections.flatMap((each) => each.records()))]
}

const open = (page: Page, path: string) => page.getByLabel('Trace to open').setInputFiles(path)

describe('a trace', () => {
  test('of a connection is saved, and opened beside the live ones', async () => {
    const { inspector, url, client } = await process()
    await client('one', 'two')
    const page = await pages.attach(url)
    await row(page, 'send.text').first().waitFor()
    const { name, text } = await save(page, 'Save this')
    const [live] = inspector.connections
    expect(name).toMatch(new RegExp(`^wirechart-${live!.id}-.*\\.jsonl$`))
    const trace = readTrace(text)
    expect(trace.header?.by).toMatch(/^wirechart \d/)
    expect(trace.problems).toEqual([])
    expect(trace.records.map(({ record }) => record)).toEqual(live!.records())

    await open(page, await file('saved.jsonl', text))
    const opened = connection(page, `f1:${live!.id}`)
    await opened.and(page.locator('[aria-current="true"][data-source="file"]')).waitFor()
    expect(await opened.textContent()).toContain('file')
    expect(await connection(page, live!.id).getAttribute('data-source')).toBe('process')
    await expectLit(page, ['inbound.idle', 'lifecycle.open', 'outbound.idle'])
    expect(await row(page, 'receive.text').first().textContent()).toContain('one')
    // And out again, as it came.
    expect(readTrace((await save(page, 'Save this')).text).records).toEqual(trace.records)
    await page.getByRole('button', { name: 'Put away saved.jsonl' }).click()
    await eventually(() => opened.count(), 0)
    expect(await connection(page, live!.id).count()).toBe(1)
  })

  test('of all holds what the page has not been sent, and the two of one name apart', async () => {
    const { inspector, url, client } = await process()
    for (const word of ['first', 'second', 'third']) await client(word)
    const page = await pages.attach(url)
    await eventually(() => page.locator('[data-connection]').count(), 3)
    const { text } = await save(page, 'Save all')
    const trace = readTrace(text)
    expect(trace.problems).toEqual([])
    const all = inspector.connections.flatMap((each) => each.records())
    expect(trace.records).toHaveLength(all.length)
    expect(trace.records.map(({ record }) => record)).toEqual(expect.arrayContaining(all))

    await open(page, await file('all.jsonl', text))
    await eventually(() => page.locator('[data-connection]').count(), 6)
    const twice = readTrace((await save(page, 'Save all')).text)
    expect(twice.problems).toEqual([])
    expect(new Set(twice.records.map(({ id }) => id)).size).toBe(6)
  })

  test('is opened when it is dropped on the page', async () => {
    const { url } = await process()
    const page = await pages.attach(url)
    const transfer = await page.evaluateHandle((text) => {
      const data = new DataTransfer()
      data.items.add(new File([text], 'dropped.jsonl'))
      return data
    }, lines().join(''))
    await page.dispatchEvent('main', 'dragenter', { dataTransfer: transfer })
    await page.getByText('Drop traces here to open them').waitFor()
    await page.dispatchEvent('main', 'drop', { dataTransfer: transfer })
    await page.locator('[data-source="file"][data-state="closed"]').waitFor()
    expect(await page.getByText('Drop traces here to open them').count()).toBe(0)
    expect(await page.locator('[data-connection]').textContent()).toContain('ws://example.test/old')
    await expectLit(page, ['inbound.idle', 'lifecycle.closed.cleanly', 'outbound.idle'])
  })

  test('that is broken is shown as far as it can be read, with the lines that are wrong', async () => {
    const { url } = await process()
    const page = await pages.attach(url)
    const [header, first, second, ...rest] = lines()
    const broken = [header, first, second, '{"v":1,"kind":"step"\n', ...rest].join('')
    await open(page, await file('broken.jsonl', broken))
    await page.getByText('Line 4: not JSON').waitFor()
    await page.getByText('1 problem; what could be read is shown.').waitFor()
    await page.locator('[data-source="file"][data-state="closed"]').waitFor()

    await open(page, await file('foreign.json', '<html>\n<script>alert(1)</script>\n'))
    await page.getByText('This is no trace of wirechart').waitFor()
    await page.getByText('Line 1: not JSON').waitFor()
    expect(await page.locator('[data-connection]').count()).toBe(1)
  })

  test('that the page was served with is there at once, without a process', async () => {
    const server = await serveTrace({ name: 'served.jsonl', body: Buffer.from(lines().join('')) })
    onTestFinished(() => server.close())
    const page = await pages.open(server.url)
    await page.locator('[data-feed="trace"]').waitFor()
    await page.locator('[data-source="file"][data-state="closed"]').waitFor()
    await page.locator('[data-trace="served.jsonl"]').waitFor()
    await row(page, 'receive.ping').click()
    await expectLit(page, ['inbound.idle', 'lifecycle.open', 'outbound.idle'])
  })
})
