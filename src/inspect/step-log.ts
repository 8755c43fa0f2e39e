/**
 * The frames of a connection, noted as bytes in a few large buffers. There may be thousands a second of which nobody
 * ever looks at one: as objects that live as long as they do, they would keep the garbage collector busy for longer than
 * the connections themselves take.
 */
import type { ConnectionEvent, Side } from '../../machines/events.ts'
import { type Configuration, tables } from '../../machines/table.ts'
import { Frame } from '../framing/frame.ts'
import type { Opcode } from '../framing/opcode.ts'
import type { StepDetails } from '../protocol/inspector.ts'
import { beginning, keyNumber, PendingStep } from './pending.ts'
import type { PreviewOptions } from './preview.ts'

/** Of each frame, with its place in bytes; the beginning of its payload follows. */
const at = {
  time: 0,
  length: 8,
  payloadLength: 16,
  key: 24,
  kept: 28,
  event: 32,
  configuration: 33,
  opcode: 34,
  headerLength: 35,
  reservedBits: 36,
  flags: 37,
} as const
const FIXED = 40

const flag = { fin: 1, masked: 2, wire: 4 } as const

/** Buffers grow with what is in them: most connections are quiet. */
const SMALLEST = 1_024
const LARGEST = 65_536

const kinds = ['text', 'binary', 'continuation', 'ping', 'pong']
const events = ['send', 'receive'].flatMap((way) => kinds.map((kind) => `${way}.${kind}`))
const eventNumbers = new Map(events.map((type, index) => [type, index]))

const numbersOf = (side: Side) =>
  new Map<Configuration, number>(tables[side].configurations.map((each, index) => [each, index]))
const configurationNumbers = { client: numbersOf('client'), server: numbersOf('server') }

interface Chunk {
  /** Place of its first byte in all that was ever written. */
  readonly start: number
  readonly bytes: Uint8Array
  readonly view: DataView
}

export class StepLog {
  readonly #side: Side
  readonly #limit: number
  #chunks: Chunk[] = []
  #end = 0

  constructor(side: Side, { preview }: PreviewOptions) {
    this.#side = side
    this.#limit = preview
  }

  /** Notes a frame, and says where; -1 if the step is not one that is noted here. */
  add(event: ConnectionEvent, details: StepDetails, value: Configuration, time: number): number {
    const { frame, wire, error } = details
    if (frame === undefined || error !== undefined) return -1
    const number = eventNumbers.get(event.type)
    const configuration = configurationNumbers[this.#side].get(value)
    if (number === undefined || configuration === undefined || event.fin === !frame.fin) return -1
    const { payload } = frame
    const limit = this.#limit
    const kept = limit === 0 ? 0 : Math.min(payload.length, Math.max(limit, 3) + 3)
    const { start, bytes, view } = this.#room(FIXED + kept)
    const place = this.#end
    const base = place - start
    view.setFloat64(base + at.time, time)
    view.setFloat64(base + at.length, event.length ?? payload.length)
    view.setUint32(base + at.kept, kept)
    bytes[base + at.event] = number
    bytes[base + at.configuration] = configuration
    bytes[base + at.opcode] = frame.opcode
    let flags = frame.fin ? flag.fin : 0
    if (wire !== undefined) {
      flags |= flag.wire
      view.setFloat64(base + at.payloadLength, wire.payloadLength)
      bytes[base + at.headerLength] = wire.headerLength
      bytes[base + at.reservedBits] = wire.reservedBits
      if (wire.maskingKey !== null) {
        flags |= flag.masked
        view.setUint32(base + at.key, keyNumber(wire.maskingKey))
      }
    }
    bytes[base + at.flags] = flags
    if (kept > 0) bytes.set(kept === payload.length ? payload : beginning(payload, limit), base + FIXED)
    this.#end += FIXED + kept
    return place
  }

  /** What was noted at a place. */
  read(place: number): PendingStep {
    const { base, bytes, view } = this.#find(place)
    const payload = bytes.slice(base + FIXED, base + FIXED + view.getUint32(base + at.kept))
    const flags = bytes[base + at.flags]!
    const fin = (flags & flag.fin) !== 0
    const length = view.getFloat64(base + at.length)
    const type = events[bytes[base + at.event]!]!
    return new PendingStep({
      event: { type, fin, length } as ConnectionEvent,
      value: this.value(place),
      time: this.time(place),
      frame: new Frame(bytes[base + at.opcode] as Opcode, payload, fin),
      length,
      headerLength: (flags & flag.wire) === 0 ? -1 : bytes[base + at.headerLength]!,
      payloadLength: view.getFloat64(base + at.payloadLength),
      reservedBits: bytes[base + at.reservedBits]!,
      key: (flags & flag.masked) === 0 ? -1 : view.getUint32(base + at.key),
    })
  }

  value(place: number): Configuration {
    const { base, bytes } = this.#find(place)
    return tables[this.#side].configurations[bytes[base + at.configuration]!]!
  }

  time(place: number): number {
    const { base, view } = this.#find(place)
    return view.getFloat64(base + at.time)
  }

  /** Bytes of its buffers. */
  get size(): number {
    return this.#chunks.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  /** Nothing before this place will be read any more. */
  dropBefore(place: number): void {
    while (this.#chunks.length > 1 && this.#chunks[1]!.start <= place) this.#chunks.shift()
  }

  #find(place: number) {
    let index = this.#chunks.length - 1
    while (index > 0 && this.#chunks[index]!.start > place) index--
    const { start, bytes, view } = this.#chunks[index]!
    return { base: place - start, bytes, view }
  }

  /** The buffer that has room for so many bytes at the end. */
  #room(size: number): Chunk {
    const last = this.#chunks.at(-1)
    if (last !== undefined && this.#end - last.start + size <= last.bytes.length) return last
    const doubled = last === undefined ? SMALLEST : Math.min(last.bytes.length * 2, LARGEST)
    const bytes = new Uint8Array(Math.max(doubled, size))
    const chunk = { start: this.#end, bytes, view: new DataView(bytes.buffer) }
    this.#chunks.push(chunk)
    return chunk
  }
}
