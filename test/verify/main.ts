/** `npm run verify`: visits every state of the closing handshake, and says what it saw. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { tables } from '../../machines/table.ts'
import { RECORD_VERSION } from '../../src/inspect/records.ts'
import { check, type Failure } from './check.ts'
import { invariants } from './invariants.ts'
import { mutations } from './mutations.ts'
import { traceOf } from './trace.ts'
import type { Bounds, Table } from './world.ts'

const usage = `npm run verify -- [--in-flight N] [--pings N] [--binary] [--out FOLDER] [--break N]

  --in-flight N   things that an application sent and that are under way, each way: 3
  --pings N       unanswered Pings of a side: 1 (2 and more: minutes, and gigabytes)
  --binary        binary messages beside text
  --out FOLDER    where the trace of a broken invariant goes: ${tmpdir()}
  --break N       with the machine broken on purpose, to see what that looks like: 0-${mutations.length - 1}
`

const figure = (value: number) => Math.round(value).toLocaleString('en')

/** Returns the exit code. */
export function main(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: {
      'in-flight': { type: 'string', default: '3' },
      pings: { type: 'string', default: '1' },
      binary: { type: 'boolean', default: false },
      out: { type: 'string', default: tmpdir() },
      break: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  const bounds: Bounds = {
    inFlight: Number(values['in-flight']),
    pings: Number(values.pings),
    binary: values.binary,
  }
  const mutation = values.break === undefined ? null : mutations[Number(values.break)]!
  if (mutation !== null) console.log(`broken on purpose: ${mutation.name}`)
  const checked: { client: Table; server: Table } = mutation?.tables() ?? tables

  const { states, transitions, ends, depth, milliseconds, bytes, failures } = check(checked, bounds)
  console.log(`in flight each way  ${bounds.inFlight}, and what answers; Pings ${bounds.pings}${bounds.binary ? '; binary' : ''}
states              ${figure(states)}, ${figure(ends)} of them both-closed
transitions         ${figure(transitions)}
furthest state      ${depth} steps from the start
time                ${figure(milliseconds)} ms
memory              ${figure(bytes / 2 ** 20)} MiB for states and transitions
`)
  for (const [name, sentence] of Object.entries(invariants)) {
    const failure = failures.find(({ invariant }) => invariant === name)
    console.log(`${failure === undefined ? 'holds ' : 'BROKEN'}  ${name}: ${sentence}`)
  }
  for (const failure of failures) tell(checked, bounds, failure, values.out)
  return failures.length === 0 ? 0 : 1
}

function tell(
  checked: { client: Table; server: Table },
  bounds: Bounds,
  failure: Failure,
  folder: string,
): void {
  const { lines, records } = traceOf(checked, bounds, failure.path)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `wirechart-${failure.invariant}.jsonl`)
  const header = { v: RECORD_VERSION, kind: 'trace', by: `npm run verify: ${failure.invariant}` }
  writeFileSync(file, [header, ...records].map((line) => `${JSON.stringify(line)}\n`).join(''))
  console.log(`\n${failure.invariant}, by the shortest path:\n${lines.join('\n')}\ntrace: ${file}`)
}
