import { describe, expect, test } from 'vitest'
import { closeOf, inOrder, isLive, newestOf, stateOf } from '../../inspector/src/model/connection.ts'
import type { FeedMessage } from '../../inspector/src/model/message.ts'
import {
  append,
  type Entry,
  indexOfSeq,
  MAX_CONNECTIONS,
  MAX_ENTRIES,
} from '../../inspector/src/model/records.ts'
import { emptyModel, type Model, reduce } from '../../inspector/src/model/reduce.ts'
import { activeIds, leafIds, outline } from '../../inspector/src/model/value.ts'
import { entryAt, move, transitionsAt, valueAt } from '../../inspector/src/model/view.ts'
import type { ConnectionRecord, EventRecord, StepRecord } from '../../src/inspect/records.ts'
import { chartOfConfig, connectionChart } from './machine.ts'

type Value = StepRecord['value']

const at = (lifecycle: unknown): Value => ({ lifecycle, inbound: 'idle', outbound: 'idle' }) as Value

function register(id: string, time = 1000, value = at({ connecting: 'deciding' })): FeedMessage {
  const record: ConnectionRecord = {
    v: 1,
    connection: id,
    seq: 0,
    time,
    kind: 'connection',
    side: 'server',
    peer: 'p',
    value,
  }
  return { type: 'register', id, time, chart: connectionChart, value: { ...value }, record }
}

function step(
  id: string,
  seq: number,
  value: Value,
  event: Partial<EventRecord> = {},
  taken = true,
): FeedMessage {
  const time = 1000 + seq
  const record: StepRecord = {
    v: 1,
    connection: id,
    seq,
    time,
    kind: 'step',
    event: { type: 'receive.text', ...event },
    value,
    effects: [],
    transitions: taken ? [{ source: 'lifecycle.open', targets: [], event: 'receive.text' }] : [],
  }
  return { type: 'state', id, time, value: { ...value }, event: null, record, done: false }
}

const told = (...messages: FeedMessage[]): Model => reduce(emptyModel, messages)

describe('a connection', () => {
  test('is what its records say', () => {
    const { connections } = told(register('1'), step('1', 1, at('open')), step('1', 2, at('open')))
    const connection = connections.get('1')!
    expect(connection.entries.map(({ seq }) => seq)).toEqual([1, 2])
    expect(stateOf(connection)).toBe('open')
    expect(connection.firstSeen).toBe(1000)
    expect(isLive(connection)).toBe(true)
  })

  test('is never changed in place', () => {
    const before = told(register('1'), step('1', 1, at('open')))
    const connection = before.connections.get('1')!
    const after = reduce(before, [step('1', 2, at('open'))])
    expect(connection.entries).toHaveLength(1)
    expect(after.connections.get('1')!.entries).toHaveLength(2)
    expect(reduce(after, [])).toBe(after)
  })

  test('that closed has the code of the Close frame that was received, or 1006', () => {
    const close = { type: 'receive.close', code: 4000, reason: 'bye' }
    const clean = told(
      register('1'),
      step('1', 1, at({ closing: 'acknowledged' }), close),
      step('1', 2, at({ closed: 'cleanly' })),
    ).connections.get('1')!
    expect(closeOf(clean)).toEqual({ code: 4000, reason: 'bye' })
    expect(clean.ended).toBe(1002)
    const dropped = told(register('1'), step('1', 1, at({ closed: 'abnormally' }))).connections.get('1')!
    expect(closeOf(dropped)).toEqual({ code: 1006, reason: '' })
    const empty = told(
      register('1'),
      step('1', 1, at({ closing: 'acknowledged' }), { type: 'receive.close' }),
      step('1', 2, at({ closed: 'cleanly' })),
    ).connections.get('1')!
    expect(closeOf(empty)!.code).toBe(1005)
    // One that was discarded does not count.
    const failed = told(
      register('1'),
      step('1', 1, at({ closing: 'failed' }), close, false),
      step('1', 2, at({ closed: 'abnormally' })),
    ).connections.get('1')!
    expect(closeOf(failed)!.code).toBe(1006)
    expect(closeOf(told(register('1')).connections.get('1')!)).toBe(null)
  })

  test('that is told again after a reconnect is not told twice', () => {
    const first = told(register('1'), step('1', 1, at('open')))
    const again = reduce(first, [
      { type: 'attached' },
      register('1'),
      step('1', 1, at('open')),
      step('1', 2, at({ closing: 'initiated' })),
    ])
    const connection = again.connections.get('1')!
    expect(connection.entries.map(({ seq }) => seq)).toEqual([1, 2])
    expect(connection.lost).toBe(false)
  })

  test('that the process does not know any more is lost; another one of the same name is another one', () => {
    const first = told(register('1'), step('1', 1, at('open')), register('2'))
    const restarted = reduce(first, [{ type: 'attached' }, register('1', 9000)])
    expect(restarted.connections.get('1')!.entries).toEqual([])
    expect(restarted.connections.get('1')!.firstSeen).toBe(9000)
    expect(restarted.connections.get('2')!.lost).toBe(true)
  })

  test('is listed live before ended, newest first', () => {
    const { connections } = told(
      register('1', 1),
      register('2', 2),
      register('3', 3),
      step('3', 1, at({ closed: 'cleanly' })),
    )
    expect(inOrder(connections.values()).map(({ id }) => id)).toEqual(['2', '1', '3'])
    expect(newestOf(connections.values())!.id).toBe('3')
  })
})

