import type { WireInspector } from './inspector.ts'
import { isReceiverCommand, type ReceiverMessage } from './messages.ts'
import type { Session } from './session.ts'

export interface FeedOptions {
  /**
   * Hears the commands of the page, if the inspector allows them. The seam for steering: nothing in this room
   * carries them out.
   */
  command?: (sessionId: string, event: string) => void
}

/** One page that follows an inspector. */
export interface Feed {
  /** Takes what the page sent, parsed. What is no command is ignored. */
  receive(data: unknown): void
  /** Lets go of the inspector; nothing is sent any more. */
  detach(): void
}

/** Steps of one session that are sent before it is another one's turn. */
const PORTION = 64

/**
 * Attaches a page: once it says `xstate.inspecting`, it is sent every session with the steps that are kept, then what
 * happens. Saying it again starts over.
 *
 * `send` returns a promise if the page is slow, and is called again when it has resolved. Nothing is queued
 * meanwhile: the feed has a place in each session's steps, and the sessions are bounded. If steps that were not sent
 * are dropped there, the session is introduced anew (`service.register` with `record.dropped`).
 */
export function createFeed(
  inspector: WireInspector,
  send: (message: ReceiverMessage) => undefined | Promise<void>,
  { command }: FeedOptions = {},
): Feed {
  /** Number of the next step to be sent of each session that was introduced; `Infinity`: it was told to have ended. */
  const places = new Map<string, number>()
  /** Sessions that may have something to be sent. */
  const pending = new Set<Session>()
  let unwatch: (() => void) | undefined
  let detached = false
  let slow = false
  let scheduled = false

  const post = (message: ReceiverMessage) => {
    const drained = send(message)
    if (drained === undefined) return
    slow = true
    const resume = () => {
      slow = false
      schedule()
    }
    drained.then(resume, detach)
  }

  /** Sends some of what is to be sent of a session; whether there is more. */
  const sendPortion = (session: Session): boolean => {
    const place = places.get(session.id)
    if (place === undefined || place < session.first) {
      post(session.register())
      places.set(session.id, session.first)
      return true
    }
    if (place === Infinity) return false
    const until = Math.min(session.end, place + PORTION)
    let next = place
    while (next < until && !slow && !detached) {
      for (const message of session.messages(next)) post(message)
      next++
    }
    places.set(session.id, next)
    if (next < session.end) return true
    if (!session.ended) return false
    post({ type: 'service.stop', sessionId: session.id })
    places.set(session.id, Infinity)
    return false
  }

  const pump = () => {
    scheduled = false
    while (!slow && !detached) {
      const [session] = pending
      if (session === undefined) return
      // Behind the others, so that one with much to tell keeps none of them waiting.
      pending.delete(session)
      if (sendPortion(session)) pending.add(session)
    }
  }

  /** Later, because a record is made in the middle of what a connection does. */
  const schedule = () => {
    if (scheduled || slow || detached) return
    scheduled = true
    queueMicrotask(pump)
  }

  const start = () => {
    unwatch ??= inspector.watch((session) => {
      if (inspector.sessions.has(session.id)) pending.add(session)
      else {
        pending.delete(session)
        places.delete(session.id)
      }
      schedule()
    })
    places.clear()
    pending.clear()
    const sessions = [...inspector.sessions.values()]
    for (const session of sessions) if (!session.ended) pending.add(session)
    for (const session of sessions.reverse()) if (session.ended) pending.add(session)
    schedule()
  }

  const detach = () => {
    detached = true
    unwatch?.()
    places.clear()
    pending.clear()
  }

  return {
    receive(data) {
      if (detached || !isReceiverCommand(data)) return
      if (data.type === 'xstate.inspecting') start()
      else if (inspector.allowCommands) command?.(data.service, data.event)
    },
    detach,
  }
}
