import { afterEach, describe, expect, test, vi } from 'vitest'
import { and, assign, fromPromise, not, raise, setup, stateIn } from 'xstate'
import { connectionMachine } from '../../machines/connection.ts'
import { tables } from '../../machines/table.ts'
import { eventJson, machineJson, stateJson } from '../../src/inspect/bridge.ts'
import { createInspector } from '../../src/inspect/inspector.ts'
import { messageJson } from '../../src/inspect/messages.ts'
import { open, ScriptedConnection } from './helpers.ts'
import { nodesOf, receive, type V4Node, xstate4 } from './receiver.ts'

const read = (machine: Parameters<typeof machineJson>[0]) =>
  xstate4.createMachine(JSON.parse(machineJson(machine)))

interface V5Node {
  id: string
  path: string[]
  type: string
  description?: string
  meta?: unknown
  tags: string[]
  states: Record<string, V5Node>
  transitions: Map<string, V5Transition[]>
  always?: V5Transition[]
  entry: unknown[]
  initial: { target: V5Node[] }
}

interface V5Transition {
  eventType: string
  target: V5Node[] | undefined
  guard: unknown
  actions: unknown[]
  description?: string
}

const v5NodesOf = (node: V5Node): V5Node[] => [node, ...Object.values(node.states).flatMap(v5NodesOf)]

afterEach(() => vi.restoreAllMocks())

describe('the connection machine, read by XState 4', () => {
  const machine = read(connectionMachine)
  const v4 = new Map(nodesOf(machine).map((node) => [node.id, node]))
  const v5 = v5NodesOf(connectionMachine.root as unknown as V5Node)

  test('has every state, by id, path, type, description, meta and tags', () => {
    expect([...v4.keys()]).toEqual(v5.map(({ id }) => id))
    expect(v5.length).toBeGreaterThan(20)
    for (const node of v5) {
      const { path, type, description, meta, tags } = v4.get(node.id)!
      expect({ path, type, description, meta, tags }).toEqual({
        path: node.path,
        type: node.type,
        description: node.description,
        meta: node.meta,
        tags: node.tags,
      })
      expect(description).toBeTruthy()
    }
  })

  test('has every transition, with targets, guard, actions and description', () => {
    let count = 0
    for (const node of v5) {
      const expected = [...[...node.transitions.values()].flat(), ...(node.always ?? [])]
      count += expected.length
      expect(
        v4.get(node.id)!.transitions.map(({ eventType, target, cond, actions, description, source }) => ({
          eventType,
          source: source.id,
          target: target?.map(({ id }) => id),
          guard: cond?.name,
          actions: actions.map(({ type }) => type),
          description,
        })),
      ).toEqual(
        expected.map(({ eventType, target, guard, actions, description }) => ({
          eventType,
          source: node.id,
          target: target?.map(({ id }) => id),
          guard,
          actions,
          description,
        })),
      )
    }
    expect(count).toBeGreaterThan(70)
    const requesting = v4.get('connection.lifecycle.connecting.requesting')!
    expect(requesting.transitions.find(({ eventType }) => eventType === '')).toMatchObject({
      cond: { name: 'isServer' },
    })
  })

  test('has its initial states and entry actions', () => {
    expect(v4.get('connection.lifecycle')!.initial).toBe('connecting')
    expect(v4.get('connection.inbound')!.initial).toBe('idle')
    for (const node of v5) expect(v4.get(node.id)!.onEntry.map(({ type }) => type)).toEqual(node.entry)
    expect(v4.get('connection.lifecycle.connecting.rejected')!.onEntry).toMatchObject([{ type: 'halfClose' }])
  })

  test('can be walked as a graph, without a word on the console', () => {
    const said = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')]
    const edges = nodesOf(read(connectionMachine)).flatMap((node) =>
      node.transitions.map((transition) => [transition.source.id, transition.target?.[0]?.id ?? node.id]),
    )
    expect(edges).toContainEqual(['connection.lifecycle.open', 'connection.lifecycle.closing.acknowledged'])
    expect(() => JSON.stringify(machine.definition)).not.toThrow()
    for (const spy of said) expect(spy).not.toHaveBeenCalled()
  })

  test('resolves every configuration that can be reached to states of the chart', () => {
    for (const side of ['client', 'server'] as const) {
      for (const value of tables[side].configurations) {
        const json = stateJson({ value, context: { side }, event: { type: 'x' }, tags: [], done: false })
        const state = xstate4.State.create(JSON.parse(json))
        expect(state.value).toEqual(value)
        expect(state.matches(value)).toBe(true)
        expect(state.matches({ inbound: value.inbound })).toBe(true)
        expect(state.matches({ inbound: 'nothing' })).toBe(false)
        const leaf = typeof value.lifecycle === 'string' ? value.lifecycle : Object.values(value.lifecycle)[0]
        const active = machine.resolveState(state).configuration.map(({ path }: V4Node) => path.at(-1))
        expect(active).toContain(leaf)
      }
    }
  })
})

