/** Frames on the tape are there for whoever looks, whenever that is. */
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createInspector } from '../../src/inspect/inspector.ts'
import type { StepRecord, WireRecord } from '../../src/inspect/records.ts'
import { Protocol } from '../../src/protocol/index.ts'
import { abandonConnections } from './helpers.ts'

afterEach(abandonConnections)

type Inspector = ReturnType<typeof createInspector>

const openAt = (inspect: Inspector, count: number) =>
  Array.from({ length: count }, () => new Protocol('client', { state: 'open', inspect }))

const steps = (records: WireRecord[]) =>
  records.filter((record): record is StepRecord => record.kind === 'step')

const textsOf = (inspector: Inspector, index: number) =>
  steps(inspector.connections[index]!.records()).map(({ event }) => event.preview?.data)

describe('frames on the tape', () => {
  test('are there for whoever looks, in the order of each connection', () => {
    const looks = fc.constantFrom('records', 'seq', 'value', 'first', 'close', 'nothing')
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat(700), looks), { maxLength: 150 }), (moves) => {
        const inspector = createInspector({ preview: 1_000 })
        const protocols = openAt(inspector, 5)
        const sent: string[][] = protocols.map(() => [])
        const closed = new Set<number>()
        for (const [number, [index, length, look]] of moves.entries()) {
          if (closed.has(index)) continue
          const text = `${number}.`.padEnd(length, 'x')
          protocols[index]!.sendText(text)
          sent[index]!.push(text)
          const session = inspector.connections[index]!
          if (look === 'close') {
            protocols[index]!.sendClose(1000)
            closed.add(index)
          } else if (look === 'seq') expect(session.seq).toBe(sent[index]!.length + 1)
          else if (look === 'value') expect(session.value).toBe(protocols[index]!.value)
          else if (look === 'first') expect(session.first).toBe(0)
          else if (look === 'records') expect(textsOf(inspector, index)).toEqual(sent[index])
        }
        for (const [index, texts] of sent.entries()) {
          const all = textsOf(inspector, index)
          expect(closed.has(index) ? all.slice(0, -1) : all).toEqual(texts)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('are handed on when there is no more room, and lost nowhere', () => {
    const inspector = createInspector({ preview: 5_000, history: 10_000 })
    const protocols = openAt(inspector, 3)
    for (let i = 0; i < 600; i++) protocols[i % 3]!.sendText(`${i} `.padEnd(i * 7, '.'))
    for (const index of [0, 1, 2]) {
      const texts = Array.from({ length: 200 }, (_, i) =>
        `${i * 3 + index} `.padEnd((i * 3 + index) * 7, '.'),
      )
      expect(textsOf(inspector, index)).toEqual(texts)
    }
  })

  test('count as the steps that are kept, and the oldest are dropped', () => {
    const inspector = createInspector({ history: 7 })
    const [protocol] = openAt(inspector, 1)
    for (let i = 0; i < 5_000; i++) protocol!.sendText(String(i))
    const session = inspector.connections[0]!
    expect([session.first, session.end]).toEqual([4_993, 5_000])
    expect(textsOf(inspector, 0)).toEqual(['4993', '4994', '4995', '4996', '4997', '4998', '4999'])
  })

  test('one whose preview has no room anywhere is kept all the same', () => {
    const inspector = createInspector({ preview: 1_000_000 })
    const [protocol] = openAt(inspector, 1)
    for (const length of [3, 200_000, 5]) protocol!.sendText('x'.repeat(length))
    expect(textsOf(inspector, 0).map((text) => text!.length)).toEqual([3, 200_000, 5])
  })

  test('are told of once, as something new, until somebody looked', () => {
    const inspector = createInspector()
    const [a, b] = openAt(inspector, 2)
    const told = vi.fn()
    inspector.watch((session) => told(session.id))
    const [first, second] = inspector.connections
    for (let i = 0; i < 10; i++) {
      a!.sendText('1')
      b!.sendText('2')
    }
    expect(told.mock.calls.flat()).toEqual([first!.id, second!.id])
    expect(first!.seq).toBe(11)
    first!.told = false
    for (let i = 0; i < 3; i++) a!.sendText('3')
    expect(told.mock.calls.flat()).toEqual([first!.id, second!.id, first!.id])
  })

  test('are those before somebody listened; then each is heard as it happens', () => {
    const inspector = createInspector()
    const [protocol] = openAt(inspector, 1)
    protocol!.sendText('before')
    const heard: WireRecord[] = []
    const stop = inspector.subscribe((record) => heard.push(record))
    protocol!.sendText('one')
    expect(steps(heard).map(({ event }) => event.preview?.data)).toEqual(['one'])
    stop()
    protocol!.sendText('behind')
    expect(steps(heard)).toHaveLength(1)
    expect(textsOf(inspector, 0)).toEqual(['before', 'one', 'behind'])
  })

  test('say each when it happened', () => {
    const inspector = createInspector()
    const [protocol] = openAt(inspector, 1)
    const times: number[] = []
    for (let i = 0; i < 50; i++) {
      const from = performance.timeOrigin + performance.now()
      protocol!.sendText('a')
      times.push(from)
    }
    const end = performance.timeOrigin + performance.now()
    const noted = steps(inspector.connections[0]!.records()).map(({ time }) => time)
    for (const [index, time] of noted.entries()) {
      expect(time).toBeGreaterThanOrEqual(times[index]!)
      expect(time).toBeLessThanOrEqual(times[index + 1] ?? end)
    }
  })
})
