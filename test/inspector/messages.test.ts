import { describe, expect, test } from 'vitest'
import {
  assemblyFold,
  fragmentsOf,
  limitOf,
  messageAsOf,
  messageAt,
  sizeOf,
} from '../../inspector/src/messages/assembly.ts'
import { proceed } from '../../inspector/src/model/fold.ts'
import { frame, Story } from '../report/story.ts'
import { entriesOf } from './story.ts'

const assemblyOf = (story: Story) => proceed(null, assemblyFold(story.side), entriesOf(story)).state

const fragmented = () =>
  new Story('server')
    .open()
    .receiveText('one, ', false)
    .take({ type: 'receive.continuation', fin: false }, frame(0, 'two, '))
    .take({ type: 'receive.ping' }, frame(9, 'still there?'))

const finished = () => fragmented().take({ type: 'receive.continuation', fin: true }, frame(0, 'three'))

describe('the assembly of messages', () => {
  test('grows to FIN, with control frames between', () => {
    const { inbound, outbound } = assemblyOf(finished())
    expect(inbound).toHaveLength(1)
    const [message] = inbound
    expect(message).toMatchObject({ kind: 'text', first: 3, last: 6, end: { how: 'complete' } })
    expect(message!.parts.map(({ crossing, control }) => [crossing.name, control])).toEqual([
      ['text', false],
      ['continuation', false],
      ['ping', true],
      ['continuation', false],
    ])
    expect(sizeOf(message!)).toBe(15)
    expect(fragmentsOf(message!)).toBe(3)
    // The Pong went the other way, where no message was in progress.
    expect(outbound).toEqual([])
  })

  test('can be looked at from any moment', () => {
    const { inbound } = assemblyOf(finished())
    const now = messageAsOf(inbound[messageAt(inbound, 5)]!, 5)
    expect(now.end).toBeNull()
    expect(fragmentsOf(now)).toBe(2)
    expect(sizeOf(now)).toBe(10)
    expect(messageAt(inbound, 2)).toBe(-1)
  })

  test('knows what a message may have from the first record, inbound, or from what was exceeded', () => {
    const state = assemblyOf(fragmented())
    const limits = { message: 20, frame: 5, fragments: null }
    expect(limitOf('inbound', { limits }, state)).toBe(20)
    expect(limitOf('outbound', { limits }, state)).toBeNull()
    expect(limitOf('inbound', { limits: { ...limits, message: null } }, state)).toBeNull()
    expect(limitOf('inbound', {}, state)).toBeNull()
    const exceeded = { seq: 9, says: 'a message is too big: 6 bytes, limit 5', bytes: 5 }
    expect(limitOf('inbound', {}, { ...state, limit: exceeded })).toBe(5)
  })

  test.each<[string, () => Story, string]>([
    ['a Close that comes', () => fragmented().receiveClose(1000), 'a Close came'],
    ['the end of TCP', () => fragmented().eof(), 'TCP ended'],
    ['a failure', () => fragmented().invalid(), 'the connection was failed'],
    ['a new message', () => fragmented().receiveText('wrong'), 'the connection was failed'],
  ])('drops the message in progress on %s', (_, story, why) => {
    const { inbound } = assemblyOf(story())
    expect(inbound.at(-1)!.end).toEqual({ how: 'dropped', why })
  })

  test('goes on receiving behind our own Close, but sends no more', () => {
    const story = fragmented().sendText('part', false).sendClose(1000)
    const { inbound, outbound } = assemblyOf(story)
    expect(inbound[0]!.end).toBeNull()
    expect(outbound[0]!.end).toEqual({ how: 'dropped', why: 'our Close was sent' })
  })

  test('knows a limit once it was exceeded', () => {
    const story = new Story('server')
      .open()
      .invalid('MESSAGE_TOO_BIG', { message: 'message is too big: 70 bytes, limit 64' })
    expect(assemblyOf(story).limit).toMatchObject({ seq: 3, bytes: 64 })
  })

  test('belongs a frame that broke the sequence to the message that it broke', () => {
    const { inbound } = assemblyOf(fragmented().receiveText('wrong'))
    expect(inbound).toHaveLength(1)
    expect(inbound[0]!.parts.at(-1)!.crossing.fate).toBe('invalid')
  })
})
