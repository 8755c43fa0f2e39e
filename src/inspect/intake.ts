/**
 * Where the frames of all connections are noted first, one behind the other. Each connection has a log of its own; to
 * go to that for each frame is to fetch a dozen places of memory that hundreds of other connections have pushed out of
 * the processor's caches meanwhile. So frames wait here until this is full or somebody looks, and go to the logs many
 * at a time.
 */
import type { Side } from '../../machines/events.ts'
import type { Configuration } from '../../machines/table.ts'
import type { Frame } from '../framing/frame.ts'
import type { WireDetails } from '../protocol/inspector.ts'
import type { RecordedConnection } from './connection.ts'
import { allocate, canNote, type Memory, noteFrame, numberOf, wordsFor } from './noted.ts'
import { keptOf } from './pending.ts'

/** Words, which is 128 KiB: a small part of what the caches of a processor hold. */
const SIZE = 32_768

/** Before each frame: where the next one of the same connection is; 0: none, since the first place has none before it. */
const LINK = 1

/** A connection's frames that wait. It must not hold the connection itself. */
export class Waiting {
  readonly side: Side
  /** Where its first and its last are; 0: none wait. */
  first = 0
  last = 0
  /** The intake has it in its list. */
  listed = false
  /** The configuration behind the last frame, and its number. */
  value: Configuration | null = null
  number = 0
  /** Set before the first frame. */
  session!: RecordedConnection

  constructor(side: Side) {
    this.side = side
  }
}

export class Intake {
  /** Whether frames may wait: not if somebody wants to hear of each as it happens. */
  open: boolean
  readonly #limit: number
  readonly #waits: (session: RecordedConnection) => void
  readonly #taken: (session: RecordedConnection, steps: number) => void
  #memory: Memory | null = null
  #used = LINK
  #waiting: Waiting[] = []

  /**
   * `preview` is how many bytes of a payload are shown; `waits` is called when a session of which nothing waited has
   * something that does, and `taken` when it took so many steps.
   */
  constructor(
    { preview, open }: { preview: number; open: boolean },
    waits: (session: RecordedConnection) => void,
    taken: (session: RecordedConnection, steps: number) => void,
  ) {
    this.open = open
    this.#limit = preview
    this.#waits = waits
    this.#taken = taken
  }

  /** Notes a frame that led to no error; `false` if it is one that cannot wait here. */
  add(
    waiting: Waiting,
    way: 'send' | 'receive',
    frame: Frame,
    wire: WireDetails,
    value: Configuration,
    time: number,
  ): boolean {
    if (!this.open || !canNote(frame, wire)) return false
    if (value !== waiting.value) {
      const number = numberOf(waiting.side, value)
      if (number === undefined) return false
      waiting.value = value
      waiting.number = number
    }
    const size = LINK + wordsFor(keptOf(frame.payload.length, this.#limit))
    if (this.#used + size > SIZE) {
      if (LINK + size > SIZE) return false
      this.flush()
    }
    this.#memory ??= allocate(SIZE)
    const base = this.#used + LINK
    noteFrame(this.#memory, base, way, frame, wire, waiting.number, time, this.#limit)
    const { words } = this.#memory
    words[base - LINK] = 0
    this.#used += size
    const { last } = waiting
    waiting.last = base
    if (last !== 0) {
      words[last - LINK] = base
      return true
    }
    waiting.first = base
    if (!waiting.listed) {
      waiting.listed = true
      this.#waiting.push(waiting)
    }
    this.#waits(waiting.session)
    return true
  }

  /** Hands a session those of its frames that wait. */
  settle(waiting: Waiting): void {
    if (waiting.first === 0) return
    const count = this.#hand(waiting)
    this.#taken(waiting.session, count)
  }

  /** Hands all sessions what waits. */
  flush(): void {
    const all = this.#waiting
    if (all.length === 0) return
    const counts = all.map((waiting) => {
      waiting.listed = false
      return this.#hand(waiting)
    })
    this.#waiting = []
    // The first word is not used, so that no frame is at 0.
    this.#used = LINK
    // Only now: those who are told may look, or cause more.
    for (const [index, { session }] of all.entries()) {
      if (counts[index]! > 0) this.#taken(session, counts[index]!)
    }
  }

  #hand(waiting: Waiting): number {
    let count = 0
    const { session } = waiting
    const memory = this.#memory!
    for (let base = waiting.first; base !== 0; base = memory.words[base - LINK]!) {
      session.noteFrame(memory, base)
      count++
    }
    waiting.first = 0
    waiting.last = 0
    return count
  }
}
