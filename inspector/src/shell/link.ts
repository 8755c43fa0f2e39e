/**
 * Lights what belongs together wherever it is drawn: the row of the log, the arrow of the ladder, the block of a
 * message and the links of the report by the number of their record (`data-seq`); the arrows and states of the
 * statechart by the transitions that the record took (`data-edge`, `data-state-id`). What is lit has `data-linked`.
 */
import type { Connection } from '../model/connection.ts'
import { type Entry, indexOfSeq } from '../model/records.ts'
import { litBy } from '../statechart/lit.ts'

/** What an element that the pointer or the focus is on belongs to. */
export type LinkTarget = { seq: number } | { edge: string } | null

export function targetOf(element: Element | null): LinkTarget {
  const linked = element?.closest('[data-seq], [data-edge]')
  const seq = linked?.getAttribute('data-seq')
  const edge = linked?.getAttribute('data-edge')
  return seq != null ? { seq: Number(seq) } : edge != null ? { edge } : null
}

/** Selectors of what belongs to the target; `seqs` are the records that are drawn just now. */
export function linkedTo(target: LinkTarget, connection: Connection, seqs: Iterable<number>): string[] {
  if (target === null) return []
  const { chart, entries } = connection
  const entryOf = (seq: number): Entry | undefined => {
    const entry = entries[indexOfSeq(entries, seq)]
    return entry?.seq === seq ? entry : undefined
  }
  const bySeq = (seq: number) => `[data-seq="${seq}"]`
  if ('edge' in target) {
    const took = [...new Set(seqs)].filter((seq) => {
      const entry = entryOf(seq)
      return entry !== undefined && litBy(chart, entry.transitions).edges.has(target.edge)
    })
    return [`[data-edge="${quoted(target.edge)}"]`, ...took.map(bySeq)]
  }
  const entry = entryOf(target.seq)
  const lit = entry === undefined ? null : litBy(chart, entry.transitions)
  return [
    bySeq(target.seq),
    ...[...(lit?.edges ?? [])].map((id) => `[data-edge="${quoted(id)}"]`),
    ...[...(lit?.within.keys() ?? [])].map((id) => `[data-state-id="${quoted(id)}"]`),
  ]
}

const quoted = (value: string) => value.replace(/["\\]/g, '\\$&')
