/** Ways to break the machine, each a change of the compiled table, and the invariants that must notice. */
import { alphabet, type Side } from '../../machines/events.ts'
import { type Configuration, columns, Effect, Refusal, tables } from '../../machines/table.ts'
import type { InvariantName } from './invariants.ts'
import type { Table } from './world.ts'

type Mutable = {
  -readonly [Field in keyof Table]: Table[Field] extends readonly (infer Item)[] ? Item[] : Table[Field]
}

export interface Mutation {
  name: string
  caughtBy: InvariantName[]
  tables(): { client: Table; server: Table }
}

const placeOf = ({ lifecycle }: Configuration) =>
  typeof lifecycle === 'string' ? lifecycle : Object.entries(lifecycle)[0]!.join('.')

function copyOf(side: Side): Mutable {
  const table = tables[side]
  return {
    ...table,
    configurations: [...table.configurations],
    state: [...table.state],
    closeExpected: [...table.closeExpected],
    deadline: [...table.deadline],
    reads: [...table.reads],
    next: table.next.slice(),
    effects: table.effects.slice(),
    refusal: table.refusal.slice(),
  }
}

/** A copy of the tables under change. */
class Patch {
  readonly tables = { client: copyOf('client'), server: copyOf('server') }

  /** The cells of `event` (all of its variants, or `prefix.*`) in the configurations of `place`. */
  cells(side: Side, place: string, event: string): number[] {
    return this.tables[side].configurations.flatMap((configuration, at) =>
      placeOf(configuration) === place
        ? [...alphabet.entries()]
            .filter(([, { type }]) =>
              event.endsWith('*') ? type.startsWith(event.slice(0, -1)) : type === event,
            )
            .map(([column]) => at * columns + column)
        : [],
    )
  }

  /** `event` leads to `place`, with the fragmentation as it was. */
  lead(side: Side, from: string, event: string, to: string): this {
    const { configurations, next } = this.tables[side]
    for (const cell of this.cells(side, from, event)) {
      const { inbound, outbound } = configurations[Math.floor(cell / columns)]!
      const target = configurations.findIndex(
        (each) => placeOf(each) === to && each.inbound === inbound && each.outbound === outbound,
      )
      if (target >= 0) next[cell] = target
    }
    return this
  }

  /** `event` changes nothing. */
  ignore(side: Side, place: string, event: string): this {
    return this.lead(side, place, event, place).without(side, place, event, ~0)
  }

  with(side: Side, place: string, event: string, effects: number): this {
    for (const cell of this.cells(side, place, event)) this.tables[side].effects[cell]! |= effects
    return this
  }

  without(side: Side, place: string, event: string, effects: number): this {
    for (const cell of this.cells(side, place, event)) this.tables[side].effects[cell]! &= ~effects
    return this
  }

  allow(side: Side, place: string, event: string): this {
    for (const cell of this.cells(side, place, event)) this.tables[side].refusal[cell] = Refusal.none
    return this.with(side, place, event, Effect.write)
  }

  /** Frames that arrive are looked at. */
  read(side: Side, place: string): this {
    const { reads, configurations } = this.tables[side]
    for (const [at, each] of configurations.entries()) if (placeOf(each) === place) reads[at] = 'frames'
    return this
  }
}

const both = ['client', 'server'] as const

function mutation(name: string, caughtBy: InvariantName[], change: (patch: Patch) => void): Mutation {
  return {
    name,
    caughtBy,
    tables() {
      const patch = new Patch()
      change(patch)
      return patch.tables
    },
  }
}

