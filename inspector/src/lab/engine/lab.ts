/**
 * The lab: two peers, the wire between them, and a clock that only moves when it is told to. What it looks like is
 * a function of the actions that were done, in order: keys come from a generator with a fixed seed.
 */
import { tables } from '../../../../machines/table.ts'
import { Opcode } from '../../../../src/framing/opcode.ts'
import { InvalidStatusError } from '../../../../src/handshake/errors.ts'
import type { Request } from '../../../../src/handshake/message.ts'
import { createInspector } from '../../../../src/inspect/inspector.ts'
import { RECORD_VERSION, type WireRecord } from '../../../../src/inspect/records.ts'
import type { ClientProtocol } from '../../../../src/protocol/client.ts'
import type { Host, Transport } from '../../../../src/protocol/host.ts'
import type { Protocol, ProtocolEvent } from '../../../../src/protocol/protocol.ts'
import type { ServerProtocol } from '../../../../src/protocol/server.ts'
import { MASKING_KEY, rawFrame } from '../../../../src/testing/raw-frame.ts'
import { VirtualClock } from '../../../../src/testing/virtual-clock.ts'
import {
  type Action,
  type Breakpoint,
  defaultSetup,
  other,
  type PeerAction,
  type Setup,
  type Side,
} from './action.ts'
import { Assembly } from './assembly.ts'
import { haltBefore, haltBehind } from './breakpoints.ts'
import { craftedEvent } from './crafted.ts'
import { parseHex } from './hex.ts'
import { Keepalive } from './keepalive.ts'
import { clientPeer, LAB_URI, serverPeer } from './peer.ts'
import type { Halt, PeerSnapshot, Snapshot, StreamSnapshot } from './snapshot.ts'
import { Stream } from './stream.ts'

/** The lab's clock starts when RFC 6455 was published. */
export const EPOCH = Date.UTC(2011, 11, 12)

/** More than this moves in no action: two peers never answer each other for ever. */
const MAX_MOVES = 10_000

/** What a scenario is to the engine: actions, step by step. */
export interface Script {
  setup?: Partial<Setup>
  steps: readonly { does: readonly Action[] }[]
}

interface Peer {
  side: Side
  host: Host
  records: WireRecord[]
  heard: Assembly
  /** A request that was not answered yet. */
  request: Request | null
  /** Since when the host's timer runs, and which. */
  timer: { kind: 'opening' | 'closing' | null; since: number }
}

export class Lab {
  readonly setup: Setup
  readonly #script: Script | null
  readonly #clock = new VirtualClock()
  readonly #streams: Record<Side, Stream> = { client: new Stream('server'), server: new Stream('client') }
  readonly #peers: Record<Side, Peer>
  readonly #keepalive: Keepalive | null
  /** What hosts put off to the end of the turn. */
  readonly #later: (() => void)[] = []
  readonly #arrivals: Record<Side, unknown> = { client: null, server: null }

  #breakpoints: readonly Breakpoint[] = []
  #halted: Halt | null = null
  /** Parts before which it held already. */
  readonly #heldAt = new Set<string>()
  #refusal: string | null = null
  /** What a breakpoint left undone. */
  #rest: Action[] = []
  #step = 0
  #writes = 0
  /** Records of one moment are told apart by microseconds. */
  #tick = { now: 0, count: 0 }

