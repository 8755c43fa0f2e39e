import type { Side } from '../../machines/events.ts'
import type { ConnectionRecord, EffectRecord, StepRecord, TransitionRecord } from '../inspect/records.ts'

/** What is read of a step's record (`docs/records.md`). */
export interface Step extends Pick<StepRecord, 'seq' | 'time' | 'event'> {
  value: unknown
  /** `null` if nobody said. */
  effects: readonly EffectRecord[] | null
  transitions: readonly TransitionRecord[]
}

/** The records of one connection, in order. */
export interface History {
  about: ConnectionRecord
  steps: readonly Step[]
}

export const otherSide = (side: Side): Side => (side === 'client' ? 'server' : 'client')

/** Path of the lifecycle's state in a configuration: `open`, `closing.initiated`. */
export function lifecycleOf(value: unknown): string {
  const lifecycle = (value as { lifecycle?: unknown } | null)?.lifecycle
  if (typeof lifecycle === 'string') return lifecycle
  if (typeof lifecycle !== 'object' || lifecycle === null) return ''
  const [outer, inner] = Object.entries(lifecycle)[0] ?? []
  return [outer, inner].filter((part) => typeof part === 'string').join('.')
}

/** Input that came when nothing was expected any more, or a send that was refused. */
export function isDiscarded({ effects, transitions }: Step): boolean {
  return effects !== null && transitions.length === 0 && effects.length === 0
}

/** Bytes that were put on the wire past the protocol: no event of the machine. */
export const isCrafted = ({ event }: Pick<Step, 'event'>) => event.type === 'send.crafted'
