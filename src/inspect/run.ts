import type { Configuration } from '../../machines/table.ts'
import { valueAt } from './noted.ts'
import type { PendingStep } from './pending.ts'
import type { StepLog } from './step-log.ts'
import type { Segment } from './tape.ts'

/** Words before each frame on the tape: where the next one of its run is; 0: it is the last one. */
export const LINK = 1

/** Steps of a connection, one behind the other: frames in one segment of the tape, or one step that is kept as it is. */
export class Run {
  readonly log: StepLog
  /** Number of its first step, from 0, and the configuration before that. */
  number: number
  before: Configuration
  count = 1
  readonly step: PendingStep | null
  /** Where its frames are: the first one, and the last. */
  segment: Segment | null
  first: number
  last: number

  constructor(log: StepLog, step: PendingStep | null, segment: Segment | null = null, first = 0) {
    this.log = log
    this.number = log.end
    this.before = log.latest
    this.step = step
    this.segment = segment
    this.first = first
    this.last = first
  }

  /** Leaves out the steps before `number`, which is one of its own. */
  skipTo(number: number): void {
    const { segment } = this
    while (this.number < number && segment !== null) {
      const { words } = segment.memory
      this.before = valueAt(this.log.side, words, this.first)
      this.first = words[this.first - LINK]!
      this.number++
      this.count--
    }
  }
}
