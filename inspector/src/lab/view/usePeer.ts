import { useRef } from 'react'
import type { StepRecord, WireRecord } from '../../../../src/inspect/records.ts'
import type { Connection } from '../../model/connection.ts'
import { emptyModel, type Model, reduce } from '../../model/reduce.ts'
import type { Side } from '../engine/action.ts'
import { connectionChart } from './chart.ts'

/** A peer of the lab as a connection of the page: the views of those draw it. Goes on from the records before. */
export function usePeer(side: Side, records: readonly WireRecord[], run: number): Connection {
  const known = useRef<{ run: number; count: number; model: Model } | null>(null)
  if (known.current === null || known.current.run !== run || known.current.count > records.length) {
    known.current = { run, count: 1, model: reduce(emptyModel, [introduction(side, records)]) }
  }
  const { count, model } = known.current
  if (records.length > count) {
    const added = records.slice(count) as StepRecord[]
    known.current = {
      run,
      count: records.length,
      model: reduce(model, [{ type: 'records', id: side, records: added }]),
    }
  }
  return known.current.model.connections.get(side)!
}

function introduction(side: Side, records: readonly WireRecord[]) {
  const [record] = records
  if (record?.kind !== 'connection') throw new Error('the first record introduces the connection')
  const { time, value } = record
  return { type: 'register', id: side, time, chart: connectionChart(), value: { ...value }, record } as const
}
