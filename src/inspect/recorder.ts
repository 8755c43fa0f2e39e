import type { InspectionEvent } from 'xstate'
import type { ConnectionEvent, Side } from '../../machines/events.ts'
import type { Configuration } from '../../machines/table.ts'
import { EventRecorder } from './event.ts'
import { Lockstep } from './lockstep.ts'
import type { PendingStep } from './pending.ts'
import type { PreviewOptions } from './preview.ts'
import { RECORD_VERSION, type StepRecord } from './records.ts'
import { same } from './same.ts'

/** Makes the records of one connection's steps, one after the other. */
export class StepRecorder {
  readonly #id: string
  readonly #options: PreviewOptions
  readonly #lockstep: Lockstep
  #events: EventRecorder

  /** `hear` gets XState's own inspection events. */
  constructor(
    id: string,
    side: Side,
    value: Configuration,
    options: PreviewOptions,
    hear?: (event: InspectionEvent) => void,
  ) {
    this.#id = id
    this.#options = options
    this.#lockstep = new Lockstep(side, value, id, hear)
    this.#events = new EventRecorder(options)
  }

  /** Goes on from another configuration: the steps up to there were dropped. */
  skipTo(value: Configuration): void {
    this.#lockstep.restart(value)
    this.#events = new EventRecorder(this.#options)
  }

  record(step: PendingStep, seq: number): StepRecord {
    const { value, time } = step
    const event = this.#events.record(step, this.#lockstep.value)
    // What rides along decides nothing, so the record itself is the event.
    const taken = this.#lockstep.take(event as unknown as ConnectionEvent)
    const agree = same(taken.value, value)
    if (!agree) this.#lockstep.restart(value)
    return {
      v: RECORD_VERSION,
      kind: 'step',
      connection: this.#id,
      seq,
      time,
      event,
      value: agree ? taken.value : value,
      effects: taken.effects,
      transitions: taken.transitions,
      ...(agree ? {} : { disagreement: taken.value }),
    }
  }
}
