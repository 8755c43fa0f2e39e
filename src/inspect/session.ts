import type { ReceiverMessage } from './messages.ts'

/**
 * Something that pages are shown: a connection, or an actor of the application. It keeps its latest steps, and each
 * feed has its own place in them, so that nothing is queued for a page that is slow.
 */
export interface Session {
  /** `sessionId` of its messages. */
  readonly id: string
  readonly ended: boolean
  /** Whether the inspector keeps it. */
  kept: boolean
  /** Who watches was told that it has something new, and nobody has looked since. A feed that looks resets it. */
  told: boolean
  /** Number of the oldest step that is kept; `end` if there is none. */
  readonly first: number
  /** Number of the next step. */
  readonly end: number
  /** Introduces it as it was before the step `first`. */
  register(): ReceiverMessage
  /** What tells of a step that is kept; to one that reads records, nothing but its record, if it has one. */
  messages(step: number, readsRecords?: boolean): ReceiverMessage[]
  /** Where it is, without its steps; for those that may be many and busy. The same `value`: the same state. */
  summary?(): ReceiverMessage
  readonly value?: unknown
  /** Drops the oldest step. */
  drop(): void
  /** There will be no more steps. */
  finish(): void
}
