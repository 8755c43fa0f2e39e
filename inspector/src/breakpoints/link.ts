/** Breakpoints in a link. What is none is left out and told: it is no reason to open nothing. */
import { type Breakpoint, frameKinds } from '../lab/engine/action.ts'
import { breakpointWords } from '../lab/engine/breakpoints.ts'
import { type Check, fits, integer, isObject, oneOf } from '../link/checks.ts'

/** So many are enough. */
export const MOST_BREAKPOINTS = 20
/** Characters of a state's id, or of an event's type. */
export const MAX_ID = 120

export interface ReadBreakpoints {
  breakpoints: Breakpoint[]
  /** What was left out, as a sentence; `null`: nothing. */
  leftOut: string | null
}

/** @param read what JSON says; `undefined`: that there are none. */
export function readBreakpoints(read: unknown): ReadBreakpoints {
  if (read === undefined) return { breakpoints: [], leftOut: null }
  if (!Array.isArray(read)) return { breakpoints: [], leftOut: 'Its breakpoints are no list of such.' }
  const good = new Map<string, Breakpoint>()
  const bad: unknown[] = []
  for (const each of read) {
    if (isBreakpoint(each)) good.set(breakpointWords(each, 'at'), each)
    else bad.push(each)
  }
  const breakpoints = [...good.values()].slice(0, MOST_BREAKPOINTS)
  const words = [
    ...(bad.length === 0 ? [] : [badWords(bad, read.length)]),
    ...(good.size > MOST_BREAKPOINTS
      ? [`It has more breakpoints than the ${MOST_BREAKPOINTS} there may be.`]
      : []),
  ]
  return { breakpoints, leftOut: words.length === 0 ? null : words.join(' ') }
}

function badWords(bad: readonly unknown[], all: number): string {
  const first = JSON.stringify(bad[0]).slice(0, 60)
  if (all === 1) return `Its only breakpoint is none that there is: ${first}.`
  return bad.length === 1
    ? `One of its ${all} breakpoints is none that there is: ${first}.`
    : `${bad.length} of its ${all} breakpoints are none that there are; the first is ${first}.`
}

/** A state of any machine has any name. */
const id: Check = (value) => typeof value === 'string' && /^\P{Cc}+$/u.test(value) && value.length <= MAX_ID
const event: Check = (value) => id(value) && /^[a-zA-Z.]+$/.test(value as string)

/** Can a link hold it? */
export function isBreakpoint(value: unknown): value is Breakpoint {
  if (!isObject(value)) return false
  const { on, ...fields } = value
  switch (on) {
    case 'frame':
      return fits({ kind: oneOf(...frameKinds) }, fields)
    case 'state':
      return fits({ id }, fields)
    case 'transition':
      return fits({ event }, fields)
    default:
      return on === 'code' && fits({ code: integer(0, 65_535) }, fields)
  }
}
