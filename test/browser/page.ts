/** The page in a browser, as the tests of this folder use it. */
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { launchBrowser } from './browser.ts'
import { FakeFeed, type FakeFeedOptions } from './fake-feed.ts'

/**
 * The pages of a test file: they share a browser, and each has a fresh context. What a test opened is closed behind
 * it, what was open before is not; and it fails if there was a problem on any of its pages, but for those that `mayHappen`.
 */
export function pagesForFile({ mayHappen = (_problem: string): boolean => false } = {}): Pages {
  const pages = new Pages()
  beforeAll(() => pages.start())
  afterAll(() => pages.stop())
  beforeEach(() => pages.begin())
  afterEach(async () => {
    await pages.close()
    expect(pages.problems.filter((problem) => !mayHappen(problem))).toEqual([])
  })
  return pages
}

/** A feed that each test begins anew, with nothing told; it is closed before the pages are. */
export function feedForEach(options: FakeFeedOptions = {}): FakeFeed {
  const feed = new FakeFeed(options)
  beforeEach(() => feed.start())
  afterEach(() => feed.close())
  return feed
}

/** How long something may take to appear, in milliseconds: far longer than it does, as a machine may be busy with more. */
const PATIENCE = 30_000

export class Pages {
  /** What no page may do: throw, log an error, or ask another origin for something. */
  readonly problems: string[] = []
  #browser: Browser | undefined
  #kept = new Set<BrowserContext>()

  async start(): Promise<void> {
    this.#browser = await launchBrowser()
  }

  /** Opens `url`; what happens on the page besides is noted in `problems`. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser!.newContext({ viewport: { width: 1280, height: 800 }, ...options })
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE)
    const { origin } = new URL(url)
    page.on('pageerror', (error) => this.problems.push(`thrown: ${error.message}`))
    page.on('request', (request) => {
      const asked = new URL(request.url())
      if (asked.origin !== origin && asked.protocol !== 'data:') this.problems.push(`asked ${asked.href}`)
    })
    page.on('console', (message) => {
      // The browser itself says so when a WebSocket cannot be reached.
      if (message.type() === 'error' && !/WebSocket|ERR_CONNECTION_REFUSED|40[34]/.test(message.text())) {
        this.problems.push(`logged: ${message.text()}`)
      }
    })
    await page.goto(url)
    return page
  }

  /** Opens `url`, whose page is then attached to its feed. */
  async attach(url: string, options?: BrowserContextOptions): Promise<Page> {
    const page = await this.open(url, options)
    await attached(page)
    return page
  }

  /** A test begins. */
  begin(): void {
    this.problems.length = 0
    this.#kept = new Set(this.#browser!.contexts())
  }

  /** Closes the pages of the test: one that has lost its feed would ask for it until the end. */
  async close(): Promise<void> {
    const opened = this.#browser!.contexts().filter((context) => !this.#kept.has(context))
    await Promise.all(opened.map((context) => context.close()))
  }

  async stop(): Promise<void> {
    await this.#browser?.close()
  }
}

/** Waits until the page is attached to its feed. */
export async function attached(page: Page): Promise<void> {
  await page.locator('[data-feed="attached"]').waitFor()
}

export const connection = (page: Page, id: string): Locator => page.locator(`[data-connection="${id}"]`)

export const state = (page: Page, id: string): Locator => page.locator(`[data-state-id="${id}"]`)

export const tab = (page: Page, name: string): Locator => page.getByRole('tab', { name, exact: true })

export const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true })

/** The cursor in the records of the connection that is shown. */
export const slider = (page: Page): Locator => page.getByRole('slider', { name: 'Moment' })

export const rung = (page: Page, name: string): Locator => page.locator(`[data-rung="${name}"]`)

export const row = (page: Page, event: string): Locator => page.locator(`[data-event="${event}"]`)

/** Waits until exactly these innermost states are lit, and returns when they are. */
export async function expectLit(page: Page, ids: string[]): Promise<void> {
  await expect.poll(() => litLeaves(page), { timeout: PATIENCE }).toEqual([...ids].sort())
}

/** Ids of the lit states that hold no other lit one. */
export async function litLeaves(page: Page): Promise<string[]> {
  const ids = await page
    .locator('[data-state-id][data-active="true"]')
    .evaluateAll((elements) => elements.map((element) => element.getAttribute('data-state-id') ?? ''))
  return ids.filter((id) => !ids.some((other) => other.startsWith(`${id}.`))).sort()
}

/** Waits for an element's attribute, or a count, or any other value that can be asked for. */
export async function eventually<T>(ask: () => Promise<T>, expected: T): Promise<void> {
  await expect.poll(ask, { timeout: PATIENCE }).toEqual(expected)
}
