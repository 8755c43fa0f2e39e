import { describe, expect, test, vi } from 'vitest'
import { createFeed, type FeedOptions } from '../../src/inspect/feed.ts'
import { createInspector, type WireInspector } from '../../src/inspect/inspector.ts'
import type { ReceiverMessage } from '../../src/inspect/messages.ts'
import type { ConnectionRecord, StepRecord } from '../../src/inspect/records.ts'
import { ServerProtocol } from '../../src/protocol/index.ts'
import { gistOf } from '../inspector/gist.ts'
import { requestBytes } from '../protocol/handshakes.ts'
import { hex } from '../protocol/wire.ts'
import { open, ScriptedConnection, settled } from './helpers.ts'
import { type Received, receive } from './receiver.ts'

/** A page that may be slow: while it is, each message makes the feed wait. */
class Page {
  received: Received[] = []
  answers: ReceiverMessage[] = []
  #drained: (() => void) | undefined
  #waiting: Promise<void> | undefined
  readonly feed

  constructor(inspector: WireInspector, options?: FeedOptions) {
    this.feed = createFeed(
      inspector,
      (message: ReceiverMessage) => {
        if (message.type === 'wirechart.answer') this.answers.push(message)
        else this.received.push(receive(message))
        return this.#waiting
      },
      options,
    )
  }

  open(): void {
    this.feed.receive({ type: 'xstate.inspecting' })
  }

  slow(): void {
    this.#waiting = new Promise((resolve) => {
      this.#drained = resolve
    })
  }

  async fast(): Promise<void> {
    this.#waiting = undefined
    this.#drained?.()
    await settled()
  }

  /** What was told, in short: types of events, numbers of records. */
  story(id?: string): string[] {
    return this.received
      .filter(({ sessionId }) => id === undefined || sessionId === id)
      .map(({ type, event, record, summary }) => {
        if (type === 'service.register')
          return `register${record?.dropped ? ` -${record.dropped.steps}` : ''}`
        if (type === 'service.event') return event.name
        if (type !== 'service.state') return 'stop'
        return record === undefined ? `~${summary!.next}` : `#${record.seq}`
      })
  }
}

const ping = { type: 'receive.ping' } as const

describe('a page that attaches', () => {
  test('is told nothing before it asks', async () => {
    const inspector = createInspector()
    const page = new Page(inspector)
    new ScriptedConnection(inspector).take(ping)
    await settled()
    expect(page.received).toEqual([])
  })

  test('gets the connections that are there, live ones first, with their history, then what happens', async () => {
    const inspector = createInspector()
    const ended = new ScriptedConnection(inspector)
    ended.take({ type: 'receive.eof' })
    const live = new ScriptedConnection(inspector, 'client')
    live.take(ping)
    const page = new Page(inspector)
    page.open()
    await settled()
    const [endedId, liveId] = inspector.connections.map(({ id }) => id)
    expect(page.received.map(({ sessionId }) => sessionId).slice(0, 2)).toEqual([liveId, endedId])
    expect(page.story(liveId)).toEqual(['register', 'receive.ping', '#1'])
    expect(page.story(endedId)).toEqual(['register', 'receive.eof', '#1', 'stop'])

    live.take({ type: 'receive.eof' })
    const next = new ScriptedConnection(inspector)
    next.take(ping)
    await settled()
    expect(page.story(liveId).slice(3)).toEqual(['receive.eof', '#2', 'stop'])
    expect(page.story(inspector.connections[2]!.id)).toEqual(['register', 'receive.ping', '#1'])
  })

  test('replayed from what it got, is where the connection is', async () => {
    const inspector = createInspector({ history: 4 })
    const connection = new ScriptedConnection(inspector)
    for (let i = 0; i < 9; i++) connection.take({ type: 'receive.text', fin: i % 3 === 1 })
    const page = new Page(inspector)
    page.open()
    await settled()
    expect(page.story()[0]).toBe('register -5')
    expect(page.received[0]!.state.value).toEqual(page.received[0]!.record!.dropped!.value)
    expect(page.received.at(-1)!.state.value).toEqual(connection.value)
  })

  test('gets all from the start when it asks again', async () => {
    const inspector = createInspector()
    new ScriptedConnection(inspector).take(ping)
    const page = new Page(inspector)
    page.open()
    await settled()
    page.received = []
    page.open()
    await settled()
    expect(page.story()).toEqual(['register', 'receive.ping', '#1'])
  })

  test('hears no more once it is detached', async () => {
    const inspector = createInspector()
    const connection = new ScriptedConnection(inspector)
    const page = new Page(inspector)
    page.open()
    await settled()
    page.feed.detach()
    connection.take(ping)
    page.open()
    await settled()
    expect(page.story()).toEqual(['register'])
  })

  test('is told nothing in the middle of a step', () => {
    const inspector = createInspector()
    const connection = new ScriptedConnection(inspector)
    const page = new Page(inspector)
    page.open()
    connection.take(ping)
    expect(page.received).toEqual([])
  })
})

