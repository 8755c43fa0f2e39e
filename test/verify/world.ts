/**
 * The two sides of a connection, stepped by the table that runs, and what is under way between them.
 *
 * What may happen:
 * - a side takes the next thing that is under way to it, as `Protocol` does: what it discards is no event;
 * - an application does whatever the table does not refuse: requests, answers, sends, pings, closes, fails;
 * - TCP is cut: a side sees the end of its input at any moment, and what was under way to it is lost. That stands for a
 *   reset, a dead network, and a deadline that passed.
 *
 * A direction holds at most `inFlight` things that applications sent; answers and endings always find a place. Of
 * its own pings a side has at most `pings` unanswered. So the world is finite.
 *
 * The last bits of a state are memory, not part of any side: which Close frames were sent and received, who
 * half-closed, who failed the connection or its opening, whether TCP was cut.
 */
import { alphabet, eventIndex } from '../../machines/events.ts'
import { type ConnectionTable, columns, Effect } from '../../machines/table.ts'
import { Channels } from './channels.ts'
import { Broken, type InvariantName } from './invariants.ts'
import { closeOf, isClose, isData, Reason, Sign } from './symbols.ts'

export type Table = Pick<
  ConnectionTable,
  | 'side'
  | 'configurations'
  | 'state'
  | 'closeExpected'
  | 'deadline'
  | 'reads'
  | 'next'
  | 'effects'
  | 'refusal'
  | 'initial'
>

export interface Bounds {
  /** Things that an application sent and that are under way, in each direction. */
  inFlight: number
  /** Pings of a side that are not answered. */
  pings: number
  /** Binary messages beside text. To the machine they differ by a name. */
  binary: boolean
}

type Index = 0 | 1

/** Something that may happen to a state. */
export interface Act {
  readonly who: Index
  readonly kind: 'take' | 'application' | 'cut' | 'gone'
  /** Of an application: the event, and what it puts under way. */
  readonly column: number
  readonly symbol: number
  /** Of taking a 101: the client finds fault with it. */
  readonly finds?: boolean
  readonly name: string
}

/** One step of one side, for traces. */
export interface Stepped {
  who: Index
  column: number
  /** What was received. */
  symbol: number
  effects: number
  /** The configuration behind it. */
  at: number
  cut: boolean
  /** Of a Close that is written. */
  close: number
}

const receiveColumn: Record<number, number> = {
  [Sign.request]: eventIndex('receive.request'),
  [Sign.accepting]: eventIndex('receive.response', true),
  [Sign.refusing]: eventIndex('receive.response', false),
  [Sign.text]: eventIndex('receive.text', true),
  [Sign.textStart]: eventIndex('receive.text', false),
  [Sign.binary]: eventIndex('receive.binary', true),
  [Sign.binaryStart]: eventIndex('receive.binary', false),
  [Sign.last]: eventIndex('receive.continuation', true),
  [Sign.middle]: eventIndex('receive.continuation', false),
  [Sign.ping]: eventIndex('receive.ping'),
  [Sign.pong]: eventIndex('receive.pong'),
  [Sign.wrong]: eventIndex('receive.invalid'),
  [Sign.end]: eventIndex('receive.eof'),
}
for (let close: number = Sign.close; close < Sign.end; close++)
  receiveColumn[close] = eventIndex('receive.close')

const receiveClose = eventIndex('receive.close')
const receiveEof = eventIndex('receive.eof')
const failColumn = eventIndex('fail')
const failSilently = eventIndex('fail.silently')
const sendClose = eventIndex('send.close')
const sendPing = eventIndex('send.ping')

const sends: readonly [name: string, column: number, symbol: number, binary?: boolean][] = [
  ['sends its request', eventIndex('send.request'), Sign.request],
  ['accepts', eventIndex('send.response', true), Sign.accepting],
  ['refuses', eventIndex('send.response', false), Sign.refusing],
  ['sends a text', eventIndex('send.text', true), Sign.text],
  ['sends the first fragment of a text', eventIndex('send.text', false), Sign.textStart],
  ['sends a text that is wrong', eventIndex('send.text', true), Sign.wrong],
  ['sends a binary message', eventIndex('send.binary', true), Sign.binary, true],
  ['sends the first fragment of a binary message', eventIndex('send.binary', false), Sign.binaryStart, true],
  ['sends the last fragment', eventIndex('send.continuation', true), Sign.last],
  ['sends a fragment', eventIndex('send.continuation', false), Sign.middle],
  ['sends a Ping', sendPing, Sign.ping],
]

