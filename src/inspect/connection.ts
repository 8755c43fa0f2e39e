import { connectionMachine } from '../../machines/connection.ts'
import type { ConnectionEvent, Side } from '../../machines/events.ts'
import { snapshotOf } from '../../machines/explore.ts'
import type { Configuration } from '../../machines/table.ts'
import { FrameError } from '../framing/errors.ts'
import type { StepDetails } from '../protocol/inspector.ts'
import { type Gist, gistAfter, noGist, type Told } from '../report/gist.ts'
import { eventJson, machineJson, stateJson } from './bridge.ts'
import { clip } from './clip.ts'
import type { ReceiverMessage, Summary } from './messages.ts'
import { noteStep, type PendingStep } from './pending.ts'
import type { PreviewOptions } from './preview.ts'
import type { StepRecorder } from './recorder.ts'
import type { ConnectionRecord, StepRecord, WireRecord } from './records.ts'
import { Ring } from './ring.ts'
import { same } from './same.ts'
import type { Session } from './session.ts'
import { StepLog } from './step-log.ts'

/** Characters of why something went wrong that a summary tells. */
const MAX_WHY = 100

/** A connection that is or was observed, with the steps that are kept of it. */
export class RecordedConnection implements Session {
  kept = true
  told = false
  readonly #record: ConnectionRecord
  readonly #options: PreviewOptions
  readonly #recorderFor: ((value: Configuration) => StepRecorder) | undefined
  readonly #settle: (session: RecordedConnection) => void
  #recorder: StepRecorder | null = null
  /** Number of the step behind the last one that `#recorder` took. */
  #recorded = 0
  /** The oldest steps that are kept; behind them, those of which no record was asked for yet. */
  readonly #records = new Ring<StepRecord>()
  /** Where it takes its steps. */
  readonly log: StepLog
  /** The configuration before the oldest of `#records`. */
  #base: Configuration
  #ended = false
  #close: Summary['close'] = null
  #gist: Gist = noGist

  /**
   * `recorderFor` makes what makes the records of the steps, from the configuration before them; `settle` has its
   * steps counted, and is called before somebody is told how far it is.
   */
  constructor(
    record: ConnectionRecord,
    options: PreviewOptions = { preview: 0 },
    recorderFor?: (value: Configuration) => StepRecorder,
    settle: (session: RecordedConnection) => void = () => {},
  ) {
    this.#record = record
    this.#options = options
    this.#recorderFor = recorderFor
    this.#settle = settle
    this.log = new StepLog(record.side, record.value, options)
    this.log.session = this
    this.log.time = record.time
    this.#base = record.value
    this.#ended = isClosed(record.value)
  }

  get id(): string {
    return this.#record.connection
  }

  /** It is closed, or nobody holds it any more. */
  get ended(): boolean {
    return this.#ended
  }

