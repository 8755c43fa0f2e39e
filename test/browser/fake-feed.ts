/**
 * A process to attach the page to, without sockets of its own to watch: it serves the built page and a feed that
 * speaks `@xstate/inspect`'s protocol. Its connections are real machines that the test sends events to.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type WebSocket, WebSocketServer } from 'ws'
import { type AnyStateMachine, type AnyStateNode, createActor } from 'xstate'
import { connectionMachine } from '../../machines/connection.ts'
import type { ConnectionEffect, ConnectionEvent, Side } from '../../machines/events.ts'
import type {
  ConnectionRecord,
  EventRecord,
  StepRecord,
  TransitionRecord,
} from '../../src/inspect/records.ts'

const PAGE = fileURLToPath(new URL('../../dist/inspector', import.meta.url))

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** As strict as a server of the page may be. */
const POLICY = [
  "default-src 'self'",
  "connect-src 'self' ws: wss:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "object-src 'none'",
].join('; ')

/** A moment from which connections of tests count. */
export const T = 1_790_000_000_000

export interface FakeFeedOptions {
  port?: number
  /** The echo server that the page is told of. */
  echo?: string | null
  /** If given, the page must bring it. */
  token?: string
}

/** It may be started again after it was closed, and knows nothing then of what it told before. */
export class FakeFeed {
  readonly #options: FakeFeedOptions
  #http!: Server
  #sockets!: WebSocketServer
  /** Every message of every connection so far: what a page that comes later is told first. */
  #history: string[] = []
  #count = 0

  constructor(options: FakeFeedOptions = {}) {
    this.#options = options
  }

  static async start(options: FakeFeedOptions = {}): Promise<FakeFeed> {
    const feed = new FakeFeed(options)
    await feed.start()
    return feed
  }

  async start(): Promise<void> {
    const { port = 0, echo = null, token } = this.#options
    this.#history = []
    this.#count = 0
    const allowed = (url: string | undefined) =>
      token === undefined || new URL(url ?? '/', 'http://x').searchParams.get('token') === token
    const http = createServer(async (request, response) => {
      const path = new URL(request.url ?? '/', 'http://x').pathname
      response.setHeader('Content-Security-Policy', POLICY)
      if (path === '/config.json') {
        response.setHeader('Content-Type', 'application/json')
        if (!allowed(request.url)) response.writeHead(403).end('{}')
        else response.end(JSON.stringify({ feed: '/feed', echo }))
        return
      }
      try {
        const file = join(PAGE, normalize(path === '/' ? '/index.html' : path))
        const body = await readFile(file)
        response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream')
        response.end(body)
      } catch {
        response.writeHead(404).end('not found')
      }
    })
    const sockets = new WebSocketServer({ noServer: true })
    sockets.on('connection', (socket) => {
      socket.on('message', (data) => {
        if (JSON.parse(String(data)).type !== 'xstate.inspecting') return
        for (const message of this.#history) socket.send(message)
      })
    })
    http.on('upgrade', (request, socket, head) => {
      if (!request.url?.startsWith('/feed') || !allowed(request.url)) {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
        return
      }
      sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request))
    })
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject)
      http.listen(port, '127.0.0.1', resolve)
    })
    this.#http = http
    this.#sockets = sockets
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`
  }

  /** Pages that are attached. */
  get attached(): Set<WebSocket> {
    return this.#sockets.clients
  }

  /** A new connection, in its initial configuration. */
  connection(side: Side, peer: string | null = null, time = Date.now()): FakeConnection {
    return new FakeConnection(this, `${++this.#count}`, side, peer, time)
  }

  /** Any other machine, by XState 5 and without records. */
  foreign(machine: AnyStateMachine, sessionId = `x:${++this.#count}`): ForeignService {
    return new ForeignService(this, machine, sessionId)
  }

  tell(message: object): void {
    const text = JSON.stringify(message)
    this.#history.push(text)
    for (const socket of this.#sockets.clients) socket.send(text)
  }

  /** Closes without a word to any page. */
  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#sockets.close()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }
}

export class FakeConnection {
  readonly id: string
  readonly #feed: FakeFeed
  readonly #actor
  #seq = 0
  #effects: ConnectionEffect[] = []
  #transitions: TransitionRecord[] = []

