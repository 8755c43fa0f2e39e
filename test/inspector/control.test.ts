import { describe, expect, test } from 'vitest'
import { assemblyFold, blocksOf, type Direction } from '../../inspector/src/messages/assembly.ts'
import { type Run, runAsOf } from '../../inspector/src/messages/control.ts'
import { proceed } from '../../inspector/src/model/fold.ts'
import { frame, Story } from '../report/story.ts'
import { entriesOf } from './story.ts'

const assemblyOf = (story: Story) => proceed(null, assemblyFold(story.side), entriesOf(story)).state

const sendPing = (story: Story) => story.take({ type: 'send.ping' }, frame(9, 'beat'))
const receivePing = (story: Story) => story.take({ type: 'receive.ping' }, frame(9, 'alive?'))
const receivePong = (story: Story) => story.take({ type: 'receive.pong' }, frame(10, 'beat'))

/** In words: `pong x2`. */
const words = ({ groups }: Run) =>
  groups.map(({ frames, count }) => `${frames[0]!.crossing.name}${count > 1 ? ` x${count}` : ''}`)

function between(story: Story, direction: Direction, behind: number, seq: number | null = null): string[] {
  return words(runAsOf(assemblyOf(story).between[direction], behind, seq))
}

/** 3 to 6 are Pings of ours with their Pongs, 7 a message, 8 a Ping that is answered, 9 a message. */
function kept(): Story {
  const story = new Story('server').open()
  for (let beat = 0; beat < 2; beat++) receivePong(sendPing(story))
  return receivePing(story.receiveText('first')).receiveText('second')
}

describe('control frames between messages', () => {
  test('are gathered by their direction, and by the messages that they lie between', () => {
    const story = kept()
    expect(between(story, 'inbound', 0)).toEqual(['pong x2'])
    expect(between(story, 'inbound', 1)).toEqual(['ping'])
    expect(between(story, 'inbound', 2)).toEqual([])
    // Nothing was sent between them but the answer.
    expect(between(story, 'outbound', 0)).toEqual(['ping x2', 'pong'])
    expect(assemblyOf(story).inbound).toHaveLength(2)
  })

  test('are those up to the cursor', () => {
    const story = kept()
    expect(between(story, 'outbound', 0, 2)).toEqual([])
    expect(between(story, 'outbound', 0, 3)).toEqual(['ping'])
    expect(between(story, 'outbound', 0, 7)).toEqual(['ping x2'])
    expect(between(story, 'inbound', 0, 4)).toEqual(['pong'])
    expect(between(story, 'inbound', 1, 7)).toEqual([])
  })

  test('belong to the message that is in progress, where one is', () => {
    const story = receivePing(receivePing(receivePong(kept().receiveText('part', false))))
    const { inbound } = assemblyOf(story)
    expect(between(story, 'inbound', 3)).toEqual([])
    const blocks = blocksOf(inbound.at(-1)!).map((parts) => parts.map(({ crossing }) => crossing.name))
    expect(blocks).toEqual([['text'], ['pong'], ['ping', 'ping']])
    // What answers the Pings goes the other way.
    expect(between(story, 'outbound', 0)).toEqual(['ping x2', 'pong x3'])
  })

  test('of a Close and its answer stand for themselves', () => {
    const story = kept().receiveClose(1000)
    expect(between(story, 'inbound', 2)).toEqual(['close'])
    expect(between(story, 'outbound', 0)).toEqual(['ping x2', 'pong', 'close'])
  })

  test('are there when nothing counts any more, and told apart', () => {
    const story = receivePing(receivePing(new Story('server').open()).invalid())
    const { groups } = runAsOf(assemblyOf(story).between.inbound, 0, null)
    expect(groups.map(({ frames }) => frames[0]!.crossing.fate)).toEqual(['taken', 'discarded'])
  })

  test('of very many kinds in turn are folded in the middle', () => {
    const story = new Story('server').open()
    for (let beat = 0; beat < 50; beat++) receivePong(receivePong(receivePing(story)))
    const groups = assemblyOf(story).between.inbound
    expect(groups).toHaveLength(100)
    const run = runAsOf(groups, 0, null)
    expect(words(run)).toEqual(['ping', 'pong x2', 'ping', 'pong x2', 'ping', 'pong x2', 'ping', 'pong x2'])
    expect(run.folded).toBe(150 - 2 * 3 - 3 * 3 + 3)
    // At the cursor, there is less to fold.
    expect(runAsOf(groups, 0, 2 + 12).folded).toBe(0)
    expect(runAsOf(groups, 0, 2 + 14).folded).toBe(2 + 1)
  })
})