export const mutations: readonly Mutation[] = [
  mutation('the server does not half-close behind the echo', ['can-end', 'ends-by-itself'], (patch) =>
    patch.without('server', 'open', 'receive.close', Effect.halfClose),
  ),
  mutation(
    'the server does not half-close when it has failed',
    ['way-on', 'can-end', 'ends-by-itself'],
    (patch) => patch.without('server', 'open', 'fail', Effect.halfClose),
  ),
  mutation('the client half-closes behind its echo', ['server-half-closes-first'], (patch) =>
    patch.with('client', 'open', 'receive.close', Effect.halfClose),
  ),
  mutation(
    'a client that is being closed does not end its half at the end',
    ['way-on', 'can-end', 'ends-by-itself'],
    (patch) => patch.without('client', 'closing.acknowledged', 'receive.eof', Effect.halfClose),
  ),
  mutation('the server half-closes again at the end', ['nothing-behind-half-close'], (patch) =>
    patch.with('server', 'closing.acknowledged', 'receive.eof', Effect.halfClose),
  ),
  mutation('the server may send a Pong behind its half-close', ['nothing-behind-half-close'], (patch) =>
    patch.allow('server', 'closing.acknowledged', 'send.ping'),
  ),
  mutation('a second Close may be sent', ['one-close'], (patch) => {
    for (const side of both) patch.allow(side, 'closing.initiated', 'send.close')
  }),
  mutation('the Close that crosses ours is echoed', ['one-close'], (patch) => {
    for (const side of both) patch.with(side, 'closing.initiated', 'receive.close', Effect['write.close'])
  }),
  mutation('wrong input behind our Close is answered by another', ['one-close'], (patch) => {
    for (const side of both) patch.with(side, 'closing.initiated', 'receive.invalid', Effect['write.close'])
  }),
  mutation('text may be sent behind our Close', ['no-data-after-close'], (patch) => {
    for (const side of both) patch.allow(side, 'closing.initiated', 'send.text')
  }),
  mutation('a fragmented message may be ended behind our Close', ['no-data-after-close'], (patch) => {
    for (const side of both) patch.allow(side, 'closing.initiated', 'send.continuation')
  }),
  mutation('a server goes on reading behind the Close', ['no-delivery-after-close'], (patch) =>
    patch
      .read('server', 'closing.acknowledged')
      .with('server', 'closing.acknowledged', 'receive.*', Effect.deliver),
  ),
  mutation('closeExpected is forgotten while we wait for their Close', ['close-expected'], (patch) => {
    for (const [at, each] of patch.tables.client.configurations.entries())
      if (placeOf(each) === 'closing.initiated') patch.tables.client.closeExpected[at] = false
  }),
  mutation('closeExpected is true of an open connection', ['close-expected'], (patch) => {
    patch.tables.server.closeExpected[tables.server.open] = true
  }),
  mutation('no timer runs for a connection that has failed', ['deadline'], (patch) => {
    for (const [at, each] of patch.tables.client.configurations.entries())
      if (placeOf(each) === 'closing.failed') patch.tables.client.deadline[at] = null
  }),
  mutation('their Close is not echoed', ['ends-by-itself', 'clean'], (patch) =>
    patch.without('client', 'open', 'receive.close', Effect['write.close']),
  ),
  mutation('a Close that crosses ours fails the connection', ['codes', 'clean'], (patch) => {
    for (const side of both) patch.lead(side, 'closing.initiated', 'receive.close', 'closing.failed')
  }),
  mutation('the end behind our Close alone counts as clean', ['clean'], (patch) => {
    for (const side of both) patch.lead(side, 'closing.initiated', 'receive.eof', 'closed.cleanly')
  }),
  mutation('the end of a complete closing handshake counts as a loss', ['clean', 'agree-clean'], (patch) =>
    patch.lead('client', 'closing.acknowledged', 'receive.eof', 'closed.abnormally'),
  ),
  mutation('a connection that has failed does not see the end', ['can-end', 'ends-by-itself'], (patch) =>
    patch.ignore('client', 'closing.failed', 'receive.eof'),
  ),
  mutation('a Close is lost while open', ['ends-by-itself', 'codes'], (patch) =>
    patch.ignore('client', 'open', 'receive.close'),
  ),
  mutation('the end of a connection that has failed counts as clean', ['clean', 'agree-clean'], (patch) => {
    for (const side of both) patch.lead(side, 'closing.failed', 'receive.eof', 'closed.cleanly')
  }),
  mutation('a server that refused does not end TCP', ['ends-by-itself'], (patch) =>
    patch.without('server', 'connecting.deciding', 'send.response', Effect.halfClose),
  ),
]
