import type { WireInspector } from './inspector.ts'
import { isReceiverCommand, type ReceiverMessage } from './messages.ts'
import type { Session } from './session.ts'

export interface FeedOptions {
  /**
   * Carries out the commands of the page, if the inspector allows them. What it throws or rejects with, the page is
   * told.
   */
  command?: (sessionId: string, event: string) => void | Promise<void>
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
 * It is told at once up to so many times; then with pauses, ms, until there was silence for so long, ms: each time wakes
 * it, and takes a write.
 */
const AT_ONCE = 10
const PAUSE = 40
const SILENCE = 100

/** How often it is told where those connections are that a page does not follow and whose state changed, ms. */
const SUMMARY_INTERVAL = 100

/** Of those that only got more steps, one in so many has its turn each time, and no more than so many do. */
const QUIET_PART = 10
const QUIET_MOST = 8

/** How far a page was told of a session. */
interface Place {
  /** Number of the next step to be sent. */
  next: number
  /** Of the next step when it was summed up; before that, -1. */
  summed: number
  /** Where it was then. */
  value: unknown
  /** It was told to have ended. */
  stopped: boolean
}

/**
 * Attaches a page: once it says `xstate.inspecting`, it is sent every session with the steps that are kept, then what
 * happens. Saying it again starts over. A page that says which connections it follows (`wirechart.follow`) gets the
 * steps of these, and of the others where they are: what changed its state within a tenth of a second, the others
 * once a second, or, if they are more than 80, one after the other. It is one that reads records, which say what the
 * event was: it is not told that as well.
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
  /** Of each session that was introduced. */
  const places = new Map<string, Place>()
  /** Sessions that may have something to be sent, and those that wait to be summed up. */
  const pending = new Set<Session>()
  const waiting = new Set<Session>()
  /** `null`: all. */
  let followed: ReadonlySet<string> | null = null
  let readsRecords = false
  /** How many of those have their turn. */
  let quiet = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let unwatch: (() => void) | undefined
  let detached = false
  let slow = false
  let scheduled = false
  let told = 0
  let last = 0
  let pause: ReturnType<typeof setTimeout> | undefined

  const post = (message: ReceiverMessage) => {
    const drained = send(message)
    if (drained === undefined) return
    slow = true
    // Being slow is pause enough.
    const resume = () => {
      slow = false
      if (scheduled) return
      scheduled = true
      queueMicrotask(pump)
    }
    drained.then(resume, detach)
  }

  const follows = (session: Session) =>
    session.summary === undefined || followed === null || followed.has(session.id)

  const introduce = (session: Session): Place => {
    post(session.register())
    const known = places.get(session.id)
    const { summed = -1, value } = known ?? {}
    const place = { next: session.first, summed, value, stopped: false }
    places.set(session.id, place)
    return place
  }

  /** Sends some of what is to be sent of a session; whether there is more. */
  const sendPortion = (session: Session): boolean => {
    // Asked first: it brings up what waits, which is nothing new then.
    const { end } = session
    session.told = false
    const place = places.get(session.id)
    if (place === undefined) {
      introduce(session)
      return true
    }
    if (!follows(session)) {
      if (place.summed !== end) post(session.summary!())
      place.summed = end
      place.value = session.value
      return stop(session, place)
    }
    if (place.next < session.first) {
      introduce(session)
      return true
    }
    const until = Math.min(end, place.next + PORTION)
    while (place.next < until && !slow && !detached) {
      for (const message of session.messages(place.next, readsRecords)) post(message)
      place.next++
    }
    return place.next < end || stop(session, place)
  }

  /** Tells that a session has ended, if it has. Nothing follows that. */
  const stop = (session: Session, place: Place): false => {
    if (!session.ended || place.stopped) return false
    place.stopped = true
    post({ type: 'service.stop', sessionId: session.id })
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
    const now = performance.now()
    if (now - last > SILENCE) told = 0
    last = now
    if (++told <= AT_ONCE) queueMicrotask(pump)
    else pause = setTimeout(pump, PAUSE)
  }

  const sumUp = () => {
    timer = undefined
    quiet = Math.min(quiet + waiting.size / QUIET_PART, QUIET_MOST)
    for (const session of waiting) {
      if (!session.ended && places.get(session.id)?.value === session.value) {
        if (quiet < 1) continue
        quiet--
      }
      waiting.delete(session)
      pending.add(session)
    }
    if (waiting.size > 0) timer = setTimeout(sumUp, SUMMARY_INTERVAL)
    schedule()
  }

  const hear = (session: Session) => {
    if (!session.kept) {
      pending.delete(session)
      waiting.delete(session)
      places.delete(session.id)
    } else if (follows(session) || !places.has(session.id)) {
      pending.add(session)
      schedule()
    } else {
      waiting.add(session)
      timer ??= setTimeout(sumUp, SUMMARY_INTERVAL)
    }
  }

  const start = () => {
    unwatch ??= inspector.watch(hear)
    places.clear()
    waiting.clear()
    pending.clear()
    const sessions = [...inspector.sessions.values()]
    for (const session of sessions) if (!session.ended) pending.add(session)
    for (const session of sessions.reverse()) if (session.ended) pending.add(session)
    schedule()
  }

  const follow = (ids: readonly string[] | null) => {
    followed = ids === null ? null : new Set(ids)
    readsRecords = true
    if (unwatch === undefined) return
    const sessions = inspector.sessions
    for (const id of ids ?? sessions.keys()) {
      const session = sessions.get(id)
      if (session !== undefined) pending.add(session)
    }
    schedule()
  }

  const obey = async (sessionId: string, event: string, carryOut: NonNullable<FeedOptions['command']>) => {
    let error: string | null = null
    try {
      await carryOut(sessionId, event)
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown)
    }
    if (!detached) post({ type: 'wirechart.answer', sessionId, event, error })
  }

  const detach = () => {
    detached = true
    unwatch?.()
    clearTimeout(timer)
    clearTimeout(pause)
    places.clear()
    waiting.clear()
    pending.clear()
  }

  return {
    receive(data) {
      if (detached || !isReceiverCommand(data)) return
      if (data.type === 'xstate.inspecting') start()
      else if (data.type === 'wirechart.follow') follow(data.sessions)
      else if (inspector.allowCommands && command !== undefined) void obey(data.service, data.event, command)
    },
    detach,
  }
}
