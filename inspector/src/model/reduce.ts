/** The whole model as a pure function: what there was, and what the feed told since. */
import type { Summary } from '../../../src/inspect/messages.ts'
import type { StepRecord } from '../../../src/inspect/records.ts'
import { gistAfter, noGist, type Told } from '../../../src/report/gist.ts'
import { type Connection, inOrder, isLive, stateOf } from './connection.ts'
import { inferTransitions } from './infer.ts'
import type { FeedMessage } from './message.ts'
import { append, type Entry, type LoggedEvent, MAX_ALL_ENTRIES, MAX_CONNECTIONS } from './records.ts'
import { outline, type StateValue } from './value.ts'

export interface Model {
  connections: ReadonlyMap<string, Connection>
}

export const emptyModel: Model = { connections: new Map() }

export function reduce(model: Model, messages: readonly FeedMessage[]): Model {
  if (messages.length === 0) return model
  const connections = new Map(model.connections)
  /** Entries are gathered, so that each list is copied once. */
  const added = new Map<string, Entry[]>()
  const draft: Draft = {
    connections,
    add(connection, entry) {
      const list = added.get(connection.id)
      if (list === undefined) added.set(connection.id, [entry])
      else list.push(entry)
      const next = advance(connection, entry)
      connections.set(connection.id, next)
      return next
    },
    forget: (id) => added.delete(id),
  }
  for (const message of messages) apply(draft, message)
  for (const [id, entries] of added) {
    const connection = connections.get(id)!
    const kept = append(connection.entries, entries)
    connections.set(id, { ...connection, entries: kept, base: baseOf(connection, entries, kept) })
  }
  return { connections: bounded(connections) }
}

interface Draft {
  connections: Map<string, Connection>
  add(connection: Connection, entry: Entry): Connection
  forget(id: string): void
}

function apply(draft: Draft, message: FeedMessage): void {
  const { connections } = draft
  if (message.type === 'attached') {
    // Whatever the process still knows, it will register anew.
    for (const [id, connection] of connections) {
      if (isLive(connection)) connections.set(id, { ...connection, lost: true })
    }
    return
  }
  if (message.type === 'forget') {
    for (const id of message.ids) {
      connections.delete(id)
      draft.forget(id)
    }
    return
  }
  if (message.type === 'register') {
    const known = connections.get(message.id)
    if (known !== undefined && isSame(known, message)) {
      connections.set(message.id, { ...known, lost: false, stopped: false })
    } else {
      draft.forget(message.id)
      connections.set(message.id, registered(message))
    }
    return
  }
  const connection = connections.get(message.id)
  if (connection === undefined) return
  switch (message.type) {
    case 'event':
      // A connection's records say everything; of a foreign machine, what comes of the event is told next.
      if (connection.about !== null) return
      connections.set(message.id, {
        ...settled(draft, connection),
        pending: { event: message.event, time: message.time },
      })
      return
    case 'state':
      if (message.record !== null) stepped(draft, connection, message.record)
      else foreignState(draft, connection, message)
      return
    case 'records':
      for (const record of message.records) stepped(draft, connections.get(message.id)!, record)
      return
    case 'summary':
      connections.set(message.id, summedUp(connection, message.value, message.summary))
      return
    case 'stop': {
      const last = settled(draft, connection)
      connections.set(message.id, { ...last, stopped: true, ended: last.ended ?? message.time })
    }
  }
}

/** Is it the one that we know? A process that was started anew counts its connections from the start. */
function isSame(known: Connection, message: FeedMessage & { type: 'register' }): boolean {
  return known.about !== null && known.about.time === message.record?.time
}

function registered(message: FeedMessage & { type: 'register' }): Connection {
  const { id, time, chart, value, record, file = null, clock = null } = message
  const firstSeq = record === null ? 0 : record.seq + 1
  return {
    id,
    chart,
    about: record,
    file,
    clock,
    firstSeen: record?.time ?? time,
    // The value is the one now; what led to it, if it was kept, is told next.
    initial: record === null ? value : { ...record.value },
    value,
    entries: [],
    base: value,
    wanted: firstSeq,
    firstSeq,
    nextSeq: firstSeq,
    stopped: false,
    ended: record !== null && outline(value) === 'closed' ? time : null,
    lost: false,
    closeReceived: null,
    gist: noGist,
    pending: null,
  }
}

function stepped(draft: Draft, connection: Connection, record: StepRecord): void {
  // After a reconnect the retained records come again.
  if (record.seq < connection.wanted) return
  // The record itself: with the fields that nobody here knows, it is what a trace is written from.
  draft.add(connection, record as unknown as Entry)
}

