import { describe, expect, test } from 'vitest'
import { feedReader } from '../../inspector/src/feed/read.ts'
import { connectionMachine } from '../../machines/connection.ts'
import { initialConfiguration } from '../../machines/explore.ts'
import { eventJson, machineJson, stateJson } from '../../src/inspect/bridge.ts'
import type { ConnectionRecord } from '../../src/inspect/records.ts'
import { parseReceiverEvent } from './machine.ts'

const state = stateJson({
  value: initialConfiguration('server'),
  context: { side: 'server' },
  event: { type: 'xstate.init' },
  tags: [],
  done: false,
})
const record: ConnectionRecord = {
  v: 1,
  connection: '1',
  seq: 0,
  time: 5,
  kind: 'connection',
  side: 'server',
  peer: null,
  value: initialConfiguration('server'),
}
const register = (sessionId: string, more: object = {}) =>
  parseReceiverEvent({
    type: 'service.register',
    sessionId,
    id: 'connection',
    machine: machineJson(connectionMachine as never),
    state,
    ...more,
  })

describe('messages of the feed', () => {
  test('connections with the same machine share its chart', () => {
    const read = feedReader()
    const first = read(register('1', { record }), 7)
    const second = read(register('2'), 8)
    expect(first).toMatchObject({ type: 'register', id: '1', time: 7, record: { peer: null } })
    expect(second).toMatchObject({ type: 'register', id: '2', record: null })
    expect(first?.type === 'register' && second?.type === 'register' && first.chart === second.chart).toBe(
      true,
    )
  })

  test('an event is taken out of its envelope', () => {
    const event = parseReceiverEvent({
      type: 'service.event',
      sessionId: '1',
      event: eventJson({ type: 'receive.text' }),
    })
    expect(feedReader()(event, 1)).toEqual({
      type: 'event',
      id: '1',
      time: 1,
      event: { type: 'receive.text' },
    })
  })

  test('a record of another version, or none at all, is none', () => {
    const read = feedReader()
    for (const wrong of [{ ...record, v: 2 }, { ...record, value: 7 }, 'text', null]) {
      expect(read(register('1', { record: wrong }), 1)).toMatchObject({ record: null })
    }
  })

  test('what makes no sense is left out', () => {
    const read = feedReader()
    const odd = parseReceiverEvent({
      type: 'service.state',
      sessionId: '1',
      state: JSON.stringify({ ...JSON.parse(state), value: 12 }),
    })
    expect(read(odd, 1)).toBe(null)
    expect(read({ type: 'service.other', sessionId: '1' } as never, 1)).toBe(null)
  })
})
