/**
 * The steps of a connection of which no record was made, the oldest first. There may be thousands a second of which
 * nobody ever looks at one: as objects that live as long as they do, they would keep the garbage collector busy for
 * longer than the connections themselves take. So frames are noted as bytes in a few buffers; what is rare is kept as
 * it is, with its place in them.
 *
 * A step that is dropped is only counted: what was noted long ago is far away in memory, and is not touched again
 * before its whole buffer is done with.
 */
import type { ConnectionEvent, Side } from '../../machines/events.ts'
import { type Configuration, tables } from '../../machines/table.ts'
import { Frame } from '../framing/frame.ts'
import { Opcode } from '../framing/opcode.ts'
import type { WireDetails } from '../protocol/inspector.ts'
import { beginning, keptOf, keyNumber, PendingStep } from './pending.ts'

/** Of each step, with its place in bytes; the beginning of its payload follows. */
const at = { time: 0, length: 8, payloadLength: 12, key: 16, word: 20 } as const
const FIXED = 24

/**
 * Of a frame, in one word: the reserved bits (4, 2, 1), flags, and numbers of 4, 4 and 8 bits. Of a step that is kept
 * as it is, `object` alone; its number among them is in place of the length.
 */
const flag = { fin: 8, masked: 16, sent: 32, object: 64 } as const
const shift = { opcode: 8, headerLength: 12, configuration: 16 } as const

/** Buffers grow with what is in them: most connections are quiet. */
const SMALLEST = 1_024
const LARGEST = 16_384

const MAX_LENGTH = 0xffff_ffff

const NAMES: Readonly<Record<number, string>> = {
  [Opcode.continuation]: 'continuation',
  [Opcode.text]: 'text',
  [Opcode.binary]: 'binary',
  [Opcode.ping]: 'ping',
  [Opcode.pong]: 'pong',
}

const numbersOf = (side: Side) =>
  new Map<Configuration, number>(tables[side].configurations.map((each, index) => [each, index]))
const configurationNumbers = { client: numbersOf('client'), server: numbersOf('server') }

interface Buffer {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Steps that are no frames, or unlike others. */
  objects: PendingStep[]
  /** Number of its first step, and the configuration before that. */
  first: number
  before: Configuration
}

/** The event of a frame. */
export const eventOf = (way: 'send' | 'receive', { opcode, fin }: Frame, length: number): ConnectionEvent =>
  ({ type: `${way}.${NAMES[opcode]}`, fin, length }) as ConnectionEvent

export class StepLog {
  readonly #side: Side
  readonly #limit: number
  #first = 0
  #end = 0

  #buffers: Buffer[] = []
  /** Number of the first step of the second buffer. */
  #second = Number.POSITIVE_INFINITY
  /** The last buffer, and how much of it is used. */
  #last: Buffer | null = null
  #used = 0
  /** One that is done with. */
  #spare: Buffer | null = null

  /** Where reading is in the first buffer: the number of a step, its place, and the configuration before it. */
  #readStep = 0
  #readAt = 0
  #before: Configuration

  /** The configuration behind the latest step, and its number in the table, if it is in it. */
  #latest: Configuration
  #number: number | undefined

  /** `value` is the configuration before the first step, `preview` how many bytes of a payload are shown. */
  constructor(side: Side, value: Configuration, { preview }: { preview: number }) {
    this.#side = side
    this.#limit = preview
    this.#before = value
    this.#latest = value
    this.#number = configurationNumbers[side].get(value)
  }

