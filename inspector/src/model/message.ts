import type { Summary } from '../../../src/inspect/messages.ts'
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
      /** Name of the file that it comes from; absent: it is told live. */
      file?: string
      /** By which clock its times are; absent: by that of the process. */
      clock?: string
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
  /** Records of a connection, many at once. */
  | { type: 'records'; id: string; records: readonly StepRecord[] }
  /** Where a connection is of which no records are told. */
  | { type: 'summary'; id: string; value: StateValue; summary: Summary }
  /** What was opened from a file is put away again. */
  | { type: 'forget'; ids: readonly string[] }
  | { type: 'stop'; id: string; time: number }
