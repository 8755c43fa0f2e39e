import { describe, expect, test } from 'vitest'
import {
  type Chart,
  type ChartEdge,
  inner,
  shortName,
  wordText,
} from '../../inspector/src/statechart/chart.ts'
import { litBy } from '../../inspector/src/statechart/lit.ts'
import { guardsOf, reachable } from '../../inspector/src/statechart/reach.ts'
import { initialConfiguration } from '../../machines/explore.ts'
import { chartOfConfig, connectionChart } from './machine.ts'

const edge = (chart: Chart, source: string, target: string): ChartEdge =>
  chart.edges.find((each) => each.source === source && each.target === target)!

const label = (chart: Chart, source: string, target: string) =>
  edge(chart, source, target).label.map((words) => words.map(wordText).join(', '))

describe('the chart of the connection machine', () => {
  test('has its states, nested, with what is said of each', () => {
    expect([...connectionChart.states.keys()]).toMatchInlineSnapshot(`
      [
        "lifecycle",
        "lifecycle.connecting",
        "lifecycle.connecting.requesting",
        "lifecycle.connecting.awaitingResponse",
        "lifecycle.connecting.awaitingRequest",
        "lifecycle.connecting.deciding",
        "lifecycle.connecting.rejected",
        "lifecycle.open",
        "lifecycle.closing",
        "lifecycle.closing.initiated",
        "lifecycle.closing.acknowledged",
        "lifecycle.closing.failed",
        "lifecycle.closed",
        "lifecycle.closed.cleanly",
        "lifecycle.closed.abnormally",
        "inbound",
        "inbound.idle",
        "inbound.text",
        "inbound.binary",
        "outbound",
        "outbound.idle",
        "outbound.text",
        "outbound.binary",
      ]
    `)
    const initiated = connectionChart.states.get('lifecycle.closing.initiated')!
    expect(initiated).toMatchObject({
      key: 'initiated',
      parent: 'lifecycle.closing',
      kind: 'atomic',
      initial: true,
    })
    expect(initiated.section).toBe('RFC 6455, section 7.1.3')
    expect(initiated.description).toMatch(/Our Close is out/)
    expect(connectionChart.states.get('lifecycle.closing')!.tags).toEqual(['closeExpected'])
    expect(connectionChart.parallel).toBe(true)
    expect(connectionChart.problem).toBe(null)
  })

  test('draws once, from their parent, what every state of a parent does alike', () => {
    expect(edge(connectionChart, 'lifecycle.connecting', 'lifecycle.closed.abnormally').folded).toBe(true)
    expect(
      edge(connectionChart, 'lifecycle.connecting.requesting', 'lifecycle.closed.abnormally'),
    ).toBeUndefined()
    // The target itself need not have it.
    expect(label(connectionChart, 'lifecycle.connecting', 'lifecycle.connecting.rejected')).toEqual([
      '↓ invalidHandshake',
      'fail, fail.silently',
    ])
    // Not all of `closing` does it.
    expect(edge(connectionChart, 'lifecycle.closing', 'lifecycle.closed.abnormally')).toBeUndefined()
    expect(edge(connectionChart, 'lifecycle.closing.failed', 'lifecycle.closed.abnormally')).toBeDefined()
  })

  test('names short guards where they tell transitions apart', () => {
    const from = 'lifecycle.connecting.awaitingResponse'
    expect(label(connectionChart, from, 'lifecycle.open')).toEqual(['↓ response [accepted]'])
    expect(label(connectionChart, from, 'lifecycle.connecting.rejected')).toEqual(['↓ response [else]'])
    expect(label(connectionChart, 'inbound.idle', 'inbound.text')).toEqual(['↓ text'])
  })

  test('lists what stays in a state within it', () => {
    const open = connectionChart.states.get('lifecycle.open')!
    expect(inner(open).map(({ event }) => event)).toEqual([
      'receive.ping',
      'receive.pong',
      'send.ping',
      'send.pong',
    ])
  })

  test('knows which states a side can be in', () => {
    const states = (side: 'client' | 'server') => {
      const reached = reachable(connectionChart, { ...initialConfiguration(side) }, guardsOf(side))
      return [...connectionChart.states.keys()].filter((id) => !reached.has(id))
    }
    expect(states('client')).toEqual([
      'lifecycle.connecting.awaitingRequest',
      'lifecycle.connecting.deciding',
    ])
    expect(states('server')).toEqual([
      'lifecycle.connecting.requesting',
      'lifecycle.connecting.awaitingResponse',
    ])
  })
})

describe('what is lit', () => {
  test('is the arrow that a transition followed, also one drawn from the parent', () => {
    const eof = {
      source: 'lifecycle.connecting.deciding',
      targets: ['lifecycle.closed.abnormally'],
      event: 'receive.eof',
    }
    expect([...litBy(connectionChart, [eof]).edges]).toEqual([
      edge(connectionChart, 'lifecycle.connecting', 'lifecycle.closed.abnormally').id,
    ])
  })

  test('is the state that an event stays in', () => {
    const ping = { source: 'lifecycle.open', targets: [], event: 'receive.ping' }
    expect([...litBy(connectionChart, [ping]).within]).toEqual([['lifecycle.open', 'receive.ping']])
  })
})

describe('the chart of any machine', () => {
  test('joins the arrows between two states, and cuts long labels', () => {
    const events = ['one', 'two', 'three', 'four', 'five', 'six', 'seven']
    const on = Object.fromEntries(events.map((event) => [event, 'b']))
    const chart = chartOfConfig({ id: 'm', initial: 'a', states: { a: { on }, b: {} } })
    expect(chart.edges).toHaveLength(1)
    expect(label(chart, 'a', 'b')).toEqual(['one, two, three', 'four, 3 more'])
  })

  test('reads delays, transitions by themselves, final states and targets of every form', () => {
    const chart = chartOfConfig({
      id: 'm',
      initial: 'a',
      states: {
        a: { after: { 500: 'b' } },
        b: { always: { target: '#deep', cond: 'isReady' } },
        c: { initial: 'd', states: { d: { id: 'deep', on: { LEAVE: '#m.e' } } } },
        e: { type: 'final' },
      },
    })
    expect(label(chart, 'a', 'b')).toEqual(['after 500 ms'])
    expect(label(chart, 'b', 'c.d')).toEqual(['always [ready]'])
    expect(edge(chart, 'c.d', 'e')).toBeDefined()
    expect(chart.states.get('e')!.kind).toBe('final')
    expect(chart.roots).toEqual(['a', 'b', 'c', 'e'])
    expect(chart.states.get('a')!.initial).toBe(true)
  })

  test('is drawn without its arrows if they cannot be read', () => {
    const chart = chartOfConfig({ id: 'm', initial: 'a', states: { a: { on: { GO: 'nowhere' } }, b: {} } })
    expect([...chart.states.keys()]).toEqual(['a', 'b'])
    expect(chart.problem).toMatch(/nowhere/)
  })
})

test('events are named shortly', () => {
  expect(shortName('receive.close')).toBe('↓ close')
  expect(shortName('send.text')).toBe('↑ text')
  expect(shortName('fail.silently')).toBe('fail.silently')
  expect(shortName('*')).toBe('any other event')
})
