/** The table is the machine: every reachable configuration x every event, and random long walks, on both sides. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createActor } from 'xstate'
import {
  alphabet,
  type Configuration,
  type ConnectionEffect,
  type ConnectionEvent,
  columns,
  connectionMachine,
  Effect,
  effectName,
  eventIndex,
  Refusal,
  snapshotOf,
  tables,
} from '../../machines/index.ts'

const sides = ['client', 'server'] as const

/** A running actor, from a configuration on or from the start; `emitted` is what it said since it was asked. */
function actorOf(side: 'client' | 'server', configuration?: Configuration) {
  const actor = createActor(connectionMachine, {
    input: { side },
    ...(configuration === undefined ? {} : { snapshot: snapshotOf(side, configuration) }),
  })
  let said: ConnectionEffect[] = []
  actor.on('*', (effect) => said.push(effect))
  actor.start()
  return {
    value: () => actor.getSnapshot().value as Configuration,
    can: (event: ConnectionEvent) => actor.getSnapshot().can(event),
    send(event: ConnectionEvent): ConnectionEffect[] {
      said = []
      actor.send(event)
      expect(actor.getSnapshot().status).toBe('active')
      return said
    },
  }
}

/** The names of a set of effects, in the order in which they are to be carried out. */
const namesOf = (mask: number) =>
  Object.entries(Effect)
    .filter(([, bit]) => mask & bit)
    .sort(([, a], [, b]) => a - b)
    .map(([name]) => name)

describe.each(sides)('the table of a %s', (side) => {
  const table = tables[side]

  it('starts where the actor does', () => {
    expect(table.configurations[table.initial]).toEqual(actorOf(side).value())
  })

  it.each(table.configurations.map((configuration, at) => [JSON.stringify(configuration), at] as const))(
    'says what the actor does from %s on, for every event',
    (_, at) => {
      for (const [column, event] of alphabet.entries()) {
        const actor = actorOf(side, table.configurations[at])
        const emitted = actor.send(event)
        const cell = at * columns + column
        expect(table.configurations[table.next[cell]!]).toEqual(actor.value())
        expect(namesOf(table.effects[cell]!)).toEqual(emitted.map((effect) => effectName(event, effect)))
      }
    },
  )

  it('agrees with the actor over long random walks', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(alphabet.length - 1), { minLength: 5, maxLength: 60 }), (walk) => {
        const actor = actorOf(side)
        let at: number = table.initial
        for (const column of walk) {
          const event = alphabet[column]!
          const cell = at * columns + column
          expect(table.refusal[cell] === Refusal.none || !actor.can(event)).toBe(true)
          const emitted = actor.send(event)
          expect(namesOf(table.effects[cell]!)).toEqual(emitted.map((effect) => effectName(event, effect)))
          at = table.next[cell]!
          expect(table.configurations[at]).toEqual(actor.value())
        }
      }),
      { numRuns: 300 },
    )
  })

  it('agrees with the actor over long walks of an open connection', () => {
    const lively = alphabet.flatMap(({ type }, column) =>
      /^(send|receive)\.(text|binary|continuation|ping|pong|close)$/.test(type) ? [column] : [],
    )
    const walks = fc.array(fc.constantFrom(...lively), { minLength: 20, maxLength: 200 })
    fc.assert(
      fc.property(walks, (walk) => {
        const actor = actorOf(side, table.configurations[table.open])
        let at = table.open
        for (const column of walk) {
          const cell = at * columns + column
          // What would be refused is not sent, so that the walk gets far.
          if (table.refusal[cell] !== Refusal.none) continue
          const event = alphabet[column]!
          const emitted = actor.send(event)
          expect(namesOf(table.effects[cell]!)).toEqual(emitted.map((effect) => effectName(event, effect)))
          at = table.next[cell]!
          expect(table.configurations[at]).toEqual(actor.value())
        }
      }),
      { numRuns: 100 },
    )
  })

  it('reaches every configuration, each one once', () => {
    const reached = new Set([table.initial])
    for (const at of reached)
      for (let column = 0; column < columns; column++) reached.add(table.next[at * columns + column]!)
    expect(reached.size).toBe(table.configurations.length)
    expect(new Set(table.configurations.map((each) => JSON.stringify(each))).size).toBe(
      table.configurations.length,
    )
  })

  it('refuses a send exactly where the actor cannot take it', () => {
    for (const [at, configuration] of table.configurations.entries()) {
      const actor = actorOf(side, configuration)
      for (const [column, event] of alphabet.entries()) {
        const refused = table.refusal[at * columns + column] !== Refusal.none
        expect(refused).toBe(event.type.startsWith('send.') && !actor.can(event))
      }
    }
  })

  it('finds a wrong sequence before a wrong state', () => {
    for (const [at, { outbound }] of table.configurations.entries()) {
      for (const [column, event] of alphabet.entries()) {
        if (!/^send\.(text|binary|continuation)$/.test(event.type)) continue
        const isContinuation = event.type === 'send.continuation'
        const wrong = isContinuation === (outbound === 'idle')
        const refusal = table.refusal[at * columns + column]
        if (wrong) expect(refusal).toBe(Refusal.sequence)
        else expect(refusal).toBe(table.state[at] === 'open' ? Refusal.none : Refusal.state)
      }
    }
  })

  it('has no transition and no effect for an event that is refused', () => {
    for (const at of table.configurations.keys()) {
      for (let column = 0; column < columns; column++) {
        const cell = at * columns + column
        if (table.refusal[cell] === Refusal.none) continue
        expect(table.next[cell]).toBe(at)
        expect(table.effects[cell]).toBe(0)
      }
    }
  })

  it('says of each configuration what the actor says of it', () => {
    for (const [at, configuration] of table.configurations.entries()) {
      const snapshot = snapshotOf(side, configuration)
      expect(table.closeExpected[at]).toBe(snapshot.hasTag('closeExpected'))
      expect(snapshot.matches({ lifecycle: table.state[at]! })).toBe(true)
    }
  })
})

describe('an event in the alphabet', () => {
  it('has one column, by type and variant', () => {
    for (const [column, event] of alphabet.entries()) {
      const variant = 'fin' in event ? event.fin : 'accepted' in event ? event.accepted : undefined
      expect(eventIndex(event.type, variant)).toBe(column)
    }
  })

  it('of another variant has none', () => {
    expect(() => eventIndex('send.ping', true)).toThrow(RangeError)
    expect(() => eventIndex('send.text')).toThrow(RangeError)
  })

  it('makes no difference by what rides along with it', () => {
    for (const side of sides) {
      for (const configuration of tables[side].configurations) {
        for (const event of alphabet) {
          const [plain, laden] = [actorOf(side, configuration), actorOf(side, configuration)]
          const said = plain.send(event)
          const more = laden.send({
            ...event,
            length: 7,
            code: 4000,
            reason: 'x',
            rule: 'X',
            id: 'y',
          } as ConnectionEvent)
          expect(laden.value()).toEqual(plain.value())
          expect(more.map(({ type }) => type)).toEqual(said.map(({ type }) => type))
        }
      }
    }
  })
})
