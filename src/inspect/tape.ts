/**
 * Where the frames of all connections are noted, one behind the other. Most of them are dropped before anybody looks: so
 * each is written once, where the last one was, and not touched again. To go to a place of its own for each connection
 * would be to fetch memory that hundreds of others have pushed out of the processor's caches meanwhile.
 *
 * The tape is cut into segments, in no order: each connection knows its runs of frames. A segment is written anew when all
 * its frames were dropped, or most of them: the others then go to its beginning. So the tape takes about twice of what is
 * kept, at most.
 */
import type { Configuration } from '../../machines/table.ts'
import type { Frame } from '../framing/frame.ts'
import type { WireDetails } from '../protocol/inspector.ts'
import type { RecordedConnection } from './connection.ts'
import { allocate, canNote, type Memory, noteFrame, wordsAt, wordsFor } from './noted.ts'
import { keptOf } from './pending.ts'
import { LINK, type Run } from './run.ts'
import type { StepLog } from './step-log.ts'

/** Words of a segment, which is 512 KiB: when it is full, each connection has to be gone to. */
const SEGMENT = 131_072

export interface TapeOptions {
  /** Bytes of a payload that are shown. */
  preview: number
  open: boolean
  /** Words of a segment. */
  segment?: number
}

export class Segment {
  memory: Memory
  /** Words that are written. The first one is not, so that no frame is at 0. */
  used = LINK
  /** Frames that were noted, and those of them that are kept. */
  noted = 0
  kept = 0
  runs: Run[] = []

  constructor(memory: Memory) {
    this.memory = memory
  }
}

export class Tape {
  /** Whether frames are noted here: not if somebody wants to hear of each as it happens. */
  open: boolean
  readonly #limit: number
  readonly #size: number
  readonly #begins: (session: RecordedConnection) => void
  readonly #grown: (session: RecordedConnection, steps: number) => void
  #segments: Segment[] = []
  #segment: Segment | null = null
  /** To move frames to. */
  #spare: Memory | null = null

  /**
   * `begins` is called when a session of which all was counted has something new, and `grown` when so many steps were
   * counted.
   */
  constructor(
    { preview, open, segment = SEGMENT }: TapeOptions,
    begins: (session: RecordedConnection) => void,
    grown: (session: RecordedConnection, steps: number) => void,
  ) {
    this.open = open
    this.#limit = preview
    this.#size = segment
    this.#begins = begins
    this.#grown = grown
  }

  /** Bytes of its memory. */
  get size(): number {
    return (this.#segments.length + (this.#spare === null ? 0 : 1)) * this.#size * 4
  }

  /** Notes a frame that led to no error, and to `value`; `false` if it is one that cannot be noted here. */
  add(
    log: StepLog,
    way: 'send' | 'receive',
    frame: Frame,
    wire: WireDetails,
    value: Configuration,
    time: number,
  ): boolean {
    if (!this.open || !canNote(frame, wire)) return false
    const number = log.numberOf(value)
    if (number === undefined) return false
    const size = LINK + wordsFor(keptOf(frame.payload.length, this.#limit))
    if (LINK + size > this.#size) return false
    let segment = this.#segment
    while (segment === null || segment.used + size > this.#size) segment = this.#turn()
    const base = segment.used + LINK
    const { memory } = segment
    noteFrame(memory, base, way, frame, wire, number, time, this.#limit)
    memory.words[base - LINK] = 0
    segment.used += size
    segment.noted++
    segment.kept++
    const run = log.open
    if (run !== null && run.segment === segment) {
      memory.words[run.last - LINK] = base
      run.last = base
      run.count++
      log.noted(value, time)
    } else {
      segment.runs.push(log.begin(segment, base))
      log.noted(value, time)
      this.#begins(log.session)
    }
    return true
  }

  /** Has the steps counted that a connection took since. */
  settle(log: StepLog): void {
    const steps = log.count()
    if (steps > 0) this.#grown(log.session, steps)
  }

  /** Goes on in another segment; returns the one where it is now. */
  #turn(): Segment {
    const done = this.#segment
    this.#segment = this.#free(done)
    // Only now: those who are told of it may look, or cause more frames.
    for (const run of done?.runs ?? []) if (run.segment === done) this.settle(run.log)
    return this.#segment
  }

  /** A segment with room, which is not the one that was just `done`. */
  #free(done: Segment | null): Segment {
    let emptiest: Segment | null = null
    for (const each of this.#segments) {
      if (each !== done && (emptiest === null || keptPart(each) < keptPart(emptiest))) emptiest = each
    }
    if (emptiest === null || keptPart(emptiest) > 0.5) {
      emptiest = new Segment(allocate(this.#size))
      this.#segments.push(emptiest)
      return emptiest
    }
    this.#compact(emptiest)
    this.#segments = this.#segments.filter((each) => each === emptiest || each === done || each.kept > 0)
    return emptiest
  }

  /** Moves what is kept in a segment to its beginning. */
  #compact(segment: Segment): void {
    const runs = segment.runs.filter((run) => run.segment === segment)
    for (const run of runs) run.skipTo(run.log.first)
    segment.used = LINK
    segment.noted = 0
    segment.kept = 0
    segment.runs = []
    if (runs.length === 0) return
    const from = segment.memory
    // Runs are entangled: what is moved could be written over what is still to be.
    segment.memory = this.#spare ?? allocate(this.#size)
    this.#spare = from
    for (const run of runs) this.#move(run, from)
  }

  #move(run: Run, from: Memory): void {
    const segment = run.segment!
    const { words } = segment.memory
    let last = 0
    for (let base = run.first; base !== 0; base = from.words[base - LINK]!) {
      const size = wordsAt(from.words, base, this.#limit)
      const to = segment.used + LINK
      words.set(from.words.subarray(base, base + size), to)
      words[to - LINK] = 0
      if (last === 0) run.first = to
      else words[last - LINK] = to
      last = to
      segment.used += LINK + size
    }
    run.last = last
    segment.noted += run.count
    segment.kept += run.count
    segment.runs.push(run)
  }
}

const keptPart = ({ kept, noted }: Segment) => kept / noted
