/** What the process that serves the page says of itself. */
export interface Config {
  /** Where its feed is; `null`: there is none, but a trace. */
  feed: URL | null
  /** The echo server beside it. */
  echo: string | null
  /** Where the records are that the process keeps. */
  records: URL | null
  /** What is to be opened at once. */
  trace: { url: URL; name: string } | null
  /** Does the process let the page steer its connections? */
  commands: boolean
  version: string | null
  /** When it said so, by the clock of its records, ms since 1970. */
  now: number | null
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
  const { feed, echo, records, trace, commands, version, now } = config as Record<string, unknown>
  const feedUrl = ownUrl(feed, page)
  if (feedUrl !== null) feedUrl.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:'
  const traceUrl = isObject(trace) ? ownUrl(trace['url'], page) : null
  if (feedUrl === null && traceUrl === null) return null
  const name = isObject(trace) && typeof trace['name'] === 'string' ? trace['name'] : 'trace'
  return {
    feed: feedUrl,
    echo: typeof echo === 'string' ? echo : null,
    records: ownUrl(records, page),
    trace: traceUrl === null ? null : { url: traceUrl, name },
    commands: commands === true,
    version: typeof version === 'string' ? version : null,
    now: typeof now === 'number' ? now : null,
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** A URL of the server that the page came from, with its token: nowhere else. */
function ownUrl(path: unknown, page: Location): URL | null {
  if (typeof path !== 'string') return null
  const url = new URL(path, page.href)
  if (url.origin !== page.origin) return null
  const token = new URLSearchParams(page.search).get('token')
  if (token !== null) url.searchParams.set('token', token)
  return url
}
