/** What the receiver hands over, as the model's own messages. What does not fit is left out. */
import type { ParsedReceiverEvent } from '@xstate/inspect/lib/types.js'
import type { Summary } from '../../../src/inspect/messages.ts'
import type { ConnectionRecord, StepRecord } from '../../../src/inspect/records.ts'
import type { FeedMessage } from '../model/message.ts'
import type { LoggedEvent } from '../model/records.ts'
import { isStateValue } from '../model/value.ts'
import { type Chart, chartOf, type MachineNode } from '../statechart/chart.ts'

export type ReadEvent = (event: ParsedReceiverEvent, time: number) => FeedMessage | null

/** A reader; connections with the same machine get the same chart from it. */
export function feedReader(): ReadEvent {
  const charts = new Map<string, Chart>()

  const chartFor = (machine: MachineNode & { config?: unknown }): Chart => {
    const key = JSON.stringify(machine.config)
    const known = charts.get(key)
    if (known !== undefined) return known
    const chart = chartOf(machine)
    charts.set(key, chart)
    return chart
  }

  return (event, time) => {
    const id = event.sessionId
    switch (event.type) {
      case 'service.register': {
        const value: unknown = event.state.value
        if (!isStateValue(value)) return null
        const chart = chartFor(event.machine as unknown as MachineNode)
        const record = recordOf<ConnectionRecord>(event, 'connection')
        return { type: 'register', id, time, chart, value, record }
      }
      case 'service.event': {
        const read = eventOf(event.event)
        return read === null ? null : { type: 'event', id, time, event: read }
      }
      case 'service.state': {
        const { value, done } = event.state
        if (!isStateValue(value)) return null
        const summary = summaryOf(event)
        if (summary !== null) return { type: 'summary', id, value, summary }
        const record = recordOf<StepRecord>(event, 'step')
        const name = eventOf(event.state._event)?.type ?? null
        return { type: 'state', id, time, value, event: name, record, done: done === true }
      }
      case 'service.stop':
        return { type: 'stop', id, time }
      default:
        return null
    }
  }
}

/** The record that `wirechart/inspect` sends along; other senders have none. */
function recordOf<R extends ConnectionRecord | StepRecord>(event: object, kind: R['kind']): R | null {
  const record = 'record' in event ? event.record : null
  if (typeof record !== 'object' || record === null) return null
  const { v, kind: is, seq, time, value } = record as Partial<R>
  const fits = v === 1 && is === kind && typeof seq === 'number' && typeof time === 'number'
  return fits && isStateValue(value) ? (record as R) : null
}

/** What it sends instead of records that it was not asked for. */
function summaryOf(event: object): Summary | null {
  const summary = 'summary' in event ? event.summary : null
  if (typeof summary !== 'object' || summary === null) return null
  const { next, time, close, path, trouble } = summary as Partial<Summary>
  if (typeof next !== 'number' || typeof time !== 'number') return null
  const isClose = typeof close?.code === 'number' && typeof close.reason === 'string'
  return {
    next,
    time,
    close: isClose ? close : null,
    path: typeof path === 'string' ? path : null,
    trouble: typeof trouble === 'string' ? trouble : null,
  }
}

/** The event in an SCXML envelope. */
function eventOf(envelope: unknown): LoggedEvent | null {
  if (typeof envelope !== 'object' || envelope === null) return null
  const { data, name } = envelope as { data?: unknown; name?: unknown }
  if (typeof data === 'object' && data !== null && 'type' in data && typeof data.type === 'string') {
    return data as LoggedEvent
  }
  return typeof name === 'string' ? { type: name } : null
}