  /** What is kept: the connection's own record, which tells how much was dropped, then its latest steps. */
  records(): WireRecord[] {
    this.#settle(this)
    this.#make(this.log.end)
    return [this.#introduction(), ...this.#records.toArray()]
  }

  /** Number of the next record: the connection's own is 0. */
  get seq(): number {
    return this.end + 1
  }

  /** The configuration now. */
  get value(): Configuration {
    return this.log.latest
  }

  get first(): number {
    this.#settle(this)
    return this.#records.length > 0 ? this.#records.dropped : this.log.first
  }

  get end(): number {
    this.#settle(this)
    return this.log.end
  }

  /** Takes a step that happened. `details` hold only for the time of the call. */
  note(event: ConnectionEvent, details: StepDetails, value: Configuration, time: number): void {
    const step = noteStep(event, details, value, time, this.#options)
    // One that came when it did not count any more was discarded.
    if (event.type === 'receive.close' && !same(value, this.log.latest)) {
      this.#close = { code: event.code ?? 1005, reason: step.reason ?? '' }
    }
    this.#gist = gistAfter(this.#gist, toldOf(step), this.log.latest, value)
    this.log.add(step)
    if (isClosed(value)) this.#ended = true
  }

  /** Has the records made of each step at once, from now on. */
  prepare(): void {
    this.#make(this.log.end)
    this.#recorder ??= this.#recorderFor?.(this.value) ?? null
  }

  /** The record of the step that was added last. */
  latest(): StepRecord {
    const { end } = this.log
    this.#make(end)
    return this.#records.at(end - 1) as StepRecord
  }

  drop(): void {
    const dropped = this.#records.shift()
    if (dropped === undefined) this.log.drop()
    else this.#base = dropped.value
  }

  finish(): void {
    this.#settle(this)
    this.#ended = true
  }

  register(): ReceiverMessage {
    this.#settle(this)
    const { side, peer } = this.#record
    return {
      type: 'service.register',
      sessionId: this.id,
      id: peer === null ? `${side} ${this.id}` : `${side} ${this.id} (${peer})`,
      machine: machineJson(connectionMachine),
      state: this.#stateJson(this.#before, 'xstate.init'),
      record: this.#introduction(),
    }
  }

  messages(step: number, readsRecords = false): ReceiverMessage[] {
    if (step < this.first || step >= this.end) return []
    this.#make(step + 1)
    const record = this.#records.at(step) as StepRecord
    const { event, value, seq } = record
    const state: ReceiverMessage = {
      type: 'service.state',
      sessionId: this.id,
      // The event's details are in the message before, and in the record.
      state: this.#stateJson(value, event.type),
      record,
    }
    if (readsRecords) return [state]
    return [{ type: 'service.event', sessionId: this.id, event: eventJson(event), seq }, state]
  }

  summary(): ReceiverMessage {
    return {
      type: 'service.state',
      sessionId: this.id,
      // Nobody asked what led there.
      state: this.#stateJson(this.value, 'xstate.init'),
      summary: { next: this.seq, time: this.log.time, close: this.#close, ...this.#gist },
    }
  }

  /** Makes the records of the steps before `end`: in order, since each leads to the next. */
  #make(end: number): void {
    const { log } = this
    if (log.first >= end || this.#recorderFor === undefined) return
    const { before } = log
    if (this.#recorder === null) this.#recorder = this.#recorderFor(before)
    else if (this.#recorded < log.first) this.#recorder.skipTo(before)
    if (this.#records.length === 0) {
      this.#records.dropped = log.first
      this.#base = before
    }
    while (log.first < end) {
      const seq = log.first + 1
      this.#records.push(this.#recorder.record(log.shift(), seq))
    }
    this.#recorded = end
  }

  /** The configuration before the oldest step that is kept. */
  get #before(): Configuration {
    return this.#records.length > 0 ? this.#base : this.log.before
  }

  #introduction(): ConnectionRecord {
    if (this.first === 0) return this.#record
    return { ...this.#record, dropped: { steps: this.first, value: this.#before } }
  }

  #stateJson(value: Configuration, eventType: string): string {
    return stateOf(this.#record.side, value, eventType)
  }
}

/** What a list is told of a step, clipped as it is in its record. */
function toldOf({ event, http, error, reason }: PendingStep): Told {
  const { type } = event
  const { code, transport } = event as { code?: number; transport?: string }
  return {
    type,
    startLine: http === null ? null : http.startLine,
    code: code ?? (error instanceof FrameError ? error.closeCode : null),
    why: clip(error?.message ?? reason ?? '', MAX_WHY),
    transport: transport ?? null,
  }
}

/** A configuration is often the same object, and the machine's event types are few. */
const states = {
  client: new WeakMap<Configuration, Map<string, string>>(),
  server: new WeakMap<Configuration, Map<string, string>>(),
}

function stateOf(side: Side, value: Configuration, eventType: string): string {
  let known = states[side].get(value)
  if (known === undefined) {
    known = new Map()
    states[side].set(value, known)
  }
  let json = known.get(eventType)
  if (json === undefined) {
    const event = { type: eventType }
    json = stateJson({ value, context: { side }, event, tags: tagsOf(side, value), done: false })
    known.set(eventType, json)
  }
  return json
}

const isClosed = ({ lifecycle }: Configuration) => typeof lifecycle === 'object' && 'closed' in lifecycle

/** The machine is finite, so this is bounded. */
const tags = new Map<string, readonly string[]>()

function tagsOf(side: Side, value: Configuration): readonly string[] {
  const key = JSON.stringify(value.lifecycle)
  let known = tags.get(key)
  if (known === undefined) {
    known = [...snapshotOf(side, value).tags]
    tags.set(key, known)
  }
  return known
}
