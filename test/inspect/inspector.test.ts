import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test, vi } from 'vitest'
import { createActor } from 'xstate'
import { connectionMachine } from '../../machines/connection.ts'
import { alphabet, type ConnectionEvent } from '../../machines/events.ts'
import { effectName } from '../../machines/explore.ts'
import { columns, Effect, tables } from '../../machines/table.ts'
import { createInspector, MAX_ENDED } from '../../src/inspect/inspector.ts'
import { ClientProtocol, parseUri, ServerProtocol } from '../../src/protocol/index.ts'
import { abandonConnections, lastStep, open, recordsOf, ScriptedConnection } from './helpers.ts'

describe('the statechart in lockstep', () => {
  test.each(['client', 'server'] as const)(
    'agrees with the table from every configuration of a %s, on every event',
    (side) => {
      const table = tables[side]
      const inspector = createInspector()
      const records = recordsOf(inspector)
      for (const [at, from] of table.configurations.entries()) {
        for (const [column, event] of alphabet.entries()) {
          new ScriptedConnection(inspector, side, from).take(event)
          const { value, effects, disagreement } = lastStep(records)
          expect(disagreement).toBeUndefined()
          const cell = at * columns + column
          expect(value).toEqual(table.configurations[table.next[cell]!])
          let mask = 0
          for (const effect of effects) mask |= Effect[effectName(event, effect as never)]
          expect(mask).toBe(table.effects[cell])
        }
      }
      expect(table.configurations.length).toBeGreaterThan(30)
    },
  )

  test('names the transitions that were taken, the raised one too', () => {
    const inspector = createInspector()
    const records = recordsOf(inspector)
    const connection = new ScriptedConnection(inspector, 'server')
    connection.take({ type: 'receive.text', fin: false })
    expect(lastStep(records).transitions).toEqual([
      { source: 'inbound.idle', targets: ['inbound.text'], event: 'receive.text' },
    ])
    connection.take({ type: 'receive.binary', fin: true })
    expect(lastStep(records).transitions).toEqual([
      { source: 'inbound.text', targets: [], event: 'receive.binary' },
      { source: 'lifecycle.open', targets: ['lifecycle.closing.failed'], event: 'receive.invalid' },
    ])
    expect(lastStep(records).effects.map(({ type, rule, code }) => ({ type, rule, code }))).toEqual([
      { type: 'fail', rule: 'EXPECTED_CONTINUATION', code: 1002 },
      { type: 'write', rule: undefined, code: 1002 },
      { type: 'halfClose', rule: undefined, code: undefined },
    ])
    connection.take({ type: 'receive.ping' })
    expect(lastStep(records)).toMatchObject({ transitions: [], effects: [] })
  })

  test('hands on XState’s own inspection events', () => {
    const heard: string[] = []
    const inspector = createInspector({ inspect: (event) => heard.push(event.type) })
    const connection = new ScriptedConnection(inspector)
    heard.length = 0
    connection.take({ type: 'receive.pong' })
    expect(heard).toEqual(['@xstate.event', '@xstate.action', '@xstate.microstep', '@xstate.snapshot'])
  })

  test('records a disagreement, follows the protocol, and goes on from there', () => {
    const inspector = createInspector()
    const records = recordsOf(inspector)
    const connection = new ScriptedConnection(inspector)
    connection.claim({ type: 'receive.text', fin: false })
    expect(lastStep(records)).toMatchObject({ value: open, disagreement: { ...open, inbound: 'text' } })
    connection.take({ type: 'receive.binary', fin: false })
    expect(lastStep(records)).toMatchObject({ value: { ...open, inbound: 'binary' } })
    expect(lastStep(records)).not.toHaveProperty('disagreement')
  })

  test('agrees with real protocols through handshake, data and both ways of closing', () => {
    const inspector = createInspector()
    const records = recordsOf(inspector)
    const client = new ClientProtocol(parseUri('ws://localhost/chat'), { inspect: inspector })
    const server = new ServerProtocol({ inspect: inspector })
    const exchange = () => {
      for (let moved = true; moved; ) {
        moved = false
        for (const [from, to] of [
          [client, server],
          [server, client],
        ] as const) {
          for (const data of from.dataToSend()) {
            moved = true
            if (data.length === 0) to.receiveEof()
            else to.receiveData(data)
          }
          for (const event of to.eventsReceived()) {
            if (event.type === 'request') server.sendResponse(server.accept(event))
          }
        }
      }
    }
    client.sendRequest(client.connect())
    exchange()
    client.sendText('wire', false)
    client.sendPing(new Uint8Array(3))
    client.sendContinuation('chart', true)
    exchange()
    server.sendBinary(new Uint8Array(70_000))
    exchange()
    server.sendClose(1001, 'away')
    exchange()
    expect([client.state, server.state]).toEqual(['closed', 'closed'])

    const steps = records.filter((record) => record.kind === 'step')
    expect(steps.filter(({ disagreement }) => disagreement !== undefined)).toEqual([])
    expect(inspector.connections.map(({ ended }) => ended)).toEqual([true, true])
    const ofServer = steps.filter(({ connection }) => connection === inspector.connections[1]!.id)
    expect(ofServer.map(({ event }) => event.type)).toEqual([
      'receive.request',
      'send.response',
      'receive.text',
      'receive.ping',
      'receive.continuation',
      'send.binary',
      'send.close',
      'receive.close',
      'receive.eof',
    ])
    expect(ofServer[0]?.event.http?.startLine).toBe('GET /chat HTTP/1.1')
    expect(ofServer[2]?.event).toMatchObject({
      opcode: 1,
      fin: false,
      length: 4,
      preview: { encoding: 'text', data: 'wire', truncated: false },
      wire: { headerLength: 6, payloadLength: 4, maskingKey: expect.stringMatching(/^[0-9a-f]{8}$/) },
    })
    expect(ofServer.at(-1)?.event.transport).toBe('end')
  })
})

