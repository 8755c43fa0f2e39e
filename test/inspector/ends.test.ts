import { describe, expect, test } from 'vitest'
import type { Connection } from '../../inspector/src/model/connection.ts'
import { doubtOf, otherEndOf, toBeAsked } from '../../inspector/src/model/ends.ts'
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

describe('the other end in another trace', () => {
  /** `client` waited for 10 ms; by whatever clock the others were there. */
  const traced = (id: string, side: Side, at: number, answer: number, file: string): Connection => ({
    ...seen({ id, side, at, answer, file }),
    clock: `${id}:1`,
  })
  const near = traced('f1', 'client', 0, 10, 'a.jsonl')
  const far = traced('f2', 'server', 60_000, 5, 'b.jsonl')

  test('is the one with the same handshake, whatever its clock says', () => {
    const all = mapOf(near, far)
    expect(otherEndOf(near, all)).toBe(far)
    expect(otherEndOf(far, all)).toBe(near)
    expect(doubtOf(near, all)).toBe(null)
  })

  test('is none that took longer to answer than the client waited', () => {
    const slow = traced('f2', 'server', 60_000, 12, 'b.jsonl')
    expect(otherEndOf(near, mapOf(near, slow))).toBe(null)
    expect(doubtOf(near, mapOf(near, slow))).toMatch(/^Server c1 of b\.jsonl has the same handshake, but/)
  })

  test('is nobody while two could be, and it says who', () => {
    const all = mapOf(near, far, traced('f3', 'server', 5, 5, 'c.jsonl'))
    expect(otherEndOf(near, all)).toBe(null)
    expect(doubtOf(near, all)).toBe(
      'The other end may be server c1 of b.jsonl or server c1 of c.jsonl: all have the same handshake.',
    )
    expect(otherEndOf(far, mapOf(near, far, traced('f3', 'client', 0, 10, 'a.jsonl')))).toBe(null)
  })

  test('is nobody whose own could be another one', () => {
    const all = mapOf(near, far, traced('f3', 'client', 0, 10, 'c.jsonl'))
    expect(otherEndOf(near, all)).toBe(null)
    expect(doubtOf(near, all)).toMatch(
      /^The other end of server c1 of b\.jsonl may be client c1 of a\.jsonl or/,
    )
  })

  test('is not looked for where one by the same clock is', () => {
    const here = { ...traced('f9', 'server', 3, 5, 'a.jsonl'), clock: near.clock }
    expect(otherEndOf(near, mapOf(near, far, here))).toBe(here)
  })

  test('is not the live one, and nothing is said of that', () => {
    expect(otherEndOf(near, mapOf(near, server))).toBe(null)
    expect([doubtOf(near, mapOf(near, server)), doubtOf(client, mapOf(client, far))]).toEqual([null, null])
    expect(doubtOf(near, mapOf(near))).toBe(null)
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
