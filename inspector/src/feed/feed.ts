/** The live attach: the model, kept up to date from the process's feed, which is found again when it was lost. */
import type { FeedMessage } from '../model/message.ts'
import { emptyModel, type Model, reduce } from '../model/reduce.ts'
import { batchPerFrame } from './batch.ts'
import { type Config, loadConfig } from './config.ts'
import { feedReader } from './read.ts'
import { openReceiver, type Receiver } from './receiver.ts'

export type FeedStatus =
  | 'starting'
  | 'attached'
  | 'reconnecting'
  /** The page was served by `wirechart inspect`: it shows a trace. */
  | 'trace'
  /** An application that embeds the page tells it what to show. */
  | 'embedded'
  /** The page was not served by a process that can be watched. */
  | 'not attached'

export interface FeedSnapshot {
  status: FeedStatus
  model: Model
  config: Config | null
}

export interface Feed {
  subscribe(listener: () => void): () => void
  getSnapshot(): FeedSnapshot
  /** Puts something else into the model, such as what was read from a file. */
  tell(message: FeedMessage): void
  /** The process needs to send the records of these connections only. */
  follow(ids: readonly string[]): void
  /** Steers a connection of the process; resolves with what was wrong, or `null`. */
  command(connection: string, event: { type: string; [field: string]: unknown }): Promise<string | null>
  stop(): void
}

/** The model by itself, of which every feed is one. */
export function modelStore(first: Pick<FeedSnapshot, 'status'>) {
  let snapshot: FeedSnapshot = { ...first, model: emptyModel, config: null }
  const listeners = new Set<() => void>()
  const update = (change: Partial<FeedSnapshot>) => {
    snapshot = { ...snapshot, ...change }
    for (const listener of listeners) listener()
  }
  const batch = batchPerFrame<FeedMessage>((messages) => update({ model: reduce(snapshot.model, messages) }))
  return {
    update,
    tell: (message: FeedMessage) => batch.push(message),
    stop: () => batch.stop(),
    getSnapshot: () => snapshot,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const FIRST_RETRY = 400
const LONGEST_RETRY = 4_000

/**
 * Attaches the page to the process that served it; with `?server=ws://…` in its URL to that server instead, which
 * may be one of `@xstate/inspect`.
 */
export function startFeed(page: Location): Feed {
  const store = modelStore({ status: 'starting' })
  const { update, getSnapshot } = store
  const read = feedReader()
  const foreign = serverIn(page)
  /** Commands that were sent and not answered, oldest first. */
  let asked: { connection: string; event: string; answer(error: string | null): void }[] = []

  let receiver: Receiver | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let delay = FIRST_RETRY
  let stopped = false
  let followed: readonly string[] = []

  const connect = async () => {
    if (foreign !== null) {
      attach(foreign)
      return
    }
    // A process that came back may have another echo server.
    const config = await loadConfig(page)
    if (stopped) return
    if (config?.feed != null) {
      update({ config })
      attach(config.feed)
    } else if (config !== null) update({ config, status: 'trace' })
    else if (getSnapshot().config === null) update({ status: 'not attached' })
    else reconnectLater()
  }

  const attach = (url: URL) => {
    receiver = openReceiver(url, {
      onOpen() {
        delay = FIRST_RETRY
        store.tell({ type: 'attached' })
        update({ status: 'attached' })
        sendFollowed()
      },
      onEvent(event) {
        const message = read(event, Date.now())
        if (message !== null) store.tell(message)
      },
      onOther: onAnswer,
      onClose() {
        for (const { answer } of asked.splice(0)) answer('The process is not there any more.')
        reconnectLater()
      },
    })
  }

  const sendFollowed = () => {
    // Another program's server would not know what that means.
    if (foreign === null) receiver?.send({ type: 'wirechart.follow', sessions: followed })
  }

  const onAnswer = (message: { type: string; sessionId?: unknown; event?: unknown; error?: unknown }) => {
    if (message.type !== 'wirechart.answer') return
    const { sessionId, event, error } = message
    const answered = asked.find((each) => each.connection === sessionId && each.event === event)
    if (answered === undefined) return
    asked = asked.filter((each) => each !== answered)
    answered.answer(typeof error === 'string' ? error : null)
  }

  const reconnectLater = () => {
    if (getSnapshot().status !== 'reconnecting') update({ status: 'reconnecting' })
    timer = setTimeout(connect, delay)
    delay = Math.min(delay * 1.6, LONGEST_RETRY)
  }

  void connect()

  return {
    subscribe: store.subscribe,
    getSnapshot,
    tell: store.tell,
    follow(ids) {
      if (ids.length === followed.length && ids.every((id) => followed.includes(id))) return
      followed = [...ids]
      sendFollowed()
    },
    command(connection, event) {
      if (getSnapshot().status !== 'attached')
        return Promise.resolve('The page is not attached to the process.')
      // As `@xstate/inspect` sends an event: in an envelope of SCXML, as JSON.
      const json = JSON.stringify({ name: event.type, data: event, $$type: 'scxml', type: 'external' })
      return new Promise((resolve) => {
        asked.push({ connection, event: json, answer: resolve })
        receiver?.send({ type: 'xstate.event', service: connection, event: json })
      })
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      receiver?.close()
      store.stop()
    },
  }
}

/** The WebSocket server that the page's URL names. */
function serverIn(page: Location): URL | null {
  const server = new URLSearchParams(page.search).get('server')
  if (server === null) return null
  try {
    const url = new URL(server)
    return url.protocol === 'ws:' || url.protocol === 'wss:' ? url : null
  } catch {
    return null
  }
}
