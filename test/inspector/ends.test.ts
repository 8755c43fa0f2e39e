import { describe, expect, test } from 'vitest'
import type { Connection } from '../../inspector/src/model/connection.ts'
import { otherEndOf, toBeAsked } from '../../inspector/src/model/ends.ts'
import type { Side } from '../../machines/events.ts'
import type { HttpRecord } from '../../src/inspect/records.ts'
import { Story } from '../report/story.ts'
import { connectionOf } from './story.ts'

interface About {
  id: string
  side: Side
  key?: string | null
  line?: string
  /** When the request was seen, and how much later the response; `null`: it was not. */
  at: number
  answer?: number | null
  file?: string | null
}

/** A connection that was seen opening. */
function seen({
  id,
  side,
  key = 'abc',
  line = 'GET / HTTP/1.1',
  at,
  answer = 5,
  file = null,
}: About): Connection {
  const story = new Story(side)
  const http: HttpRecord = { startLine: line, headers: key === null ? [] : [['Sec-WebSocket-Key', key]] }
  story.after(at)
  story.take({ type: side === 'client' ? 'send.request' : 'receive.request' }, { http })
  if (answer !== null) story.after(answer).response()
  story.receiveText()
  return { ...connectionOf(story), id, file }
}

/** As long as nothing of it is told. */
const untold = (connection: Connection): Connection => ({ ...connection, entries: [] })

const mapOf = (...all: Connection[]) => new Map(all.map((each) => [each.id, each]))

const client = seen({ id: 'c', side: 'client', at: 0, answer: 10 })
const server = seen({ id: 's', side: 'server', at: 3 })

describe('the other end of a connection', () => {
  test('is the one with the same key, that received what this one sent', () => {
    const all = mapOf(client, server, seen({ id: 'x', side: 'server', key: 'other', at: 3 }))
    expect(otherEndOf(client, all)).toBe(server)
    expect(otherEndOf(server, all)).toBe(client)
    expect(otherEndOf(all.get('x')!, all)).toBe(null)
  })

  test('is still known when its first entries were let go of', () => {
    const late: Connection = { ...server, entries: server.entries.slice(2) }
    expect(otherEndOf(client, mapOf(client, server))).toBe(server)
    expect(otherEndOf(client, mapOf(client, late))).toBe(late)
  })

  test('is found while the response is under way', () => {
    const asking = seen({ id: 'c', side: 'client', at: 0, answer: null })
    expect(otherEndOf(asking, mapOf(asking, server))).toBe(server)
  })

  test.each<[string, Connection]>([
    ['of the same side', seen({ id: 's', side: 'client', at: 3 })],
    ['with another key', seen({ id: 's', side: 'server', key: 'abd', at: 3 })],
    ['that was asked for something else', seen({ id: 's', side: 'server', line: 'GET /x HTTP/1.1', at: 3 })],
    ['without a key', seen({ id: 's', side: 'server', key: null, at: 3 })],
    ['of a file', seen({ id: 's', side: 'server', at: 3, file: 'one.jsonl' })],
    // What a proxy receives it sends on afterwards.
    ['of a proxy, which received the request before', seen({ id: 's', side: 'server', at: -3 })],
    ['of a proxy, which answered after', seen({ id: 's', side: 'server', at: 3, answer: 8 })],
  ])('is none %s', (_, other) => {
    expect(otherEndOf(client, mapOf(client, other))).toBe(null)
  })

  test('is nobody while two could be', () => {
    expect(otherEndOf(client, mapOf(client, server, seen({ id: 't', side: 'server', at: 4 })))).toBe(null)
  })

  test('is looked for within one file', () => {
    const [a, b] = (['client', 'server'] as const).map((side) => seen({ id: side, side, at: 3, file: 'f' }))
    expect(otherEndOf(a!, mapOf(a!, b!, server))).toBe(b)
  })
})

describe('to find it, the process is asked for', () => {
  test('what could be it and has told nothing yet, the nearest in time first', () => {
    const far = {
      ...untold(seen({ id: 'far', side: 'server', at: 3 })),
      firstSeen: client.firstSeen + 20_000,
    }
    const near = { ...untold(server), firstSeen: client.firstSeen - 5 }
    const nearer = { ...untold(server), id: 't', firstSeen: client.firstSeen + 2 }
    const same = untold(seen({ id: 'd', side: 'client', at: 3 }))
    expect(toBeAsked(client, mapOf(client, far, near, nearer, same))).toEqual(['t', 's'])
  })

  test('nothing that has told its handshake, or of which nothing happened', () => {
    const silent = { ...untold(server), nextSeq: server.firstSeq }
    expect(toBeAsked(client, mapOf(client, server))).toEqual([])
    expect(toBeAsked(client, mapOf(client, silent))).toEqual([])
  })

  test('at most eight at a time', () => {
    const many = Array.from({ length: 50 }, (_, index) => ({ ...untold(server), id: `s${index}` }))
    expect(toBeAsked(client, mapOf(client, ...many)).length).toBe(8)
  })

  test('nothing while this one has not told its own, or comes from a file', () => {
    const quiet = untold(seen({ id: 'q', side: 'client', at: 0 }))
    expect(toBeAsked(quiet, mapOf(quiet, untold(server)))).toEqual([])
    expect(toBeAsked({ ...client, file: 'f' }, mapOf(client, { ...untold(server), file: 'f' }))).toEqual([])
  })
})
