/**
 * How a frame is noted when it happens: as a few words of 32 bits in a row. There may be thousands a second of which
 * nobody ever looks at one: as objects that live as long as they do, they would keep the garbage collector busy for
 * longer than the connections themselves take.
 */
import type { ConnectionEvent, Side } from '../../machines/events.ts'
import { type Configuration, tables } from '../../machines/table.ts'
import { Frame } from '../framing/frame.ts'
import { keyNumber } from '../framing/mask.ts'
import { Opcode } from '../framing/opcode.ts'
import type { WireDetails } from '../protocol/inspector.ts'
import { beginning, keptOf, PendingStep } from './pending.ts'

/** The words and the same memory as bytes. */
export interface Memory {
  readonly words: Int32Array
  readonly bytes: Uint8Array
}

export function allocate(words: number): Memory {
  const memory = new Int32Array(words)
  return { words: memory, bytes: new Uint8Array(memory.buffer) }
}

/** Of each step, with its place in words (the time takes two); the beginning of its payload follows. */
const at = { time: 0, length: 2, payloadLength: 3, key: 4, kind: 5 } as const
const FIXED = 6

/** Of a frame, in one word: the reserved bits (4, 2, 1), flags, and numbers of 4, 4 and 8 bits. */
const flag = { fin: 8, masked: 16, sent: 32 } as const
const shift = { opcode: 8, headerLength: 12, configuration: 16 } as const

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
const numbers = { client: numbersOf('client'), server: numbersOf('server') }

/** A configuration's number in its side's table, if it is in it. */
export const numberOf = (side: Side, value: Configuration): number | undefined => numbers[side].get(value)

/** The event of a frame. */
export const eventOf = (way: 'send' | 'receive', { opcode, fin }: Frame, length: number): ConnectionEvent =>
  ({ type: `${way}.${NAMES[opcode]}`, fin, length }) as ConnectionEvent

/** Whether a frame can be noted so that it can be read again. */
export const canNote = ({ opcode, payload }: Frame, { payloadLength }: WireDetails) =>
  NAMES[opcode] !== undefined && payload.length <= MAX_LENGTH && payloadLength <= MAX_LENGTH

/** Words that a frame takes of whose payload so many bytes are kept. */
export const wordsFor = (kept: number) => FIXED + ((kept + 3) >>> 2)

const time = new Float64Array(1)
const timeWords = new Int32Array(time.buffer)

/** Notes a frame that can be noted in `memory` from the word `base` on. `number` is the configuration's behind it. */
export function noteFrame(
  { words, bytes }: Memory,
  base: number,
  way: 'send' | 'receive',
  { opcode, payload, fin }: Frame,
  { reservedBits, headerLength, payloadLength, maskingKey }: WireDetails,
  number: number,
  now: number,
  limit: number,
): void {
  const { length } = payload
  const kept = keptOf(length, limit)
  let kind =
    reservedBits |
    (opcode << shift.opcode) |
    (headerLength << shift.headerLength) |
    (number << shift.configuration)
  if (fin) kind |= flag.fin
  if (way === 'send') kind |= flag.sent
  if (maskingKey !== null) {
    kind |= flag.masked
    words[base + at.key] = keyNumber(maskingKey)
  }
  words[base + at.kind] = kind
  time[0] = now
  words[base + at.time] = timeWords[0]!
  words[base + at.time + 1] = timeWords[1]!
  words[base + at.length] = length
  words[base + at.payloadLength] = payloadLength
  if (kept > 0) bytes.set(kept === length ? payload : beginning(payload, limit), (base + FIXED) * 4)
}

/** The configuration behind a frame that was noted. */
export const valueAt = (side: Side, words: Int32Array, base: number): Configuration =>
  tables[side].configurations[(words[base + at.kind]! >>> shift.configuration) & 255]!

/** How many words it takes. */
export const wordsAt = (words: Int32Array, base: number, limit: number) =>
  wordsFor(keptOf(words[base + at.length]! >>> 0, limit))

function timeAt(words: Int32Array, base: number): number {
  timeWords[0] = words[base + at.time]!
  timeWords[1] = words[base + at.time + 1]!
  return time[0]!
}

/** A frame as it was noted. */
export function stepAt(side: Side, { words, bytes }: Memory, base: number, limit: number): PendingStep {
  const kind = words[base + at.kind]!
  const length = words[base + at.length]! >>> 0
  const start = (base + FIXED) * 4
  const payload = bytes.slice(start, start + keptOf(length, limit))
  const frame = new Frame(((kind >> shift.opcode) & 15) as Opcode, payload, (kind & flag.fin) !== 0)
  return new PendingStep({
    event: eventOf((kind & flag.sent) === 0 ? 'receive' : 'send', frame, length),
    value: valueAt(side, words, base),
    time: timeAt(words, base),
    frame,
    length,
    headerLength: (kind >> shift.headerLength) & 15,
    payloadLength: words[base + at.payloadLength]! >>> 0,
    reservedBits: kind & 7,
    key: (kind & flag.masked) === 0 ? null : words[base + at.key]!,
  })
}
