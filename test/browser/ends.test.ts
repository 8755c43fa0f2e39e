/** A process that is its own client: the ladder is drawn from the records of both ends. */
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { createInspector } from '../../src/inspect/inspector.ts'
import { serveInspector, serveTrace } from '../../src/inspect/server.ts'
import { traceLines } from '../../src/inspect/trace.ts'
import { connect, serve } from '../../src/node/index.ts'
import { connection, eventually, pagesForFile } from './page.ts'

const pages = pagesForFile()

async function process() {
  const inspector = createInspector()
  const server = await serve((connection) => connection.ignoreMessages(), {
    port: 0,
    host: '127.0.0.1',
    inspect: inspector,
  })
  onTestFinished(() => server.close({ timeout: 0 }))
  const client = async (watching = inspector) => {
    const connection = await connect(`ws://127.0.0.1:${server.port}/chat`, { inspect: watching })
    connection.ignoreMessages()
    return connection
  }
  return { inspector, client }
}

const lanes = (page: Page) => page.locator('.ladder-side').allTextContents()
const note = (page: Page) => page.locator('.ladder-note').first().textContent()
const both = ['client watched', 'server watched']

/** Ids of the connections, each client with the server that it is connected to. */
const idsOf = (inspector: ReturnType<typeof createInspector>) => inspector.connections.map(({ id }) => id)

test('live, whichever of the ends is looked at', async () => {
  const { inspector, client } = await process()
  const served = await serveInspector(inspector)
  onTestFinished(() => served.close())
  const clients = [await client(), await client(), await client()]
  const ids = idsOf(inspector)
  const page = await pages.attach(served.url)
  await connection(page, ids[2]!).click()
  await page.getByRole('tab', { name: 'Ladder' }).click()
  await eventually(() => lanes(page), both)
  expect(await note(page)).toContain(`client ${ids[2]} and server ${ids[3]}`)
  await connection(page, ids[1]!).click()
  await eventually(async () => (await note(page))?.includes(`server ${ids[1]} and client ${ids[0]}`), true)

  // What comes in live is told by both.
  await clients[0]!.close(4000, 'enough')
  await eventually(
    () => page.locator('.rung').last().locator('.lane.client').getAttribute('title'),
    'closed, cleanly',
  )
  expect(await page.locator('.lane.inferred').count()).toBe(0)
})

test('not where the other end is not watched', async () => {
  const { client } = await process()
  const alone = createInspector()
  const served = await serveInspector(alone)
  onTestFinished(() => served.close())
  await client(alone)
  const page = await pages.attach(served.url)
  await page.getByRole('tab', { name: 'Ladder' }).click()
  await eventually(() => lanes(page), ['client watched', 'server inferred'])
  expect(await note(page)).toContain('Only the client was watched.')
})

test('of a trace', async () => {
  const { inspector, client } = await process()
  const [first] = [await client(), await client()]
  await first!.close()
  // Its end of TCP is what the server waits for.
  await expect.poll(() => inspector.connections[1]!.ended).toBe(true)
  const records = inspector.connections.flatMap((each) => each.records())
  const served = await serveTrace({
    name: 'both.jsonl',
    body: Buffer.from([...traceLines(records)].join('')),
  })
  onTestFinished(() => served.close())
  const ids = idsOf(inspector)
  const page = await pages.open(`${served.url}#live/f1%3A${ids[0]}/ladder`)
  await eventually(() => lanes(page), both)
  expect(await note(page)).toContain(`client ${ids[0]} and server ${ids[1]}`)
  // The server was not done when the client was: the client's FIN was still to come.
  await eventually(
    () => page.locator('.rung').last().locator('.lane.server').getAttribute('title'),
    'closed, cleanly',
  )
})
