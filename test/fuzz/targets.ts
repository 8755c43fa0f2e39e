/** What is fed, and what must hold whatever that is. What it says of an input is its signature: a new one is news. */
import { deepStrictEqual } from 'node:assert'
import { permessageDeflate } from '../../src/deflate/node.ts'
import { createInspector } from '../../src/inspect/inspector.ts'
import type { WireRecord } from '../../src/inspect/records.ts'
import {
  ClientProtocol,
  type Inspector,
  Opcode,
  type Protocol,
  type ProtocolOptions,
  parseUri,
  ServerProtocol,
  type Side,
} from '../../src/protocol/index.ts'
import type { Random } from './random.ts'

export interface Target {
  name: string
  /** Which side is under attack. */
  side: Side
  /** Whether the input begins with the opening handshake. */
  opening: boolean
  create(options: ProtocolOptions): Protocol
}

const limits = { maxSize: { message: 600, frame: 400 }, maxFragments: 8 }
const zeros = (size: number) => new Uint8Array(size)

function opened(side: Side, options: ProtocolOptions, compressed: boolean): Protocol {
  if (!compressed) {
    return side === 'server'
      ? new ServerProtocol({ ...limits, inspect: options.inspect!, randomBytes: zeros, state: 'open' })
      : new ClientProtocol(parseUri('ws://h/'), {
          ...limits,
          inspect: options.inspect!,
          randomBytes: zeros,
          state: 'open',
        })
  }
  const all = { ...limits, inspect: options.inspect!, randomBytes: zeros, extensions: [permessageDeflate()] }
  const client = new ClientProtocol(
    parseUri('ws://h/'),
    side === 'client' ? all : { extensions: all.extensions },
  )
  const server = new ServerProtocol(side === 'server' ? all : { extensions: all.extensions })
  const request = client.connect()
  client.sendRequest(request)
  server.sendResponse(server.accept(request))
  client.receiveData(Buffer.concat(server.dataToSend()))
  client.eventsReceived()
  client.dataToSend()
  return side === 'client' ? client : server
}

const opening = (side: Side, options: ProtocolOptions): Protocol => {
  const all = { ...limits, inspect: options.inspect!, randomBytes: zeros, extensions: [permessageDeflate()] }
  if (side === 'server') return new ServerProtocol(all)
  const client = new ClientProtocol(parseUri('ws://server.example.com/'), all)
  client.sendRequest(client.connect())
  client.dataToSend()
  return client
}

export const targets: readonly Target[] = (['server', 'client'] as const).flatMap((side) => [
  { name: `${side} opening`, side, opening: true, create: (options) => opening(side, options) },
  { name: `${side} frames`, side, opening: false, create: (options) => opened(side, options, false) },
  { name: `${side} compressed`, side, opening: false, create: (options) => opened(side, options, true) },
])

/** Everything that can be told of one run. */
interface Told {
  events: string[]
  wire: string
  end: unknown
}

const show = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

function run(protocol: Protocol, input: readonly Uint8Array[], stepping: boolean): Told {
  const events: string[] = []
  const wire: Uint8Array[] = []
  const drain = () => {
    const next = () => (stepping ? protocol.nextEvent() : protocol.eventsReceived())
    for (;;) {
      const got = next()
      const list = got === null ? [] : Array.isArray(got) ? got : [got]
      for (const event of list) {
        if (event.type === 'frame') {
          events.push(`${event.opcode}${event.fin ? '' : '+'} ${show(event.payload)}`)
          if (event.opcode === Opcode.ping && events.length > 100_000) throw new Error('events without end')
        } else if (event.type === 'request') {
          events.push(`${event.method} ${event.path} ${JSON.stringify([...event.headers])}`)
          const server = protocol as ServerProtocol
          if (server.value.lifecycle !== 'open' && !server.closeExpected())
            server.sendResponse(server.accept(event))
        } else events.push(`${event.status} ${JSON.stringify([...event.headers])}`)
      }
      if (list.length === 0) break
    }
    wire.push(...protocol.dataToSend())
  }
  for (const piece of input) {
    // A copy: it may be overwritten. (`slice` of a Buffer is none.)
    const own = Uint8Array.from(piece)
    if (stepping) protocol.feed(own)
    else protocol.receiveData(own)
    drain()
  }
  const before = protocol.value
  protocol.receiveEof()
  drain()
  if (protocol.state !== 'closed') throw new Error('not closed behind the end of the stream')
  const ends = wire.filter(({ length }) => length === 0).length
  if (ends !== 1 || wire.at(-1)!.length !== 0) throw new Error(`${ends} half-closes, or something behind one`)
  const { parserError, handshakeError, closeCode, closeReason, closeReceived, closeSent } = protocol
  const codeOf = (error: Error | null) => (error as { code?: string } | null)?.code ?? null
  return {
    events,
    // The date of a refusal, were there one, would differ.
    wire: show(Buffer.concat(wire)),
    end: {
      before,
      value: protocol.value,
      errors: [codeOf(parserError), codeOf(handshakeError)],
      close: [closeCode, closeReason, closeReceived, closeSent],
    },
  }
}

const cut = (input: Uint8Array, sizes: (left: number) => number): Uint8Array[] => {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < input.length; ) {
    const size = Math.max(1, sizes(input.length - at))
    pieces.push(input.subarray(at, at + size))
    at += size
  }
  return pieces
}

/** Watches, and keeps whether the statechart agreed with the table. */
function watcher(): { inspect: Inspector; records: WireRecord[] } {
  const records: WireRecord[] = []
  const inspect = createInspector()
  inspect.subscribe((record) => void records.push(record))
  return { inspect, records }
}

/**
 * Feeds `input` in several ways. Returns its signature.
 *
 * @throws whatever broke.
 */
export function feed(target: Target, input: Uint8Array, random: Random, watched: boolean): string {
  const fresh = () => target.create({})
  const whole = run(fresh(), [input], false)
  deepStrictEqual(
    run(
      fresh(),
      cut(input, () => 1),
      true,
    ),
    whole,
    'byte by byte',
  )
  deepStrictEqual(
    run(
      fresh(),
      cut(input, (left) => random.below(left) + 1),
      random.below(2) === 0,
    ),
    whole,
    'cut',
  )
  if (watched) {
    const { inspect, records } = watcher()
    deepStrictEqual(run(target.create({ inspect }), [input], true), whole, 'watched')
    const wrong = records.find((record) => 'disagreement' in record)
    if (wrong !== undefined) throw new Error(`the statechart disagrees: ${JSON.stringify(wrong)}`)
  }
  const kinds = whole.events.map((event) => (/^[A-Z]/.test(event) ? 'H' : event.split(' ', 1)[0]!))
  return JSON.stringify([kinds.slice(0, 6), Math.min(3, kinds.length >> 3), signatureOf(whole.end)])
}

function signatureOf(end: unknown): unknown {
  const { before, errors, close } = end as { before: unknown; errors: unknown; close: unknown[] }
  return [before, errors, close[0]]
}
