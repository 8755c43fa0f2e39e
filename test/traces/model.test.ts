/** What the page makes of summaries, of files, and of more than it can keep. */

import { describe, expect, test } from 'vitest'
import { isLive } from '../../inspector/src/model/connection.ts'
import type { FeedMessage } from '../../inspector/src/model/message.ts'
import { MAX_ALL_ENTRIES, MAX_ENTRIES } from '../../inspector/src/model/records.ts'
import { emptyModel, reduce } from '../../inspector/src/model/reduce.ts'
import { fileName, recordsOf } from '../../inspector/src/traces/save.ts'
import type { ConnectionRecord, StepRecord } from '../../src/inspect/records.ts'
import { readTrace, traceLines } from '../../src/inspect/trace.ts'
import { noGist } from '../../src/report/gist.ts'
import { connectionChart } from '../inspector/machine.ts'

const open = { lifecycle: 'open', inbound: 'idle', outbound: 'idle' } as const
const closed = { ...open, lifecycle: { closed: 'cleanly' } } as const

const about = (connection = 'c1'): ConnectionRecord => ({
  v: 1,
  kind: 'connection',
  connection,
  seq: 0,
  time: 1000,
  side: 'server',
  peer: null,
  value: open,
})

const register = (id = 'c1', file?: string): FeedMessage => ({
  type: 'register',
  id,
  time: 1000,
  chart: connectionChart,
  value: open,
  record: about(),
  ...(file === undefined ? {} : { file }),
})

const step = (seq: number, inbound: 'idle' | 'text' = 'idle'): StepRecord => ({
  v: 1,
  kind: 'step',
  connection: 'c1',
  seq,
  time: 1000 + seq,
  event: { type: 'receive.ping' },
  value: { ...open, inbound },
  effects: [],
  transitions: [],
})

const records = (from: number, to: number, id = 'c1'): FeedMessage => ({
  type: 'records',
  id,
  records: Array.from({ length: to - from + 1 }, (_, index) => step(from + index)),
})

const summary = (next: number, value: typeof open | typeof closed = open): FeedMessage => ({
  type: 'summary',
  id: 'c1',
  value,
  summary: { ...noGist, next, time: 5000, close: value === closed ? { code: 1001, reason: 'bye' } : null },
})

const model = (...messages: FeedMessage[]) => reduce(emptyModel, messages)
const only = (...messages: FeedMessage[]) =>
  model(...messages)
    .connections.values()
    .next().value!

describe('a summary', () => {
  test('moves the state and the count, and the records that follow are still taken', () => {
    const connection = only(register(), summary(11, closed))
    expect(connection).toMatchObject({ nextSeq: 11, wanted: 1, value: closed, ended: 5000 })
    expect(connection.closeReceived).toEqual({ code: 1001, reason: 'bye' })
    const later = only(register(), summary(12, closed), records(1, 10))
    expect(later.entries).toHaveLength(10)
    // What the older records say is older than what was summed up.
    expect(later).toMatchObject({ nextSeq: 12, wanted: 11, value: closed, ended: 5000 })
  })

  test('that is older than the records says nothing new', () => {
    expect(only(register(), records(1, 10), summary(5, closed))).toMatchObject({ nextSeq: 11, value: open })
  })
})

describe('a connection of a file', () => {
  test('is not live, and is not lost when the process comes back', () => {
    const { connections } = model(register('c1'), register('f1:c1', 'a.jsonl'), { type: 'attached' })
    expect(isLive(connections.get('f1:c1')!)).toBe(false)
    expect(connections.get('f1:c1')).toMatchObject({ lost: false, file: 'a.jsonl' })
    expect(connections.get('c1')).toMatchObject({ lost: true })
  })

  test('is put away', () => {
    const { connections } = model(register('c1'), register('f1:c1', 'a'), { type: 'forget', ids: ['f1:c1'] })
    expect([...connections.keys()]).toEqual(['c1'])
  })
})

describe('what is kept', () => {
  test('is bounded for each connection, and knows where it begins', () => {
    const connection = only(register(), records(1, MAX_ENTRIES + MAX_ENTRIES / 5))
    expect(connection.entries).toHaveLength(MAX_ENTRIES)
    expect(connection.base).toEqual(open)
    expect(connection.nextSeq).toBe(MAX_ENTRIES * 1.2 + 1)
  })

  test('is bounded for all together, those that ended giving way first', () => {
    const part = MAX_ALL_ENTRIES / 2
    const { connections } = model(
      register('live'),
      records(1, part, 'live'),
      ...['f1:a', 'f1:b'].flatMap((id) => [register(id, 'f'), records(1, part - 1, id)]),
    )
    const counts = [...connections.values()].map(({ entries }) => entries.length)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(MAX_ALL_ENTRIES)
    expect(connections.get('live')!.entries).toHaveLength(part)
  })
})

describe('a trace that is saved', () => {
  const read = (...connections: Parameters<typeof recordsOf>[0] extends Iterable<infer C> ? C[] : never) =>
    readTrace([...traceLines(recordsOf(connections, new Map()))].join(''))

  test('says what was let go', () => {
    const { records: kept, problems } = read(only(register(), records(1, MAX_ENTRIES + MAX_ENTRIES / 5)))
    expect(problems).toEqual([])
    expect(kept[0]!.record).toMatchObject({ dropped: { steps: MAX_ENTRIES / 5, value: open } })
    expect(kept).toHaveLength(MAX_ENTRIES + 1)
  })

  test('takes from the process what the page has not got', () => {
    const connection = only(register(), records(1, 3), summary(6))
    const kept = new Map([['c1', [about(), step(1), step(2), step(3), step(4), step(5)]]])
    expect([...recordsOf([connection], kept)].map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5])
    const none = only(register(), summary(6))
    expect([...recordsOf([none], kept)].map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('keeps two connections of the same name apart', () => {
    const { connections } = model(
      register('c1'),
      register('f1:c1', 'a'),
      records(1, 2),
      records(1, 2, 'f1:c1'),
    )
    const trace = read(...connections.values())
    expect(trace.problems).toEqual([])
    expect(new Set(trace.records.map(({ id }) => id))).toEqual(new Set(['c1', 'c1-2']))
  })

  test('has a name that a file may have', () => {
    expect(fileName('f1:c/1', 0)).toBe('wirechart-f1_c_1-1970-01-01T00-00-00.jsonl')
    expect(fileName(null, 0)).toBe('wirechart-1970-01-01T00-00-00.jsonl')
  })
})
