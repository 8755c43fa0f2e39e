import type { Feed } from '../feed/feed.ts'
import type { Traces } from './traces.ts'

/** Opens the trace that the page was served with (`wirechart inspect FILE`), once that is known. */
export function openServedTrace(feed: Feed, traces: Traces): void {
  const unsubscribe = feed.subscribe(() => {
    const { config } = feed.getSnapshot()
    if (config === null) return
    unsubscribe()
    if (config.trace !== null) void traces.openUrl(config.trace.url, config.trace.name)
  })
}
