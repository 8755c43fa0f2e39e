import type { Case } from './case.ts'
import { expectedWord } from './tester/words.ts'

const MOST = 5

/** A case by its section, what is sent and what must come back. */
export function titleOf(testCase: Case): string {
  const { section, name, script, end, setup, chop } = testCase
  const back = script
    .flatMap((step) => step.back)
    .map((each) => expectedWord(each, setup?.deflate !== undefined))
  const shown = back.length > MOST ? [...back.slice(0, MOST - 1), `${back.length - MOST + 1} more`] : back
  const how = typeof end === 'object' ? `closed, ${end.closed}` : end
  const pieces = chop === undefined ? '' : `, in pieces of ${chop} bytes`
  return `${section} ${name}${pieces} → ${[...shown, how].join(', ')}`
}

/** What tells cases apart. */
export const idOf = ({ section, name, side }: Case) => `${section} ${name} (${side ?? 'both'})`
