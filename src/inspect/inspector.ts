import type { AnyActor, InspectionEvent } from 'xstate'
import type { ConnectionEvent } from '../../machines/events.ts'
import type { Configuration } from '../../machines/table.ts'
import type { AboutConnection, Inspector, Observed, Observer, StepDetails } from '../protocol/inspector.ts'
import { RecordedActor, watchActor } from './actor.ts'
import { clip } from './clip.ts'
import { RecordedConnection } from './connection.ts'
import { EventRecorder } from './event.ts'
import { Lockstep } from './lockstep.ts'
import type { PreviewOptions } from './preview.ts'
import { RECORD_VERSION, type StepRecord, type WireRecord } from './records.ts'
import { callSafely, report } from './report.ts'
import type { Session } from './session.ts'

export interface InspectorOptions {
  /** Steps that are kept of each connection, at least 1; the oldest go first. 1000 by default. */
  history?: number
  /** Bytes of each payload that are kept to be shown; 0: none. 256 by default. */
  preview?: number
  /** Applied, before it is kept, to each preview of a payload, each Close reason, and the path of a request. */
  redact?: (preview: string) => string
  /** Whether pages may steer connections; `false` by default. */
  allowCommands?: boolean
  /** Hears XState's own inspection events of every connection's actor, for other tools that speak them. */
  inspect?: (event: InspectionEvent) => void
}

/** An ended connection takes memory until this many others ended behind it. */
export const MAX_ENDED = 200

/** Steps that are kept of all connections together; those that ended first go first. */
export const MAX_STEPS = 100_000

const MAX_PEER = 256

/** What `createInspector` returns. */
export interface WireInspector extends Inspector {
  /** Calls `listener` with each record from now on; returns what ends that. */
  subscribe(listener: (record: WireRecord) => void): () => void
  /** Shows an XState 5 actor beside the connections, until it stops. */
  fromActor(actor: AnyActor): void
  /** The connections that are kept, in the order in which they were first seen. */
  readonly connections: readonly RecordedConnection[]
  readonly allowCommands: boolean
  /** Everything that pages are shown, by session id. For feeds. */
  readonly sessions: ReadonlyMap<string, Session>
  /** Calls `listener` when a session began, has something new, ended, or is not kept any more. For feeds. */
  watch(listener: (session: Session) => void): () => void
}

/** Unique in the process, whichever inspector it is. */
let connectionsSeen = 0
let actorsSeen = 0

let latest: WireInspector | undefined

/**
 * Shows an XState 5 actor beside the connections of the inspector that was created last. With more than one, call
 * the method of the one that is meant.
 *
 * @throws Error if there is no inspector yet.
 */
export function fromActor(actor: AnyActor): void {
  if (latest === undefined) throw new Error('fromActor() needs an inspector: call createInspector() first')
  latest.fromActor(actor)
}

/**
 * Makes an inspector: give it to protocols, `connect` and `serve` as `inspect`, and to `serveInspector` or
 * `inspectWindow` to be looked at.
 *
 * @throws RangeError for a `history` that is no integer from 1, or a `preview` that is none from 0.
 */
export function createInspector(options: InspectorOptions = {}): WireInspector {
  const inspector = new RecordingInspector(options)
  latest = inspector
  return inspector
}

class RecordingInspector implements WireInspector {
  readonly allowCommands: boolean
  readonly #history: number
  readonly #previews: PreviewOptions
  readonly #inspect: ((event: InspectionEvent) => void) | undefined

  readonly #sessions = new Map<string, Session>()
  /** Those of `#sessions` that ended, the first one first. */
  readonly #ended = new Set<Session>()
  #steps = 0

  readonly #listeners = new Set<(record: WireRecord) => void>()
  readonly #watchers = new Set<(session: Session) => void>()
  /** Records that listeners are still to be told of: a listener may cause the next one. */
  readonly #untold: WireRecord[] = []
  #telling = false

  readonly #actors = new WeakSet<object>()
  /** A protocol or actor that nobody holds any more will not say that it ended. */
  readonly #abandoned = new FinalizationRegistry<Session>((session) => this.#end(session))

  constructor({ history = 1_000, preview = 256, redact, allowCommands = false, inspect }: InspectorOptions) {
    if (!Number.isInteger(history) || history < 1) throw new RangeError(`history must be from 1: ${history}`)
    if (!Number.isInteger(preview) || preview < 0) throw new RangeError(`preview must be from 0: ${preview}`)
    this.#history = history
    this.#previews = { preview, redact }
    this.allowCommands = allowCommands
    this.#inspect = inspect
  }

  get sessions(): ReadonlyMap<string, Session> {
    return this.#sessions
  }

