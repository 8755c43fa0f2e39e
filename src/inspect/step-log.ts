/**
 * The steps of a connection of which no record was made, the oldest first: frames as they were noted, in a few
 * buffers; what is rare is kept as it is, with its place in them.
 *
 * A step that is dropped is only counted: what was noted long ago is far away in memory, and is not touched again
 * before its whole buffer is done with.
 */
import type { Side } from '../../machines/events.ts'
import { type Configuration, tables } from '../../machines/table.ts'
import { allocate, at, FIXED, flag, type Memory, numberIn, stepAt, wordsAt } from './noted.ts'
import type { PendingStep } from './pending.ts'

/** Words. Buffers grow with what is in them: most connections are quiet. */
const SMALLEST = 256
const LARGEST = 4_096

/** Up to so many words a loop is faster than a call. */
const LOOPED = 64

interface Buffer {
  readonly memory: Memory
  /** Steps that are no frames, or unlike others. */
  objects: PendingStep[]
  /** Number of its first step, and the configuration before that. */
  first: number
  before: Configuration
}

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

  /** The configuration behind the latest step. */
  #latest: Configuration

  /** `value` is the configuration before the first step, `preview` how many bytes of a payload are shown. */
  constructor(side: Side, value: Configuration, { preview }: { preview: number }) {
    this.#side = side
    this.#limit = preview
    this.#before = value
    this.#latest = value
  }

  /** Takes a frame that was noted in `memory` from the word `base` on. */
  addFrame({ words, bytes }: Memory, base: number): void {
    const size = wordsAt(words, base, this.#limit)
    const { memory } = this.#room(size)
    if (size > LOOPED) memory.bytes.set(bytes.subarray(base * 4, (base + size) * 4), this.#used * 4)
    else for (let i = 0; i < size; i++) memory.words[this.#used + i] = words[base + i]!
    this.#used += size
    this.#end++
    this.#latest = this.#valueIn(words[base + at.kind]!)
  }

  add(step: PendingStep): void {
    const { memory, objects } = this.#room(FIXED)
    memory.words[this.#used + at.kind] = flag.object
    memory.words[this.#used + at.length] = objects.length
    objects.push(step)
    this.#used += FIXED
    this.#end++
    this.#latest = step.value
  }

  /** The configuration behind the latest step. */
  get latest(): Configuration {
    return this.#latest
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
    const spare = this.#spare?.memory.bytes.length ?? 0
    return this.#buffers.reduce((sum, { memory }) => sum + memory.bytes.length, spare)
  }

  /** Goes to the oldest step that is kept. */
  #seek(): void {
    while (this.#readStep < this.#first) {
      const { memory, objects } = this.#buffers[0]!
      const { words } = memory
      const kind = words[this.#readAt + at.kind]!
      const isObject = (kind & flag.object) !== 0
      this.#before = isObject ? objects[words[this.#readAt + at.length]!]!.value : this.#valueIn(kind)
      this.#readAt += isObject ? FIXED : wordsAt(words, this.#readAt, this.#limit)
      this.#readStep++
    }
  }

  #read(): PendingStep {
    const { memory, objects } = this.#buffers[0]!
    const { words } = memory
    const kind = words[this.#readAt + at.kind]!
    if ((kind & flag.object) !== 0) return objects[words[this.#readAt + at.length]!]!
    return stepAt(memory, this.#readAt, this.#valueIn(kind), this.#limit)
  }

  #valueIn(kind: number): Configuration {
    return tables[this.#side].configurations[numberIn(kind)]!
  }

  /** The buffer that has room for so many words at `#used`. */
  #room(size: number): Buffer {
    const last = this.#last
    if (last !== null && this.#used + size <= last.memory.words.length) return last
    return this.#open(size)
  }

  #open(size: number): Buffer {
    const last = this.#last
    let buffer = this.#spare
    this.#spare = null
    if (buffer === null || buffer.memory.words.length < size) {
      const doubled = last === null ? SMALLEST : Math.min(last.memory.words.length * 2, LARGEST)
      buffer = { memory: allocate(Math.max(doubled, size)), objects: [], first: 0, before: this.#latest }
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
    if (done.memory.words.length !== LARGEST) return
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