describe('the messages of a connection', () => {
  test('are all read by the receiver, and carry the records', () => {
    const inspector = createInspector()
    const connection = new ScriptedConnection(inspector, 'server', open, '127.0.0.1:5')
    connection.take({ type: 'receive.ping', length: 2 })
    connection.take({ type: 'send.close', code: 1000, reason: '' })
    const [session] = inspector.connections
    const registered = receive(session!.register())
    expect(registered).toMatchObject({ type: 'service.register', sessionId: session!.id })
    expect(registered.id).toContain('127.0.0.1:5')
    expect(registered.machine.id).toBe('connection')
    expect(registered.state.value).toEqual(open)
    expect(registered.state.matches('lifecycle.open')).toBe(true)
    expect(registered.record).toEqual(session!.records()[0])

    const [event, state] = session!.messages(1).map(receive)
    expect(event).toMatchObject({
      type: 'service.event',
      seq: 2,
      event: {
        name: 'send.close',
        type: 'external',
        $$type: 'scxml',
        data: { type: 'send.close', code: 1000 },
      },
    })
    expect(state!.state.matches({ lifecycle: { closing: 'initiated' } })).toBe(true)
    expect(state!.state.hasTag('closeExpected')).toBe(true)
    expect(state!.state.event).toEqual({ type: 'send.close' })
    expect(state!.state.context).toEqual({ side: 'server' })
    expect(state!.record).toEqual(session!.records()[2])
  })
})

describe('any machine of XState 5, read by XState 4', () => {
  test('keeps names of what cannot be sent: guards, actions, delays and actors', () => {
    const machine = setup({
      types: { context: {} as { count: number } },
      guards: { isReady: () => true },
      actions: { greet: () => {} },
      delays: { later: 10 },
      actors: { worker: fromPromise(async () => {}) },
    }).createMachine({
      id: 'app',
      initial: 'idle',
      context: { count: 0 },
      states: {
        idle: {
          tags: ['quiet'],
          entry: ['greet', assign({ count: 1 }), raise({ type: 'now' }), function inline() {}],
          exit: { type: 'greet' },
          after: { 1000: 'busy', later: { target: 'busy', guard: 'isReady' } },
          on: {
            go: { guard: and(['isReady', not(stateIn('#deep'))]), target: 'busy', reenter: true },
            'mouse.*': { actions: 'greet' },
            '*': { guard: ({ context }) => context.count > 1, actions: assign({ count: 2 }) },
          },
        },
        busy: {
          initial: 'one',
          invoke: { src: 'worker', id: 'worker', onDone: '#app.end' },
          onDone: 'end',
          states: {
            one: { id: 'deep' },
            last: { type: 'final' },
            back: { type: 'history', history: 'deep' },
          },
        },
        end: { type: 'final' },
      },
    })
    const v4 = read(machine as never)
    const idle = v4.getStateNodeById('app.idle')
    expect(idle.onEntry.slice(0, 4).map(({ type }) => type)).toEqual(['greet', 'assign', 'raise', 'inline'])
    const { entry, exit } = JSON.parse(machineJson(machine as never)).states.idle
    expect({ entry, exit }).toEqual({ entry: ['greet', 'assign', 'raise', 'inline'], exit: ['greet'] })
    expect(idle.onExit[0]).toMatchObject({ type: 'greet' })
    expect(idle.tags).toEqual(['quiet'])
    expect(idle.after.map(({ delay }) => delay)).toEqual([1000, 'later'])
    const [go] = idle.transitions.filter(({ eventType }) => eventType === 'go')
    expect(go).toMatchObject({ cond: { name: 'and(isReady, not(stateIn(#deep)))' }, internal: false })
    expect(go!.target![0]!.id).toBe('app.busy')
    expect(idle.transitions.find(({ eventType }) => eventType === '*')!.actions).toMatchObject([
      { type: 'assign' },
    ])
    const busy = v4.getStateNodeById('app.busy')
    expect(busy.invoke).toMatchObject([{ id: 'worker', src: 'worker' }])
    expect(busy.transitions.map(({ target }) => target![0]!.id)).toEqual(['app.end', 'app.end'])
    expect(v4.getStateNodeById('app.busy.back')).toMatchObject({ type: 'history', history: 'deep' })
    expect(v4.getStateNodeById('app.end').type).toBe('final')
  })

  test('is translated once', () => {
    expect(machineJson(connectionMachine)).toBe(machineJson(connectionMachine))
    expect(JSON.parse(eventJson({ type: 'a' }))).toEqual({
      name: 'a',
      type: 'external',
      $$type: 'scxml',
      data: { type: 'a' },
    })
  })
})

test('a message as JSON is what JSON.stringify makes of it', () => {
  const inspector = createInspector()
  new ScriptedConnection(inspector)
    .take({ type: 'receive.ping' })
    .take({ type: 'receive.close', code: 1000, reason: '"\\\u2028' })
  const [session] = inspector.connections
  const all = [session!.register(), session!.summary(), ...session!.messages(0), ...session!.messages(1)]
  for (const message of [...all, ...all]) expect(messageJson(message)).toBe(JSON.stringify(message))
})
