import { describe, expect, test } from 'vitest'
import { activeIds } from '../../inspector/src/model/value.ts'
import { tabAfter, views, viewTitles } from '../../inspector/src/shell/views.ts'
import { lastFollowing } from '../../inspector/src/statechart/follow.ts'
import { guardsNow, possibleNow } from '../../inspector/src/statechart/reach.ts'
import { lifecycleOf } from '../../src/report/step.ts'
import { Story } from '../report/story.ts'
import { connectionOf } from './story.ts'

test('every view has a title', () => {
  for (const view of views) expect(viewTitles[view]).toMatch(/^[A-Z]/)
})

test('the keys of a list of tabs lead round, and to its ends', () => {
  expect(tabAfter('statechart', 'ArrowLeft')).toBe('report')
  expect(tabAfter('report', 'ArrowRight')).toBe('statechart')
  expect(tabAfter('ladder', 'ArrowRight')).toBe('frame')
  expect(tabAfter('frame', 'Home')).toBe('statechart')
  expect(tabAfter('frame', 'End')).toBe('report')
  expect(tabAfter('frame', 'ArrowDown')).toBeNull()
})

test('an arrow leads to the record that followed it last, then to the one before', () => {
  const { chart, entries } = connectionOf(
    new Story('server')
      .open()
      .receiveText('a', false)
      .take({ type: 'receive.continuation', fin: true })
      .receiveText('b', false),
  )
  const edge = chart.edges.find(
    ({ source, target }) => source === 'inbound.idle' && target === 'inbound.text',
  )!
  expect(lastFollowing(entries, edge, entries.length)).toBe(5)
  expect(lastFollowing(entries, edge, 4)).toBe(3)
  expect(lastFollowing(entries, edge, 2)).toBe(5)
  expect(lastFollowing([], edge, 0)).toBeNull()
})

describe('the transitions that are possible now', () => {
  const now = (story: Story) => {
    const connection = connectionOf(story)
    const value = connection.value
    const active = new Set(activeIds(value))
    const ids = possibleNow(connection.chart, active, guardsNow(story.side, lifecycleOf(value)))
    return connection.chart.edges.filter(({ id }) => ids.has(id)).map(({ source }) => source.split('.')[0])
  }

  test('are those of all regions while it is open', () => {
    expect(new Set(now(new Story('server').open()))).toEqual(new Set(['lifecycle', 'inbound', 'outbound']))
  })

  test('send no data behind our Close, and receive none behind theirs', () => {
    expect(new Set(now(new Story('server').open().sendClose(1000)))).toEqual(
      new Set(['lifecycle', 'inbound']),
    )
    expect(new Set(now(new Story('server').open().receiveClose(1000)))).toEqual(new Set(['lifecycle']))
    expect(now(new Story('server').open().receiveClose(1000).eof())).toEqual([])
  })
})
