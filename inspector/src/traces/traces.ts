/** The traces that were opened: files are read piece by piece, and what they hold becomes part of the model. */

import type { StepRecord } from '../../../src/inspect/records.ts'
import { type TracedRecord, type TraceProblem, TraceReader } from '../../../src/inspect/trace.ts'
import type { Feed } from '../feed/feed.ts'
import { feedReader } from '../feed/read.ts'
import { introduce } from './introduce.ts'

export interface OpenedTrace {
  id: number
  name: string
  /** The user was brought to it. */
  shown: boolean
  state: 'reading' | 'read' | 'failed'
  /** Why it could not be read to its end. */
  failure: string | null
  lines: number
  records: number
  /** Ids of its connections, as the model has them. */
  connections: readonly string[]
  problems: readonly TraceProblem[]
  moreProblems: number
}

export interface Traces {
  subscribe(listener: () => void): () => void
  getSnapshot(): readonly OpenedTrace[]
  /** Reads a file; resolves when it has been read. */
  open(name: string, body: ReadableStream<Uint8Array>): Promise<void>
  openUrl(url: URL, name: string): Promise<void>
  /** Takes a trace's connections off the page. */
  putAway(id: number): void
  /** Only what it said about itself goes. */
  hush(id: number): void
  markShown(id: number): void
}

/** Steps that are handed over at once. */
const PORTION = 5_000

export function createTraces(feed: Pick<Feed, 'tell'>): Traces {
  let snapshot: readonly OpenedTrace[] = []
  let opened = 0
  const listeners = new Set<() => void>()
  const set = (next: readonly OpenedTrace[]) => {
    snapshot = next
    for (const listener of listeners) listener()
  }
  const change = (id: number, change: Partial<OpenedTrace>) =>
    set(snapshot.map((each) => (each.id === id ? { ...each, ...change } : each)))
  const read = feedReader()

  const open = async (name: string, body: ReadableStream<Uint8Array>) => {
    const id = ++opened
    const reader = new TraceReader()
    const connections: string[] = []
    const report = (): Partial<OpenedTrace> => ({
      lines: reader.lines,
      records: reader.records,
      connections: [...connections],
      problems: [...reader.problems],
      moreProblems: reader.moreProblems,
    })
    set([
      ...snapshot,
      {
        id,
        name,
        shown: false,
        state: 'reading',
        failure: null,
        lines: 0,
        records: 0,
        connections,
        problems: [],
        moreProblems: 0,
      },
    ])
    const take = (records: readonly TracedRecord[]) => {
      let run: { id: string; records: StepRecord[] } | null = null
      const hand = () => {
        if (run !== null) feed.tell({ type: 'records', ...run })
        run = null
      }
      for (const traced of records) {
        // Live connections have such names too.
        const own = prefixOf(id) + traced.id
        if (traced.record.kind === 'connection') {
          hand()
          const message = introduce(own, traced.record, name, `${prefixOf(id)}${traced.part}`, read)
          if (message !== null) feed.tell(message)
          connections.push(own)
        } else {
          if (run === null || run.id !== own || run.records.length >= PORTION) {
            hand()
            run = { id: own, records: [] }
          }
          run.records.push(traced.record)
        }
      }
      hand()
    }
    try {
      const text = body
        .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
        .getReader()
      for (let piece = await text.read(); !piece.done; piece = await text.read()) {
        const before = connections.length
        take(reader.push(piece.value))
        // The first ones can be looked at while the others are read.
        if (before === 0 && connections.length > 0) change(id, report())
      }
      take(reader.end())
      change(id, { ...report(), state: 'read' })
    } catch (error) {
      change(id, {
        ...report(),
        state: 'failed',
        failure: error instanceof Error ? error.message : String(error),
      })
    }
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => snapshot,
    open,
    async openUrl(url, name) {
      const response = await fetch(url)
      if (response.ok && response.body !== null) await open(name, response.body)
    },
    putAway(id) {
      const trace = snapshot.find((each) => each.id === id)
      if (trace === undefined) return
      feed.tell({ type: 'forget', ids: trace.connections })
      set(snapshot.filter((each) => each !== trace))
    },
    hush: (id) => change(id, { problems: [], moreProblems: 0, failure: null }),
    markShown: (id) => change(id, { shown: true }),
  }
}

const prefixOf = (trace: number) => `f${trace}:`

/** Is this the id of a connection of that trace, whether or not it has been read? */
export const isOf = (connection: string, trace: number) => connection.startsWith(prefixOf(trace))

/** Is this the id of a connection of any trace? */
export const isOfTrace = (connection: string) => /^f\d+:/.test(connection)

/** What to tell of a trace that was read; `null` if all is well. */
export function traceTrouble({
  state,
  failure,
  records,
  problems,
  moreProblems,
}: OpenedTrace): string | null {
  if (state === 'reading') return null
  if (failure !== null) return `It could not be read to its end: ${failure}`
  const count = problems.length + moreProblems
  if (count === 0) return records === 0 ? 'There is no record in it.' : null
  const found = `${count} ${count === 1 ? 'problem' : 'problems'}`
  if (records === 0) return `This is no trace of wirechart: ${found}, and nothing that could be read.`
  return `${found}; what could be read is shown.`
}
