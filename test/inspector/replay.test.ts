import { describe, expect, test } from 'vitest'
import { firstHold, type Hold } from '../../inspector/src/breakpoints/hold.ts'
import type { Breakpoint } from '../../inspector/src/lab/engine/action.ts'
import { breakpointWords } from '../../inspector/src/lab/engine/breakpoints.ts'
import type { Connection } from '../../inspector/src/model/connection.ts'
import { LONGEST, type Speed, type Walk, walk, walkFrom, watch } from '../../inspector/src/replay/walk.ts'
import { frame, Story } from '../report/story.ts'
import { connectionOf } from './story.ts'

/** 1 and 2 open it, 3 is a Ping, 4 a text, 5 the peer's Close, 6 the end of TCP. */
const closed = connectionOf(
  new Story('server')
    .open()
    .take({ type: 'receive.ping' }, frame(9, 'x'))
    .sendText()
    .receiveClose(4001, 'done')
    .eof(),
)

const hold = (...breakpoints: Breakpoint[]): Hold | null => firstHold(breakpoints, closed, 0)

describe('a breakpoint holds the replay', () => {
  test.each<[string, Breakpoint, number, string]>([
    ['at a frame that came', { on: 'frame', kind: 'ping' }, 3, 'The client sent a ping frame.'],
    ['at a frame that went by itself', { on: 'frame', kind: 'pong' }, 3, 'The server sent a pong frame.'],
    ['at a frame that was sent', { on: 'frame', kind: 'text' }, 4, 'The server sent a text frame.'],
    ['at the first Close', { on: 'frame', kind: 'close' }, 5, 'The client sent a close frame.'],
    ['in a state', { on: 'state', id: 'lifecycle.open' }, 2, 'The server entered lifecycle.open.'],
    [
      'in a state within one',
      { on: 'state', id: 'lifecycle.closing.acknowledged' },
      5,
      'The server entered lifecycle.closing.acknowledged.',
    ],
    ['behind a transition', { on: 'transition', event: 'receive.eof' }, 6, 'a transition on receive.eof'],
    ['at a close code', { on: 'code', code: 4001 }, 5, 'has code 4001 in receive.close'],
  ])('%s', (_, breakpoint, seq, words) => {
    expect(hold(breakpoint)?.seq).toBe(seq)
    expect(hold(breakpoint)?.words).toContain(words)
  })

  test('at a frame with a reserved opcode', () => {
    const story = new Story('server').open()
    story.take({ type: 'receive.invalid', code: 1002, rule: 'RESERVED_OPCODE' }, { opcode: 3 })
    const held = firstHold([{ on: 'frame', kind: 'reserved' }], connectionOf(story), 0)
    expect(held).toEqual({ seq: 3, words: 'The client sent a reserved frame.' })
  })

  test('not where nothing fits, and not at a state that it is in already', () => {
    expect(hold({ on: 'code', code: 1006 }, { on: 'frame', kind: 'binary' })).toBe(null)
    expect(hold({ on: 'state', id: 'inbound.idle' })).toBe(null)
    expect(hold()).toBe(null)
  })

  test('and is told apart in words from one of the lab, which holds before a frame', () => {
    expect(breakpointWords({ on: 'frame', kind: 'ping' }, 'at')).toBe('at a ping frame')
    expect(breakpointWords({ on: 'frame', kind: 'ping' }, 'before')).toBe('before a ping frame')
  })
})

/** A connection with a text every so many milliseconds. */
function texts(...pauses: number[]): Connection {
  const story = new Story('server').request().response()
  for (const pause of pauses) story.after(pause).receiveText()
  return connectionOf(story)
}

/** Where the cursor is at each tick of 100 ms. */
function played(
  connection: Connection,
  speed: Speed,
  ticks: number,
  breakpoints: Breakpoint[] = [],
): number[] {
  const places: number[] = []
  let at: Walk = walkFrom(-1)
  for (let tick = 0; tick < ticks && !at.ended && at.hold === null; tick++) {
    at = walk(at, tick === 0 ? 0 : 100, speed, breakpoints, connection)
    places.push(at.index)
  }
  return places
}

