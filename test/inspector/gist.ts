/** What the page's list says of a connection whose records it has. */
import { emptyModel, reduce } from '../../inspector/src/model/reduce.ts'
import type { StateValue } from '../../inspector/src/model/value.ts'
import type { ConnectionRecord, StepRecord } from '../../src/inspect/records.ts'
import type { Gist } from '../../src/report/gist.ts'
import { connectionChart } from './machine.ts'

export function gistOf(about: ConnectionRecord, steps: readonly StepRecord[]): Gist {
  const { connection: id, time } = about
  const value = { ...about.value } as StateValue
  const { connections } = reduce(emptyModel, [
    { type: 'register', id, time, chart: connectionChart, value, record: about },
    { type: 'records', id, records: [...steps] },
  ])
  return connections.get(id)!.gist
}
