import { describe, expect, test } from 'vitest'
import { framesOf } from '../../../inspector/src/frame/framesAt.ts'
import { bitsOfFields, closeCodeBits, headerOf, previewBits } from '../../../inspector/src/frame/header.ts'
import { lightOf, noTwins, type Scene } from '../../../inspector/src/links/light.ts'
import {
  bitsLink,
  clauseLink,
  crossingLink,
  declare,
  edgeLink,
  effectLink,
  readLinks,
  recordLink,
  stateLink,
  transitionLink,
} from '../../../inspector/src/links/link.ts'
import { linkName } from '../../../inspector/src/links/name.ts'
import type { Connection } from '../../../inspector/src/model/connection.ts'
import { frame, Story } from '../../report/story.ts'
import { connectionOf } from '../story.ts'

/** 1 and 2 open it; 3 a text, 4 a Ping that is answered, 5 a Close that is answered, 6 the end. */
const connection = connectionOf(
  new Story('server')
    .open()
    .receiveText()
    .take({ type: 'receive.ping' }, frame(9, 'beat'))
    .receiveClose(1000)
    .eof(),
)
const scene: Scene = { connections: new Map([['c1', connection]]), twins: noTwins }

const read = (link: string, cites: string | null = null) => {
  const attributes = declare(link, cites)
  return {
    links: readLinks(attributes['data-link'] ?? null, 'c1'),
    cites: attributes['data-link-cites']?.split('\n') ?? [],
  }
}

const edgeOf = (source: string, target: string) =>
  edgeLink(connection.chart.edges.find((edge) => edge.source === source && edge.target === target)!.id)

const closing = edgeOf('lifecycle.open', 'lifecycle.closing.acknowledged')

/** Everything that is on a page at once. */
function everything({ entries, about, chart }: Connection): string[] {
  return [
    ...entries.flatMap((entry) => [
      recordLink(entry.seq),
      ...framesOf(entry, about!.side).map(({ index }) => crossingLink(entry.seq, index)),
      ...(entry.effects ?? []).map((_, index) => effectLink(entry.seq, index)),
      ...entry.transitions.map(transitionLink),
    ]),
    ...chart.edges.map(({ id }) => edgeLink(id)),
    ...[...chart.states.keys()].map(stateLink),
    ...['5.4', '5.5.1', '5.5.2', '5.5.3', '7.1.1', '7.1.7'].map((section) => clauseLink(`6455 ${section}`)),
  ]
}

const all = [...new Set(everything(connection))]
const litBy = (link: string, cites?: string) => {
  const lights = lightOf(scene, read(link, cites))
  return all.filter((each) => lights(read(each)))
}

