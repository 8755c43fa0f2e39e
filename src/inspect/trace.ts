/**
 * Traces: records in a file, JSON Lines (`docs/records.md`). A reader is given a file that may be broken or foreign:
 * it says which line is wrong and why, and keeps what fits. Pure, for the page and the command line alike.
 */
import { recordProblem } from './record-problem.ts'
import { RECORD_VERSION, type WireRecord } from './records.ts'

/** The first line of a trace. */
export interface TraceHeader {
  v: typeof RECORD_VERSION
  kind: 'trace'
  /** What wrote it. */
  by?: string
  /** When, ms since 1970. */
  time?: number
}

/** What is wrong with a line. */
export interface TraceProblem {
  /** From 1. */
  line: number
  message: string
}

/** A record that was read. */
export interface TracedRecord {
  /** Of its connection, unique in the file: traces that were joined may each have a `c1`. */
  id: string
  record: WireRecord
  /** Which of the traces that were joined in the file it is of: each may have been written by another clock. */
  part: number
}

/** No record of ours comes near it, in characters. */
const MAX_LINE = 1_048_576

/** Problems of a file that are told; of the others only how many there are. */
export const MAX_PROBLEMS = 100

/** Reads a trace piece by piece; a piece may end anywhere. */
export class TraceReader {
  /** What is wrong, the first 100 lines of it. */
  readonly problems: TraceProblem[] = []
  /** Those that are not in `problems` any more because there are too many. */
  moreProblems = 0
  /** The first one; `null` while there is none. */
  header: TraceHeader | null = null
  /** How many lines there were. */
  lines = 0
  /** How many records could be read. */
  records = 0
  #rest = ''
  /** What is left of a line that is too long. */
  #skipping = false
  /** Traces in this file so far: each has its own ids. */
  #parts = 0
  /** Number of the next record of each connection; `null` if its first record cannot be used. */
  #next = new Map<string, number | null>()

  /** Takes the next piece; returns the records that it completes. */
  push(text: string): TracedRecord[] {
    const read: TracedRecord[] = []
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.#line(this.#rest + text.slice(start, end), read)
      this.#rest = ''
      start = end + 1
    }
    this.#rest += text.slice(start)
    if (this.#rest.length > MAX_LINE) {
      this.#skipping = true
      this.#rest = ''
    }
    return read
  }

  /** The file ended. */
  end(): TracedRecord[] {
    const read: TracedRecord[] = []
    if (this.#rest !== '' || this.#skipping) this.#line(this.#rest, read)
    this.#rest = ''
    return read
  }

  #line(line: string, read: TracedRecord[]): null | undefined {
    this.lines++
    const tooLong = this.#skipping || line.length > MAX_LINE
    this.#skipping = false
    if (tooLong) return this.#complain(`the line is longer than ${MAX_LINE} characters`)
    const text = this.lines === 1 ? line.replace(/^\ufeff/, '') : line
    if (text.trim() === '') return undefined
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return this.#complain('not JSON')
    }
    const record = this.#take(value)
    if (record === null) return null
    this.records++
    read.push(record)
    return undefined
  }

  #take(value: unknown): TracedRecord | null {
    const problem = recordProblem(value)
    if (problem !== null) return this.#complain(problem)
    const { kind } = value as { kind: string }
    if (kind === 'trace') {
      this.header ??= value as TraceHeader
      this.#parts++
      this.#next.clear()
      return null
    }
    // The format may grow (`docs/records.md`, Versions).
    if (kind !== 'connection' && kind !== 'step') return null
    const record = value as WireRecord
    const { connection: own, seq } = record
    const part = this.#parts
    const id = part > 1 ? `${own}(${part})` : own
    const next = this.#next.get(own)
    if (record.kind === 'connection') {
      if (next != null) return this.#complain(`connection ${own} begins a second time`)
      this.#next.set(own, seq + 1 + (record.dropped?.steps ?? 0))
      return { id, record, part }
    }
    if (next === undefined) {
      this.#next.set(own, null)
      return this.#complain(`the record that introduces connection ${own} is missing: its steps are left out`)
    }
    if (next === null) return null
    if (seq < next) return this.#complain(`record ${seq} of ${own} is not behind record ${next - 1}`)
    if (seq > next) this.#complain(`${missing(next, seq - 1)} of ${own} missing`)
    this.#next.set(own, seq + 1)
    return { id, record, part }
  }

  #complain(message: string): null {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ line: this.lines, message })
    else this.moreProblems++
    return null
  }
}

const missing = (first: number, last: number) =>
  first === last ? `record ${first} is` : `records ${first} to ${last} are`

/** What was read of a whole trace. */
export interface Trace {
  header: TraceHeader | null
  records: TracedRecord[]
  problems: TraceProblem[]
  moreProblems: number
}

/** Reads a whole trace. Nothing in `text` makes it throw: what is wrong is in `problems`. */
export function readTrace(text: string): Trace {
  const reader = new TraceReader()
  const records = reader.push(text)
  for (const record of reader.end()) records.push(record)
  const { header, problems, moreProblems } = reader
  return { header, records, problems, moreProblems }
}

/** The lines of a trace, each with its end of line, the header first. */
export function* traceLines(
  records: Iterable<WireRecord>,
  about: { by?: string; time?: number } = {},
): Generator<string> {
  const header: TraceHeader = { v: RECORD_VERSION, kind: 'trace', ...about }
  yield `${JSON.stringify(header)}\n`
  for (const record of records) yield `${JSON.stringify(record)}\n`
}
