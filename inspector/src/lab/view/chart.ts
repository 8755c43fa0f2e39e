/** The chart of the connection machine, made as it is made for a connection that a process tells of. */
import { parseReceiverEvent } from '@xstate/inspect/es/utils.js'
import { createInspector } from '../../../../src/inspect/default.ts'
import { Protocol } from '../../../../src/protocol/protocol.ts'
import { feedReader } from '../../feed/read.ts'
import type { Chart } from '../../statechart/chart.ts'

let chart: Chart | null = null

export function connectionChart(): Chart {
  if (chart !== null) return chart
  const inspect = createInspector()
  new Protocol('client', { inspect })
  const [session] = inspect.sessions.values()
  const told = feedReader()(parseReceiverEvent(session!.register() as never), 0)
  if (told?.type !== 'register') throw new Error('the machine of a connection could not be read')
  chart = told.chart
  return chart
}
