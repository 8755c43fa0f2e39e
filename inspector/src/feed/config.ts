/** What the process that serves the page says of itself. */
export interface Config {
  /** Where its feed is. */
  feed: URL
  /** The echo server beside it. */
  echo: string | null
}

/** `null` if the page was not served by a process that can be watched. */
export async function loadConfig(page: Location): Promise<Config | null> {
  const address = new URL('./config.json', page.href)
  address.search = page.search
  let config: unknown
  try {
    const response = await fetch(address)
    if (!response.ok) return null
    config = await response.json()
  } catch {
    return null
  }
  if (typeof config !== 'object' || config === null) return null
  const { feed, echo } = config as { feed?: unknown; echo?: unknown }
  if (typeof feed !== 'string') return null
  const url = new URL(feed, page.href)
  // Nowhere else than where the page came from.
  if (url.origin !== page.origin) return null
  url.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:'
  const token = new URLSearchParams(page.search).get('token')
  if (token !== null) url.searchParams.set('token', token)
  return { feed: url, echo: typeof echo === 'string' ? echo : null }
}
