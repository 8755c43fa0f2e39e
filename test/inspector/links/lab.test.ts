import { describe, expect, test } from 'vitest'
import type { Action } from '../../../inspector/src/lab/engine/action.ts'
import { Lab } from '../../../inspector/src/lab/engine/lab.ts'
import { sceneOf } from '../../../inspector/src/lab/scene.ts'
import { lightOf, type Scene } from '../../../inspector/src/links/light.ts'
import {
  bitsLink,
  crossingLink,
  crossingOnWire,
  effectLink,
  readLinks,
  recordLink,
  stateLink,
} from '../../../inspector/src/links/link.ts'
import { linkName } from '../../../inspector/src/links/name.ts'
import type { Connection } from '../../../inspector/src/model/connection.ts'
import { emptyModel, reduce } from '../../../inspector/src/model/reduce.ts'
import type { ConnectionRecord, StepRecord, WireRecord } from '../../../src/inspect/records.ts'
import { connectionChart } from '../machine.ts'

function connectionOf(id: string, records: readonly WireRecord[]): Connection {
  const [first, ...rest] = records
  const record = first as ConnectionRecord
  const { time, value } = record
  const model = reduce(emptyModel, [
    { type: 'register', id, time, chart: connectionChart, value: { ...value }, record },
    { type: 'records', id, records: rest as StepRecord[] },
  ])
  return model.connections.get(id)!
}

const opened: Action[] = [
  { do: 'request' },
  { do: 'deliver', to: 'server', amount: 'all' },
  { do: 'accept' },
  { do: 'deliver', to: 'client', amount: 'all' },
]

/** The request and the response are part 0 of each direction, and records 1 and 2 of each side. */
function sceneAfter(...actions: Action[]): Scene {
  const lab = new Lab()
  for (const action of [...opened, ...actions]) lab.do(action)
  const snapshot = lab.snapshot()
  expect(snapshot.refusal).toBeNull()
  const { client, server } = snapshot
  return sceneOf(snapshot, connectionOf('client', client.records), connectionOf('server', server.records))
}

const deliver = (to: 'client' | 'server'): Action => ({ do: 'deliver', to, amount: 'all' })

function lit(scene: Scene, [of, link]: [string, string], [otherOf, other]: [string, string]): boolean {
  const lights = lightOf(scene, { links: readLinks(link, of), cites: [] })
  return lights({ links: readLinks(other, otherOf), cites: [] })
}

describe('a frame on the wire of the lab', () => {
  const scene = sceneAfter({ do: 'ping', by: 'client', text: 'beat' }, deliver('server'), deliver('client'))
  const [ping, pong] = [crossingOnWire('server.1'), crossingOnWire('client.1')]

  test('is in the records of both sides', () => {
    const places: [string, string][] = [
      ['client', recordLink(3)],
      ['client', crossingLink(3, 0)],
      ['client', effectLink(3, 0)],
      ['server', recordLink(3)],
      ['server', crossingLink(3, 0)],
      ['server', stateLink('lifecycle.open')],
    ]
    for (const place of places) {
      expect(lit(scene, ['wire', ping], place), place.join()).toBe(true)
      // The state is that of every Ping.
      expect(lit(scene, place, ['wire', ping]), place.join()).toBe(true)
    }
    expect(lit(scene, ['wire', ping], ['client', recordLink(2)])).toBe(false)
  })

  test('lights its other side', () => {
    expect(lit(scene, ['client', recordLink(3)], ['server', recordLink(3)])).toBe(true)
    expect(lit(scene, ['client', crossingLink(3, 0)], ['server', crossingLink(3, 0)])).toBe(true)
    expect(lit(scene, ['client', recordLink(3)], ['server', recordLink(2)])).toBe(false)
  })

  test('that was sent by itself is an effect of the one that it answers', () => {
    expect(lit(scene, ['wire', pong], ['server', effectLink(3, 1)])).toBe(true)
    expect(lit(scene, ['server', effectLink(3, 1)], ['wire', pong])).toBe(true)
    expect(lit(scene, ['server', effectLink(3, 1)], ['client', recordLink(4)])).toBe(true)
    expect(lit(scene, ['wire', pong], ['wire', ping])).toBe(true)
  })

  test('has the same bytes everywhere', () => {
    const byte: [string, string] = ['wire', bitsLink('server.1', 0, 8)]
    expect(lit(scene, byte, ['client', bitsLink('3.0', 4, 8)])).toBe(true)
    expect(lit(scene, ['server', bitsLink('3.0', 4, 8)], byte)).toBe(true)
    expect(lit(scene, byte, ['client', bitsLink('3.0', 8, 16)])).toBe(false)
    expect(lit(scene, byte, ['server', bitsLink('2.0', 0, 8)])).toBe(false)
  })

  test('has a name', () => {
    const [link] = readLinks(ping, 'wire')
    expect(linkName(scene, link!)).toBe('ping frame, “beat”, 10 B, to the server')
  })
})

describe('a frame', () => {
  test('that was put on the wire by hand has its place among those that were sent', () => {
    const scene = sceneAfter(
      { do: 'frame', by: 'client', opcode: 1, text: 'forged' },
      { do: 'text', by: 'client', text: 'honest' },
      deliver('server'),
    )
    expect(lit(scene, ['wire', crossingOnWire('server.1')], ['server', recordLink(3)])).toBe(true)
    expect(lit(scene, ['wire', crossingOnWire('server.1')], ['client', recordLink(3)])).toBe(true)
    expect(lit(scene, ['wire', crossingOnWire('server.1')], ['client', recordLink(4)])).toBe(false)
    expect(lit(scene, ['client', recordLink(3)], ['wire', crossingOnWire('server.2')])).toBe(false)
    expect(lit(scene, ['client', recordLink(4)], ['wire', crossingOnWire('server.2')])).toBe(true)
    expect(lit(scene, ['client', recordLink(4)], ['server', recordLink(4)])).toBe(true)
  })

  test('that is under way is not in the records of the other side yet', () => {
    const scene = sceneAfter({ do: 'text', by: 'server', text: 'one' })
    expect(lit(scene, ['wire', crossingOnWire('client.1')], ['server', recordLink(3)])).toBe(true)
    expect(lit(scene, ['wire', crossingOnWire('client.1')], ['client', recordLink(2)])).toBe(false)
  })

  test('that was cut off is nowhere; the end that cut it is', () => {
    const scene = sceneAfter(
      { do: 'text', by: 'client', text: 'lost' },
      { do: 'cut', to: 'server', how: 'end' },
    )
    expect(scene.twins({ of: 'client', id: '3.0' })).toEqual([])
    const [fin] = scene.twins({ of: 'wire', id: 'server.1' }).filter(({ of }) => of === 'server')
    expect(fin).toBeDefined()
  })
})
