/** Which connections are listed, and what they are called. */
import { describe, expect, test } from 'vitest'
import { endWords, everyConnection, listed } from '../../inspector/src/connections/filter.ts'
import { type Connection, closeOf, nameOf } from '../../inspector/src/model/connection.ts'
import { Story } from '../report/story.ts'
import { connectionOf } from './story.ts'

const connection = (id: string, changes: Partial<Connection> = {}, story = new Story('server').open()) => ({
  ...connectionOf(story),
  id,
  ...changes,
})
const asked = (path: string | null, trouble: string | null = null) => ({ gist: { path, trouble } })

describe('the name of a connection', () => {
  const from = (side: 'client' | 'server', peer: string | null, path: string | null) => {
    const { about, ...rest } = connection('c1', asked(path), new Story(side))
    return nameOf({ ...rest, about: { ...about!, peer } })
  }

  test('is on a server the path, unless that says nothing; on a client the URL', () => {
    expect(from('server', '127.0.0.1:5', '/chat?room=1')).toBe('/chat?room=1')
    expect(from('server', '127.0.0.1:5', '/')).toBe('127.0.0.1:5')
    expect(from('server', '127.0.0.1:5', null)).toBe('127.0.0.1:5')
    expect(from('client', 'ws://x/chat', '/chat')).toBe('ws://x/chat')
    expect(from('server', null, '/')).toBe('/')
    expect(from('server', null, null)).toBe('unknown peer')
  })
})

describe('the list', () => {
  const story = new Story('server').open().invalid().eof()
  const bad = connection('bad', asked('/b', 'failed with 1007: text is not valid UTF-8'), story)
  const fine = connection('fine', asked('/a'))
  const found = (text: string) =>
    listed([fine, bad], { ...everyConnection, text, order: 'oldest' }).map(({ id }) => id)

  test('finds connections by path and by what went wrong, with or without their records', () => {
    expect(found('/a')).toEqual(['fine'])
    expect(found('utf-8')).toEqual(['bad'])
    expect(found('1007')).toEqual(['bad'])
  })

  test('may be in the order of names', () => {
    expect(listed([bad, fine], { ...everyConnection, order: 'name' }).map(({ id }) => id)).toEqual([
      'fine',
      'bad',
    ])
  })

  test('says of an end without a Close frame why', () => {
    expect(endWords(bad, closeOf(bad)!)).toBe('1006 failed with 1007: text is not valid UTF-8')
    expect(endWords(fine, { code: 1006, reason: '' })).toBe('1006 no Close frame')
    expect(endWords(bad, { code: 1000, reason: 'done' })).toBe('1000 “done”')
  })
})
