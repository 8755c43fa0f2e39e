import { beforeEach, describe, expect, test, vi } from 'vitest'
import { type AnyActor, assign, createActor, createMachine, fromPromise, fromTransition, setup } from 'xstate'
import { createInspector, fromActor, type WireInspector } from '../../src/inspect/inspector.ts'
import { toPlain } from '../../src/inspect/plain.ts'
import { settled } from './helpers.ts'
import { type Received, receive } from './receiver.ts'

const light = setup({ types: { context: {} as { cars: number } } }).createMachine({
  id: 'light',
  initial: 'red',
  context: { cars: 0 },
  states: {
    red: { tags: 'stop', on: { next: 'green' } },
    green: {
      on: { next: 'red', car: { actions: assign({ cars: ({ context }) => context.cars + 1 }) }, end: 'off' },
    },
    off: { type: 'final' },
  },
})

let inspector: WireInspector

beforeEach(() => {
  inspector = createInspector({ history: 50 })
})

/** What a page that attaches now would receive of the only session. */
function replay(): Received[] {
  const [session] = inspector.sessions.values()
  if (session === undefined) throw new Error('no session')
  const messages = [session.register()]
  for (let step = session.first; step < session.end; step++) messages.push(...session.messages(step))
  return messages.map(receive)
}

const story = () =>
  replay().map(({ type, event, state }) =>
    type === 'service.event' ? event.name : type === 'service.state' ? state.value : type,
  )

describe('an actor of the application', () => {
  test('is shown with its machine, and each event and state from then on', () => {
    const actor = createActor(light).start()
    actor.send({ type: 'next' })
    inspector.fromActor(actor)
    actor.send({ type: 'car' })
    actor.send({ type: 'next' })
    const received = replay()
    expect(received[0]!.machine.id).toBe('light')
    expect(received[0]!.state.value).toBe('green')
    expect(received[0]).not.toHaveProperty('record')
    expect(story()).toEqual(['service.register', 'car', 'green', 'next', 'red'])
    expect(received.at(-1)!.state.context).toEqual({ cars: 1 })
    expect(received.at(-1)!.state.hasTag('stop')).toBe(true)
    expect([...inspector.sessions.values()][0]!.ended).toBe(false)
  })

  test('ends with its last state when its machine is done', async () => {
    const actor = createActor(light).start()
    inspector.fromActor(actor)
    actor.send({ type: 'next' })
    actor.send({ type: 'end' })
    await settled()
    expect(story().slice(-2)).toEqual(['end', 'off'])
    expect(replay().at(-1)!.state.done).toBe(true)
    expect([...inspector.sessions.values()][0]!.ended).toBe(true)
  })

  test('ends when it is stopped', async () => {
    const actor = createActor(light).start()
    inspector.fromActor(actor)
    actor.stop()
    await settled()
    expect([...inspector.sessions.values()][0]!.ended).toBe(true)
    const said = vi.spyOn(console, 'warn').mockImplementation(() => {})
    actor.send({ type: 'next' })
    said.mockRestore()
    expect(story()).not.toContain('next')
  })

  test('that fails is shown so, and its error stays as unhandled as it was', async () => {
    const handled = vi.fn()
    const failing = createMachine({
      on: {
        boom: {
          actions: () => {
            throw new Error('boom')
          },
        },
      },
    })
    const actor = createActor(failing)
    actor.subscribe({ error: handled })
    actor.start()
    inspector.fromActor(actor)
    actor.send({ type: 'boom' })
    await settled()
    expect(handled).toHaveBeenCalledTimes(1)
    expect([...inspector.sessions.values()][0]!.ended).toBe(true)
    expect(story().slice(0, 2)).toEqual(['service.register', 'boom'])
  })

  test('may be no machine: then its chart is what every actor goes through', async () => {
    const actor = createActor(fromPromise(async () => 'result'))
    inspector.fromActor(actor)
    actor.start()
    await settled()
    const received = replay()
    expect(Object.keys(received[0]!.machine.states)).toEqual(['active', 'done', 'error', 'stopped'])
    expect(received[0]!.state.value).toBe('active')
    expect(received.at(-1)!.state).toMatchObject({ value: 'done', context: 'result' })
    const counter = createActor(fromTransition((count: number) => count + 1, 0)).start()
    inspector.fromActor(counter)
    counter.send({ type: 'count' })
    expect([...inspector.sessions.values()][1]!.end).toBeGreaterThan(0)
  })

  test('of a system is shown without the others', () => {
    const parent = createMachine({
      invoke: { src: light, id: 'child' },
      on: { poke: {} },
    })
    const actor = createActor(parent).start()
    const [child] = Object.values(actor.getSnapshot().children) as AnyActor[]
    inspector.fromActor(child!)
    actor.send({ type: 'poke' })
    expect(story()).toEqual(['service.register'])
    child!.send({ type: 'next' })
    expect(story()).toEqual(['service.register', 'next', 'green'])
  })

  test('is shown once, and refused if it is none', () => {
    const actor = createActor(light).start()
    inspector.fromActor(actor)
    inspector.fromActor(actor)
    expect(inspector.sessions.size).toBe(1)
    expect(() => inspector.fromActor({} as never)).toThrow(TypeError)
  })

  test('keeps its latest steps, and the state that they start from', () => {
    inspector = createInspector({ history: 3 })
    const actor = createActor(light).start()
    inspector.fromActor(actor)
    for (let i = 0; i < 5; i++) actor.send({ type: 'next' })
    expect(story()).toEqual(['service.register', 'red', 'next', 'green'])
    expect(replay()[0]!.state.value).toBe('green')
  })

  test('goes to the inspector that was created last by the function', () => {
    const last = createInspector()
    fromActor(createActor(light).start())
    expect(last.sessions.size).toBe(1)
    expect(inspector.sessions.size).toBe(0)
    expect(last.connections).toEqual([])
  })
})

describe('what actors hold', () => {
  test('becomes JSON whatever it is', () => {
    class Socket extends EventTarget {}
    class Point {
      x = 1
    }
    const cyclic: { a: number; self?: unknown } = { a: 1 }
    cyclic.self = cyclic
    const value = {
      cyclic,
      big: 10n,
      date: new Date(0),
      error: new TypeError('no'),
      map: new Map([['k', 1]]),
      set: new Set([1]),
      bytes: new Uint8Array(5),
      nan: Number.NaN,
      socket: new Socket(),
      point: new Point(),
      actor: createActor(light),
      fn: function name() {},
    }
    const actorName = `(actor ${value.actor.id})`
    expect(toPlain(value)).toEqual({
      cyclic: { a: 1, self: '(circular)' },
      big: '10n',
      date: '1970-01-01T00:00:00.000Z',
      error: { name: 'TypeError', message: 'no' },
      map: { '(Map)': [['k', 1]] },
      set: { '(Set)': [1] },
      bytes: '(Uint8Array of 5 bytes)',
      nan: 'NaN',
      socket: '(Socket)',
      point: { x: 1 },
      actor: actorName,
      fn: '(function name)',
    })
    const hostile = {
      get bad(): unknown {
        throw new Error('getter')
      },
    }
    expect(toPlain({ hostile, fine: 1 })).toEqual({ hostile: '(unreadable: getter)', fine: 1 })
  })

  test('is bounded in depth, breadth and length', () => {
    let deep: unknown = 'end'
    for (let i = 0; i < 100; i++) deep = { deep }
    const wide = Array.from({ length: 1e5 }, (_, i) => i)
    expect(JSON.stringify(toPlain({ deep, wide, long: 'x'.repeat(1e6) })).length).toBeLessThan(30_000)
  })
})