  constructor(feed: FakeFeed, id: string, side: Side, peer: string | null, time: number) {
    this.#feed = feed
    this.id = id
    this.#actor = createActor(connectionMachine, {
      input: { side },
      inspect: (event) => {
        if (event.type !== '@xstate.microstep') return
        const { _transitions: taken } = event as unknown as { _transitions: TakenTransition[] }
        for (const { source, target, eventType } of taken) {
          this.#transitions.push({
            source: source.path.join('.'),
            targets: (target ?? []).map((node) => node.path.join('.')),
            event: eventType,
          })
        }
      },
    })
    this.#actor.on('*', (effect) => this.#effects.push(effect))
    this.#actor.start()
    this.#clear()
    const record: ConnectionRecord = {
      ...this.#base(time),
      kind: 'connection',
      side,
      peer,
      value: this.value,
    }
    feed.tell({
      type: 'service.register',
      sessionId: id,
      id: 'connection',
      machine: JSON.stringify(definitionOf(connectionMachine.root)),
      state: stateOf(this.value, { side }, 'xstate.init'),
      record,
    })
  }

  get value(): StepRecord['value'] {
    return this.#actor.getSnapshot().value as StepRecord['value']
  }

  /** The machine takes `event`; `details` are what a record says of it besides. */
  send(event: ConnectionEvent, details: Partial<EventRecord> = {}, time = Date.now()): this {
    this.#clear()
    this.#actor.send(event)
    const told = { ...event, ...details } as EventRecord
    const record: StepRecord = {
      ...this.#base(time),
      kind: 'step',
      event: told,
      value: this.value,
      effects: this.#effects,
      transitions: this.#transitions,
    }
    this.#feed.tell({ type: 'service.event', sessionId: this.id, event: scxml(told) })
    this.#feed.tell({
      type: 'service.state',
      sessionId: this.id,
      state: stateOf(this.value, {}, event.type),
      record,
    })
    if (this.#actor.getSnapshot().matches({ lifecycle: 'closed' })) {
      this.#feed.tell({ type: 'service.stop', sessionId: this.id })
    }
    return this
  }

  /** From a server's first moment to an open connection. */
  open(time = Date.now()): this {
    const request = { startLine: 'GET /chat HTTP/1.1', headers: REQUEST_HEADERS }
    const response = { startLine: 'HTTP/1.1 101 Switching Protocols', headers: RESPONSE_HEADERS }
    const ours = this.#actor.getSnapshot().context.side === 'client'
    return this.send({ type: ours ? 'send.request' : 'receive.request' }, { http: request }, time).send(
      { type: ours ? 'receive.response' : 'send.response', accepted: true },
      { http: response },
      time + 3,
    )
  }

  receiveText(text: string, time = Date.now()): this {
    return this.send({ type: 'receive.text', fin: true }, frame(1, text, true), time)
  }

  sendText(text: string, time = Date.now()): this {
    return this.send({ type: 'send.text', fin: true }, frame(1, text, false), time)
  }

  receiveClose(code: number, reason: string, time = Date.now()): this {
    const details = { opcode: 8, length: 2 + reason.length, code, reason }
    return this.send({ type: 'receive.close', code, reason }, details, time)
  }

  #base(time: number) {
    return { v: 1 as const, connection: this.id, seq: this.#seq++, time }
  }

  #clear(): void {
    this.#effects = []
    this.#transitions = []
  }
}

export class ForeignService {
  readonly #feed: FakeFeed
  readonly #sessionId: string
  readonly #actor

  constructor(feed: FakeFeed, machine: AnyStateMachine, sessionId: string) {
    this.#feed = feed
    this.#sessionId = sessionId
    this.#actor = createActor(machine).start()
    feed.tell({
      type: 'service.register',
      sessionId,
      id: machine.id,
      machine: JSON.stringify(definitionOf(machine.root)),
      state: stateOf(this.#actor.getSnapshot().value, {}, 'xstate.init'),
    })
  }

  send(event: { type: string; [field: string]: unknown }): this {
    const sessionId = this.#sessionId
    this.#feed.tell({ type: 'service.event', sessionId, event: scxml(event) })
    this.#actor.send(event)
    const { value } = this.#actor.getSnapshot()
    this.#feed.tell({ type: 'service.state', sessionId, state: stateOf(value, {}, event.type) })
    return this
  }
}

interface TakenTransition {
  source: AnyStateNode
  target: AnyStateNode[] | undefined
  eventType: string
}

/** A frame of `text`, as a record tells of it. */
export function frame(opcode: number, text: string, masked: boolean): Partial<EventRecord> {
  const length = Buffer.byteLength(text)
  const headerLength = 2 + (length > 65_535 ? 8 : length > 125 ? 2 : 0) + (masked ? 4 : 0)
  return {
    opcode,
    length,
    preview: { encoding: 'text', data: text.slice(0, 120), truncated: text.length > 120 },
    wire: { headerLength, payloadLength: length, maskingKey: masked ? '37fa213d' : null, reservedBits: 0 },
  }
}

/** A Close of a client, with a code and `reason`, as a record tells of it. */
export function closeFrame(reason: string): Partial<EventRecord> {
  const length = 2 + Buffer.byteLength(reason)
  const wire = { headerLength: 6, payloadLength: length, maskingKey: '37fa213d', reservedBits: 0 }
  return { ...frame(8, reason, true), length, wire }
}

const REQUEST_HEADERS: [string, string][] = [
  ['Host', '127.0.0.1:8765'],
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
  ['Sec-WebSocket-Version', '13'],
]

const RESPONSE_HEADERS: [string, string][] = [
  ['Upgrade', 'websocket'],
  ['Connection', 'Upgrade'],
  ['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
]

const scxml = (event: { type: string }) =>
  JSON.stringify({ name: event.type, data: event, $$type: 'scxml', type: 'external' })

const stateOf = (value: unknown, context: unknown, type: string) =>
  JSON.stringify({
    value,
    context,
    event: { type },
    _event: { name: type, data: { type }, $$type: 'scxml', type: 'external' },
    actions: [],
    activities: {},
    meta: {},
    events: [],
    children: {},
    transitions: [],
    tags: [],
  })

/** XState 5 leaves `always` out of its definitions, and names guards where XState 4 looks for `cond`. */
function definitionOf(node: AnyStateNode): object {
  const transition = (each: { toJSON?: () => unknown; guard?: unknown }) => ({
    ...(each.toJSON?.() as object),
    cond: typeof each.guard === 'string' ? each.guard : undefined,
    guard: undefined,
  })
  return {
    id: node.id,
    key: node.key,
    type: node.type,
    initial: Object.values(node.states).find((state) => node.initial?.target?.includes(state))?.key,
    description: node.description,
    meta: node.meta,
    tags: node.tags,
    on: Object.fromEntries([...node.transitions].map(([event, all]) => [event, all.map(transition)])),
    always: node.always?.map(transition),
    states: Object.fromEntries(Object.entries(node.states).map(([key, state]) => [key, definitionOf(state)])),
  }
}
