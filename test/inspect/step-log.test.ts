/** Steps that are noted as bytes and made into records later come out as those that are made at once. */
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Configuration, tables } from '../../machines/table.ts'
import { Frame } from '../../src/framing/frame.ts'
import type { Opcode } from '../../src/framing/opcode.ts'
import { createInspector } from '../../src/inspect/inspector.ts'
import { canNote } from '../../src/inspect/noted.ts'
import { noteStep } from '../../src/inspect/pending.ts'
import type { WireRecord } from '../../src/inspect/records.ts'
import { StepLog } from '../../src/inspect/step-log.ts'
import { Tape } from '../../src/inspect/tape.ts'
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
  const tapeOf = (segment?: number) =>
    new Tape({ preview: 256, open: true, ...(segment && { segment }) }, vi.fn(), vi.fn())
  const logAt = (value: Configuration) => new StepLog('server', value, { preview: 256 })
  const note = (
    tape: Tape,
    log: StepLog,
    size: number,
    { value = log.latest, way = 'receive' as 'send' | 'receive', byte = 7 } = {},
  ) => {
    const frame = new Frame(way === 'send' ? 1 : 2, new Uint8Array(size).fill(byte))
    expect(tape.add(log, way, frame, wireOf(size), value, 12.5)).toBe(true)
  }
  const opened = configurations[tables.server.open]!
  const object = (value: Configuration) =>
    noteStep({ type: 'receive.close', code: 1000 } as never, {}, value, 1, { preview: 0 })

  test('gives back what was noted, wherever on the tape', () => {
    const [tape, log] = [tapeOf(), logAt(opened)]
    for (let index = 0; index < 2_000; index++) note(tape, log, index % 400)
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
    expect(tapeOf().add(logAt(opened), 'send', frame(2), wireOf(1), { ...open }, 1)).toBe(false)
    expect(canNote(frame(8), wireOf(1))).toBe(false)
    expect(canNote(frame(2), { ...wireOf(1), payloadLength: 2 ** 32 })).toBe(false)
    expect(canNote(frame(2), { ...wireOf(1), payloadLength: 2 ** 32 - 1 })).toBe(true)
  })

  test('keeps frames and other steps in order, and knows the configuration before the oldest', () => {
    const moves = fc.record({
      what: fc.constantFrom('frame', 'frame', 'frame', 'frame', 'object', 'shift', 'drop', 'look', 'count'),
      // How many are gone.
      many: fc.integer({ min: 1, max: 8 }),
      which: fc.nat(2),
      value: fc.constantFrom(...configurations),
      size: fc.oneof({ weight: 9, arbitrary: fc.nat(20) }, fc.nat(600)),
    })
    fc.assert(
      fc.property(
        fc.array(moves, { maxLength: 400, size: 'max' }),
        fc.constantFrom(...configurations),
        (all, start) => {
          // Of so few words that it goes on elsewhere all the time.
          const tape = tapeOf(160)
          const connections = [0, 1, 2].map(() => ({
            log: logAt(start),
            kept: [] as { value: Configuration; size: number; byte: number }[],
            before: start,
          }))
          for (const [index, { what, which, value, size, many }] of all.entries()) {
            const connection = connections[which]!
            const { log, kept } = connection
            const byte = index % 256
            if (what === 'frame') note(tape, log, size, { value, byte, way: 'send' })
            if (what === 'object') log.add(object(value))
            if (what === 'frame') kept.push({ value, size, byte })
            else if (what === 'object') kept.push({ value, size: 0, byte })
            else if (what === 'look') expect(log.before).toBe(connection.before)
            else if (what === 'count') tape.settle(log)
            else {
              for (const oldest of kept.splice(0, many)) {
                connection.before = oldest.value
                if (what === 'drop') log.drop()
                else {
                  const step = log.shift()
                  expect([step.value, step.length]).toEqual([oldest.value, oldest.size])
                  expect(step.frame?.payload.every((each) => each === oldest.byte)).not.toBe(false)
                }
              }
            }
            expect(log.end - log.first).toBe(kept.length)
            expect(log.latest).toBe(kept.at(-1)?.value ?? connection.before)
          }
          for (const { log, kept, before } of connections) {
            expect(log.before).toBe(before)
            expect(kept.map(() => log.shift().value)).toEqual(kept.map(({ value }) => value))
          }
        },
      ),
      { numRuns: 400 },
    )
  })

  test.each(['drop', 'shift'] as const)('lets go of what is gone: %s', (way) => {
    const [tape, log] = [tapeOf(32_768), logAt(opened)]
    for (let i = 0; i < 20_000; i++) {
      note(tape, log, 200)
      log[way]()
    }
    expect(tape.size).toBe(2 * 131_072)
  })

  test('gives memory back that is not needed any more', () => {
    const [tape, log] = [tapeOf(32_768), logAt(opened)]
    for (let i = 0; i < 10_000; i++) note(tape, log, 200)
    expect(tape.size).toBeGreaterThan(10 * 131_072)
    while (log.end - log.first > 100) log.drop()
    for (let i = 0; i < 2_000; i++) {
      note(tape, log, 200)
      log.shift()
    }
    expect(tape.size).toBeLessThanOrEqual(3 * 131_072)
  })

  test('takes no more than 28 bytes a frame beside what a preview needs of it, and some segments', () => {
    const [tape, log] = [tapeOf(32_768), logAt(opened)]
    for (let i = 0; i < 6_000; i++) {
      note(tape, log, 10_000)
      if (i >= 3_000) log.drop()
    }
    expect(tape.size).toBeLessThan(3_000 * (28 + 260) * 1.01 + 3 * 131_072)
  })

  test('takes no more than twice of what is kept, however little each connection keeps of it', () => {
    const tape = tapeOf(32_768)
    const logs = Array.from({ length: 500 }, () => logAt(opened))
    const [busy] = logs
    let frames = 0
    // Each of the others has said something once, at another time.
    for (const log of logs) {
      note(tape, log, 40, { byte: ++frames % 256 })
      for (let i = 0; i < 700; i++) note(tape, busy!, 40)
      while (busy!.end - busy!.first > 1_000) busy!.drop()
    }
    const segments = ((1_000 + 500) * (28 + 40) * 2) / 131_072 + 4
    expect(tape.size).toBeLessThan(segments * 131_072)
    for (const [index, log] of logs.slice(1).entries()) {
      expect([...log.shift().frame!.payload.subarray(0, 1)]).toEqual([(index + 2) % 256])
    }
  })

  /** Each in turn notes more frames than a segment has room for, keeps the last few and goes quiet. */
  const fallQuiet = (tape: Tape, kept: number) => {
    const logs = Array.from({ length: 100 }, () => logAt(opened))
    for (const log of logs) {
      for (let i = 0; i < 600; i++) {
        note(tape, log, 4)
        if (log.end - log.first > kept) log.drop()
      }
    }
    return logs
  }

  test('takes no segment for the few frames that are kept of a connection that went quiet', () => {
    const tape = tapeOf(4_096)
    const logs = fallQuiet(tape, 10)
    expect(tape.size).toBeLessThan(100 * 10 * 32 * 2 + 4 * 16_384)
    for (const log of logs) expect(log.shift()).toMatchObject({ length: 4, value: opened })
  })

  test('writes a segment of which little is kept anew, though another one holds fewer frames', () => {
    const tape = tapeOf(4_096)
    const large = logAt(opened)
    for (let i = 0; i < 56; i++) note(tape, large, 10_000)
    while (large.end - large.first > 40) large.drop()
    fallQuiet(tape, 45)
    expect(tape.size).toBeLessThan((40 * 288 + 100 * 45 * 32) * 2 + 4 * 16_384)
  })

  test('tells of what is new once, until it is counted, and counts it when it goes on elsewhere', () => {
    const begins = vi.fn()
    const grown = vi.fn()
    const tape = new Tape({ preview: 0, open: true, segment: 71 }, begins, grown)
    const [a, b] = [logAt(opened), logAt(opened)]
    for (const log of [a, b]) log.session = log as never
    for (const log of [a, a, b, a]) note(tape, log, 1)
    expect(begins.mock.calls.flat()).toEqual([a, b])
    tape.settle(a)
    tape.settle(a)
    expect(grown.mock.calls).toEqual([[a, 3]])
    note(tape, a, 1)
    expect(begins.mock.calls.flat()).toEqual([a, b, a])
    for (let i = 0; i < 6; i++) note(tape, b, 1)
    expect(grown.mock.calls).toEqual([
      [a, 3],
      [a, 1],
      [b, 6],
    ])
    expect(begins.mock.calls.flat()).toEqual([a, b, a, b])
  })
})
