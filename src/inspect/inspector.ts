import type { AnyActor, InspectionEvent } from 'xstate'
import type { Side } from '../../machines/events.ts'
import { type Configuration, tables } from '../../machines/table.ts'
import type { AboutConnection, Inspector, Observed, Observer, Steering } from '../protocol/inspector.ts'
import { RecordedActor, watchActor } from './actor.ts'
import { clip } from './clip.ts'
import { RecordedConnection } from './connection.ts'
import { ConnectionObserver, now } from './observer.ts'
import type { PreviewOptions } from './preview.ts'
import { StepRecorder } from './recorder.ts'
import { type ConnectionRecord, RECORD_VERSION, type WireRecord } from './records.ts'
import { callSafely, report } from './report.ts'
import { same } from './same.ts'
import type { Session } from './session.ts'
import { Tape } from './tape.ts'

/** Options of `createInspector`. */
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
  /** Whether pages may steer connections. */
  readonly allowCommands: boolean
  /** How a connection is steered; `null` if commands are not allowed, or nobody can. For feeds. */
  steeringOf(sessionId: string): Steering | null
  /** Everything that pages are shown, by session id. For feeds. */
  readonly sessions: ReadonlyMap<string, Session>
  /**
   * Calls `listener` when a session began, has something new (once, until somebody looks: `Session.told`), ended, or
   * is not kept any more. For feeds.
   */
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
  /** Records are made of each step as it happens: for XState's own events, and as nothing is kept that was not redacted. */
  readonly #atOnce: boolean

  readonly #sessions = new Map<string, Session>()
  /** Those of `#sessions` that ended, the first one first. */
  readonly #ended = new Set<Session>()
  #steps = 0

  readonly #listeners = new Set<(record: WireRecord) => void>()
  readonly #watchers = new Set<(session: Session) => void>()
  readonly #tape: Tape
  /** Records that listeners are still to be told of: a listener may cause the next one. */
  readonly #untold: WireRecord[] = []
  #telling = false

  /** Held by the connections: the inspector must not hold them. */
  readonly #steering = new WeakMap<Observed, Steering>()
  readonly #observed = new Map<string, WeakRef<Observed>>()

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
    this.#atOnce = inspect !== undefined || redact !== undefined
    this.#tape = new Tape(
      { preview, open: !this.#atOnce },
      (session) => {
        if (session.kept && !session.told && this.#watchers.size > 0) this.#notify(session)
      },
      (session, steps) => this.#grown(session, steps),
    )
  }

  get sessions(): ReadonlyMap<string, Session> {
    return this.#sessions
  }

  get connections(): RecordedConnection[] {
    return [...this.#sessions.values()].filter((session) => session instanceof RecordedConnection)
  }

  subscribe(listener: (record: WireRecord) => void): () => void {
    this.#listeners.add(listener)
    this.#tape.open = false
    return () => {
      this.#listeners.delete(listener)
      this.#tape.open = !this.#atOnce && this.#listeners.size === 0
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

  steerable(connection: Observed, steering: Steering): void {
    if (this.allowCommands) this.#steering.set(connection, steering)
  }

  steeringOf(sessionId: string): Steering | null {
    const connection = this.#observed.get(sessionId)?.deref()
    return connection === undefined ? null : (this.#steering.get(connection) ?? null)
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

  #observe(connection: Observed, { peer, limits }: AboutConnection): Observer {
    const { side, value } = connection
    const id = `c${++connectionsSeen}`
    if (!tables[side].configurations.some((each) => same(each, value))) {
      throw new RangeError('cannot watch a connection in a configuration that it cannot be in')
    }
    const record: ConnectionRecord = {
      v: RECORD_VERSION,
      kind: 'connection',
      connection: id,
      seq: 0,
      time: now(),
      side,
      peer: peer === undefined ? null : clip(withoutCredentials(peer), MAX_PEER),
      value,
      ...(limits === undefined ? {} : { limits }),
    }
    const session = new RecordedConnection(record, this.#previews, this.#recorderFor(id, side), this.#settle)
    this.#begin(session)
    // The session must not hold the connection, or an abandoned one would never be seen.
    this.#abandoned.register(connection, session)
    if (this.allowCommands) this.#observed.set(id, new WeakRef(connection))
    this.#tell(record)
    if (this.#atOnce) session.prepare()
    return new ConnectionObserver(connection, session.log, this.#tape, this.#taken)
  }

  /** A connection took a step. */
  readonly #taken = (session: RecordedConnection): void => {
    const latest = this.#atOnce || this.#listeners.size > 0 ? session.latest() : null
    this.#settle(session)
    if (latest !== null) this.#tell(latest)
  }

  readonly #settle = ({ log }: RecordedConnection): void => this.#tape.settle(log)

  /** By itself, so that what it makes holds no connection. */
  #recorderFor(id: string, side: Side): (value: Configuration) => StepRecorder {
    const hear = this.#inspect
    const safely = hear && ((event: InspectionEvent) => callSafely(hear, event))
    return (value) => new StepRecorder(id, side, value, this.#previews, safely)
  }

  #begin(session: Session): void {
    this.#sessions.set(session.id, session)
    if (session.ended) this.#end(session)
    else this.#notify(session)
  }

  #grown(session: Session, steps = 1): void {
    if (!session.kept) return
    this.#steps += steps
    for (let over = session.end - session.first - this.#history; over > 0; over--) this.#drop(session)
    while (this.#steps > MAX_STEPS) {
      const oldest = this.#ended.size === 0 ? undefined : first(this.#ended)
      if (oldest !== undefined && oldest !== session) this.#forget(oldest)
      else this.#drop(session)
    }
    if (session.ended) this.#end(session)
    else if (!session.told) this.#notify(session)
  }

  #drop(session: Session): void {
    session.drop()
    this.#steps--
  }

  #end(session: Session): void {
    if (!session.kept) return
    session.finish()
    this.#observed.delete(session.id)
    this.#ended.add(session)
    this.#notify(session)
    if (this.#ended.size > MAX_ENDED) this.#forget(first(this.#ended)!)
  }

  #forget(session: Session): void {
    session.kept = false
    this.#ended.delete(session)
    this.#sessions.delete(session.id)
    while (session.first < session.end) this.#drop(session)
    this.#notify(session)
  }

  #notify(session: Session): void {
    session.told = this.#watchers.size > 0
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

/** A URL may hold a password. */
const withoutCredentials = (peer: string) => peer.replace(/\/\/[^/?#]*@/, '//')

const first = <T>([item]: Iterable<T>) => item
