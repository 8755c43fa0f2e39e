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
  stop(): void
}

const FIRST_RETRY = 400
const LONGEST_RETRY = 4_000

export function startFeed(page: Location): Feed {
  let snapshot: FeedSnapshot = { status: 'starting', model: emptyModel, config: null }
  const listeners = new Set<() => void>()
  const update = (change: Partial<FeedSnapshot>) => {
    snapshot = { ...snapshot, ...change }
    for (const listener of listeners) listener()
  }
  const batch = batchPerFrame<FeedMessage>((messages) => update({ model: reduce(snapshot.model, messages) }))
  const read = feedReader()

  let receiver: Receiver | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let delay = FIRST_RETRY
  let stopped = false

  const connect = async () => {
    // A process that came back may have another echo server.
    const config = await loadConfig(page)
    if (stopped) return
    if (config !== null) attach(config)
    else if (snapshot.config === null) update({ status: 'not attached' })
    else reconnectLater()
  }

  const attach = (config: Config) => {
    update({ config })
    receiver = openReceiver(config.feed, {
      onOpen() {
        delay = FIRST_RETRY
        batch.push({ type: 'attached' })
        update({ status: 'attached' })
      },
      onEvent(event) {
        const message = read(event, Date.now())
        if (message !== null) batch.push(message)
      },
      onClose: reconnectLater,
    })
  }

  const reconnectLater = () => {
    if (snapshot.status !== 'reconnecting') update({ status: 'reconnecting' })
    timer = setTimeout(connect, delay)
    delay = Math.min(delay * 1.6, LONGEST_RETRY)
  }

  void connect()

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => snapshot,
    stop() {
      stopped = true
      clearTimeout(timer)
      receiver?.close()
      batch.stop()
    },
  }
}