describe('what is lit', () => {
  test('by a record: its frames, its effects, the transition that it took, and what that cites', () => {
    expect(litBy(recordLink(5)).sort()).toEqual(
      [
        recordLink(5),
        crossingLink(5, 0),
        crossingLink(5, 1),
        ...[0, 1, 2].map((index) => effectLink(5, index)),
        transitionLink(connection.entries[4]!.transitions[0]!),
        closing,
        stateLink('lifecycle.closing.acknowledged'),
        clauseLink('6455 5.5.1'),
        clauseLink('6455 7.1.1'),
      ].sort(),
    )
  })

  test('by a transition, and by its arrow: the records that took it, and theirs', () => {
    const { transitions } = connection.entries[4]!
    for (const link of [transitionLink(transitions[0]!), closing]) {
      const lit = litBy(link)
      expect(lit).toContain(recordLink(5))
      expect(lit).toContain(crossingLink(5, 1))
      expect(lit).toContain(closing)
      expect(lit.filter((each) => each.startsWith('record'))).toEqual([recordLink(5)])
    }
  })

  test('by a transition that stays where it is: its state', () => {
    const lit = litBy(transitionLink(connection.entries[3]!.transitions[0]!))
    expect(lit).toContain(stateLink('lifecycle.open'))
    expect(lit).toContain(recordLink(4))
  })

  test('by an effect: its frame, the record that caused it and the frame of that, and the transition', () => {
    const lit = litBy(effectLink(4, 1))
    expect(linkName(scene, read(effectLink(4, 1)).links[0]!)).toBe('write pong, by #4')
    for (const link of [crossingLink(4, 1), crossingLink(4, 0), recordLink(4), stateLink('lifecycle.open')])
      expect(lit).toContain(link)
    // What else came of the record is not it.
    expect(lit).not.toContain(effectLink(4, 0))
    expect(litBy(effectLink(4, 0))).not.toContain(effectLink(4, 1))
  })

  test('by the half-close: the FIN that it was', () => {
    const [, , fin] = [0, 1, 2].map((index) => crossingLink(5, index))
    expect(lightOf(scene, read(effectLink(5, 2)))(read(fin!))).toBe(true)
    expect(lightOf(scene, read(fin!))(read(effectLink(5, 2)))).toBe(true)
  })

  test('by a frame: the effect that it was, and what it made the protocol send', () => {
    expect(litBy(crossingLink(4, 1))).toContain(effectLink(4, 1))
    expect(litBy(crossingLink(4, 0))).toContain(crossingLink(4, 1))
    expect(litBy(crossingLink(3, 0)).filter((each) => each.startsWith('crossing'))).toEqual([
      crossingLink(3, 0),
    ])
  })

  test('by a clause: states, transitions, records and frames that cite it or lead there, and nothing else', () => {
    const lit = litBy(clauseLink('6455 5.5.1'))
    expect(lit).toContain(closing)
    expect(lit).toContain(recordLink(5))
    expect(lit).toContain(crossingLink(5, 1))
    expect(lit).not.toContain(recordLink(3))
    expect(litBy(clauseLink('6455 7.1.1'))).toContain(stateLink('lifecycle.closing.acknowledged'))
    expect(litBy(clauseLink('6455 5.5.3'))).toContain(crossingLink(4, 1))
    expect(litBy(clauseLink('6455 9.9'))).toEqual([])
  })

  test('by a clause: a transition that cites nothing is of the state that it leaves', () => {
    const lit = litBy(clauseLink('6455 5.4'))
    expect(lit).toContain(edgeOf('inbound.idle', 'inbound.text'))
    expect(lit).toContain(recordLink(3))
    expect(lit).not.toContain(closing)
    expect(lit).not.toContain(recordLink(4))
    // The request was awaited in one state, and led to another.
    expect(litBy(clauseLink('6455 4.2.1'))).toContain(recordLink(1))
    expect(litBy(clauseLink('6455 4.2.2'))).toContain(recordLink(1))
  })

  test('by something that is not there: itself', () => {
    expect(lightOf(scene, read(recordLink(99)))(read(recordLink(99)))).toBe(true)
    expect(litBy(recordLink(99))).toEqual([])
    const nobody: Scene = { connections: new Map(), twins: noTwins }
    expect(lightOf(nobody, read(edgeLink('x')))(read(recordLink(5)))).toBe(false)
  })

  test('only within its connection', () => {
    const lights = lightOf(scene, read(recordLink(5)))
    expect(lights({ links: readLinks(recordLink(5), 'c2'), cites: [] })).toBe(false)
    // A section is the same everywhere.
    expect(lights({ links: readLinks(clauseLink('6455 5.5.1'), 'c2'), cites: [] })).toBe(true)
  })

  test('by whatever cites: the section, and not what else cites it', () => {
    const finding = declare([recordLink(3)], '7.1.7')
    expect(finding['data-link-cites']).toBe('6455 7.1.7')
    expect(litBy(recordLink(3), '7.1.7')).toContain(clauseLink('6455 7.1.7'))
    expect(litBy(recordLink(3), '7.1.7')).not.toContain(stateLink('lifecycle.closing.failed'))
    const byClause = lightOf(scene, read(clauseLink('6455 7.1.7')))
    expect(byClause({ links: [], cites: ['6455 7.1.7'] })).toBe(true)
    expect(byClause({ links: [], cites: ['6455 7.1.5'] })).toBe(false)
  })
})