describe('records', () => {
  test('are numbered without gaps from the connection’s own, and timed in order', () => {
    const inspector = createInspector()
    const records = recordsOf(inspector)
    const connection = new ScriptedConnection(inspector, 'client', open, '127.0.0.1:80')
    for (let i = 0; i < 3; i++) connection.take({ type: 'receive.ping' })
    expect(records.map(({ seq }) => seq)).toEqual([0, 1, 2, 3])
    expect(records[0]).toMatchObject({
      kind: 'connection',
      side: 'client',
      peer: '127.0.0.1:80',
      value: open,
    })
    expect(new Set(records.map(({ connection: id }) => id)).size).toBe(1)
    for (let i = 1; i < 4; i++) expect(records[i]!.time).toBeGreaterThanOrEqual(records[i - 1]!.time)
    expect(Math.abs(records[0]!.time - Date.now())).toBeLessThan(5_000)
  })

  test('name the peer without the password of its URL', () => {
    const inspector = createInspector()
    const records = recordsOf(inspector)
    for (const peer of ['wss://me:pass@host:1/path?a@b', 'wss://host/@x', '[::1]:52044']) {
      new ScriptedConnection(inspector, 'client', open, peer)
    }
    expect(records).toMatchObject([
      { peer: 'wss://host:1/path?a@b' },
      { peer: 'wss://host/@x' },
      { peer: '[::1]:52044' },
    ])
  })

  test('have ids that are unique across inspectors', () => {
    const ids = [createInspector(), createInspector()].map((inspector) => {
      new ScriptedConnection(inspector)
      return inspector.connections[0]!.id
    })
    expect(ids[0]).not.toBe(ids[1])
  })

  test('survive JSON unchanged', () => {
    const inspector = createInspector()
    const records = recordsOf(inspector)
    const connection = new ScriptedConnection(inspector)
    connection.take({ type: 'receive.close', code: 1000, reason: 'bye' })
    connection.take({ type: 'receive.eof', transport: 'end' })
    expect(JSON.parse(JSON.stringify(records))).toEqual(records)
  })
})

