/** What holds on every path through the connection machine (RFC 6455, sections 5.4, 5.5.1 and 7.1). */
import { describe, expect, it } from 'vitest'
import type { AnyStateNode } from 'xstate'
import {
  alphabet,
  type Configuration,
  columns,
  connectionMachine,
  Effect,
  type StateMeta,
  snapshotOf,
  tables,
} from '../../machines/index.ts'

const sides = ['client', 'server'] as const

const placeOf = ({ lifecycle }: Configuration) =>
  typeof lifecycle === 'string' ? lifecycle : Object.entries(lifecycle)[0]!.join('.')

function* nodes(node: AnyStateNode): Generator<AnyStateNode> {
  yield node
  for (const child of Object.values(node.states)) yield* nodes(child)
}

/** Walks every path, remembering `memory` along it; visits each (configuration, memory) once. */
function walk<Memory>(
  side: 'client' | 'server',
  memory: Memory,
  next: (memory: Memory, effects: number, at: number, column: number) => Memory,
  visit: (memory: Memory, at: number) => void,
) {
  const table = tables[side]
  const seen = new Set<string>()
  const queue: [number, Memory][] = [
    [table.initial, memory],
    [table.open, memory],
  ]
  for (const [at, memory] of queue) {
    const key = `${at} ${JSON.stringify(memory)}`
    if (seen.has(key)) continue
    seen.add(key)
    visit(memory, at)
    for (let column = 0; column < columns; column++) {
      const cell = at * columns + column
      queue.push([table.next[cell]!, next(memory, table.effects[cell]!, at, column)])
    }
  }
}

const writes = Effect.write | Effect['write.pong'] | Effect['write.close'] | Effect['write.response']

describe('every state', () => {
  it.each(
    [...nodes(connectionMachine.root)].map((node) => [node.path.join('.') || 'connection', node] as const),
  )('%s says what it is, and where it is written', (_, node) => {
    expect(node.description).toMatch(/^\S.{10,}[.:]?$/)
    expect((node.meta as StateMeta | undefined)?.section).toMatch(/^RFC 6455/)
  })

  it('of the lifecycle has the name of RFC 6455', () => {
    const { lifecycle } = connectionMachine.root.states
    expect(Object.keys(lifecycle!.states)).toEqual(['connecting', 'open', 'closing', 'closed'])
    expect(Object.keys(connectionMachine.root.states)).toEqual(['lifecycle', 'inbound', 'outbound'])
  })
})

describe('inbound and outbound', () => {
  const shape = (region: string) =>
    Object.fromEntries(
      Object.entries(connectionMachine.root.states[region]!.states).map(([name, node]) => [
        name,
        [...node.transitions.entries()]
          .filter(([, transitions]) => transitions.some(({ target }) => target !== undefined))
          .map(([type, transitions]) => [
            type.replace(/^(send|receive)/, ''),
            transitions.map(({ target }) => target?.map(({ key }) => key)),
          ]),
      ]),
    )

  it('are one definition: the same states, and the same transitions between them', () => {
    expect(shape('outbound')).toEqual(shape('inbound'))
    expect(shape('inbound')).toEqual({
      idle: [
        ['.text', [undefined, ['text']]],
        ['.binary', [undefined, ['binary']]],
      ],
      text: [['.continuation', [['idle'], undefined]]],
      binary: [['.continuation', [['idle'], undefined]]],
    })
  })
})

