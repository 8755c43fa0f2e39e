/** What a trace is written from: the entries that the page keeps, and those that the process still has. */
import type { ConnectionRecord, StepRecord, WireRecord } from '../../../src/inspect/records.ts'
import type { Connection } from '../model/connection.ts'
import type { Entry } from '../model/records.ts'

/** Records that a process keeps, by connection. */
export type KeptRecords = ReadonlyMap<string, readonly WireRecord[]>

/** All records of these connections; those that are none of ours have none. */
export function* recordsOf(connections: Iterable<Connection>, kept: KeptRecords): Generator<WireRecord> {
  const names = new Set<string>()
  for (const connection of connections) {
    const { about } = connection
    if (about === null) continue
    const name = freeName(about.connection, names)
    names.add(name)
    for (const record of merged(connection, about, kept.get(connection.id) ?? [])) {
      yield record.connection === name ? record : { ...record, connection: name }
    }
  }
}

/** Those of the page, then those that only the process has. */
function* merged(
  connection: Connection,
  about: ConnectionRecord,
  kept: readonly WireRecord[],
): Generator<WireRecord> {
  const own = connection.entries.filter(isRecord)
  const last = own.at(-1)?.seq ?? -1
  const [introduction, ...steps] = kept
  const more = steps.filter(({ seq }) => seq > last)
  if (own.length === 0 && introduction !== undefined) yield introduction
  else yield introduced(about, own[0]?.seq ?? about.seq + 1, connection)
  yield* own
  yield* more
}

/** The connection's own record, saying what is not there any more. */
function introduced(about: ConnectionRecord, first: number, { base }: Connection): ConnectionRecord {
  const { dropped: _, ...record } = about
  const steps = first - about.seq - 1
  if (steps === 0) return record
  return { ...record, dropped: { steps, value: base as unknown as ConnectionRecord['value'] } }
}

const isRecord = (entry: Entry): entry is Entry & StepRecord => 'kind' in entry && entry.kind === 'step'

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name
  for (let count = 2; taken.has(free); count++) free = `${name}-${count}`
  return free
}

/** A name for the file: `wirechart-c1-2026-11-20T11-38-05.jsonl`. */
export function fileName(connection: string | null, time: number): string {
  const when = new Date(time).toISOString().slice(0, 19).replaceAll(':', '-')
  const of = connection === null ? '' : `-${connection.replace(/[^\w.-]+/g, '_')}`
  return `wirechart${of}-${when}.jsonl`
}
