import type { ConnectionRecord, StepRecord } from '../../../src/inspect/records.ts'
import type { Chart } from '../statechart/chart.ts'
import type { LoggedEvent } from './records.ts'
import type { StateValue } from './value.ts'

/** What the feed tells, read and checked; `time` is when it came. */
export type FeedMessage =
  | { type: 'attached' }
  | {
      type: 'register'
      id: string
      time: number
      chart: Chart
      value: StateValue
      record: ConnectionRecord | null
    }
  | { type: 'event'; id: string; time: number; event: LoggedEvent }
  | {
      type: 'state'
      id: string
      time: number
      value: StateValue
      /** Type of the event that led to it, if it was said. */
      event: string | null
      record: StepRecord | null
      done: boolean
    }
  | { type: 'stop'; id: string; time: number }
