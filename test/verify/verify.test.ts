/** `npm run verify` with smaller bounds, and proof that it would notice. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { tables } from '../../machines/index.ts'
import type { StepRecord } from '../../src/inspect/records.ts'
import { TraceReader } from '../../src/inspect/trace.ts'
import { pair } from '../../src/testing/index.ts'
import { check } from './check.ts'
import { type InvariantName, invariants } from './invariants.ts'
import { mutations } from './mutations.ts'
import { play } from './play.ts'
import { traceOf } from './trace.ts'
import { World } from './world.ts'

// Counting is what it is about: a machine that is busy may take longer.
vi.setConfig({ testTimeout: 120_000 })

const small = { inFlight: 1, pings: 1, binary: false }

describe('the closing handshake', () => {
  it('breaks no invariant in any state that can be reached, two things in flight each way', () => {
    const { failures, states, ends } = check(tables, { inFlight: 2, pings: 1, binary: false })
    expect(failures).toEqual([])
    expect(states).toBeGreaterThan(400_000)
    expect(ends).toBeGreaterThan(500)
  })

  it('breaks none with binary messages beside text', () => {
    expect(check(tables, { ...small, binary: true }).failures).toEqual([])
  })

  it('is clean for one side only if the other failed the connection: that is the exception in agree-clean', () => {
    const { client, server, flow } = joined()
    client.fail(1011)
    flow()
    expect([client.state, client.closeCode, client.closeReceivedThenSent]).toEqual(['closed', 1006, null])
    expect([server.state, server.closeCode, server.closeReceivedThenSent]).toEqual(['closed', 1011, true])
  })
})

describe('a machine that is broken', () => {
  it.each(mutations.map((mutation) => [mutation.name, mutation] as const))('is caught: %s', (_, mutation) => {
    const broken = mutation.tables()
    const { failures } = check(broken, small, { enough: mutation.caughtBy })
    const caught = failures.map(({ invariant }) => invariant)
    expect(caught).toEqual(expect.arrayContaining(mutation.caughtBy))
    for (const { path, invariant } of failures) {
      const { lines, records } = traceOf(broken, small, path)
      expect(lines).toHaveLength(path.length)
      for (const side of ['client', 'server']) {
        const own = records.filter(({ connection }) => connection === side)
        expect(own.map(({ seq }) => seq)).toEqual(own.map((_, at) => at))
      }
      const isStep = !['close-expected', 'deadline', 'way-on', 'can-end', 'ends-by-itself'].includes(
        invariant,
      )
      const isEnd = ['clean', 'agree-clean', 'codes'].includes(invariant)
      if (isStep && !isEnd) expect(lines.at(-1)).toContain(invariants[invariant])
    }
  })

  it('is caught by every invariant', () => {
    const caught = new Set(mutations.flatMap(({ caughtBy }) => caughtBy))
    expect([...caught].sort()).toEqual((Object.keys(invariants) as InvariantName[]).sort())
  })

  it('is told of by the command: the shortest path, and a trace of records', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wirechart-verify-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const args = ['test/verify/run.mjs', '--in-flight', '1', '--break', '0', '--out', folder]
    const result = runIt(args)
    expect(result.status).toBe(1)
    expect(result.stdout).toContain('BROKEN  ends-by-itself')
    expect(result.stdout).toContain('5. the server takes close 1000')
    const trace = readFileSync(join(folder, 'wirechart-ends-by-itself.jsonl'), 'utf8')
    const reader = new TraceReader()
    const records = [...reader.push(trace), ...reader.end()].map(({ record }) => record)
    expect(reader.problems).toEqual([])
    expect(reader.header).toMatchObject({ kind: 'trace', by: 'npm run verify: ends-by-itself' })
    const steps = records.filter((record): record is StepRecord => record.kind === 'step')
    expect(steps.map(({ event }) => event.type)).toEqual([
      'send.request',
      'send.response',
      'receive.response',
      'send.close',
      'receive.close',
      'receive.close',
    ])
  })

  it('that is not broken passes the command', () => {
    const { status, stdout } = runIt(['test/verify/run.mjs', '--in-flight', '1'])
    expect(status).toBe(0)
    expect(stdout).toMatch(/states +48,\d{3}/)
    expect(stdout).not.toContain('BROKEN')
  })
})

describe('the model', () => {
  it('does what two protocols on two wires do, on random walks', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), (choices) => {
        const bounds = { inFlight: 3, pings: 2, binary: true }
        play(new World(tables, bounds), choices)
      }),
      { numRuns: 1_000 },
    )
  })
})

function joined() {
  const wired = pair()
  return { client: wired.client, server: wired.server, flow: () => wired.flow() }
}

function runIt(args: string[]): { status: number; stdout: string } {
  try {
    return { status: 0, stdout: execFileSync(process.execPath, args, { encoding: 'utf8' }) }
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string }
    return { status, stdout }
  }
}