  get connections(): RecordedConnection[] {
    return [...this.#sessions.values()].filter((session) => session instanceof RecordedConnection)
  }

  subscribe(listener: (record: WireRecord) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  watch(listener: (session: Session) => void): () => void {
    this.#watchers.add(listener)
    return () => {
      this.#watchers.delete(listener)
    }
  }

  observe(connection: Observed, about: AboutConnection = {}): Observer {
    try {
      return this.#observe(connection, about)
    } catch (error) {
      report(error)
      return { step() {} }
    }
  }

  fromActor(actor: AnyActor): void {
    if (typeof actor?.getSnapshot !== 'function' || typeof actor.system?.inspect !== 'function') {
      throw new TypeError('fromActor() needs an actor of XState 5')
    }
    if (this.#actors.has(actor)) return
    this.#actors.add(actor)
    const session = new RecordedActor(`actor-${++actorsSeen}`, actor)
    this.#begin(session)
    this.#abandoned.register(actor, session)
    watchActor(actor, {
      event: (event) => {
        session.addEvent(event)
        this.#grown(session)
      },
      state: (snapshot, event) => {
        session.addState(snapshot, event)
        this.#grown(session)
      },
      stop: () => this.#end(session),
    })
  }

  #observe(connection: Observed, { peer }: AboutConnection): Observer {
    const { side, value } = connection
    const id = `c${++connectionsSeen}`
    const hear = this.#inspect
    const lockstep = new Lockstep(side, value, id, hear && ((event) => callSafely(hear, event)))
    const session = new RecordedConnection({
      v: RECORD_VERSION,
      kind: 'connection',
      connection: id,
      seq: 0,
      time: now(),
      side,
      peer: peer === undefined ? null : clip(withoutCredentials(peer), MAX_PEER),
      value: lockstep.value,
    })
    const recorder = new EventRecorder(this.#previews)
    this.#begin(session)
    // The session must not hold the connection, or an abandoned one would never be seen.
    this.#abandoned.register(connection, session)
    this.#tell(session.records()[0]!)

    const step = (event: ConnectionEvent, details: StepDetails) => {
      const record = stepRecord(
        session,
        lockstep,
        recorder.record(event, details, lockstep.value),
        connection.value,
      )
      if (record.disagreement !== undefined) lockstep.restart(connection.value)
      session.add(record)
      this.#grown(session)
      this.#tell(record)
    }
    // Whatever is wrong with watching, it is not the connection's business.
    return { step: (event, details) => callSafely(step, event, details) }
  }

  #begin(session: Session): void {
    this.#sessions.set(session.id, session)
    if (session.ended) this.#end(session)
    else this.#notify(session)
  }

  #grown(session: Session): void {
    if (!this.#sessions.has(session.id)) return
    this.#steps++
    if (session.end - session.first > this.#history) this.#drop(session)
    while (this.#steps > MAX_STEPS) {
      const [oldest] = this.#ended
      if (oldest !== undefined && oldest !== session) this.#forget(oldest)
      else this.#drop(session)
    }
    if (session.ended) this.#end(session)
    else this.#notify(session)
  }

  #drop(session: Session): void {
    session.drop()
    this.#steps--
  }

  #end(session: Session): void {
    if (!this.#sessions.has(session.id)) return
    session.finish()
    this.#ended.add(session)
    this.#notify(session)
    const [oldest] = this.#ended
    if (this.#ended.size > MAX_ENDED && oldest !== undefined) this.#forget(oldest)
  }

  #forget(session: Session): void {
    this.#ended.delete(session)
    this.#sessions.delete(session.id)
    this.#steps -= session.end - session.first
    this.#notify(session)
  }

  #notify(session: Session): void {
    for (const watcher of this.#watchers) callSafely(watcher, session)
  }

  #tell(record: WireRecord): void {
    this.#untold.push(record)
    if (this.#telling) return
    this.#telling = true
    for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift()) {
      for (const listener of this.#listeners) callSafely(listener, next)
    }
    this.#telling = false
  }
}

function stepRecord(
  session: RecordedConnection,
  lockstep: Lockstep,
  event: StepRecord['event'],
  value: Configuration,
): StepRecord {
  // What rides along decides nothing, so the record itself is the event.
  const taken = lockstep.take(event as unknown as ConnectionEvent)
  const agree = same(taken.value, value)
  return {
    v: RECORD_VERSION,
    kind: 'step',
    connection: session.id,
    seq: session.seq,
    time: now(),
    event,
    value: agree ? taken.value : value,
    effects: taken.effects,
    transitions: taken.transitions,
    ...(agree ? {} : { disagreement: taken.value }),
  }
}

function same(a: Configuration, b: Configuration): boolean {
  return a.inbound === b.inbound && a.outbound === b.outbound && describe(a) === describe(b)
}

const describe = ({ lifecycle }: Configuration) =>
  typeof lifecycle === 'string' ? lifecycle : Object.entries(lifecycle).join()

/** A URL may hold a password. */
const withoutCredentials = (peer: string) => peer.replace(/\/\/[^/?#]*@/, '//')

/** Milliseconds since 1970, with fractions, and never backwards. */
const now = () => performance.timeOrigin + performance.now()
