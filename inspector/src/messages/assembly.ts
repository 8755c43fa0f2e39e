/**
 * Messages as they are put together from frames (RFC 6455, section 5.4): gathered once from the whole list, then
 * looked at from a cursor.
 */
import type { Side } from '../../../machines/events.ts'
import type { ConnectionRecord } from '../../../src/inspect/records.ts'
import { type Crossing, crossingsOf } from '../../../src/report/crossings.ts'
import { lifecycleOf } from '../../../src/report/step.ts'
import type { Fold } from '../model/fold.ts'
import type { Entry } from '../model/records.ts'
import { addBetween, type ControlFrame, type Group, isAlike } from './control.ts'

export type Direction = 'inbound' | 'outbound'

/** A frame of a message, or a control frame that came between two of them. */
export interface Part extends ControlFrame {
  control: boolean
  /** Bytes of the message so far, this one included. */
  total: number
}

export interface Message {
  direction: Direction
  kind: 'text' | 'binary'
  /** Numbers of the entries that it began and came to its end with. */
  first: number
  last: number | null
  /** `dropped`: it can never be completed, for this reason. */
  end: { how: 'complete' } | { how: 'dropped'; why: string } | null
  parts: Part[]
}

export interface AssemblyState {
  inbound: Message[]
  outbound: Message[]
  /** Control frames that came while no message of their direction was in progress. */
  between: Record<Direction, Group[]>
  /** What was said of a limit when one was exceeded. */
  limit: { seq: number; says: string; bytes: number | null } | null
}

export function assemblyFold(observed: Side): Fold<Entry, AssemblyState> {
  return {
    start: () => ({ inbound: [], outbound: [], between: { inbound: [], outbound: [] }, limit: null }),
    take(state, entry) {
      for (const crossing of crossingsOf(entry, observed)) {
        const { kind, fate, opcode } = crossing
        if (kind !== 'frame' || opcode === null) continue
        // What is crafted is part of no message that this side sends.
        if (opcode < 8 && (fate === 'discarded' || fate === 'crafted')) continue
        const direction = crossing.from === observed ? 'outbound' : 'inbound'
        add(state, direction, entry.seq, crossing)
      }
      const { rule, message } = entry.event
      if (rule !== undefined && /TOO_BIG|TOO_MANY/.test(rule)) {
        const bytes = /limit (\d+)/.exec(message ?? '')?.[1]
        state.limit = {
          seq: entry.seq,
          says: message ?? rule,
          bytes: bytes === undefined ? null : Number(bytes),
        }
      }
      for (const direction of ['inbound', 'outbound'] as const) {
        const why = endOf(entry, direction)
        const message = state[direction].at(-1)
        if (why === null || message === undefined || message.end !== null) continue
        message.end = { how: 'dropped', why }
        message.last = entry.seq
      }
    },
  }
}

function add(state: AssemblyState, direction: Direction, seq: number, crossing: Crossing): void {
  const messages = state[direction]
  const { length } = crossing
  const opcode = crossing.opcode!
  const open = messages.at(-1)?.end === null ? messages.at(-1) : undefined
  const total = open?.parts.at(-1)?.total ?? 0
  if (opcode >= 8) {
    if (open === undefined) addBetween(state.between[direction], messages.length, { seq, crossing })
    else open.parts.push({ seq, crossing, control: true, total })
    return
  }
  if (opcode === 0 || open !== undefined) {
    if (open === undefined) return
    open.parts.push({ seq, crossing, control: false, total: total + (length ?? 0) })
    if (crossing.fate === 'invalid') return
    if (crossing.fin) {
      open.end = { how: 'complete' }
      open.last = seq
    }
    return
  }
  const done = crossing.fin === true && crossing.fate === 'taken'
  messages.push({
    direction,
    kind: opcode === 2 ? 'binary' : 'text',
    first: seq,
    last: done ? seq : null,
    end: done ? { how: 'complete' } : null,
    parts: [{ seq, crossing, control: false, total: length ?? 0 }],
  })
}

/** Why no message of this direction can be completed behind this entry; `null`: one can. */
function endOf({ event, value }: Entry, direction: Direction): string | null {
  const state = lifecycleOf(value)
  if (state === 'open' || state.startsWith('connecting') || state === '') return null
  if (event.type === 'receive.eof') return 'TCP ended'
  if (state === 'closing.failed') return 'the connection was failed'
  if (direction === 'outbound') return 'our Close was sent'
  return event.type === 'receive.close' ? 'a Close came' : null
}

/**
 * Bytes that a message of a direction may have; `null`: any, or not known. What the peer takes is not known here. A
 * record of before `limits` were told says it at the latest when one is exceeded.
 */
export function limitOf(
  direction: Direction,
  { limits }: Pick<ConnectionRecord, 'limits'>,
  { limit }: AssemblyState,
): number | null {
  if (direction === 'outbound') return null
  return limits === undefined ? (limit?.bytes ?? null) : limits.message
}

/** Place of the last message that had begun at the cursor; -1: none had. */
export function messageAt(messages: readonly Message[], seq: number | null): number {
  if (seq === null) return messages.length - 1
  let low = 0
  let high = messages.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (messages[middle]!.first <= seq) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** A message as it stood at the cursor. */
export function messageAsOf(message: Message, seq: number | null): Message {
  if (seq === null) return message
  const ended = message.last !== null && message.last <= seq
  return {
    ...message,
    end: ended ? message.end : null,
    parts: message.parts.filter((part) => part.seq <= seq),
  }
}

/** What is drawn as one block: a fragment, or the control frames of one kind between two fragments. */
export function blocksOf({ parts }: Message): Part[][] {
  const blocks: Part[][] = []
  for (const part of parts) {
    const before = blocks.at(-1)?.at(-1)
    if (part.control && before?.control && isAlike(before, part)) blocks.at(-1)!.push(part)
    else blocks.push([part])
  }
  return blocks
}

/** Bytes of its frames so far. */
export const sizeOf = ({ parts }: Message) => parts.at(-1)?.total ?? 0

/** How many frames it is made of, control frames between not counted. */
export const fragmentsOf = ({ parts }: Message) => parts.filter(({ control }) => !control).length