  /** Notes a frame; `false` if it is one that has to be added as a step. */
  addFrame(
    way: 'send' | 'receive',
    frame: Frame,
    wire: WireDetails,
    value: Configuration,
    time: number,
  ): boolean {
    const { payload, opcode } = frame
    const { length } = payload
    const { payloadLength, maskingKey } = wire
    const known = value === this.#latest
    const number = known ? this.#number : configurationNumbers[this.#side].get(value)
    if (number === undefined || NAMES[opcode] === undefined) return false
    if (length > MAX_LENGTH || payloadLength > MAX_LENGTH) return false
    const kept = keptOf(length, this.#limit)
    const { bytes, view } = this.#room(FIXED + kept)
    const base = this.#used
    let word =
      wire.reservedBits |
      (opcode << shift.opcode) |
      (wire.headerLength << shift.headerLength) |
      (number << shift.configuration)
    if (frame.fin) word |= flag.fin
    if (way === 'send') word |= flag.sent
    if (maskingKey !== null) {
      word |= flag.masked
      view.setUint32(base + at.key, keyNumber(maskingKey))
    }
    view.setUint32(base + at.word, word)
    view.setFloat64(base + at.time, time)
    view.setUint32(base + at.length, length)
    view.setUint32(base + at.payloadLength, payloadLength)
    if (kept > 0) bytes.set(kept === length ? payload : beginning(payload, this.#limit), base + FIXED)
    this.#used = base + FIXED + kept
    this.#end++
    if (!known) {
      this.#latest = value
      this.#number = number
    }
    return true
  }

  add(step: PendingStep): void {
    const { view, objects } = this.#room(FIXED)
    view.setUint32(this.#used + at.word, flag.object)
    view.setUint32(this.#used + at.length, objects.length)
    objects.push(step)
    this.#used += FIXED
    this.#end++
    this.#latest = step.value
    this.#number = configurationNumbers[this.#side].get(step.value)
  }

  /** Number of the oldest step that is kept, from 0. */
  get first(): number {
    return this.#first
  }

  /** Number of the next step. */
  get end(): number {
    return this.#end
  }

  /** Drops the oldest step. */
  drop(): void {
    this.#first++
    if (this.#first >= this.#second) this.#release()
    if (this.#first === this.#end) this.#rewind()
  }

  /** The configuration before the oldest step. */
  get before(): Configuration {
    this.#seek()
    return this.#before
  }

  /** Takes the oldest step out. There must be one. */
  shift(): PendingStep {
    this.#seek()
    const step = this.#read()
    this.drop()
    return step
  }

  /** Bytes of its buffers. */
  get size(): number {
    const spare = this.#spare?.bytes.length ?? 0
    return this.#buffers.reduce((sum, { bytes }) => sum + bytes.length, spare)
  }

  /** Goes to the oldest step that is kept. */
  #seek(): void {
    while (this.#readStep < this.#first) {
      const { view, objects } = this.#buffers[0]!
      const word = view.getUint32(this.#readAt + at.word)
      const length = view.getUint32(this.#readAt + at.length)
      const isObject = (word & flag.object) !== 0
      this.#before = isObject ? objects[length]!.value : this.#valueIn(word)
      this.#readAt += FIXED + (isObject ? 0 : keptOf(length, this.#limit))
      this.#readStep++
    }
  }

  #read(): PendingStep {
    const { bytes, view, objects } = this.#buffers[0]!
    const base = this.#readAt
    const word = view.getUint32(base + at.word)
    const length = view.getUint32(base + at.length)
    if ((word & flag.object) !== 0) return objects[length]!
    const payload = bytes.slice(base + FIXED, base + FIXED + keptOf(length, this.#limit))
    const frame = new Frame(((word >> shift.opcode) & 15) as Opcode, payload, (word & flag.fin) !== 0)
    return new PendingStep({
      event: eventOf((word & flag.sent) === 0 ? 'receive' : 'send', frame, length),
      value: this.#valueIn(word),
      time: view.getFloat64(base + at.time),
      frame,
      length,
      headerLength: (word >> shift.headerLength) & 15,
      payloadLength: view.getUint32(base + at.payloadLength),
      reservedBits: word & 7,
      key: (word & flag.masked) === 0 ? -1 : view.getUint32(base + at.key),
    })
  }

  #valueIn(word: number): Configuration {
    return tables[this.#side].configurations[(word >> shift.configuration) & 255]!
  }

  /** The buffer that has room for so many bytes at `#used`. */
  #room(size: number): Buffer {
    const last = this.#last
    if (last !== null && this.#used + size <= last.bytes.length) return last
    return this.#open(size)
  }

  #open(size: number): Buffer {
    const last = this.#last
    let buffer = this.#spare
    this.#spare = null
    if (buffer === null || buffer.bytes.length < size) {
      const doubled = last === null ? SMALLEST : Math.min(last.bytes.length * 2, LARGEST)
      const bytes = new Uint8Array(Math.max(doubled, size))
      buffer = { bytes, view: new DataView(bytes.buffer), objects: [], first: 0, before: this.#latest }
    }
    buffer.first = this.#end
    buffer.before = this.#latest
    this.#buffers.push(buffer)
    this.#last = buffer
    this.#used = 0
    if (this.#buffers.length === 2) this.#second = this.#end
    if (this.#first >= this.#second) this.#release()
    return buffer
  }

  /** Lets go of the first buffer, whose steps were all dropped. */
  #release(): void {
    const done = this.#buffers.shift()!
    const { first, before } = this.#buffers[0]!
    this.#second = this.#buffers[1]?.first ?? Number.POSITIVE_INFINITY
    this.#readStep = first
    this.#readAt = 0
    this.#before = before
    if (done.bytes.length !== LARGEST) return
    done.objects = []
    this.#spare = done
  }

  /** Nothing is kept: the last buffer is used from its start again. */
  #rewind(): void {
    const last = this.#last!
    last.objects = []
    last.first = this.#end
    last.before = this.#latest
    this.#used = 0
    this.#readStep = this.#end
    this.#readAt = 0
    this.#before = this.#latest
  }
}
