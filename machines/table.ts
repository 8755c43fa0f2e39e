/**
 * The connection machine as a table: what XState's `transition()` answered for every reachable configuration and
 * every event (`explore.ts` asks, `table.derived.ts` holds the answers). A step is two array look-ups:
 *
 *     const cell = configuration * columns + eventIndex(…)
 *     effects = table.effects[cell]; configuration = table.next[cell]
 *
 * Nothing here imports xstate.
 */
import { alphabet, eventIndex, type Side } from './events.ts'
import { derived } from './table.derived.ts'

/** The statechart's full configuration: XState's `value`. */
export interface Configuration {
  lifecycle:
    | { connecting: 'requesting' | 'awaitingResponse' | 'awaitingRequest' | 'deciding' | 'rejected' }
    | 'open'
    | { closing: 'initiated' | 'acknowledged' | 'failed' }
    | { closed: 'cleanly' | 'abnormally' }
  inbound: 'idle' | 'text' | 'binary'
  outbound: 'idle' | 'text' | 'binary'
}

/** RFC 6455's words for where a connection is. */
export type State = 'connecting' | 'open' | 'closing' | 'closed'

/**
 * What a step asks for, one bit each; a set of them is carried out from the lowest bit to the highest, which is
 * the order in which the machine emits them (checked when the table is derived).
 */
export const Effect = {
  /** Hand what was received to the application. */
  deliver: 1 << 0,
  /** The connection is failed because of the rule that rides along with the event. */
  fail: 1 << 1,
  'fail.UNEXPECTED_CONTINUATION': 1 << 2,
  'fail.EXPECTED_CONTINUATION': 1 << 3,
  'fail.UNEXPECTED_EOF': 1 << 4,
  /** Write what the application wants to send. */
  write: 1 << 5,
  'write.pong': 1 << 6,
  'write.close': 1 << 7,
  'write.response': 1 << 8,
  halfClose: 1 << 9,
} as const

/** The names of what a step asks for. */
export type EffectName = keyof typeof Effect

/** Why an event of kind `send.*` is refused. A sequence that is wrong is found before a state that is. */
export const Refusal = { none: 0, state: 1, sequence: 2 } as const

/** The contents of `table.derived.ts` for one side. */
export interface DerivedTable {
  /**
   * Each as JSON, which is read when the table is made: as objects they would be made at every import. Numbered in the
   * order in which they were found; the first is that of a fresh connection.
   */
  configurations: string[]
  /** The sets of effects that occur. */
  masks: number[]
  /** A row a configuration, four base-36 digits an event: next configuration (2), index in `masks`, `Refusal`. */
  rows: string[]
  /** Indexes of the configurations in which the end of TCP is to be expected. */
  closeExpected: number[]
  /** The timer that should run, by configuration. */
  deadline: ('opening' | 'closing' | null)[]
}

/** How many events there are: the width of a row. */
export const columns = alphabet.length

/** Configurations are handed out as they are, so nobody may change them. */
function frozen(text: string): Readonly<Configuration> {
  const configuration: Configuration = JSON.parse(text)
  if (typeof configuration.lifecycle === 'object') Object.freeze(configuration.lifecycle)
  return Object.freeze(configuration)
}

/** A digit in base 36. */
function digit(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code <= 0x39 ? code - 0x30 : code - 0x57
}

/** The machine of one side as typed arrays: what the protocol steps by. */
export class ConnectionTable {
  /** Whose machine it is. */
  readonly side: Side
  /** All that can be reached; a configuration is an index here. The first is that of a fresh connection. */
  readonly configurations: readonly Readonly<Configuration>[]
  /** By configuration. */
  readonly state: readonly State[]
  /** By configuration: whether the end of TCP is to be expected. */
  readonly closeExpected: readonly boolean[]
  /** By configuration: the timer that should run. */
  readonly deadline: readonly ('opening' | 'closing' | null)[]
  /**
   * What arriving bytes are good for, by configuration: whatever kind of input would be delivered. `hold` is for
   * what comes too early (while connecting), `discard` for what comes too late.
   */
  readonly reads: readonly ('request' | 'response' | 'frames' | 'hold' | 'discard')[]
  /** By cell, which is configuration * `columns` + event: the configuration that follows. */
  readonly next: Uint16Array
  /** By cell: a set of `Effect`. */
  readonly effects: Uint16Array
  /** By cell: one of `Refusal`. */
  readonly refusal: Uint8Array
  /** The configuration of a fresh connection. */
  readonly initial = 0
  /** That of one whose opening handshake was done elsewhere. */
  readonly open: number

  constructor(side: Side, { configurations, masks, rows, closeExpected, deadline }: DerivedTable) {
    this.side = side
    this.configurations = configurations.map(frozen)
    this.state = this.configurations.map(({ lifecycle }) =>
      typeof lifecycle === 'string' ? lifecycle : (Object.keys(lifecycle)[0] as State),
    )
    this.closeExpected = configurations.map((_, index) => closeExpected.includes(index))
    this.deadline = deadline
    this.next = new Uint16Array(rows.length * columns)
    this.effects = new Uint16Array(rows.length * columns)
    this.refusal = new Uint8Array(rows.length * columns)
    const digits = rows.join('')
    for (let cell = 0, at = 0; cell < this.next.length; cell++, at += 4) {
      this.next[cell] = digit(digits, at) * 36 + digit(digits, at + 1)
      this.effects[cell] = masks[digit(digits, at + 2)]!
      this.refusal[cell] = digit(digits, at + 3)
    }
    const delivers = (configuration: number, event: number) =>
      (this.effects[configuration * columns + event]! & Effect.deliver) !== 0
    this.reads = configurations.map((_, at) => {
      if (delivers(at, eventIndex('receive.request'))) return 'request'
      if (delivers(at, eventIndex('receive.response', true))) return 'response'
      if (delivers(at, eventIndex('receive.pong'))) return 'frames'
      return this.state[at] === 'connecting' && !this.closeExpected[at] ? 'hold' : 'discard'
    })
    this.open = this.indexOf({ lifecycle: 'open', inbound: 'idle', outbound: 'idle' })
  }

  /**
   * The number of a configuration.
   *
   * @throws RangeError if it cannot be reached on this side.
   */
  indexOf(configuration: Configuration): number {
    const key = JSON.stringify(configuration)
    const index = this.configurations.findIndex((each) => JSON.stringify(each) === key)
    if (index < 0) throw new RangeError(`not a configuration of a ${this.side}: ${key}`)
    return index
  }
}

const made: { client: ConnectionTable | null; server: ConnectionTable | null } = {
  client: null,
  server: null,
}

/** Each is made when the first connection of its side is: many a process has but one side. */
export const tables: Readonly<Record<Side, ConnectionTable>> = {
  get client() {
    return (made.client ??= new ConnectionTable('client', derived.client))
  },
  get server() {
    return (made.server ??= new ConnectionTable('server', derived.server))
  },
}