  constructor(script: Script | null = null, setup: Partial<Setup> = {}) {
    this.#script = script
    this.setup = { ...defaultSetup, ...script?.setup, ...setup }
    const inspect = createInspector()
    const sides = new Map<string, Side>()
    const records: Record<Side, WireRecord[]> = { client: [], server: [] }
    inspect.subscribe((record) => {
      if (record.kind === 'connection') sides.set(record.connection, record.side)
      const side = sides.get(record.connection)!
      const before = records[side].at(-1)
      // What is crafted has its place among them.
      const told = { ...record, connection: side, seq: records[side].length, time: this.#time() }
      if (told.kind === 'connection') told.peer = side === 'client' ? LAB_URI : 'the client'
      else if (before !== undefined) this.#halted ??= haltBehind(this.#breakpoints, told, before, side)
      records[side].push(told)
    })
    const make = (side: Side): Peer => {
      const host = (side === 'client' ? clientPeer : serverPeer)({
        setup: this.setup,
        inspect,
        clock: this.#clock,
        transport: this.#transport(side),
        receive: (event) => this.#receive(side, event),
        defer: (task, host) => this.#later.push(() => task(host)),
      })
      return {
        side,
        host,
        records: records[side],
        heard: new Assembly(),
        request: null,
        timer: { kind: null, since: 0 },
      }
    }
    this.#peers = { client: make('client'), server: make('server') }
    const { pingInterval, pingTimeout } = this.setup
    this.#keepalive =
      pingInterval === null
        ? null
        : new Keepalive(this.#peers.server.host, this.#clock, {
            interval: pingInterval,
            timeout: pingTimeout,
          })
    for (const { host } of Object.values(this.#peers)) host.start()
    this.#settle()
  }

  /** Does one thing. What cannot be done changes nothing, and `refusal` says why. */
  do(action: Action): void {
    this.#halted = null
    this.#refusal = null
    if (action.do === 'step') {
      if (this.#rest.length === 0) {
        const step = this.#script?.steps[this.#step]
        if (step === undefined) return
        this.#step++
        this.#rest = [...step.does]
      }
      const todo = this.#rest
      this.#rest = []
      this.#all(todo)
      return
    }
    // What a breakpoint leaves of it is done by hand; of a step, it is done by the next one.
    this.#try(action)
  }

  #all(actions: readonly Action[]): void {
    for (const [at, action] of actions.entries()) {
      const rest = this.#try(action)
      if (this.#halted === null) continue
      this.#rest = [...(rest === null ? [] : [rest]), ...actions.slice(at + 1)]
      return
    }
  }

  #try(action: Action): Action | null {
    try {
      const rest = this.#act(action)
      this.#settle()
      return rest
    } catch (error) {
      this.#refusal = error instanceof Error ? error.message : String(error)
      this.#settle()
      return null
    }
  }

  /** Returns what is left of it if a breakpoint holds it. */
  #act(action: Action): Action | null {
    switch (action.do) {
      case 'request': {
        const client = this.#peers.client.host.protocol as ClientProtocol
        client.sendRequest(client.connect())
        this.#peers.client.host.sent(0)
        return null
      }
      case 'accept':
      case 'refuse':
        this.#answer(action)
        return null
      case 'frame':
      case 'bytes': {
        const bytes = action.do === 'bytes' ? hexOf(action.hex) : craft(action)
        if (bytes.length === 0) throw new Error('there are no bytes to put on the wire')
        const stream = this.#streams[other(action.by)]
        if (stream.ending !== null || stream.ended) throw new Error('this direction of TCP has ended')
        stream.write(bytes, this.#clock.now, this.#writes++)
        this.#recordCrafted(this.#peers[action.by], bytes)
        return null
      }
      case 'deliver': {
        const { to, amount } = action
        if (this.#streams[to].head === null) throw new Error(`nothing is under way to the ${to}`)
        if (amount === 'frame') return this.#deliver(to) === false ? action : null
        if (amount === 'all') {
          this.#repeat(() => this.#deliver(to))
          return action
        }
        let left = amount
        this.#repeat(() => {
          const moved = left > 0 && this.#deliver(to, left)
          if (moved !== false) left -= moved
          return moved
        })
        return { ...action, amount: left }
      }
      case 'flow':
        this.#repeat(() => this.#deliverOldest(() => true))
        return action
      case 'next':
        if (this.#deliverOldest(() => true) === false && this.#halted === null) {
          const { next } = this.#clock
          if (next === null) throw new Error('nothing is under way, and no timer runs')
          this.#wait(next - this.#clock.now)
        }
        return null
      case 'wire': {
        const stream = this.#streams[action.to]
        stream.hold = action.hold
        stream.delay = action.delay ?? 0
        return null
      }
      case 'cut':
        for (const to of action.to === 'both' ? (['server', 'client'] as const) : [action.to]) {
          this.#cut(to, action.how)
        }
        return null
      case 'wait':
        return this.#wait(action.ms)
      case 'breakpoints':
        this.#breakpoints = action.at
        return null
      case 'step':
        return null
      default:
        this.#send(action)
        return null
    }
  }

