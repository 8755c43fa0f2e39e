import type { ConnectionEvent } from '../../machines/events.ts'
import type { Frame } from '../framing/frame.ts'
import type { Observed, Observer, StepDetails, WireDetails } from '../protocol/inspector.ts'
import type { RecordedConnection } from './connection.ts'
import { eventOf } from './noted.ts'
import { report } from './report.ts'
import type { StepLog } from './step-log.ts'
import type { Tape } from './tape.ts'

/** Hears a connection, which holds it, and has its session take the steps. */
export class ConnectionObserver implements Observer {
  readonly #connection: Observed
  readonly #log: StepLog
  readonly #tape: Tape
  readonly #taken: (session: RecordedConnection) => void
  #complained = false

  /** `taken` is called when the session has taken a step that is not on the tape. */
  constructor(connection: Observed, log: StepLog, tape: Tape, taken: (session: RecordedConnection) => void) {
    this.#connection = connection
    this.#log = log
    this.#tape = tape
    this.#taken = taken
  }

  step(event: ConnectionEvent, details: StepDetails): void {
    try {
      const { session } = this.#log
      session.note(event, details, this.#connection.value, now())
      this.#taken(session)
    } catch (error) {
      this.#complain(error)
    }
  }

  frame(way: 'send' | 'receive', frame: Frame, wire: WireDetails): void {
    try {
      if (this.#tape.add(this.#log, way, frame, wire, this.#connection.value, now())) return
    } catch (error) {
      this.#complain(error)
      return
    }
    this.step(eventOf(way, frame, frame.payload.length), { frame, wire })
  }

  /** Whatever is wrong with watching, it is not the connection's business. */
  #complain(error: unknown): void {
    if (!this.#complained) report(error)
    this.#complained = true
  }
}

/** Found once: as a global of Node it is looked up anew each time, for longer than it takes to be asked. */
const { performance } = globalThis
const origin = performance.timeOrigin

/** Milliseconds since 1970, with fractions, and never backwards. */
export const now = () => origin + performance.now()
