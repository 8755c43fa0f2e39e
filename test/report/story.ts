/** A connection's history as tests tell it: the real machine takes the events, at times that the test chooses. */
import type { ConnectionEvent, Side } from '../../machines/events.ts'
import type { Configuration } from '../../machines/table.ts'
import { Lockstep } from '../../src/inspect/lockstep.ts'
import type { ConnectionRecord, EventRecord, StepRecord } from '../../src/inspect/records.ts'
import { type CloseReport, closeReport, type Finding } from '../../src/report/report.ts'
import type { History } from '../../src/report/step.ts'

const START = 1_790_000_000_000

export class Story {
  readonly side: Side
  readonly about: ConnectionRecord
  readonly steps: StepRecord[] = []
  readonly #machine: Lockstep
  #time = START

  constructor(side: Side, value?: Configuration) {
    const connecting = side === 'client' ? 'requesting' : 'awaitingRequest'
    const first: Configuration = value ?? {
      lifecycle: { connecting } as Configuration['lifecycle'],
      inbound: 'idle',
      outbound: 'idle',
    }
    this.side = side
    this.#machine = new Lockstep(side, first, 'c1')
    this.about = {
      v: 1,
      kind: 'connection',
      connection: 'c1',
      seq: 0,
      time: START,
      side,
      peer: null,
      value: first,
    }
  }

  /** So many milliseconds pass. */
  after(ms: number): this {
    this.#time += ms
    return this
  }

  take(event: ConnectionEvent, details: Partial<EventRecord> = {}): this {
    return this.#add({ ...(event as object), ...details } as EventRecord, this.#machine.take(event))
  }

  #add(event: EventRecord, outcome: Pick<StepRecord, 'value' | 'effects' | 'transitions'>): this {
    const seq = this.steps.length + 1
    this.steps.push({ v: 1, kind: 'step', connection: 'c1', seq, time: this.#time, event, ...outcome })
    return this
  }

  request(): this {
    const type = this.side === 'client' ? 'send.request' : 'receive.request'
    return this.take({ type }, { http: { startLine: 'GET / HTTP/1.1', headers: [] } })
  }

  response(status = '101 Switching Protocols', accepted = status.startsWith('101'), details = {}): this {
    const type = this.side === 'client' ? 'receive.response' : 'send.response'
    return this.take(
      { type, accepted },
      { http: { startLine: `HTTP/1.1 ${status}`, headers: [] }, ...details },
    )
  }

  open(): this {
    return this.request().after(3).response()
  }

  receiveText(text = 'hello', fin = true): this {
    return this.take({ type: 'receive.text', fin }, frame(1, text))
  }

  sendText(text = 'hello', fin = true): this {
    return this.take({ type: 'send.text', fin }, frame(1, text))
  }

  receiveClose(code: number, reason = ''): this {
    return this.take(
      { type: 'receive.close', code, reason },
      { opcode: 8, fin: true, length: 2 + reason.length },
    )
  }

  sendClose(code: number, reason = ''): this {
    return this.take(
      { type: 'send.close', code, reason },
      { opcode: 8, fin: true, length: 2 + reason.length },
    )
  }

  invalid(rule = 'MASK_MISSING', details: Partial<EventRecord> = {}): this {
    const about = { message: 'frame from a client is not masked', section: '5.1', offset: 11, ...details }
    return this.take({ type: 'receive.invalid', code: 1002, rule }, about)
  }

  /** A frame of ours that the machine knows nothing of. */
  crafted(opcode: number): this {
    const event: EventRecord = { type: 'send.crafted', opcode, fin: true, length: 2 }
    return this.#add(event, { value: this.steps.at(-1)!.value, effects: [], transitions: [] })
  }

  eof(transport = 'end', details: Partial<EventRecord> = {}): this {
    return this.take({ type: 'receive.eof' }, { transport, ...details })
  }

  /** Only the steps from number `seq` on are kept. */
  dropBefore(seq: number): this {
    const { value } = this.steps[seq - 2]!
    this.about.dropped = { steps: seq - 1, value }
    this.steps.splice(0, seq - 1)
    return this
  }

  get history(): History {
    return this
  }

  report(): CloseReport {
    return closeReport(this)
  }

  /** What a rule found. */
  finding(id: string): Finding | undefined {
    const { known, inferred } = this.report()
    return [...known, ...inferred].find((finding) => finding.id === id)
  }

  says(id: string): string | undefined {
    return this.finding(id)?.says
  }
}

export function frame(opcode: number, text: string): Partial<EventRecord> {
  return {
    opcode,
    length: new TextEncoder().encode(text).length,
    ...(text === '' ? {} : { preview: { encoding: 'text', data: text, truncated: false } }),
  }
}
