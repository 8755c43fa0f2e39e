/** The endpoint under test over real sockets: a `Connection` of `wirechart/node` whose application is an echo. */
import type { Connection, Message, SharedOptions } from '../../../src/node/index.ts'
import { InvalidStateError, type Side } from '../../../src/protocol/index.ts'
import type { Action, Setup } from '../case.ts'
import { endpointOptions } from '../tester/agreement.ts'
import { word } from '../tester/words.ts'

/** The options for a case's endpoint. */
export function optionsFor(side: Side, setup: Setup): SharedOptions {
  return {
    compression: endpointOptions(side, setup) ?? false,
    pingInterval: null,
    ...(setup.maxSize === undefined ? {} : { maxSize: setup.maxSize }),
    ...(setup.maxFragments === undefined ? {} : { maxFragments: setup.maxFragments }),
  }
}

/** Both ways that an application has to read. */
export type Reading = 'iterates' | 'listens'

export class EchoConnection {
  readonly connection: Connection
  /** Messages that the application was given, as words. */
  readonly delivered: string[] = []
  /** Settles when the connection is closed and the application has read all. */
  readonly done: Promise<void>

  constructor(connection: Connection, reading: Reading) {
    this.connection = connection
    if (reading === 'listens') connection.onMessage((message) => void this.#echo(message))
    const all = reading === 'iterates' ? this.#iterate() : Promise.resolve()
    this.done = Promise.all([all, connection.closed]).then(() => {})
  }

  act(action: Action): void {
    if ('close' in action) void this.connection.close(...action.close)
    else this.connection.ping(action.ping).catch(() => {})
  }

  async #iterate(): Promise<void> {
    try {
      for await (const message of this.connection) await this.#echo(message)
    } catch (error) {
      // How it ended is asked of `closed`.
      if (error !== null && (error as Error).name !== 'ConnectionClosedError') throw error
    }
  }

  async #echo(message: Message): Promise<void> {
    const isText = typeof message === 'string'
    this.delivered.push(
      word({ opcode: isText ? 1 : 2, payload: isText ? Buffer.from(message) : message, fin: true }),
    )
    try {
      await this.connection.send(message)
    } catch (error) {
      // Too late to be echoed.
      if (!(error instanceof InvalidStateError)) throw error
    }
  }
}