describe('a foreign machine', () => {
  const chart = chartOfConfig({
    id: 'light',
    initial: 'green',
    states: { green: { on: { NEXT: 'red', LOOK: {} } }, red: {} },
  })
  const registered: FeedMessage = { type: 'register', id: 'x', time: 1, chart, value: 'green', record: null }
  const event = (type: string): FeedMessage => ({ type: 'event', id: 'x', time: 2, event: { type } })
  const state = (value: string): FeedMessage => ({
    type: 'state',
    id: 'x',
    time: 3,
    value,
    event: 'NEXT',
    record: null,
    done: false,
  })

  test('has an entry for each event with the state that came of it', () => {
    const light = told(registered, event('NEXT'), state('red')).connections.get('x')!
    expect(light.entries).toEqual([
      {
        seq: 0,
        time: 2,
        event: { type: 'NEXT' },
        value: 'red',
        effects: null,
        transitions: [{ source: 'green', targets: ['red'], event: 'NEXT' }],
      },
    ])
  })

  test('keeps an event that nothing came of', () => {
    const light = told(registered, event('LOOK'), event('NEXT'), state('red')).connections.get('x')!
    expect(light.entries.map((entry) => [entry.event.type, entry.value])).toEqual([
      ['LOOK', 'green'],
      ['NEXT', 'red'],
    ])
    expect(light.entries[0]!.transitions).toEqual([{ source: 'green', targets: [], event: 'LOOK' }])
  })

  test('ends when it is stopped', () => {
    const light = told(registered, event('LOOK'), { type: 'stop', id: 'x', time: 9 }).connections.get('x')!
    expect(light).toMatchObject({ stopped: true, ended: 9 })
    expect(light.entries).toHaveLength(1)
  })
})

describe('memory', () => {
  const entry = (seq: number): Entry => ({
    seq,
    time: seq,
    event: { type: 'x' },
    value: 'a',
    effects: null,
    transitions: [],
  })

  test('is bounded for a connection: the oldest entries go', () => {
    let entries: Entry[] = []
    for (let from = 0; from < 3 * MAX_ENTRIES; from += 1000) {
      entries = append(
        entries,
        Array.from({ length: 1000 }, (_, index) => entry(from + index)),
      )
      expect(entries.length).toBeLessThanOrEqual(MAX_ENTRIES * 1.1)
    }
    expect(entries.at(-1)!.seq).toBe(3 * MAX_ENTRIES - 1)
    expect(entries.length).toBeGreaterThanOrEqual(MAX_ENTRIES)
  })

  test('is bounded for the page: ended connections go first', () => {
    const messages = Array.from({ length: MAX_CONNECTIONS }, (_, index) =>
      register(`live ${index}`, 10 + index),
    )
    const ended = [register('ended', 9999), step('ended', 1, at({ closed: 'cleanly' }))]
    const { connections } = told(...ended, ...messages)
    expect(connections.size).toBe(MAX_CONNECTIONS)
    expect(connections.has('ended')).toBe(false)
  })
})

describe('the cursor', () => {
  const connection = told(
    register('1'),
    step('1', 1, at('open')),
    step('1', 2, at({ closing: 'initiated' })),
    step('1', 5, at({ closed: 'cleanly' })),
  ).connections.get('1')!

  test('is the end while live', () => {
    expect(entryAt(connection, null)!.seq).toBe(5)
    expect(valueAt(connection, null)).toEqual(at({ closed: 'cleanly' }))
  })

  test('shows the configuration behind its entry', () => {
    expect(valueAt(connection, 1)).toEqual(at('open'))
    expect(transitionsAt(connection, 1)).toHaveLength(1)
    // One that was let go, or skipped, is the next one that is there.
    expect(entryAt(connection, 3)!.seq).toBe(5)
    expect(entryAt(connection, 99)!.seq).toBe(5)
  })

  test('moves within the list', () => {
    expect(move(connection, null, -1)).toBe(2)
    expect(move(connection, 2, 1)).toBe(5)
    expect(move(connection, 5, 1)).toBe(5)
    expect(move(connection, 5, -100)).toBe(1)
    expect(indexOfSeq(connection.entries, 2)).toBe(1)
  })

  test('stands nowhere in an empty list', () => {
    const fresh = told(register('1')).connections.get('1')!
    expect(entryAt(fresh, null)).toBe(null)
    expect(valueAt(fresh, 3)).toEqual(at({ connecting: 'deciding' }))
    expect(move(fresh, null, 1)).toBe(null)
  })
})

test('state values are read in every form', () => {
  const value = { lifecycle: { closing: 'failed' }, inbound: 'idle' }
  expect(activeIds(value)).toEqual([
    'lifecycle',
    'lifecycle.closing',
    'lifecycle.closing.failed',
    'inbound',
    'inbound.idle',
  ])
  expect(leafIds(value)).toEqual(['lifecycle.closing.failed', 'inbound.idle'])
  expect(outline(value)).toBe('closing')
  expect(outline('green')).toBe('green')
  expect(outline({ a: 'x', b: {} })).toBe('a b')
  expect(leafIds({ a: {} })).toEqual(['a'])
})