const sideNames = ['the client', 'the server'] as const

function actsOf(bounds: Bounds): Act[] {
  return ([0, 1] as const).flatMap((who): Act[] => {
    const name = sideNames[who]
    return [
      { who, kind: 'take', column: 0, symbol: 0, name: `${name} takes` },
      ...(who === 0
        ? [
            {
              who,
              kind: 'take',
              column: 0,
              symbol: 0,
              finds: true,
              name: `${name} finds fault with`,
            } as const,
          ]
        : []),
      ...sends
        .filter(([, , , binary]) => bounds.binary || binary !== true)
        .map(
          ([what, column, symbol]): Act => ({
            who,
            kind: 'application',
            column,
            symbol,
            name: `${name} ${what}`,
          }),
        ),
      {
        who,
        kind: 'application',
        column: sendClose,
        symbol: closeOf(who, Reason.closed),
        name: `${name} closes`,
      },
      { who, kind: 'application', column: failColumn, symbol: 0, name: `${name} fails the connection` },
      { who, kind: 'gone', column: failSilently, symbol: 0, name: `${name} fails it silently: TCP is gone` },
      { who, kind: 'cut', column: receiveEof, symbol: 0, name: `TCP is cut: ${name} sees the end` },
    ]
  })
}

/** What is asked of a configuration again and again. */
function factsOf(table: Table) {
  const places = table.configurations.map(({ lifecycle }) =>
    typeof lifecycle === 'string' ? lifecycle : Object.entries(lifecycle)[0]!.join('.'),
  )
  const is = (test: (place: string) => boolean) => Uint8Array.from(places, (place) => (test(place) ? 1 : 0))
  return {
    table,
    connecting: is((place) => place.startsWith('connecting.')),
    closed: is((place) => place.startsWith('closed.')),
    clean: is((place) => place === 'closed.cleanly'),
    failed: is((place) => place === 'closing.failed' || place === 'connecting.rejected'),
    ending: is((place) => place.startsWith('closing.') || place === 'connecting.rejected'),
    holds: Uint8Array.from(table.reads, (reads) => (reads === 'hold' ? 1 : 0)),
    discards: Uint8Array.from(table.reads, (reads) => (reads === 'discard' ? 1 : 0)),
  }
}

/** What a state has bits for. */
const MOST_CHANNELS = 65_536
const MOST_CONFIGURATIONS = 64

export class World {
  readonly bounds: Bounds
  readonly acts: readonly Act[]
  readonly channels = new Channels()
  readonly #facts: readonly [ReturnType<typeof factsOf>, ReturnType<typeof factsOf>]
  /** Hears every step of a side, while a path is told. */
  hear: ((step: Stepped) => void) | null = null

  // The state at hand. By side: 0 is the client, 1 the server.
  readonly at: [number, number] = [0, 0]
  /** What is under way from it. */
  readonly out: [number, number] = [0, 0]
  /** The Close that it sent, and the one that it received: 0 for none. */
  readonly sent: [number, number] = [0, 0]
  readonly received: [number, number] = [0, 0]
  readonly halfClosed: [number, number] = [0, 0]
  /** It failed the connection, or its opening. */
  readonly failed: [number, number] = [0, 0]
  cut = 0

  constructor(tables: { client: Table; server: Table }, bounds: Bounds) {
    this.bounds = bounds
    this.acts = actsOf(bounds)
    for (const { configurations } of [tables.client, tables.server]) {
      if (configurations.length > MOST_CONFIGURATIONS)
        throw new RangeError('too many configurations for 6 bits')
    }
    this.#facts = [factsOf(tables.client), factsOf(tables.server)]
    this.at[0] = tables.client.initial
    this.at[1] = tables.server.initial
  }

