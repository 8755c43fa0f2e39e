/** Where the lab holds, and why. */
import type { StepRecord, WireRecord } from '../../../../src/inspect/records.ts'
import type { Breakpoint, Side } from './action.ts'
import type { Segment } from './segments.ts'
import { activeStates, type Halt } from './snapshot.ts'

/** Before `segment` begins to arrive. */
export function haltBefore(breakpoints: readonly Breakpoint[], segment: Segment, to: Side): Halt | null {
  for (const breakpoint of breakpoints) {
    if (breakpoint.on === 'frame' && breakpoint.kind === segment.kind) {
      return { breakpoint, words: `A ${segment.kind} frame is about to reach the ${to}.` }
    }
  }
  return null
}

/** Behind what `record` tells. */
export function haltBehind(
  breakpoints: readonly Breakpoint[],
  record: StepRecord,
  before: WireRecord,
  side: Side,
): Halt | null {
  for (const breakpoint of breakpoints) {
    if (breakpoint.on === 'state') {
      const { id } = breakpoint
      if (activeStates(record.value).includes(id) && !activeStates(before.value).includes(id)) {
        return { breakpoint, words: `The ${side} entered ${id}.` }
      }
    }
    if (
      breakpoint.on === 'transition' &&
      record.transitions.some(({ event }) => event === breakpoint.event)
    ) {
      return { breakpoint, words: `The ${side} took a transition on ${breakpoint.event}.` }
    }
    if (breakpoint.on === 'code' && codesOf(record).includes(breakpoint.code)) {
      return { breakpoint, words: `The ${side} has code ${breakpoint.code} in ${record.event.type}.` }
    }
  }
  return null
}

const codesOf = ({ event, effects }: StepRecord) => [event.code, ...effects.map(({ code }) => code)]

export function breakpointWords(breakpoint: Breakpoint): string {
  switch (breakpoint.on) {
    case 'frame':
      return `before a ${breakpoint.kind} frame`
    case 'state':
      return `in ${breakpoint.id}`
    case 'transition':
      return `behind ${breakpoint.event}`
    case 'code':
      return `at code ${breakpoint.code}`
  }
}