describe('a page that is slow', () => {
  test('gets everything, in order, once it takes it', async () => {
    const inspector = createInspector()
    const connection = new ScriptedConnection(inspector)
    const page = new Page(inspector)
    page.open()
    await settled()
    page.slow()
    for (let i = 0; i < 200; i++) connection.take(ping)
    await settled()
    expect(page.received.length).toBeLessThan(5)
    await page.fast()
    expect(page.story().filter((each) => each.startsWith('#'))).toEqual(
      Array.from({ length: 200 }, (_, i) => `#${i + 1}`),
    )
  })

  test('skips what was dropped meanwhile, and is told where the rest starts', async () => {
    const inspector = createInspector({ history: 5 })
    const connection = new ScriptedConnection(inspector)
    const page = new Page(inspector)
    page.open()
    await settled()
    page.slow()
    connection.take({ type: 'receive.text', fin: false })
    await settled()
    page.received = []
    for (let i = 0; i < 100; i++) connection.take(ping)
    await page.fast()
    expect(page.story().slice(0, 3)).toEqual(['register -96', 'receive.ping', '#97'])
    expect(page.received[0]!.state.value).toEqual({ ...open, inbound: 'text' })
    expect(page.received.at(-1)!.state.value).toEqual(connection.value)
  })

  test('holds up no other page', async () => {
    const inspector = createInspector()
    const connection = new ScriptedConnection(inspector)
    const [slow, fast] = [new Page(inspector), new Page(inspector)]
    slow.slow()
    slow.open()
    fast.open()
    for (let i = 0; i < 10; i++) connection.take(ping)
    await settled()
    expect(slow.story()).toEqual(['register'])
    expect(fast.story().at(-1)).toBe('#10')
  })

  test('holds no connection that the inspector has let go', async () => {
    const inspector = createInspector()
    const page = new Page(inspector)
    page.slow()
    page.open()
    for (let i = 0; i < 300; i++) new ScriptedConnection(inspector).take({ type: 'receive.eof' })
    await settled()
    await page.fast()
    const told = new Set(page.received.map(({ sessionId }) => sessionId))
    expect(told.size).toBeLessThanOrEqual(201)
    expect(told).toContain(inspector.connections.at(-1)!.id)
  })
})

