/** Declares the tests of categories, so that they can be spread over files, which run side by side. */
import { describe, test } from 'vitest'
import { type Category, casesFor, sides } from '../case.ts'
import { titleOf } from '../title.ts'
import { canCut, cuttings, verify as verifySansIo } from './sans-io.ts'
import { canRun, paces, verify as verifyOverSockets } from './sockets.ts'

export function declareSansIo(categories: readonly Category[]): void {
  for (const { name, cases } of categories) {
    describe(name, () => {
      describe.each(sides)('%s', (side) => {
        describe.each(cuttings)('Sans-I/O, %s', (cutting) => {
          for (const each of casesFor(side, cases)) {
            if (canCut(each, cutting)) test(titleOf(each), () => verifySansIo(each, side, cutting))
          }
        })
      })
    })
  }
}

export function declareSockets(categories: readonly Category[]): void {
  for (const { name, cases } of categories) {
    describe(name, () => {
      describe.each(sides)('%s', (side) => {
        // As many at a time as `maxConcurrency` says.
        describe.concurrent.each(paces)('sockets, %s', (pace) => {
          for (const each of casesFor(side, cases)) {
            if (canRun(each, pace)) test(titleOf(each), () => verifyOverSockets(each, side, pace))
          }
        })
      })
    })
  }
}
