/** Steps that are noted as bytes and made into records later come out as those that are made at once. */
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type Configuration, tables } from '../../machines/table.ts'
import { Frame } from '../../src/framing/frame.ts'
import type { Opcode } from '../../src/framing/opcode.ts'
import { createInspector } from '../../src/inspect/inspector.ts'
import { allocate, canNote, noteFrame, numberOf } from '../../src/inspect/noted.ts'
import { noteStep } from '../../src/inspect/pending.ts'
import type { WireRecord } from '../../src/inspect/records.ts'
import { StepLog } from '../../src/inspect/step-log.ts'
import { Protocol, type WireDetails } from '../../src/protocol/index.ts'
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

test('what the statechart did is the same whether it is asked each time or not', () => {
  fc.assert(
    fc.property(fc.array(frames, { maxLength: 60 }), (sent) => {
      // Whoever hears XState's own events has it asked each time.
      const inspectors = [createInspector(), createInspector({ inspect: () => {} })]
      const both = inspectors.map((inspect) => new Protocol('server', { state: 'open', inspect }))
      for (const frame of sent) {
        for (const protocol of both) {
          protocol.receiveData(wire(frame))
          if (protocol.state === 'open' && !frame.fin) protocol.sendPing()
          protocol.dataToSend()
          protocol.eventsReceived()
        }
      }
      const [once, each] = inspectors.map(({ connections }) => bare(connections[0]!.records()))
      expect(once).toEqual(each)
    }),
    { numRuns: 200 },
  )
})

function withoutPreview(record: object): object {
  if (!('event' in record)) return record
  const { preview: _, ...event } = record.event as { preview?: unknown }
  return { ...record, event }
}

describe('the log of steps', () => {
  const { configurations } = tables.server
  const wireOf = (size: number): WireDetails => ({
    headerLength: 6,
    payloadLength: size,
    maskingKey: Uint8Array.of(1, 2, 3, 250),
    reservedBits: 4,
  })
  const memory = allocate(1_000)
  const add = (log: StepLog, way: 'send' | 'receive', size: number, value: Configuration, time: number) => {
    const frame = new Frame(way === 'send' ? 1 : 2, new Uint8Array(size).fill(7))
    noteFrame(memory, 3, way, frame, wireOf(size), numberOf('server', value)!, time, 256)
    log.addFrame(memory, 3)
  }
  const note = (log: StepLog, size: number, value = log.before) => add(log, 'receive', size, value, 12.5)
  const opened = configurations[tables.server.open]!
  const object = (value: Configuration) =>
    noteStep({ type: 'receive.close', code: 1000 } as never, {}, value, 1, { preview: 0 })

  test('gives back what was noted, across its buffers', () => {
    const log = new StepLog('server', opened, { preview: 256 })
    for (let index = 0; index < 2_000; index++) note(log, index % 400)
    for (let index = 0; index < 2_000; index++) {
      const step = log.shift()
      expect(step).toMatchObject({ time: 12.5, length: index % 400, value: open, wire: wireOf(index % 400) })
      expect(step.event).toEqual({ type: 'receive.binary', fin: true, length: index % 400 })
      expect(step.frame!.payload.length).toBe(Math.min(index % 400, 259))
    }
    expect([log.first, log.end]).toEqual([2_000, 2_000])
  })

  test('does not take as a frame what it could not give back', () => {
    const frame = (opcode: Opcode) => new Frame(opcode, new Uint8Array(1))
    expect(numberOf('server', { ...open })).toBeUndefined()
    expect(canNote(frame(8), wireOf(1))).toBe(false)
    expect(canNote(frame(2), { ...wireOf(1), payloadLength: 2 ** 32 })).toBe(false)
    expect(canNote(frame(2), { ...wireOf(1), payloadLength: 2 ** 32 - 1 })).toBe(true)
  })

  test('keeps frames and other steps in order, and knows the configuration before the oldest', () => {
    const values = fc.constantFrom(...configurations)
    const steps = fc.record({ value: values, frame: fc.boolean(), size: fc.nat(600) })
    const ways = fc.constantFrom('add', 'add', 'shift', 'drop', 'look')
    fc.assert(
      fc.property(fc.array(fc.tuple(ways, steps), { maxLength: 200 }), values, (moves, start) => {
        const log = new StepLog('server', start, { preview: 256 })
        const kept: Configuration[] = []
        let before: Configuration = start
        for (const [way, { value, frame, size }] of moves) {
          if (way === 'add') {
            if (frame) add(log, 'send', size, value, 1)
            else log.add(object(value))
            kept.push(value)
          } else if (way === 'look') expect(log.before).toBe(before)
          else if (kept.length > 0) {
            before = kept.shift()!
            if (way === 'drop') log.drop()
            else expect(log.shift().value).toBe(before)
          }
          expect(log.end - log.first).toBe(kept.length)
        }
        expect(log.before).toBe(before)
      }),
      { numRuns: 300 },
    )
  })

  test('lets go of what was dropped', () => {
    const log = new StepLog('server', opened, { preview: 256 })
    for (let i = 0; i < 20_000; i++) {
      note(log, 200, opened)
      log.drop()
    }
    expect(log.size).toBeLessThan(50_000)
  })

  test('takes no more than 24 bytes a frame beside what a preview needs of it, and three buffers', () => {
    const log = new StepLog('server', opened, { preview: 256 })
    for (let i = 0; i < 1_000; i++) note(log, 10_000, opened)
    for (let i = 0; i < 3_000; i++) {
      note(log, 10_000, opened)
      log.drop()
    }
    expect(log.size).toBeLessThan(1_000 * (24 + 259) * 1.02 + 3 * 16_384)
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
