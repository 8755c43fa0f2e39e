import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createInspector } from '../../src/inspect/inspector.ts'
import type { WireRecord } from '../../src/inspect/records.ts'
import { MAX_PROBLEMS, readTrace, TraceReader, traceLines } from '../../src/inspect/trace.ts'
import { ScriptedConnection } from '../inspect/helpers.ts'

/** The records of two connections, one of them without its oldest steps. */
function recorded(): WireRecord[] {
  const inspector = createInspector({ history: 4 })
  const first = new ScriptedConnection(inspector, 'server', undefined, '127.0.0.1:1')
  const second = new ScriptedConnection(inspector, 'client')
  for (let i = 0; i < 6; i++) first.take({ type: 'receive.text', fin: i % 2 === 1 })
  second.take({ type: 'receive.close', code: 1000, reason: 'done' })
  second.take({ type: 'receive.eof' })
  return inspector.connections.flatMap((connection) => connection.records())
}

const write = (records: Iterable<WireRecord>) => [...traceLines(records, { by: 'test', time: 1 })].join('')

describe('a trace', () => {
  test('is read as it was written', () => {
    const records = recorded()
    const trace = readTrace(write(records))
    expect(trace.header).toEqual({ v: 1, kind: 'trace', by: 'test', time: 1 })
    expect(trace.records.map(({ record }) => record)).toEqual(records)
    expect(trace.problems).toEqual([])
  })

  test('is read alike in pieces of any size', () => {
    const text = write(recorded())
    const whole = readTrace(text)
    for (const size of [1, 7, 64, 1000]) {
      const reader = new TraceReader()
      const read = []
      for (let at = 0; at < text.length; at += size) read.push(...reader.push(text.slice(at, at + size)))
      read.push(...reader.end())
      expect(read).toEqual(whole.records)
      expect(reader.lines).toBe(recorded().length + 1)
    }
  })

  test('needs no header, and may have a byte order mark, CRLF, empty lines and no end of line', () => {
    const lines = recorded().map((record) => JSON.stringify(record))
    const { records, problems } = readTrace(`\ufeff${lines.join('\r\n\r\n')}`)
    expect(records).toHaveLength(lines.length)
    expect(problems).toEqual([])
  })

  test('keeps fields that are not known, and passes over kinds that are not', () => {
    const [connection, step] = recorded()
    const grown = { ...step!, later: { x: 1 } }
    const text = `${JSON.stringify(connection)}\n{"v":1,"kind":"note"}\n${JSON.stringify(grown)}\n`
    const { records, problems } = readTrace(text)
    expect(records[1]!.record).toEqual(grown)
    expect(problems).toEqual([])
  })

  test('that was joined from two keeps their connections apart', () => {
    const text = write(recorded())
    const { records, problems } = readTrace(text + text)
    expect(problems).toEqual([])
    const ids = [...new Set(records.map(({ id }) => id))]
    expect(ids).toHaveLength(4)
    expect(ids[2]).toBe(`${ids[0]}(2)`)
    // Each may have been written by a clock of its own.
    const half = records.length / 2
    expect(records.map(({ part }) => part)).toEqual([...Array(half).fill(1), ...Array(half).fill(2)])
  })

  test('is what docs/records.md shows', () => {
    const docs = readFileSync(new URL('../../docs/records.md', import.meta.url), 'utf8')
    const examples = [...docs.matchAll(/^```jsonl\n(.+?)^```/gms)].map(([, text]) => text!)
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) expect(readTrace(example)).toMatchObject({ problems: [] })
    expect(readTrace(examples.at(-1)!).header).not.toBeNull()
  })
})

describe('a broken trace', () => {
  const [connection, ...steps] = recorded().slice(0, 4)
  const text = (...lines: unknown[]) =>
    lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')

  test.each([
    ['{"v":1', 'not JSON'],
    ['[1]', 'not a record'],
    ['null', 'not a record'],
    ['{"log":{"version":"1.2"}}', 'not a record'],
    [{ ...steps[0], v: 2 }, 'version 2 of records is not known'],
    [{ v: 1, kind: 7 }, 'kind is not text'],
    [{ ...steps[0], seq: -1 }, 'seq is not a count'],
    [{ ...steps[0], time: '1' }, 'time is not a number'],
    [{ ...steps[0], connection: 1 }, 'connection is not an id'],
    [{ ...steps[0], event: null }, 'event is not an object'],
    [{ ...steps[0], event: {} }, 'event.type is not text'],
    [{ ...steps[0], event: { type: 'a', reason: {} } }, 'event.reason is not text'],
    [{ ...steps[0], event: { type: 'a', preview: 1 } }, 'event.preview is not an object'],
    [
      { ...steps[0], event: { type: 'a', http: { startLine: 'G', headers: [['a']] } } },
      'event.http.headers is',
    ],
    [{ ...steps[0], value: 'open' }, 'value is not a configuration'],
    [{ ...steps[0], value: { lifecycle: 'opened', inbound: 'idle', outbound: 'idle' } }, 'value is not'],
    [{ ...steps[0], effects: undefined }, 'effects is not a list'],
    [{ ...steps[0], effects: [1] }, 'effects[0] is not an object'],
    [
      { ...steps[0], transitions: [{ source: 'a', targets: 'b', event: 'c' }] },
      'transitions[0].targets is not',
    ],
    [{ ...connection, connection: 'x', side: 'both' }, 'side is not'],
    [{ ...connection, connection: 'x', dropped: { steps: 1 } }, 'dropped.value is not a configuration'],
    [{ ...connection, connection: 'x', limits: 5 }, 'limits is not an object'],
    [
      { ...connection, connection: 'x', limits: { message: '5', frame: null, fragments: 1 } },
      'limits.message is not a number or null',
    ],
    [connection, 'begins a second time'],
    [steps[0], 'is not behind record'],
    ['a'.repeat(2_000_000), 'longer than'],
  ])('says which line is wrong and keeps the others: %#', (line, message) => {
    const { records, problems } = readTrace(text(connection, ...steps.slice(0, 2), line, steps[2]))
    expect(records).toHaveLength(4)
    expect(problems).toEqual([{ line: 4, message: expect.stringContaining(message) }])
  })

  test('tells what is missing', () => {
    const { records, problems } = readTrace(text(connection, steps[0], steps[2]))
    expect(records).toHaveLength(3)
    expect(problems).toEqual([
      { line: 3, message: expect.stringMatching(/^record \d+ is of c\d+ missing|missing/) },
    ])
  })

  test('leaves out the steps of a connection that nobody introduced, and says so once', () => {
    const { records, problems } = readTrace(text(...steps))
    expect(records).toEqual([])
    expect(problems).toEqual([{ line: 1, message: expect.stringContaining('introduces connection') }])
  })

  test('that is none at all gives a bounded list of problems', () => {
    const trace = readTrace('nothing\n'.repeat(1000))
    expect(trace.problems).toHaveLength(MAX_PROBLEMS)
    expect(trace.moreProblems).toBe(1000 - MAX_PROBLEMS)
  })
})
