/**
 * The messages of `@xstate/inspect`: what its receivers read (`parseReceiverEvent`), and what they send back. Unknown
 * fields pass through them, so ours carry the records along: `record` and `seq`.
 */
import type { Gist } from '../report/gist.ts'
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
  | {
      type: 'service.state'
      sessionId: string
      state: string
      record?: StepRecord
      /** Instead of records, of a connection that the page does not follow. */
      summary?: Summary
    }
  | { type: 'service.stop'; sessionId: string }
  /** What became of a command; `error` in words, `null` if it was carried out. */
  | { type: 'wirechart.answer'; sessionId: string; event: string; error: string | null }

/** States of connections as JSON in JSON: they are many times as long as the rest, and few, as their machine is finite. */
const states = new Map<string, string>()

/** A message as JSON. */
export function messageJson(message: ReceiverMessage): string {
  if (message.type !== 'service.state' || message.record === undefined) return JSON.stringify(message)
  const { type, sessionId, state, record } = message
  let quoted = states.get(state)
  if (quoted === undefined) {
    quoted = JSON.stringify(state)
    states.set(state, quoted)
  }
  return `{"type":"${type}","sessionId":${JSON.stringify(sessionId)},"state":${quoted},"record":${JSON.stringify(record)}}`
}

/** Where a connection is, and what a list says of it, for who has not got its records. */
export interface Summary extends Gist {
  /** Number of the next record. */
  next: number
  /** When the latest one was made. */
  time: number
  /** The peer's Close frame, if there was one that counted. */
  close: { code: number; reason: string } | null
}

/** From a receiver. */
export type ReceiverCommand =
  | { type: 'xstate.inspecting' }
  /** `service` is a session id, `event` JSON of an `SCXML.Event`. */
  | { type: 'xstate.event'; service: string; event: string }
  /** Of the connections, only these need to send records; `null`, as if it was never said: all. */
  | { type: 'wirechart.follow'; sessions: string[] | null }

/** Whether something that came over a transport is a command. */
export function isReceiverCommand(data: unknown): data is ReceiverCommand {
  if (typeof data !== 'object' || data === null || !('type' in data)) return false
  if (data.type === 'xstate.inspecting') return true
  if (data.type === 'wirechart.follow') {
    const sessions = 'sessions' in data ? data.sessions : undefined
    return sessions === null || (Array.isArray(sessions) && sessions.every((id) => typeof id === 'string'))
  }
  if (data.type !== 'xstate.event' || !('service' in data) || !('event' in data)) return false
  return typeof data.service === 'string' && typeof data.event === 'string'
}
