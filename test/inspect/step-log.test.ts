/** Steps that are noted as bytes and made into records later come out as those that are made at once. */
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { Frame } from '../../src/framing/frame.ts'
import { createInspector } from '../../src/inspect/inspector.ts'
import type { WireRecord } from '../../src/inspect/records.ts'
import { StepLog } from '../../src/inspect/step-log.ts'
import { Protocol } from '../../src/protocol/index.ts'
import { abandonConnections, open } from './helpers.ts'

afterEach(abandonConnections)

const frames = fc.record({
  opcode: fc.constantFrom(0, 1, 2, 9, 10, 8, 3),
  fin: fc.boolean(),
  payload: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => new TextEncoder().encode(text)),
    fc.uint8Array({ maxLength: 40 }),
  ),
  cut: fc.nat(40),
})

/** A masked frame as it stands on the wire. */
function wire({
  opcode,
  fin,
  payload,
  cut,
}: {
  opcode: number
  fin: boolean
  payload: Uint8Array
  cut: number
}) {
  const shown = payload.subarray(0, Math.max(0, payload.length - cut))
  const key = [1, 2, 3, 250]
  const masked = shown.map((byte, index) => byte ^ key[index % 4]!)
  return Uint8Array.of((fin ? 128 : 0) | opcode, 128 | shown.length, ...key, ...masked)
}

const bare = (records: WireRecord[]) => records.map(({ connection: _, time: __, ...record }) => record)

test('records made later are those made at once, whatever was dropped and whenever they were asked for', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(frames, fc.boolean()), { maxLength: 60 }),
      fc.constantFrom(0, 1, 5, 256),
      fc.integer({ min: 1, max: 30 }),
      (sent, preview, history) => {
        const later = createInspector({ preview, history })
        const atOnce = createInspector({ preview, history })
        atOnce.subscribe(() => {})
        const both = [later, atOnce].map((inspect) => new Protocol('server', { state: 'open', inspect }))
        for (const [frame, ask] of sent) {
          for (const protocol of both) {
            // Overwritten at once, as a host may do.
            const data = wire(frame)
            protocol.receiveData(data)
            data.fill(0)
            protocol.dataToSend()
            protocol.eventsReceived()
          }
          if (ask) later.connections[0]!.records()
        }
        const [a, b] = [later, atOnce].map((inspector) => bare(inspector.connections[0]!.records()))
        // A character that was cut where steps were dropped unseen is the only thing that nobody can know.
        if (sent.length * 2 < history) expect(a).toEqual(b)
        else expect(a!.map(withoutPreview)).toEqual(b!.map(withoutPreview))
      },
    ),
    { numRuns: 300 },
  )
})

function withoutPreview(record: object): object {
  if (!('event' in record)) return record
  const { preview: _, ...event } = record.event as { preview?: unknown }
  return { ...record, event }
}

describe('the log of steps', () => {
  const note = (log: StepLog, size: number) =>
    log.add(
      { type: 'receive.binary', fin: true, length: size } as never,
      { frame: new Frame(2, new Uint8Array(size).fill(7)) },
      tablesOpen,
      12.5,
    )
  const protocol = new Protocol('server', { state: 'open' })
  const tablesOpen = protocol.value

  test('gives back what was noted, across its buffers', () => {
    const log = new StepLog('server', { preview: 256 })
    const places = Array.from({ length: 2_000 }, (_, index) => note(log, index % 400))
    for (const [index, place] of places.entries()) {
      const step = log.read(place)
      expect(step).toMatchObject({ time: 12.5, length: index % 400, value: open })
      expect(step.frame!.payload.length).toBe(Math.min(index % 400, 259))
    }
  })

  test('does not take what it could not give back', () => {
    const log = new StepLog('server', { preview: 256 })
    const frame = new Frame(2, new Uint8Array(1))
    const event = { type: 'receive.binary', fin: true } as never
    expect(log.add(event, {}, tablesOpen, 0)).toBe(-1)
    expect(log.add(event, { frame, error: new Error('x') }, tablesOpen, 0)).toBe(-1)
    expect(log.add(event, { frame }, { ...open }, 0)).toBe(-1)
    expect(log.add({ type: 'receive.close' } as never, { frame }, tablesOpen, 0)).toBe(-1)
  })

  test('lets go of what was dropped', () => {
    const log = new StepLog('server', { preview: 256 })
    for (let i = 0; i < 20_000; i++) log.dropBefore(note(log, 200))
    expect(log.size).toBeLessThan(200_000)
  })
})

test('a connection that is followed for long keeps no buffers of what it made records of', () => {
  const inspector = createInspector({ history: 10 })
  const protocol = new Protocol('server', { state: 'open', inspect: inspector })
  for (let i = 0; i < 20_000; i++) {
    protocol.receiveData(wire({ opcode: 2, fin: true, payload: new Uint8Array(40), cut: 0 }))
    protocol.eventsReceived()
    if (i % 3 === 0) inspector.connections[0]!.records()
  }
  expect(inspector.connections[0]!.noted).toBeLessThan(200_000)
})