  // ---- A state in two words ----

  get high(): number {
    const { at, sent, received, halfClosed, failed } = this
    const short = (close: number) => (close === 0 ? 0 : close - Sign.close + 1)
    return (
      (at[0] |
        (at[1] << 6) |
        (short(sent[0]) << 12) |
        (short(sent[1]) << 15) |
        (short(received[0]) << 18) |
        (short(received[1]) << 21) |
        (halfClosed[0] << 24) |
        (halfClosed[1] << 25) |
        (failed[0] << 26) |
        (failed[1] << 27) |
        (this.cut << 28)) >>>
      0
    )
  }

  get low(): number {
    return (this.out[0] | (this.out[1] << 16)) >>> 0
  }

  load(high: number, low: number): void {
    const long = (bits: number) => ((bits & 7) === 0 ? 0 : (bits & 7) + Sign.close - 1)
    this.at[0] = high & 63
    this.at[1] = (high >>> 6) & 63
    this.sent[0] = long(high >>> 12)
    this.sent[1] = long(high >>> 15)
    this.received[0] = long(high >>> 18)
    this.received[1] = long(high >>> 21)
    this.halfClosed[0] = (high >>> 24) & 1
    this.halfClosed[1] = (high >>> 25) & 1
    this.failed[0] = (high >>> 26) & 1
    this.failed[1] = (high >>> 27) & 1
    this.cut = (high >>> 28) & 1
    this.out[0] = low & 0xffff
    this.out[1] = low >>> 16
  }

  // ---- What can be asked of it ----

  get bothClosed(): boolean {
    return this.#facts[0].closed[this.at[0]] === 1 && this.#facts[1].closed[this.at[1]] === 1
  }

  /** A side is on its way to the end, or has arrived. */
  get ending(): boolean {
    const [client, server] = this.#facts
    const { at } = this
    return (
      (client.ending[at[0]]! | client.closed[at[0]]! | server.ending[at[1]]! | server.closed[at[1]]!) === 1
    )
  }

  /**
   * Does `act`; `false` if it cannot happen.
   *
   * @throws Broken for a step that breaks an invariant.
   */
  perform(act: Act): boolean {
    switch (act.kind) {
      case 'take':
        return this.#take(act)
      case 'application':
        return this.#send(act)
      case 'gone':
        if (!this.#moves(act)) return false
        this.cut = 1
        this.#step(act.who, act.column, 0, 0)
        return true
      case 'cut':
        return this.#end(act.who)
    }
  }

  /** The invariants that this state breaks. */
  broken(): InvariantName[] {
    const broken: InvariantName[] = []
    for (const who of [0, 1] as const) {
      const { table, ending } = this.#facts[who]
      const at = this.at[who]
      if (table.closeExpected[at] !== (ending[at] === 1)) broken.push('close-expected')
      if (table.closeExpected[at] && table.deadline[at] === null) broken.push('deadline')
    }
    if (this.bothClosed) this.#checkEnd(broken)
    return broken
  }

  #checkEnd(broken: InvariantName[]): void {
    const { sent, received, failed } = this
    const uncut = this.cut === 0
    const clean = ([0, 1] as const).map((who) => this.#facts[who].clean[this.at[who]] === 1)
    if (uncut && (failed[0] | failed[1]) === 0 && clean[0] !== clean[1]) broken.push('agree-clean')
    for (const who of [0, 1] as const) {
      if (clean[who] && failed[who] === 1) broken.push('agree-clean')
      if (clean[who] !== (sent[who] !== 0 && received[who] !== 0)) broken.push('clean')
      const other = (1 - who) as Index
      const isRight = received[who] === 0 || received[who] === sent[other]
      if (!isRight || (uncut && received[who] !== (failed[who] ? 0 : sent[other]))) broken.push('codes')
    }
  }

  // ---- Acts ----

  #take({ who, finds }: Act): boolean {
    const from = (1 - who) as Index
    const { channels } = this
    const symbol = channels.head(this.out[from])
    if (symbol === undefined || (finds === true) !== (finds === true && symbol === Sign.accepting))
      return false
    const { holds, discards } = this.#facts[who]
    if (symbol === Sign.end) return this.#end(who, false)
    if (holds[this.at[who]]) return false
    this.out[from] = channels.rest(this.out[from])
    if (discards[this.at[who]]) return true
    const column = finds ? receiveColumn[Sign.refusing]! : receiveColumn[symbol]!
    this.#step(who, column, symbol, isClose(symbol) ? symbol : closeOf(who, Reason.wrongInput))
    return true
  }

