import { connectionMachine } from '../../machines/connection.ts'
import type { ConnectionEvent, Side } from '../../machines/events.ts'
import { snapshotOf } from '../../machines/explore.ts'
import type { Configuration } from '../../machines/table.ts'
import type { StepDetails } from '../protocol/inspector.ts'
import { eventJson, machineJson, stateJson } from './bridge.ts'
import type { ReceiverMessage, Summary } from './messages.ts'
import { noteStep, type PendingStep } from './pending.ts'
import type { PreviewOptions } from './preview.ts'
import { type StepRecorder, same } from './recorder.ts'
import type { ConnectionRecord, StepRecord, WireRecord } from './records.ts'
import { Ring } from './ring.ts'
import type { Session } from './session.ts'
import type { StepLog } from './step-log.ts'

/** A connection that is or was observed, with the steps that are kept of it. */
export class RecordedConnection implements Session {
  readonly #record: ConnectionRecord
  readonly #recorderFor: ((value: Configuration) => StepRecorder) | undefined
  #recorder: StepRecorder | null = null
  /** Those before `#made` are records, the others were not asked for yet: a number is a place in `#log`. */
  readonly #steps = new Ring<StepRecord | PendingStep | number>()
  readonly #log: StepLog | null
  #made = 0
  /** The configuration before the oldest step that is kept, or where that is noted in `#log`. */
  #base: Configuration | number
  /** The configuration now. */
  #value: Configuration
  #ended = false
  #close: Summary['close'] = null

  /** `recorderFor` makes what makes the records of the steps, from the configuration before them. */
  constructor(
    record: ConnectionRecord,
    recorderFor?: (value: Configuration) => StepRecorder,
    log: StepLog | null = null,
  ) {
    this.#record = record
    this.#log = log
    this.#recorderFor = recorderFor
    this.#base = record.value
    this.#value = record.value
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
    this.#make(this.end)
    return [this.#introduction(), ...(this.#steps.toArray() as StepRecord[])]
  }

  /** Number of the next record: the connection's own is 0. */
  get seq(): number {
    return this.#steps.end + 1
  }

  /** The configuration now. */
  get value(): Configuration {
    return this.#value
  }

  get first(): number {
    return this.#steps.dropped
  }

  get end(): number {
    return this.#steps.end
  }

  /** Takes a step that happened. `details` hold only for the time of the call. */
  note(
    event: ConnectionEvent,
    details: StepDetails,
    value: Configuration,
    time: number,
    options: PreviewOptions,
  ): void {
    const place = this.#log?.add(event, details, value, time) ?? -1
    if (place >= 0) {
      this.#steps.push(place)
      this.#value = value
    } else this.#add(noteStep(event, details, value, time, options))
  }

  #add(step: PendingStep): void {
    this.#steps.push(step)
    const { event, value, reason } = step
    // One that came when it did not count any more was discarded.
    if (event.type === 'receive.close' && !same(value, this.#value)) {
      this.#close = { code: event.code ?? 1005, reason: reason ?? '' }
    }
    this.#value = value
    if (isClosed(value)) this.#ended = true
  }

  /** Bytes of memory that hold steps of which no record was made yet. */
  get noted(): number {
    return this.#log?.size ?? 0
  }

  /** Has the records made of each step at once, from now on. */
  prepare(): void {
    this.#recorder ??= this.#recorderFor?.(this.#settleBase()) ?? null
  }

  /** The record of the step that was added last. */
  latest(): StepRecord {
    this.#make(this.end)
    return this.#steps.at(this.end - 1) as StepRecord
  }

  drop(): void {
    const dropped = this.#steps.shift()
    if (dropped === undefined) return
    // What was noted long ago is far away in memory: it is looked up if it is asked for.
    this.#base = typeof dropped === 'number' ? dropped : dropped.value
    if (typeof dropped === 'number') this.#log!.dropBefore(dropped)
  }

  finish(): void {
    this.#ended = true
  }

  register(): ReceiverMessage {
    const { side, peer } = this.#record
    return {
      type: 'service.register',
      sessionId: this.id,
      id: peer === null ? `${side} ${this.id}` : `${side} ${this.id} (${peer})`,
      machine: machineJson(connectionMachine),
      state: this.#stateJson(this.#settleBase(), 'xstate.init'),
      record: this.#introduction(),
    }
  }

  messages(step: number): ReceiverMessage[] {
    if (step < this.first || step >= this.end) return []
    this.#make(step + 1)
    const record = this.#steps.at(step) as StepRecord
    const { event, value, seq } = record
    return [
      { type: 'service.event', sessionId: this.id, event: eventJson(event), seq },
      // The event's details were in the message before, and are in the record.
      { type: 'service.state', sessionId: this.id, state: this.#stateJson(value, event.type), record },
    ]
  }

  summary(): ReceiverMessage {
    const last = this.#steps.at(this.#steps.end - 1)
    const time = typeof last === 'number' ? this.#log!.time(last) : last?.time
    const { value } = this
    return {
      type: 'service.state',
      sessionId: this.id,
      // Nobody asked what led there.
      state: quietState(this.#record.side, value),
      summary: { next: this.seq, time: time ?? this.#record.time, close: this.#close },
    }
  }

  /** Makes the records of the steps before `end`: in order, since each leads to the next. */
  #make(end: number): void {
    if (this.#made >= end || this.#recorderFor === undefined) return
    const base = this.#settleBase()
    const wasSkipped = this.#made < this.first
    if (wasSkipped) this.#made = this.first
    if (this.#recorder === null) this.#recorder = this.#recorderFor(base)
    else if (wasSkipped) this.#recorder.skipTo(base)
    for (; this.#made < end; this.#made++) {
      const noted = this.#steps.at(this.#made) as PendingStep | number
      const step = typeof noted === 'number' ? this.#log!.read(noted) : noted
      const record = this.#recorder.record(step, this.#made + 1)
      this.#steps.replace(this.#made, record)
    }
    const next = this.#steps.at(this.#made)
    if (typeof next === 'number') this.#log?.dropBefore(next)
    else if (next === undefined) this.#log?.dropBefore(Number.POSITIVE_INFINITY)
  }

  #settleBase(): Configuration {
    if (typeof this.#base === 'number') this.#base = this.#log!.value(this.#base)
    return this.#base
  }

  #introduction(): ConnectionRecord {
    if (this.#steps.dropped === 0) return this.#record
    return { ...this.#record, dropped: { steps: this.#steps.dropped, value: this.#settleBase() } }
  }

  #stateJson(value: Configuration, eventType: string): string {
    return stateOf(this.#record.side, value, eventType)
  }
}

function stateOf(side: Side, value: Configuration, eventType: string): string {
  return stateJson({
    value,
    context: { side },
    event: { type: eventType },
    tags: tagsOf(side, value),
    done: false,
  })
}

/** A protocol's configurations are always the same few objects. */
const quietStates = {
  client: new WeakMap<Configuration, string>(),
  server: new WeakMap<Configuration, string>(),
}

function quietState(side: Side, value: Configuration): string {
  let known = quietStates[side].get(value)
  if (known === undefined) {
    known = stateOf(side, value, 'xstate.init')
    quietStates[side].set(value, known)
  }
  return known
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