function summedUp(connection: Connection, value: StateValue, summary: Summary): Connection {
  const { next, time, close, path, trouble } = summary
  if (next < connection.nextSeq) return connection
  const ended = outline(value) === 'closed' ? time : null
  const closeReceived = close ?? connection.closeReceived
  const gist = { path: path ?? connection.gist.path, trouble: trouble ?? connection.gist.trouble }
  return { ...connection, value, nextSeq: next, ended, closeReceived, gist }
}

function foreignState(draft: Draft, connection: Connection, message: FeedMessage & { type: 'state' }): void {
  const { pending } = connection
  const event: LoggedEvent = pending?.event ?? { type: message.event ?? 'state changed' }
  const next = draft.add(
    { ...connection, pending: null },
    foreignEntry(connection, event, pending?.time ?? message.time, message.value),
  )
  if (message.done) draft.connections.set(next.id, { ...next, ended: next.ended ?? message.time })
}

/** An event that nothing was told of any more is logged as one that changed nothing. */
function settled(draft: Draft, connection: Connection): Connection {
  if (connection.pending === null) return connection
  const { event, time } = connection.pending
  return draft.add({ ...connection, pending: null }, foreignEntry(connection, event, time, connection.value))
}

function foreignEntry(connection: Connection, event: LoggedEvent, time: number, value: StateValue): Entry {
  return {
    seq: connection.nextSeq,
    time,
    event,
    value,
    effects: null,
    transitions: inferTransitions(connection.chart, connection.value, value, event.type),
  }
}

/** The connection behind `entry`, but for the list itself. */
function advance(connection: Connection, entry: Entry): Connection {
  const wanted = entry.seq + 1
  // What it came to was summed up before.
  if (wanted < connection.nextSeq) return { ...connection, wanted }
  const next = { ...connection, value: entry.value, nextSeq: wanted, wanted }
  if (connection.about === null) return next
  const state = stateOf(next)
  // Nothing goes wrong where it stays open, and most of what there is are frames.
  if (state !== 'open' || stateOf(connection) !== 'open')
    next.gist = gistAfter(connection.gist, toldOf(entry), connection.value, entry.value)
  const { type, code, reason } = entry.event
  if (type === 'receive.close' && entry.transitions.length > 0) {
    next.closeReceived = { code: code ?? 1005, reason: reason ?? '' }
  }
  if (state !== 'closed') next.ended = null
  else if (stateOf(connection) !== 'closed' || next.ended === null) next.ended = entry.time
  return next
}

function toldOf({ event, effects }: Entry): Told {
  const { type, http, code, message, reason, transport } = event
  return {
    type,
    startLine: http?.startLine ?? null,
    code: code ?? effects?.find((effect) => effect.type === 'fail')?.code ?? null,
    why: message ?? reason ?? '',
    transport: transport ?? null,
  }
}

/** The configuration before the first entry that is kept, where some were let go. */
function baseOf({ entries, base }: Connection, added: readonly Entry[], kept: readonly Entry[]): StateValue {
  const gone = entries.length + added.length - kept.length
  if (gone === 0) return base
  return (gone <= entries.length ? entries[gone - 1] : added[gone - entries.length - 1])!.value
}

function bounded(connections: Map<string, Connection>): ReadonlyMap<string, Connection> {
  const all = [...connections.values()]
  if (all.length <= MAX_CONNECTIONS) return withFewEnoughEntries(connections, all)
  const kept = inOrder(all).slice(0, MAX_CONNECTIONS)
  return withFewEnoughEntries(new Map(kept.map((connection) => [connection.id, connection])), kept)
}

function withFewEnoughEntries(
  connections: Map<string, Connection>,
  all: readonly Connection[],
): ReadonlyMap<string, Connection> {
  let count = 0
  for (const { entries } of all) count += entries.length
  if (count <= MAX_ALL_ENTRIES) return connections
  const byAge = all.filter(({ entries }) => entries.length > 0)
  byAge.sort((a, b) => Number(isLive(a)) - Number(isLive(b)) || a.firstSeen - b.firstSeen)
  for (const connection of byAge) {
    if (count <= MAX_ALL_ENTRIES) break
    const { entries } = connection
    // Some more than needed, so that it is not done for each of them.
    const gone = Math.min(entries.length, Math.ceil((count - MAX_ALL_ENTRIES) * 1.1) + MAX_ALL_ENTRIES / 20)
    count -= gone
    const base = entries[gone - 1]!.value
    connections.set(connection.id, { ...connection, entries: entries.slice(gone), base })
  }
  return connections
}