describe.each(sides)('on every path of a %s', (side) => {
  const table = tables[side]

  it('closeExpected holds exactly in closing.* and connecting.rejected', () => {
    for (const [at, configuration] of table.configurations.entries()) {
      const place = placeOf(configuration)
      expect(table.closeExpected[at]).toBe(place.startsWith('closing.') || place === 'connecting.rejected')
    }
  })

  it('the deadline is that of the innermost state that names one', () => {
    for (const [at, configuration] of table.configurations.entries()) {
      const place = placeOf(configuration)
      const named = table.closeExpected[at] ? 'closing' : place.startsWith('connecting.') ? 'opening' : null
      expect([place, table.deadline[at]]).toEqual([place, named])
    }
  })

  it('a deadline is named exactly while TCP is not at its end and the connection is not open', () => {
    for (const at of table.configurations.keys()) {
      expect(table.deadline[at] === null).toBe(table.state[at] === 'open' || table.state[at] === 'closed')
    }
  })

  it('the states come in the order connecting, open, closing, closed, and never go back', () => {
    const order = ['connecting', 'open', 'closing', 'closed']
    walk(
      side,
      0,
      (_, __, at) => order.indexOf(table.state[at]!),
      (before, at) => expect(order.indexOf(table.state[at]!)).toBeGreaterThanOrEqual(before),
    )
  })

  it('at most one Close is written', () => {
    const sendClose = alphabet.findIndex(({ type }) => type === 'send.close')
    walk(
      side,
      0,
      (count, effects, _, column) =>
        Math.min(
          3,
          count +
            (effects & Effect['write.close'] ? 1 : 0) +
            (column === sendClose && effects & Effect.write ? 1 : 0),
        ),
      (count) => expect(count).toBeLessThanOrEqual(1),
    )
  })

  it('nothing is written behind a half-close, and there is one by the time it is closed, and no other', () => {
    walk(
      side,
      { halfClosed: 0, wroteBehind: false },
      ({ halfClosed, wroteBehind }, effects) => ({
        halfClosed: Math.min(3, halfClosed + (effects & Effect.halfClose ? 1 : 0)),
        wroteBehind: wroteBehind || (halfClosed > 0 && (effects & writes) !== 0),
      }),
      ({ halfClosed, wroteBehind }, at) => {
        expect(wroteBehind).toBe(false)
        expect(halfClosed).toBeLessThanOrEqual(1)
        if (table.state[at] === 'closed') expect(halfClosed).toBe(1)
        if (table.state[at] === 'open') expect(halfClosed).toBe(0)
      },
    )
  })

  it('the server ends TCP as soon as both Close frames are exchanged or it failed; the client waits', () => {
    walk(
      side,
      0,
      (count, effects) => count + (effects & Effect.halfClose ? 1 : 0),
      (count, at) => {
        const place = placeOf(table.configurations[at]!)
        if (place === 'closing.acknowledged' || place === 'closing.failed')
          expect(count).toBe(side === 'server' ? 1 : 0)
        if (place === 'closing.initiated') expect(count).toBe(0)
        if (place === 'connecting.rejected') expect(count).toBe(1)
      },
    )
  })

  it('the end of the stream leads to closed, from everywhere', () => {
    const eof = alphabet.findIndex(({ type }) => type === 'receive.eof')
    for (const at of table.configurations.keys()) {
      expect(table.state[table.next[at * columns + eof]!]).toBe('closed')
    }
  })

  it('nothing happens once it is closed', () => {
    for (const at of table.configurations.keys()) {
      if (table.state[at] !== 'closed') continue
      for (let column = 0; column < columns; column++) {
        expect(table.next[at * columns + column]).toBe(at)
        expect(table.effects[at * columns + column]).toBe(0)
      }
    }
  })

  it('cleanly is reached exactly from acknowledged', () => {
    for (const at of table.configurations.keys()) {
      for (let column = 0; column < columns; column++) {
        const next = table.next[at * columns + column]!
        if (next === at || placeOf(table.configurations[next]!) !== 'closed.cleanly') continue
        expect(placeOf(table.configurations[at]!)).toBe('closing.acknowledged')
      }
    }
  })

  it('the fragmentation regions move only by data that passes', () => {
    for (const [at, configuration] of table.configurations.entries()) {
      for (const [column, event] of alphabet.entries()) {
        const next = table.configurations[table.next[at * columns + column]!]!
        const effects = table.effects[at * columns + column]!
        if (next.inbound !== configuration.inbound) {
          expect(event.type).toMatch(/^receive\.(text|binary|continuation)$/)
          expect(effects & Effect.deliver).not.toBe(0)
        }
        if (next.outbound !== configuration.outbound) {
          expect(event.type).toMatch(/^send\.(text|binary|continuation)$/)
          expect(effects & Effect.write).not.toBe(0)
        }
      }
    }
  })

  it('a Ping is answered exactly where it is delivered', () => {
    const ping = alphabet.findIndex(({ type }) => type === 'receive.ping')
    for (const at of table.configurations.keys()) {
      const effects = table.effects[at * columns + ping]!
      expect((effects & Effect['write.pong']) !== 0).toBe((effects & Effect.deliver) !== 0)
      const place = placeOf(table.configurations[at]!)
      expect((effects & Effect.deliver) !== 0).toBe(place === 'open' || place === 'closing.initiated')
    }
  })

  it('the machine knows no bytes: its context is the side alone', () => {
    for (const configuration of table.configurations) {
      expect(snapshotOf(side, configuration).context).toEqual({ side })
    }
  })
})