describe('a page that says what it follows', () => {
  const following = (sessions: string[] | null) => ({ type: 'wirechart.follow', sessions })
  const idOf = (inspector: WireInspector, index: number) => inspector.connections[index]!.id

  test('gets the records of that, and of the others where they are', async () => {
    const inspector = createInspector()
    const [one, other] = [new ScriptedConnection(inspector), new ScriptedConnection(inspector)]
    for (const each of [one, other]) each.take(ping).take(ping)
    const page = new Page(inspector)
    page.feed.receive(following([idOf(inspector, 0)]))
    page.open()
    await settled()
    // No `service.event` before each: the record says what it was.
    expect(page.story(idOf(inspector, 0))).toEqual(['register', '#1', '#2'])
    expect(page.story(idOf(inspector, 1))).toEqual(['register', '~3'])
  })

  test('gets the steps that it has not got yet when it follows another', async () => {
    const inspector = createInspector()
    const [one, other] = [new ScriptedConnection(inspector), new ScriptedConnection(inspector)]
    const [oneId, otherId] = [idOf(inspector, 0), idOf(inspector, 1)]
    const page = new Page(inspector)
    page.feed.receive(following([oneId]))
    page.open()
    one.take(ping)
    other.take(ping)
    await settled()
    page.feed.receive(following([otherId]))
    one.take(ping)
    other.take(ping)
    await settled()
    expect(page.story(otherId).filter((each) => each.startsWith('#'))).toEqual(['#1', '#2'])
    page.feed.receive(following([oneId]))
    await settled()
    expect(page.story(oneId).filter((each) => each.startsWith('#'))).toEqual(['#1', '#2'])
  })

  test('is told the latest state of the others, and their Close and end', async () => {
    const inspector = createInspector()
    const connection = new ScriptedConnection(inspector)
    const page = new Page(inspector)
    page.feed.receive(following([]))
    page.open()
    await settled()
    connection.take({ type: 'receive.close', code: 1001, reason: 'bye' }).take({ type: 'receive.eof' })
    await vi.waitFor(() => expect(page.story()).toContain('stop'))
    expect(page.story()).toEqual(['register', '~1', '~3', 'stop'])
    const { state, summary } = page.received[2]!
    expect(state.value).toEqual(connection.value)
    expect(summary).toMatchObject({ next: 3, close: { code: 1001, reason: 'bye' } })
  })

  test.each([
    ['failed with 1002: frame from a client is not masked', '81 02 68 69'],
    ['failed with 1002: continuation frame without a message in progress', '80 80 01 02 03 04'],
    ['TCP was reset without a Close frame', '01 80 01 02 03 04'],
  ])('is told what was asked for there, and why it did not end well: %s', async (trouble, digits) => {
    const inspector = createInspector()
    const page = new Page(inspector)
    page.feed.receive(following([]))
    page.open()
    const protocol = new ServerProtocol({ inspect: inspector })
    protocol.receiveData(requestBytes({}, 'GET /chat?room=1 HTTP/1.1'))
    for (const event of protocol.eventsReceived())
      if (event.type === 'request') protocol.sendResponse(protocol.accept(event))
    protocol.receiveData(hex(digits))
    protocol.receiveEof({ kind: 'reset' })
    await vi.waitFor(() => expect(page.story()).toContain('stop'))
    const { summary } = page.received.findLast((each) => each.summary !== undefined)!
    expect(summary).toMatchObject({ path: '/chat?room=1' })
    expect(summary).toMatchObject({ trouble })
    // The page says the same of one whose records it has.
    const [connection] = inspector.connections
    const [about, ...steps] = connection!.records() as [ConnectionRecord, ...StepRecord[]]
    expect(gistOf(about, steps)).toEqual({ path: '/chat?room=1', trouble })
  })

  test('may follow one that has ended, or none that there is, or all again', async () => {
    const inspector = createInspector()
    new ScriptedConnection(inspector).take({ type: 'receive.eof' })
    const page = new Page(inspector)
    page.feed.receive(following([]))
    page.open()
    await settled()
    expect(page.story()).toEqual(['register', '~2', 'stop'])
    page.feed.receive(following(['c0']))
    page.feed.receive(following(null))
    await settled()
    expect(page.story()).toEqual(['register', '~2', 'stop', '#1'])
  })

  test.each([{}, { sessions: 'c1' }, { sessions: [1] }])('is not heard if it says %j', (said) => {
    const page = new Page(createInspector())
    expect(() => page.feed.receive({ type: 'wirechart.follow', ...said })).not.toThrow()
  })
})

describe('commands of a page', () => {
  const command = { type: 'xstate.event', service: 'c1', event: '{"name":"send.ping"}' }

  test('are ignored unless the inspector allows them', () => {
    const heard: unknown[] = []
    const options = { command: (...heardNow: unknown[]) => void heard.push(heardNow) }
    new Page(createInspector(), options).feed.receive(command)
    expect(heard).toEqual([])
    new Page(createInspector({ allowCommands: true }), options).feed.receive(command)
    expect(heard).toEqual([['c1', '{"name":"send.ping"}']])
  })

  test('are answered, with what went wrong if it did', async () => {
    const inspector = createInspector({ allowCommands: true })
    const outcomes = [undefined, Promise.resolve(), Promise.reject(new Error('no')), 'thrown']
    const page = new Page(inspector, {
      command: () => {
        const next = outcomes.shift()
        if (typeof next === 'string') throw new Error(next)
        return next
      },
    })
    for (let i = 0; i < 4; i++) page.feed.receive(command)
    await settled()
    const { service: sessionId, event } = command
    const answers = [null, null, 'no', 'thrown'].map((error) => ({
      type: 'wirechart.answer',
      sessionId,
      event,
      error,
    }))
    expect(page.answers).toHaveLength(4)
    expect(page.answers).toEqual(expect.arrayContaining(answers))
  })

  test.each([
    null,
    'xstate.inspecting',
    1,
    {},
    { type: 'x' },
    { type: 'xstate.event', service: 1, event: 'e' },
    [],
  ])('that are none are ignored: %j', (data) => {
    const heard: unknown[] = []
    const page = new Page(createInspector({ allowCommands: true }), { command: (id) => void heard.push(id) })
    page.feed.receive(data)
    expect(heard).toEqual([])
  })
})
