import type { WireRecord } from '../../../src/inspect/records.ts'
import { TraceReader, traceLines } from '../../../src/inspect/trace.ts'
import type { Config } from '../feed/config.ts'
import type { Connection } from '../model/connection.ts'
import { fileName, type KeptRecords, recordsOf } from './save.ts'

/** Saves connections as a trace, with what the process keeps of them and the page has not asked for. */
export async function download(connections: readonly Connection[], config: Config | null): Promise<void> {
  const [first, ...others] = connections
  const only = first !== undefined && others.length === 0 ? first : null
  const lacking = connections.some(
    ({ file, about, wanted, nextSeq }) => file === null && about !== null && wanted < nextSeq,
  )
  const kept =
    lacking && config?.records != null ? await fetchKept(config.records, only?.id ?? null) : new Map()
  const time = Date.now()
  const by = `wirechart ${config?.version ?? ''}`.trim()
  save(
    fileName(only?.about?.connection ?? null, time),
    traceLines(recordsOf(connections, kept), { by, time }),
  )
}

async function fetchKept(records: URL, connection: string | null): Promise<KeptRecords> {
  const url = new URL(records)
  if (connection !== null) url.searchParams.set('connection', connection)
  const kept = new Map<string, WireRecord[]>()
  const response = await fetch(url).catch(() => null)
  // The process may be gone: then what the page has must do.
  if (response?.ok !== true) return kept
  const reader = new TraceReader()
  for (const { id, record } of [...reader.push(await response.text()), ...reader.end()]) {
    const list = kept.get(id)
    if (list === undefined) kept.set(id, [record])
    else list.push(record)
  }
  return kept
}

function save(name: string, lines: Iterable<string>): void {
  const url = URL.createObjectURL(new Blob(batched(lines), { type: 'application/jsonl' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** Strings of some size: a blob of very many parts is slow. */
function batched(lines: Iterable<string>): string[] {
  const parts: string[] = []
  let batch = ''
  for (const line of lines) {
    batch += line
    if (batch.length < 2 ** 20) continue
    parts.push(batch)
    batch = ''
  }
  parts.push(batch)
  return parts
}
