import { useMemo } from 'react'
import { addStep, beginFacts, type Facts } from '../../../src/report/facts.ts'
import { type CloseReport, reportOf } from '../../../src/report/report.ts'
import type { Connection } from '../model/connection.ts'
import { type Fold, useFold } from '../model/fold.ts'
import type { Entry } from '../model/records.ts'

const NO_ENTRIES: readonly Entry[] = []

/** The close report of a connection so far; `null` of another machine, or of none. */
export function useReport(connection: Connection | undefined): CloseReport | null {
  const about = connection?.about ?? null
  const fold = useMemo(
    (): Fold<Entry, Facts | null> => ({
      start: () => (about === null ? null : beginFacts(about)),
      take: (facts, entry) => facts !== null && addStep(facts, entry),
    }),
    [about],
  )
  const facts = useFold(fold, connection?.entries ?? NO_ENTRIES)
  return facts === null ? null : reportOf(facts)
}
