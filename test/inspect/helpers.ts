import { type ConnectionEvent, type EventType, eventIndex, type Side } from '../../machines/events.ts'
import { type Configuration, columns, tables } from '../../machines/table.ts'
import type { WireInspector } from '../../src/inspect/inspector.ts'
import type { StepRecord, WireRecord } from '../../src/inspect/records.ts'
import type {
  AboutConnection,
  Inspector,
  Observed,
  Observer,
  StepDetails,
} from '../../src/protocol/inspector.ts'

export const open: Configuration = { lifecycle: 'open', inbound: 'idle', outbound: 'idle' }

/** The table's column of an event. */
export function columnOf(event: ConnectionEvent): number {
  const { type, fin, accepted } = event as { type: EventType; fin?: boolean; accepted?: boolean }
  const isData = /^(send|receive)\.(text|binary|continuation)$/.test(type)
  return eventIndex(type, isData ? fin : type.endsWith('.response') ? accepted : undefined)
}

/** An inspector takes a connection that nobody holds for ended: so all are held, whatever the test does. */
const held: ScriptedConnection[] = []

/** A connection that walks the table as `Protocol` does, without bytes. */
export class ScriptedConnection implements Observed {
  readonly side: Side
  readonly #observer: Observer
  #at: number

  constructor(
    inspector: Inspector,
    side: Side = 'server',
    from: Configuration = open,
    peer?: string,
    limits?: AboutConnection['limits'],
  ) {
    this.side = side
    this.#at = tables[side].indexOf(from)
    this.#observer = inspector.observe(this, {
      ...(peer === undefined ? {} : { peer }),
      ...(limits === undefined ? {} : { limits }),
    })
    held.push(this)
  }

  get value(): Configuration {
    return tables[this.side].configurations[this.#at]!
  }

  take(event: ConnectionEvent, details: StepDetails = {}): this {
    this.#at = tables[this.side].next[this.#at * columns + columnOf(event)]!
    this.#observer.step(event, details)
    return this
  }

  /** Tells of an event that the table did not take. */
  claim(event: ConnectionEvent): void {
    this.#observer.step(event, {})
  }
}

/** Everything that an inspector tells from now on. */
export function recordsOf(inspector: WireInspector): WireRecord[] {
  const records: WireRecord[] = []
  inspector.subscribe((record) => records.push(record))
  return records
}

export function lastStep(records: readonly WireRecord[]): StepRecord {
  const record = records.at(-1)
  if (record?.kind !== 'step') throw new Error('there is no step')
  return record
}

export const bytes = (text: string) => new TextEncoder().encode(text)

/** Lets microtasks run, and timers that are due. */
export const settled = () => new Promise<void>((resolve) => setTimeout(resolve))

/** Lets go of all connections that were made. */
export function abandonConnections(): void {
  held.length = 0
}
