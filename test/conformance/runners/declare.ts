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
        for (const cutting of cuttings) {
          const able = casesFor(side, cases).filter((each) => canCut(each, cutting))
          if (able.length === 0) continue
          describe(`Sans-I/O, ${cutting}`, () => {
            for (const each of able) test(titleOf(each), () => verifySansIo(each, side, cutting))
          })
        }
      })
    })
  }
}

export function declareSockets(categories: readonly Category[]): void {
  for (const { name, cases } of categories) {
    describe(name, () => {
      describe.each(sides)('%s', (side) => {
        // As many at a time as `maxConcurrency` says.
        for (const pace of paces) {
          const able = casesFor(side, cases).filter((each) => canRun(each, pace))
          if (able.length === 0) continue
          describe.concurrent(`sockets, ${pace}`, () => {
            for (const each of able) test(titleOf(each), () => verifyOverSockets(each, side, pace))
          })
        }
      })
    })
  }
}
