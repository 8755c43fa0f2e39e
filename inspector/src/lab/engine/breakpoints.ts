/** Where the lab holds, and why. */
import type { Step } from '../../../../src/report/step.ts'
import { activeIds, type StateValue } from '../../model/value.ts'
import type { Breakpoint, Side } from './action.ts'
import type { Segment } from './segments.ts'
import type { Halt } from './snapshot.ts'

/** Before `segment` begins to arrive. */
export function haltBefore(breakpoints: readonly Breakpoint[], segment: Segment, to: Side): Halt | null {
  for (const breakpoint of breakpoints) {
    if (breakpoint.on === 'frame' && breakpoint.kind === segment.kind) {
      return { breakpoint, words: `A ${segment.kind} frame is about to reach the ${to}.` }
    }
  }
  return null
}

/** Behind what `record` tells of `who`, where `before` is the record in front of it. */
export function haltBehind(
  breakpoints: readonly Breakpoint[],
  record: Omit<Step, 'seq' | 'time'>,
  before: Pick<Step, 'value'>,
  who: string,
): Halt | null {
  for (const breakpoint of breakpoints) {
    if (breakpoint.on === 'state') {
      const { id } = breakpoint
      if (isIn(record, id) && !isIn(before, id)) {
        return { breakpoint, words: `The ${who} entered ${id}.` }
      }
    }
    if (
      breakpoint.on === 'transition' &&
      record.transitions.some(({ event }) => event === breakpoint.event)
    ) {
      return { breakpoint, words: `The ${who} took a transition on ${breakpoint.event}.` }
    }
    if (breakpoint.on === 'code' && codesOf(record).includes(breakpoint.code)) {
      return { breakpoint, words: `The ${who} has code ${breakpoint.code} in ${record.event.type}.` }
    }
  }
  return null
}

const isIn = ({ value }: Pick<Step, 'value'>, id: string) => activeIds(value as StateValue).includes(id)

const codesOf = ({ event, effects }: Pick<Step, 'event' | 'effects'>) => [
  event.code,
  ...(effects ?? []).map(({ code }) => code),
]

/** The lab holds before a frame arrives, a replay when it came or went. */
export type AtFrame = 'before' | 'at'

export function breakpointWords(breakpoint: Breakpoint, atFrame: AtFrame): string {
  switch (breakpoint.on) {
    case 'frame':
      return `${atFrame} a ${breakpoint.kind} frame`
    case 'state':
      return `in ${breakpoint.id}`
    case 'transition':
      return `behind ${breakpoint.event}`
    case 'code':
      return `at code ${breakpoint.code}`
  }
}