  /** A side sees the end of its input, in its turn or because TCP is cut. */
  #end(who: Index, cut = true): boolean {
    if (this.#facts[who].closed[this.at[who]]) return false
    if (cut) this.cut = 1
    this.out[1 - who] = 0
    this.#step(who, receiveEof, Sign.end, 0)
    return true
  }

  #send(act: Act): boolean {
    const { who, column, symbol } = act
    const { table } = this.#facts[who]
    if (table.refusal[this.at[who] * columns + column] !== 0) return false
    // A host that has read the request itself: it answers one that is there.
    if (column !== failColumn && table.reads[this.at[who]] === 'request') {
      if (this.channels.head(this.out[0]) !== Sign.request) return false
      this.out[0] = this.channels.rest(this.out[0])
    }
    if (column === failColumn) {
      if (!this.#moves(act)) return false
    } else if (column !== sendClose) {
      const { channels, bounds } = this
      const out = this.out[who]
      if (channels.length[out]! >= bounds.inFlight) return false
      if (column === sendPing) {
        const unanswered = channels.pings[out]! + channels.pongs[this.out[1 - who]!]!
        if (unanswered >= bounds.pings) return false
      }
    }
    this.#step(who, column, symbol, column === failColumn ? closeOf(who, Reason.failed) : symbol)
    return true
  }

  /** As `Protocol.fail`: where nothing comes of it, nothing is done. */
  #moves({ who, column }: Act): boolean {
    const at = this.at[who]
    return this.#facts[who].table.next[at * columns + column] !== at
  }

  /** Steps a side, and puts under way what that makes it write. `close` is the Close that it may write. */
  #step(who: Index, column: number, symbol: number, close: number): void {
    const { table, connecting, failed, closed } = this.#facts[who]
    const from = this.at[who]
    const cell = from * columns + column
    const effects = table.effects[cell]!
    const at = table.next[cell]!
    this.at[who] = at
    this.hear?.({ who, column, symbol, effects, at, cut: this.cut === 1, close })
    if (effects & Effect.deliver && this.received[who] !== 0) throw new Broken('no-delivery-after-close')
    if (column === receiveClose) this.received[who] = symbol
    if (failed[at]) this.failed[who] = 1
    if (closed[at]) this.out[1 - who] = 0
    // In the order of the bits, as the protocol carries them out.
    if (effects & Effect.write) this.#put(who, symbol)
    if (effects & Effect['write.pong']) this.#put(who, Sign.pong)
    if (effects & Effect['write.close']) this.#put(who, close)
    if (effects & Effect['write.response']) this.#put(who, Sign.refusing)
    if (effects & Effect.halfClose) {
      this.#put(who, Sign.end)
      if (who === 0 && !connecting[from] && this.cut === 0 && this.halfClosed[1] === 0)
        throw new Broken('server-half-closes-first')
      this.halfClosed[who] = 1
    }
  }

  #put(who: Index, symbol: number): void {
    if (this.halfClosed[who]) throw new Broken('nothing-behind-half-close')
    if (isClose(symbol)) {
      if (this.sent[who] !== 0) throw new Broken('one-close')
      this.sent[who] = symbol
    } else if (isData(symbol) && this.sent[who] !== 0) throw new Broken('no-data-after-close')
    const other = (1 - who) as Index
    // It has seen the end of its input: nothing reaches it any more.
    if (this.#facts[other].closed[this.at[other]]) return
    this.out[who] = this.channels.with(this.out[who], symbol)
    if (this.channels.size > MOST_CHANNELS)
      throw new RangeError('too much under way for 16 bits: smaller bounds')
  }
}

/** The event of a column, as the machine has it. */
export const eventOf = (column: number) => alphabet[column]!
