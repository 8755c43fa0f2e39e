import { connectionMachine } from '../../machines/connection.ts'
import type { Side } from '../../machines/events.ts'
import { snapshotOf } from '../../machines/explore.ts'
import type { Configuration } from '../../machines/table.ts'
import { eventJson, machineJson, stateJson } from './bridge.ts'
import type { ReceiverMessage } from './messages.ts'
import type { ConnectionRecord, StepRecord, WireRecord } from './records.ts'
import { Ring } from './ring.ts'
import type { Session } from './session.ts'

/** A connection that is or was observed, with the records that are kept of it. */
export class RecordedConnection implements Session {
  readonly #record: ConnectionRecord
  readonly #steps = new Ring<StepRecord>()
  /** The configuration before the oldest step that is kept. */
  #base: Configuration
  #ended = false

  constructor(record: ConnectionRecord) {
    this.#record = record
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
    return [this.#introduction(), ...this.#steps.toArray()]
  }

  /** Number of the next record: the connection's own is 0. */
  get seq(): number {
    return this.#steps.end + 1
  }

  get first(): number {
    return this.#steps.dropped
  }

  get end(): number {
    return this.#steps.end
  }

  add(record: StepRecord): void {
    this.#steps.push(record)
    if (isClosed(record.value)) this.#ended = true
  }

  drop(): void {
    const dropped = this.#steps.shift()
    if (dropped !== undefined) this.#base = dropped.value
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
      state: this.#stateJson(this.#base, 'xstate.init'),
      record: this.#introduction(),
    }
  }

  messages(step: number): ReceiverMessage[] {
    const record = this.#steps.at(step)
    if (record === undefined) return []
    const { event, value, seq } = record
    return [
      { type: 'service.event', sessionId: this.id, event: eventJson(event), seq },
      // The event's details were in the message before, and are in the record.
      { type: 'service.state', sessionId: this.id, state: this.#stateJson(value, event.type), record },
    ]
  }

  #introduction(): ConnectionRecord {
    if (this.#steps.dropped === 0) return this.#record
    return { ...this.#record, dropped: { steps: this.#steps.dropped, value: this.#base } }
  }

  #stateJson(value: Configuration, eventType: string): string {
    const { side } = this.#record
    const tags = tagsOf(side, value)
    return stateJson({ value, context: { side }, event: { type: eventType }, tags, done: false })
  }
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