  /** The sender's protocol knows nothing of what is crafted: its machine took no event. */
  #recordCrafted({ side, host, records }: Peer, bytes: Uint8Array): void {
    const { state, value } = host.protocol
    records.push({
      v: RECORD_VERSION,
      kind: 'step',
      connection: side,
      seq: records.length,
      time: this.#time(),
      event: craftedEvent(bytes, state !== 'connecting'),
      value,
      effects: [],
      transitions: [],
    })
  }

  #answer(action: Extract<Action, { do: 'accept' | 'refuse' }>): void {
    const peer = this.#peers.server
    const server = peer.host.protocol as ServerProtocol
    if (peer.request === null) throw new Error('the server has no request to answer')
    const response =
      action.do === 'accept'
        ? server.accept(peer.request)
        : server.reject(action.status, action.text ?? `${action.status}\n`)
    if (action.do === 'accept' && action.key !== undefined) {
      response.headers.set('Sec-WebSocket-Accept', action.key)
    }
    server.sendResponse(response)
    peer.request = null
    peer.host.sent(0)
  }

  #send(action: PeerAction): void {
    const { host } = this.#peers[action.by]
    const { protocol } = host
    switch (action.do) {
      case 'text':
        protocol.sendText(action.text, action.fin)
        break
      case 'binary':
        protocol.sendBinary(hexOf(action.hex), action.fin)
        break
      case 'continue':
        protocol.sendContinuation(
          action.hex === undefined ? (action.text ?? '') : hexOf(action.hex),
          action.fin,
        )
        break
      case 'ping':
        protocol.sendPing(utf8(action.text))
        break
      case 'pong':
        protocol.sendPong(utf8(action.text))
        break
      case 'close':
        protocol.sendClose(action.code, action.reason)
        break
      case 'fail':
        protocol.fail(action.code, action.reason)
    }
    host.sent(0)
  }

  // ---- The wire ----

  #transport(side: Side): Transport {
    const outgoing = () => this.#streams[other(side)]
    return {
      write: (chunks) => {
        for (const chunk of chunks) outgoing().write(chunk, this.#clock.now, this.#writes++)
        return true
      },
      halfClose: () => outgoing().end('end', this.#clock.now, this.#writes++),
      destroy: () => {
        outgoing().end('end', this.#clock.now, this.#writes++)
        const incoming = this.#streams[side]
        incoming.lose()
        incoming.ended = true
      },
      pause() {},
      resume() {},
    }
  }

  /** Moves one part, or up to `limit` bytes of it; returns how many bytes, or `false` if nothing moved. */
  #deliver(to: Side, limit = Number.POSITIVE_INFINITY): number | false {
    const stream = this.#streams[to]
    const { head } = stream
    if (head === null || this.#halted !== null) return false
    const place = `${to} ${head.start}`
    if (stream.delivered === head.start && !this.#heldAt.has(place)) {
      this.#halted = haltBefore(this.#breakpoints, head, to)
      if (this.#halted !== null) {
        this.#heldAt.add(place)
        return false
      }
    }
    if (head.kind === 'fin' || head.kind === 'rst') {
      this.#end(to, head.kind === 'fin' ? 'end' : 'reset')
      return 0
    }
    const { host } = this.#peers[to]
    if (!isReading(host.protocol)) stream.unreadFrom ??= stream.delivered
    const wasRefusing = isRefusing(host.protocol)
    const data = stream.take(Math.min(limit, head.start + head.length - stream.delivered))
    host.receiveData(data)
    if (!wasRefusing && isRefusing(host.protocol)) stream.wrongAt = head.start
    this.#turn()
    return data.length
  }

  /** Of what is under way on the streams that `may` names, moves what was written first. */
  #deliverOldest(may: (stream: Stream) => boolean): number | false {
    let oldest: { to: Side; order: number } | null = null
    for (const to of ['server', 'client'] as const) {
      const stream = this.#streams[to]
      const order = stream.headWrite?.order
      if (order === undefined || !may(stream)) continue
      if (oldest === null || order < oldest.order) oldest = { to, order }
    }
    return oldest === null ? false : this.#deliver(oldest.to)
  }

  #end(to: Side, how: 'end' | 'reset'): void {
    const stream = this.#streams[to]
    if (stream.ended) return
    stream.ended = true
    const { host } = this.#peers[to]
    if (how === 'end') host.receiveEof({ kind: 'end' })
    else host.transportClosed({ kind: 'reset' })
    this.#turn()
  }

  #cut(to: Side, how: 'end' | 'reset'): void {
    const stream = this.#streams[to]
    stream.lose()
    stream.end(how, this.#clock.now, this.#writes++)
    this.#end(to, how)
  }

  // ---- Time ----

  #wait(ms: number): Action | null {
    const end = this.#clock.now + ms
    while (this.#halted === null) {
      const { next } = this.#clock
      if (next === null || next > end) {
        this.#clock.advance(end - this.#clock.now)
        break
      }
      this.#clock.advance(next - this.#clock.now)
      this.#settle()
    }
    const left = end - this.#clock.now
    return left > 0 ? { do: 'wait', ms: left } : null
  }

  #repeat(move: () => number | false): void {
    for (let moves = 0; moves < MAX_MOVES && move() !== false; moves++) {}
  }

  /** What hosts put off is done. */
  #turn(): void {
    for (let task = this.#later.shift(); task !== undefined; task = this.#later.shift()) task()
    for (const side of ['client', 'server'] as const) {
      const { host } = this.#peers[side]
      // Both halves have ended: a socket closes by itself.
      if (this.#streams[side].ended && this.#streams[other(side)].ending !== null && !host.gone) {
        host.transportClosed({ kind: 'end' })
      }
    }
    this.#keepalive?.watch()
    for (const peer of Object.values(this.#peers)) {
      const { deadline, state } = peer.host.protocol
      const kind = peer.host.gone ? null : state === 'closed' ? 'closing' : deadline
      if (kind !== peer.timer.kind) peer.timer = { kind, since: this.#clock.now }
    }
    if (this.#later.length > 0) this.#turn()
  }

  /** The turn, and what then moves by itself. */
  #settle(): void {
    this.#turn()
    const { now } = this.#clock
    const isDue = (stream: Stream) => !stream.hold && stream.headWrite!.at + stream.delay <= now
    this.#repeat(() => this.#deliverOldest(isDue))
    for (const to of ['client', 'server'] as const) {
      this.#clock.clearTimeout(this.#arrivals[to])
      const due = this.#dueTo(to)
      if (due !== null) this.#arrivals[to] = this.#clock.setTimeout(() => {}, due - now)
    }
  }

  #dueTo(to: Side): number | null {
    const stream = this.#streams[to]
    const write = stream.headWrite
    return stream.hold || write === null ? null : Math.max(write.at + stream.delay, this.#clock.now)
  }

  #time(): number {
    const { now } = this.#clock
    this.#tick = { now, count: this.#tick.now === now ? this.#tick.count + 1 : 0 }
    return EPOCH + now + Math.min(this.#tick.count, 999) / 1000
  }

  #receive(side: Side, event: ProtocolEvent): void {
    const peer = this.#peers[side]
    if (event.type === 'request') {
      peer.request = event
      if (this.setup.autoAccept)
        this.#later.push(() => peer.request !== null && this.#answer({ do: 'accept' }))
    } else if (event.type === 'frame') {
      if (event.opcode === Opcode.pong && side === 'server') this.#keepalive?.pong()
      peer.heard.take(event)
    }
  }

  // ---- What it looks like ----

  snapshot(): Snapshot {
    return {
      now: this.#clock.now,
      nextTimer: this.#clock.next,
      client: this.#peerSnapshot(this.#peers.client),
      server: this.#peerSnapshot(this.#peers.server),
      toClient: this.#streamSnapshot('client'),
      toServer: this.#streamSnapshot('server'),
      refusal: this.#refusal,
      halted: this.#halted,
      breakpoints: this.#breakpoints,
      step: this.#step,
      unfinished: this.#rest.length > 0,
    }
  }

  #peerSnapshot({ side, host, records, heard, request, timer }: Peer): PeerSnapshot {
    const { protocol } = host
    const { parserError, handshakeError, closeReceivedThenSent } = protocol
    return {
      side,
      state: protocol.state,
      value: protocol.value,
      code: protocol.closeCode,
      reason: protocol.closeReason,
      closeSent: protocol.closeSent,
      closeReceived: protocol.closeReceived,
      closedFirst: closeReceivedThenSent === null ? null : !closeReceivedThenSent,
      error: parserError === null ? null : errorOf(parserError),
      handshakeError:
        handshakeError === null ? null : { name: handshakeError.name, message: handshakeError.message },
      transportEnd: protocol.transportEnd?.kind ?? null,
      deadline: this.#deadlineOf(side, timer),
      heard: heard.messages,
      subprotocol: protocol.subprotocol,
      extensions: protocol.extensions.map(({ name }) => name),
      records: [...records],
      asked: request !== null,
    }
  }

  #deadlineOf(side: Side, { kind, since }: Peer['timer']): PeerSnapshot['deadline'] {
    const { openTimeout, closeTimeout } = this.setup
    if (kind !== null) return { kind, due: since + (kind === 'opening' ? openTimeout : closeTimeout) }
    const keepalive = side === 'server' ? this.#keepalive : null
    if (keepalive === null || keepalive.waits === null) return null
    return { kind: keepalive.waits, due: keepalive.due }
  }

  #streamSnapshot(to: Side): StreamSnapshot {
    const stream = this.#streams[to]
    const { hold, delay, bytes, segments, delivered, ended, wrongAt, unreadFrom } = stream
    const due = this.#dueTo(to)
    return { to, hold, delay, bytes, segments, delivered, ended, wrongAt, unreadFrom, due }
  }
}

