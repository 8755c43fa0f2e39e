import type { Side } from '../../machines/events.ts'
import type { Configuration } from '../../machines/table.ts'
import type { RecordedConnection } from './connection.ts'
import { numberOf, stepAt } from './noted.ts'
import type { PendingStep } from './pending.ts'
import { Run } from './run.ts'
import type { Segment } from './tape.ts'

/**
 * The steps of a connection of which no record was made, the oldest first. A step that is dropped is only counted: what
 * was noted long ago is far away in memory.
 */
export class StepLog {
  readonly side: Side
  /** Set before the first step. */
  session!: RecordedConnection
  /** Bytes of a payload that are shown. */
  readonly #limit: number
  #runs: Run[] = []
  /** The run that the next frame may belong to. */
  open: Run | null = null
  /** Number of the oldest step that is kept, from 0. */
  first = 0
  /** The configuration behind the latest step, and when that was. */
  latest: Configuration
  time = 0
  /** Number of the first step that was not counted yet. */
  #counted = 0
  /** A configuration whose number was asked for, and that. */
  #value: Configuration | null = null
  #number: number | undefined

  /** `value` is the configuration before the first step. */
  constructor(side: Side, value: Configuration, { preview }: { preview: number }) {
    this.side = side
    this.latest = value
    this.#limit = preview
  }

  /** Number of the next step. */
  get end(): number {
    const runs = this.#runs
    if (runs.length === 0) return this.first
    const last = runs[runs.length - 1]!
    return last.number + last.count
  }

  /** A configuration's number in its side's table, if it is in it. */
  numberOf(value: Configuration): number | undefined {
    if (value !== this.#value) {
      this.#value = value
      this.#number = numberOf(this.side, value)
    }
    return this.#number
  }

  /** Begins a run with a frame that was noted. */
  begin(segment: Segment, base: number): Run {
    this.open = new Run(this, null, segment, base)
    this.#runs.push(this.open)
    return this.open
  }

  /** The latest frame was noted at `time`, and led to `value`. */
  noted(value: Configuration, time: number): void {
    this.latest = value
    this.time = time
  }

  /** Takes a step that is no frame, or unlike others. */
  add(step: PendingStep): void {
    this.open = null
    this.#runs.push(new Run(this, step))
    this.latest = step.value
    this.time = step.time
  }

  /** How many steps there are since this was asked last. */
  count(): number {
    // The next frame is something new, which somebody may have to be told of.
    this.open = null
    const { end } = this
    const steps = end - this.#counted
    this.#counted = end
    return steps
  }

  /** Drops the oldest step. */
  drop(): void {
    this.first++
    const run = this.#runs[0]!
    if (run.segment !== null) run.segment.kept--
    if (this.first < run.number + run.count) return
    // It has no place on the tape any more.
    run.segment = null
    this.#runs.shift()
    if (this.open === run) this.open = null
  }

  /** The configuration before the oldest step. */
  get before(): Configuration {
    return this.#oldest()?.before ?? this.latest
  }

  /** Takes the oldest step out. There must be one. */
  shift(): PendingStep {
    const { step, segment, first } = this.#oldest()!
    const oldest = step ?? stepAt(this.side, segment!.memory, first, this.#limit)
    this.drop()
    return oldest
  }

  #oldest(): Run | undefined {
    const run = this.#runs[0]
    run?.skipTo(this.first)
    return run
  }
}