describe('bytes', () => {
  const ping = framesOf(connection.entries[3]!, 'server')[0]!
  const header = headerOf(ping)!
  const id = `4.${ping.index}`
  const field = (name: string) => bitsOfFields(id, header, name)!
  const byte = (at: number) => bitsLink(id, at * 8, (at + 1) * 8)
  const lights = (link: string, other: string) => lightOf(scene, read(link))(read(other))

  test('light the fields that they hold bits of, and these their bytes', () => {
    expect(lights(byte(0), field('fin'))).toBe(true)
    expect(lights(byte(0), field('opcode'))).toBe(true)
    expect(lights(byte(0), field('mask'))).toBe(false)
    expect(lights(field('length'), byte(1))).toBe(true)
    expect(lights(field('fin'), byte(0))).toBe(true)
    expect(lights(field('fin'), field('opcode'))).toBe(false)
    expect([2, 3, 4, 5].every((at) => lights(field('key'), byte(at)))).toBe(true)
  })

  test('light their frame, record, effect and transition', () => {
    for (const link of [
      crossingLink(4, 0),
      recordLink(4),
      effectLink(4, 0),
      stateLink('lifecycle.open'),
      clauseLink('6455 5.5.2'),
    ])
      expect(lights(byte(1), link), link).toBe(true)
    expect(lights(byte(1), recordLink(3))).toBe(false)
  })

  test('are not all lit with their frame', () => {
    expect(lights(crossingLink(4, 0), byte(1))).toBe(false)
    expect(lights(recordLink(4), field('opcode'))).toBe(false)
  })

  test('of another frame, or of a payload that was inflated, are others', () => {
    expect(lights(byte(0), bitsLink('3.0', 0, 8))).toBe(false)
    expect(lights(byte(0), bitsLink(id, 0, 8, 'shown'))).toBe(false)
    expect(lights(bitsLink(id, 0, 8, 'shown'), bitsLink(id, 0, 8, 'shown'))).toBe(true)
  })

  test('hold the close code', () => {
    const close = framesOf(connection.entries[4]!, 'server')[0]!
    const code = closeCodeBits('5.0', headerOf(close)!)
    expect(lights(code, bitsLink('5.0', 48, 56))).toBe(true)
    expect(lights(code, bitsLink('5.0', 64, 72))).toBe(false)
    // A preview of it shows the reason, which is empty here; of one that broke a rule, all.
    expect(previewBits('5.0', headerOf(close)!, { opcode: 8 })).toBeNull()
    expect(previewBits('5.0', headerOf(close)!, { opcode: 8, rule: 'CLOSE' })).toBe(code)
    expect(previewBits(id, header, { opcode: 9 })).toBe(bitsLink(id, 48, 80))
  })

  test('that are a field light what cites its section by that', () => {
    const declared = read(field('mask'), '5.1')
    expect(lightOf(scene, read(clauseLink('6455 5.1')))(declared)).toBe(true)
    expect(lightOf(scene, declared)(read(clauseLink('6455 5.1')))).toBe(true)
  })
})

test('what is lit has a name', () => {
  const name = (link: string) => linkName(scene, read(link).links[0]!)
  expect(name(clauseLink('6455 7.4'))).toBe('RFC 6455, section 7.4')
  expect(name(recordLink(3))).toBe('event #3')
  expect(name(crossingLink(4, 1))).toBe('Pong, server to client, #4')
  expect(name(bitsLink('4.0', 8, 16))).toBe('byte 1 of Ping, client to server, #4')
  expect(name(bitsLink('4.0', 16, 48))).toBe('bytes 2 to 5 of Ping, client to server, #4')
  expect(name(bitsLink('4.0', 4, 8))).toBe('bits 4 to 7 of byte 0 of Ping, client to server, #4')
  expect(name(bitsLink('4.0', 8, 9))).toBe('bit 0 of byte 1 of Ping, client to server, #4')
  expect(name(closing)).toBe('lifecycle.open → lifecycle.closing.acknowledged')
  expect(name(stateLink('lifecycle.open'))).toBe('state lifecycle.open')
  expect(name(transitionLink(connection.entries[3]!.transitions[0]!))).toBe(
    '↻ lifecycle.open on receive.ping',
  )
  expect(name(crossingLink(99, 0))).toBe('#99')
})
