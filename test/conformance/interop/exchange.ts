/** What is asked of every other library, in either role. */
import { once } from 'node:events'
import { expect } from 'vitest'
import { type Connection, connect, type Server, type SharedOptions, serve } from '../../../src/node/index.ts'
import { isSame, MAX_SIZE, type Message, type MixedMessage, mixed } from './messages.ts'

export interface End {
  code: number
  reason: string
}

/** A connection of another library. */
export interface Foreign {
  /** `pieces` in a frame each, if the library can; resolves when more may be sent. */
  send(mixed: MixedMessage): void | Promise<void>
  onMessage(listener: (message: Message) => void): void
  close(code: number, reason: string): void
  readonly closed: Promise<End>
}

/** A server of another library; `connections` are those that came, in order. */
export interface ForeignServer {
  port: number
  connection(): Promise<Foreign>
  close(): void
}

/** Connections in the order they came, for whoever waits for the next. */
export class Arrivals<Connection> {
  #waiting: ((connection: Connection) => void)[] = []
  #arrived: Connection[] = []

  add(connection: Connection): void {
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#arrived.push(connection)
    else waiting(connection)
  }

  next(): Promise<Connection> {
    const arrived = this.#arrived.shift()
    if (arrived !== undefined) return Promise.resolve(arrived)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}

/** Messages that may be on their way at once. */
const WINDOW = 64

/** Sends all and compares what comes back, in order. */
async function exchange(
  send: (message: MixedMessage) => void | Promise<void>,
  onMessage: (listener: (message: Message) => void) => void,
  broken: Promise<unknown>,
): Promise<void> {
  let received = 0
  let wrong = 0
  let changed = () => {}
  onMessage((message) => {
    const expected = mixed[received++]
    if (expected === undefined || !isSame(message, expected.message)) wrong++
    changed()
  })
  let over = false
  void broken.then(() => {
    over = true
    changed()
  })
  const until = async (count: number) => {
    while (received < count && !over) await new Promise<void>((resolve) => (changed = resolve))
  }
  for (const [at, message] of mixed.entries()) {
    await until(at - WINDOW + 1)
    if (over) break
    await send(message)
  }
  await until(mixed.length)
  expect({ received, wrong, over }).toEqual({ received: mixed.length, wrong: 0, over: false })
}

async function* inPieces(pieces: readonly Message[]): AsyncGenerator<Message> {
  yield* pieces
}

const options = { maxSize: MAX_SIZE, pingInterval: null, host: '127.0.0.1' } as const

/** Our client sends to their echo, every seventh message in frames; the last word is theirs or ours. */
export async function clientExchanges(
  server: ForeignServer,
  compression: SharedOptions['compression'],
): Promise<{ connection: Connection; foreign: Foreign }> {
  const connection = await connect(`ws://127.0.0.1:${server.port}/`, { ...options, compression })
  const foreign = await server.connection()
  foreign.onMessage((message) => void foreign.send({ message, pieces: null }))
  await exchange(
    ({ message, pieces }) => connection.send(pieces === null ? message : inPieces(pieces)),
    (listener) => connection.onMessage(listener),
    connection.closed,
  )
  return { connection, foreign }
}

/** Their client sends to our echo. */
export async function serverExchanges(
  open: (url: string) => Promise<Foreign>,
  compression: SharedOptions['compression'],
): Promise<{ connection: Connection; foreign: Foreign; server: Server }> {
  const arrivals = new Arrivals<Connection>()
  const server = await serve(
    async (connection) => {
      arrivals.add(connection)
      for await (const message of connection) await connection.send(message)
    },
    { ...options, compression },
  )
  const foreign = await open(`ws://127.0.0.1:${server.port}/`)
  const connection = await arrivals.next()
  await exchange(
    (message) => foreign.send(message),
    (listener) => foreign.onMessage(listener),
    foreign.closed,
  )
  return { connection, foreign, server }
}

/** Joins without exchanging anything, for the closing handshake. */
export async function joinedClient(server: ForeignServer) {
  const connection = await connect(`ws://127.0.0.1:${server.port}/`, options)
  return { connection, foreign: await server.connection() }
}

export async function joinedServer(open: (url: string) => Promise<Foreign>) {
  const arrivals = new Arrivals<Connection>()
  const server = await serve((connection) => arrivals.add(connection), options)
  const foreign = await open(`ws://127.0.0.1:${server.port}/`)
  return { connection: await arrivals.next(), foreign, server }
}

interface Joined {
  connection: Connection
  foreign: Foreign
}

/** Code and reason are seen on both sides, whoever closes. */
export async function weClose({ connection, foreign }: Joined): Promise<void> {
  await connection.close(4_001, 'enough – we go')
  expect(await foreign.closed).toEqual({ code: 4_001, reason: 'enough – we go' })
  expect(await connection.closed).toMatchObject({ code: 4_001, wasClean: true })
  expect(connection.protocol.closeReceivedThenSent).toBe(false)
}

export async function theyClose({ connection, foreign }: Joined): Promise<void> {
  foreign.close(4_002, 'enough – they go')
  expect(await connection.closed).toMatchObject({ code: 4_002, reason: 'enough – they go', wasClean: true })
  expect(await foreign.closed).toEqual({ code: 4_002, reason: 'enough – they go' })
  expect(connection.protocol.closeReceivedThenSent).toBe(true)
}

/** A promise of the first event of that name. */
export const eventOf = async <Value>(
  target: EventTarget | NodeJS.EventEmitter,
  name: string,
): Promise<Value> => ((await once(target as NodeJS.EventEmitter, name)) as [Value])[0]
