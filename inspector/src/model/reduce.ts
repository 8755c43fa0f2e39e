/** The whole model as a pure function: what there was, and what the feed told since. */
import type { StepRecord } from '../../../src/inspect/records.ts'
import { type Connection, inOrder, isLive, stateOf } from './connection.ts'
import { inferTransitions } from './infer.ts'
import type { FeedMessage } from './message.ts'
import { append, type Entry, type LoggedEvent, MAX_CONNECTIONS } from './records.ts'
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
    connections.set(id, { ...connection, entries: append(connection.entries, entries) })
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
  const { id, time, chart, value, record } = message
  const firstSeq = record === null ? 0 : record.seq + 1
  return {
    id,
    chart,
    about: record,
    firstSeen: record?.time ?? time,
    // The value is the one now; what led to it, if it was kept, is told next.
    initial: record === null ? value : { ...record.value },
    value,
    entries: [],
    firstSeq,
    nextSeq: firstSeq,
    stopped: false,
    ended: record !== null && outline(value) === 'closed' ? time : null,
    lost: false,
    closeReceived: null,
    pending: null,
  }
}

function stepped(draft: Draft, connection: Connection, record: StepRecord): void {
  // After a reconnect the retained records come again.
  if (record.seq < connection.nextSeq) return
  const { seq, time, event, value, effects, transitions } = record
  draft.add(connection, { seq, time, event: event as LoggedEvent, value: { ...value }, effects, transitions })
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
  const next = { ...connection, value: entry.value, nextSeq: entry.seq + 1 }
  if (connection.about === null) return next
  const { type, code, reason } = entry.event
  if (type === 'receive.close' && entry.transitions.length > 0) {
    next.closeReceived = { code: code ?? 1005, reason: reason ?? '' }
  }
  if (stateOf(next) !== 'closed') next.ended = null
  else if (stateOf(connection) !== 'closed' || next.ended === null) next.ended = entry.time
  return next
}

function bounded(connections: Map<string, Connection>): ReadonlyMap<string, Connection> {
  if (connections.size <= MAX_CONNECTIONS) return connections
  return new Map(
    inOrder(connections.values())
      .slice(0, MAX_CONNECTIONS)
      .map((connection) => [connection.id, connection]),
  )
}