/** Does it still read what arrives? The machine says so. */
function isReading({ side, value }: Protocol): boolean {
  const table = tables[side]
  return table.reads[table.indexOf(value)] !== 'discard'
}

/** Has it given up because of what arrived? An answer that says no is in order. */
const isRefusing = ({ parserError, handshakeError }: Protocol) =>
  parserError !== null || (handshakeError !== null && !(handshakeError instanceof InvalidStatusError))

function errorOf(error: Error & { code?: unknown; section?: unknown }): PeerSnapshot['error'] {
  const { code, section, message } = error
  return { rule: String(code ?? error.name), message, section: typeof section === 'string' ? section : null }
}

function craft(frame: Extract<Action, { do: 'frame' }>): Uint8Array {
  const { by, do: _, text, hex, masked = by === 'client', ...bits } = frame
  const payload = hex === undefined ? (text ?? '') : hexOf(hex)
  return rawFrame({ ...bits, payload, maskingKey: masked ? MASKING_KEY : null })
}

function hexOf(text: string): Uint8Array {
  const bytes = parseHex(text)
  if (bytes === null) throw new Error(`this is not hex: ${text.slice(0, 40)}`)
  return bytes
}

const utf8 = (text: string | undefined) => (text === undefined ? undefined : new TextEncoder().encode(text))
