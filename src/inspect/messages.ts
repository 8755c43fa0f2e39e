/**
 * The messages of `@xstate/inspect`: what its receivers read (`parseReceiverEvent`), and what they send back. Unknown
 * fields pass through them, so ours carry the records along: `record` and `seq`.
 */
import type { ConnectionRecord, StepRecord } from './records.ts'

/** To a receiver. `machine`, `state` and `event` are JSON, for XState 4. */
export type ReceiverMessage =
  | {
      type: 'service.register'
      sessionId: string
      /** A name for people. */
      id: string
      parent?: string
      machine: string
      /** The state behind the last step that is not sent any more: where the history that follows starts. */
      state: string
      source?: string
      /** Of a connection. */
      record?: ConnectionRecord
    }
  | {
      type: 'service.event'
      sessionId: string
      event: string
      /** Number of the record that the next `service.state` of this session carries. */
      seq?: number
    }
  | { type: 'service.state'; sessionId: string; state: string; record?: StepRecord }
  | { type: 'service.stop'; sessionId: string }

/** From a receiver. */
export type ReceiverCommand =
  | { type: 'xstate.inspecting' }
  /** `service` is a session id, `event` JSON of an `SCXML.Event`. */
  | { type: 'xstate.event'; service: string; event: string }

/** Whether something that came over a transport is a command. */
export function isReceiverCommand(data: unknown): data is ReceiverCommand {
  if (typeof data !== 'object' || data === null || !('type' in data)) return false
  if (data.type === 'xstate.inspecting') return true
  if (data.type !== 'xstate.event' || !('service' in data) || !('event' in data)) return false
  return typeof data.service === 'string' && typeof data.event === 'string'
}
