import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createInspector } from '../../src/inspect/inspector.ts'
import type { WireRecord } from '../../src/inspect/records.ts'
import { lastStep, recordsOf, ScriptedConnection } from './helpers.ts'

test('the example of docs/records.md is what its events lead to', () => {
  const document = readFileSync(new URL('../../docs/records.md', import.meta.url), 'utf8')
  const lines = /```jsonl\n([\s\S]*?)\n```/.exec(document)![1]!.split('\n')
  const [first, ...steps] = lines.slice(1).map((line) => JSON.parse(line) as WireRecord)
  if (first?.kind !== 'connection') throw new Error('no connection record')
  const inspector = createInspector()
  const records = recordsOf(inspector)
  const connection = new ScriptedConnection(inspector, first.side, first.value, first.peer!, first.limits)
  expect(records[0]).toEqual({ ...first, connection: expect.any(String), time: expect.any(Number) })
  expect(steps.length).toBeGreaterThan(3)
  for (const step of steps) {
    if (step.kind !== 'step') throw new Error('no step')
    connection.take(step.event as never)
    const { seq, value, effects, transitions } = lastStep(records)
    expect({ seq, value, effects, transitions }).toEqual({
      seq: step.seq,
      value: step.value,
      effects: step.effects,
      transitions: step.transitions,
    })
  }
})