describe('a replay', () => {
  // The handshake, at 0 and 1, takes no time in these stories.
  test('takes as long as it took', () => {
    expect(played(texts(200, 100, 300), '1×', 20)).toEqual([1, 1, 2, 3, 3, 3, 4])
  })

  test('is so many times as fast', () => {
    expect(played(texts(2_000, 1_000, 3_000), '10×', 20)).toEqual([1, 1, 2, 3, 3, 3, 4])
    expect(played(texts(20, 10, 30), '0.1×', 20)).toEqual([1, 1, 2, 3, 3, 3, 4])
  })

  test('cuts silences, and does not wait for clocks that went back', () => {
    const ticks = played(texts(3_600_000, -50), '1×', 100)
    expect(ticks.length).toBe(LONGEST / 100 + 1)
    expect(ticks.at(-1)).toBe(3)
  })

  test('shows a record a second, however fast they came', () => {
    expect(played(texts(0, 0), 'one a second', 100).filter((place) => place === 2).length).toBe(10)
  })

  test('holds at what was only passed through, too', () => {
    const breakpoints: Breakpoint[] = [{ on: 'state', id: 'lifecycle.open' }]
    const fast = connectionOf(new Story('client').request().response().sendText().sendText())
    expect(played(fast, '100×', 9, breakpoints)).toEqual([1])
  })

  test('goes on behind what held it', () => {
    const breakpoints: Breakpoint[] = [{ on: 'frame', kind: 'text' }]
    const connection = texts(0, 0)
    const first = walk(walkFrom(-1), 0, '1×', breakpoints, connection)
    expect([first.index, first.hold?.seq, first.ended]).toEqual([2, 3, false])
    const second = walk(walkFrom(first.index), 0, '1×', breakpoints, connection)
    expect([second.index, second.hold?.seq, second.ended]).toEqual([3, 4, true])
  })

  test('of nothing ends at once', () => {
    const none = { ...closed, entries: [] }
    expect(walk(walkFrom(-1), 16, '1×', [], none)).toEqual({ index: -1, waited: 0, hold: null, ended: true })
  })
})

describe('following the end', () => {
  const breakpoints: Breakpoint[] = [{ on: 'frame', kind: 'text' }]
  const upTo = (connection: Connection, count: number, more: Partial<Connection> = {}): Connection => ({
    ...connection,
    entries: connection.entries.slice(0, count),
    nextSeq: count + 1,
    ...more,
  })

  test('holds at what comes in, not at what was there', () => {
    const all = texts(0, 0)
    const first = watch(null, upTo(all, 3), false, breakpoints)
    expect(first.hold).toBe(null)
    const second = watch(first, all, false, breakpoints)
    expect(second.hold?.seq).toBe(4)
    expect(watch(second, all, false, breakpoints).hold).toBe(null)
  })

  test('does not hold at what happened before, though it is told later', () => {
    const all = texts(0, 0)
    const summedUp = upTo(all, 0, { nextSeq: 5 })
    const first = watch(null, summedUp, false, breakpoints)
    expect(watch(first, all, false, breakpoints).hold).toBe(null)
  })

  test('does not hold at what is from before the page was opened, or in a file', () => {
    const all = texts(0, 60)
    const first = watch(null, upTo(all, 0), false, breakpoints)
    const [, , , second] = all.entries
    expect(watch(first, all, false, breakpoints).hold?.seq).toBe(3)
    expect(watch(first, all, false, breakpoints, second!.time).hold?.seq).toBe(4)
    expect(watch(first, all, false, breakpoints, second!.time + 1).hold).toBe(null)
    expect(watch(first, { ...all, file: 'a.jsonl' }, false, breakpoints).hold).toBe(null)
  })

  test('holds at the first of a connection that came up while the newest is followed', () => {
    const old = { ...closed, id: 'old', firstSeen: 5 }
    const young = { ...texts(0), id: 'young', firstSeen: 6 }
    const following = watch(null, old, true, breakpoints)
    expect(watch(following, young, true, breakpoints).hold?.seq).toBe(3)
    // One that was picked by hand was there before, as is one that is left when another is put away.
    expect(watch(following, young, false, breakpoints).hold).toBe(null)
    expect(watch({ ...following, firstSeen: 7 }, young, true, breakpoints).hold).toBe(null)
  })
})