describe('history', () => {
  const ping: ConnectionEvent = { type: 'receive.ping' }

  test('keeps the connection’s record and the latest steps, and where they start', () => {
    const inspector = createInspector({ history: 3 })
    const connection = new ScriptedConnection(inspector)
    connection.take({ type: 'receive.text', fin: false })
    for (let i = 0; i < 3; i++) connection.take(ping)
    connection.take({ type: 'receive.continuation', fin: true })
    const [first, ...steps] = inspector.connections[0]!.records()
    expect(first).toMatchObject({
      seq: 0,
      value: open,
      dropped: { steps: 2, value: { ...open, inbound: 'text' } },
    })
    expect(steps.map(({ seq }) => seq)).toEqual([3, 4, 5])
  })

  test('replayed from where it starts, leads to where the connection is', () => {
    const inspector = createInspector({ history: 10 })
    const connection = new ScriptedConnection(inspector)
    for (let i = 0; i < 7; i++) {
      connection.take({ type: 'receive.text', fin: false })
      connection.take(ping)
      connection.take({ type: 'receive.continuation', fin: true })
    }
    connection.take({ type: 'receive.binary', fin: false })
    const [first, ...steps] = inspector.connections[0]!.records()
    if (first?.kind !== 'connection') throw new Error('no connection record')
    const actor = createActor(connectionMachine, {
      input: { side: 'server' },
      snapshot: connectionMachine.resolveState({
        value: { ...first.dropped!.value },
        context: { side: 'server' },
      }),
    }).start()
    for (const step of steps) {
      if (step.kind === 'step') actor.send(step.event as never)
      expect(actor.getSnapshot().value).toEqual(step.value)
    }
    expect(actor.getSnapshot().value).toEqual(connection.value)
  })

  test('of ended connections is bounded, and the first to end goes first', () => {
    const inspector = createInspector()
    const alive = new ScriptedConnection(inspector)
    for (let i = 0; i < MAX_ENDED + 5; i++) new ScriptedConnection(inspector).take({ type: 'receive.eof' })
    const { connections } = inspector
    expect(connections.length).toBe(MAX_ENDED + 1)
    expect(connections[0]!.ended).toBe(false)
    expect(alive.value).toEqual(connections[0]!.records()[0]!.value)
    const ids = connections.slice(1).map(({ id }) => Number(id.slice(1)))
    expect(ids[0]).toBe(Number(connections[0]!.id.slice(1)) + 6)
  })

  test('does not wait for the end of a connection that nobody holds any more', async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const inspector = createInspector()
    new ScriptedConnection(inspector).take(ping)
    expect(inspector.connections[0]!.ended).toBe(false)
    abandonConnections()
    await expect
      .poll(() => {
        collectGarbage()
        return inspector.connections[0]!.ended
      })
      .toBe(true)
    expect(inspector.connections[0]!.records().length).toBe(2)
  })

  test.each([{ history: 0 }, { history: 1.5 }, { preview: -1 }, { preview: Number.NaN }])(
    'refuses %o',
    (options) => {
      expect(() => createInspector(options)).toThrow(RangeError)
    },
  )
})

describe('listeners', () => {
  test('hear no more once they unsubscribed', () => {
    const inspector = createInspector()
    const listener = vi.fn()
    const unsubscribe = inspector.subscribe(listener)
    const connection = new ScriptedConnection(inspector)
    unsubscribe()
    connection.take({ type: 'receive.ping' })
    expect(listener).toHaveBeenCalledTimes(1)
  })

  test('that throw are reported once, and break neither the connection nor other listeners', () => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => {})
    try {
      const inspector = createInspector()
      inspector.subscribe(() => {
        throw new Error('mine')
      })
      const records = recordsOf(inspector)
      const connection = new ScriptedConnection(inspector)
      connection.take({ type: 'receive.ping' })
      connection.take({ type: 'receive.ping' })
      expect(records.length).toBe(3)
      expect(reported).toHaveBeenCalledTimes(1)
      expect(reported.mock.calls[0]![0]).toMatchObject({ message: 'mine' })
    } finally {
      reported.mockRestore()
    }
  })

  test('that cause the next record all see records in order', () => {
    const inspector = createInspector()
    let caused = false
    inspector.subscribe((record) => {
      if (record.kind === 'step' && !caused) {
        caused = true
        connection.take({ type: 'receive.pong' })
      }
    })
    const records = recordsOf(inspector)
    const connection = new ScriptedConnection(inspector)
    connection.take({ type: 'receive.ping' })
    expect(records.map(({ seq }) => seq)).toEqual([0, 1, 2])
  })

  test('those of feeds are told once of a session with something new until they look, and of its end', () => {
    const inspector = createInspector()
    const connection = new ScriptedConnection(inspector)
    const [session] = inspector.sessions.values()
    const listener = vi.fn()
    inspector.watch(listener)
    connection.take({ type: 'receive.ping' }).take({ type: 'receive.ping' })
    expect(listener).toHaveBeenCalledTimes(1)
    session!.told = false
    connection.take({ type: 'receive.ping' }).take({ type: 'receive.ping' })
    expect(listener).toHaveBeenCalledTimes(2)
    connection.take({ type: 'receive.eof' })
    expect(listener).toHaveBeenCalledTimes(3)
  })

  test('a connection that cannot be watched works without', () => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => {})
    try {
      const inspector = createInspector()
      const impossible = { side: 'server', value: { lifecycle: 'nowhere' } } as never
      inspector.observe(impossible).step({ type: 'receive.ping' }, {})
      expect(inspector.connections).toEqual([])
      expect(reported).toHaveBeenCalled()
    } finally {
      reported.mockRestore()
    }
  })
})
