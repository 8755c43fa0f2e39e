import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { WireRecord } from '../../src/inspect/records.ts'
import { closeReportOf } from '../../src/report/report.ts'
import { Story } from './story.ts'

const server = () => new Story('server')
const client = () => new Story('client')

describe('the close report', () => {
  test('of the example in docs/records.md says who closed, with what code, and that it was clean', async () => {
    const document = await readFile(new URL('../../docs/records.md', import.meta.url), 'utf8')
    const lines = /```jsonl\n([\s\S]*?)```/.exec(document)![1]!.trim().split('\n')
    const records = lines.map((line) => JSON.parse(line) as WireRecord)
    const report = closeReportOf(records)!
    expect(report).toMatchObject({
      outcome: 'clean',
      closedFirst: 'client',
      code: 1000,
      reason: 'done',
      wasClean: true,
    })
    expect(report.headline).toBe(
      'The client closed first, with 1000 (normal closure), “done”. It was clean: both Close frames were exchanged before TCP ended.',
    )
    expect(closeReportOf(records, 'another')).toBeNull()
  })

  test('keeps apart what is known and what is inferred', () => {
    const { known, inferred } = server().open().receiveText().after(60_000).eof().report()
    expect(known.map(({ id }) => id)).toEqual(['close.none', 'traffic.last', 'tcp.end'])
    expect(inferred.map(({ id }) => id)).toEqual(['idle.timeout'])
  })

  test('does not take a Close that broke a rule, or was crafted, for the first one', () => {
    const invalid = server().open().invalid('CLOSE_CODE_INVALID')
    expect(invalid.finding('close.first')?.says).toMatch(/^The server sent the first valid Close frame: 1002/)
    const crafted = client().open().crafted(8).receiveClose(1002)
    expect(crafted.finding('close.first')?.says).toBe(
      'The server sent the first Close frame (one that was crafted aside): 1002 (protocol error).',
    )
    const other = client().open().crafted(1).receiveClose(1002)
    expect(other.finding('close.first')?.says).toMatch(/^The server sent the first Close frame: 1002/)
  })

  test('names the records that a finding rests on, and the section of the RFC', () => {
    const story = server().open().sendClose(1000, 'bye').after(20).receiveClose(1000, 'bye')
    expect(story.finding('close.answered')).toMatchObject({ seqs: [4], section: 'RFC 6455, section 5.5.1' })
    expect(story.finding('tcp.end')).toBeUndefined()
  })

  test('says how long each step took', () => {
    const story = server()
      .after(2)
      .open()
      .after(1000)
      .sendClose(1000)
      .after(20)
      .receiveClose(1000)
      .after(7)
      .eof()
    expect(story.report().stretches.map(({ name, took }) => [name, took])).toEqual([
      ['until the request', 2],
      ['request to response', 3],
      ['open', 1000],
      ['Close to Close', 20],
      ['until the other half ended', 7],
    ])
  })

  test.each<[string, () => Story, object]>([
    ['connecting', () => client().request(), { outcome: 'connecting', code: null, wasClean: null }],
    ['open', () => client().open(), { outcome: 'open', closedFirst: null }],
    ['closing', () => client().open().sendClose(1000), { outcome: 'closing', closedFirst: 'client' }],
    ['refused', () => client().request().response('403 Forbidden').eof(), { outcome: 'refused', code: null }],
    ['never opened', () => client().request().eof(), { outcome: 'refused', closedFirst: null }],
    [
      'failed by us',
      () => server().open().invalid().eof(),
      { outcome: 'abnormal', closedFirst: 'server', code: 1006 },
    ],
    ['without an answer', () => server().open().sendClose(1000).eof(), { outcome: 'abnormal', code: 1006 }],
    ['empty Close', () => server().open().receiveClose(1005).eof(), { outcome: 'clean', code: 1005 }],
    ['reset behind a Close', () => server().open().receiveClose(1000).eof('reset'), { outcome: 'clean' }],
  ])('of a connection that is or was %s', (_, told, expected) => {
    expect(told().report()).toMatchObject(expected)
  })

  test('of a connection whose first records are gone does not believe that it never was open', () => {
    const report = server().open().receiveText().receiveText().eof().dropBefore(5).report()
    expect(report).toMatchObject({ outcome: 'abnormal', code: 1006 })
    expect(report.known.map(({ id }) => id)).not.toContain('handshake.noRequest')
  })

  test('tells of the rule that failed it, and of the Close that says so', () => {
    const report = server().open().invalid().report()
    expect(report.headline).toBe(
      'The server failed the connection with 1002 (protocol error), because of this: frame from a client is not masked. It has not come to its end yet.',
    )
    expect(report.known.map(({ id }) => id)).toContain('close.first')
  })

  test.each<[string, () => Story, string]>([
    [
      'whose Close was never answered',
      () => client().open().sendClose(1000).after(10_000).eof('local'),
      'The client closed first, with 1000 (normal closure). It was not clean: no Close came from the server, so the code is 1006.',
    ],
    [
      'that was failed',
      () => server().open().invalid().eof(),
      'The server failed the connection with 1002 (protocol error), because of this: frame from a client is not masked. It was not clean: having failed it, the server reads no Close any more and has 1006 itself.',
    ],
    [
      'that ended without a Close frame',
      () =>
        server()
          .open()
          .eof('end', { message: 'stream ended without a Close frame: in the middle of a frame' }),
      'No Close frame was seen: TCP was ended (FIN) from the direction of the client, in the middle of a frame. It was not clean: the code is 1006, which stands for an end without a Close.',
    ],
    [
      'that was reset',
      () => server().open().eof('reset'),
      'No Close frame was seen: TCP was reset (RST). It was not clean: the code is 1006, which stands for an end without a Close.',
    ],
    [
      'whose Close frame was empty',
      () => server().open().receiveClose(1005).eof(),
      'The client closed first, without a code (1005). It was clean: both Close frames were exchanged before TCP ended.',
    ],
    [
      'that both sides closed',
      () => client().open().sendClose(1000, 'enough').receiveClose(1001, 'restarting').eof(),
      'The client closed, with 1000 (normal closure), “enough”, before it saw the Close of the server, which came with 1001 (going away), “restarting”. It was clean: both Close frames were exchanged before TCP ended.',
    ],
    [
      'that never was open',
      () => client().request().after(10_000).eof('local'),
      'The opening handshake was never completed: the client waited no longer, and ended TCP itself.',
    ],
  ])('says in a headline who, with which code and why, of a connection %s', (_, told, expected) => {
    expect(told().report().headline).toBe(expected)
  })

  test('does not take the end of a handshake that failed for one that took too long', () => {
    const story = server().take({ type: 'receive.invalidHandshake' }).after(700).eof('local')
    expect(story.report().inferred.map(({ id }) => id)).toEqual(['handshake.notWebSocket'])
  })

  test('has the code that was sent beside the one that it ended with', () => {
    expect(server().open().invalid().eof().report()).toMatchObject({
      closedWith: { code: 1002 },
      code: 1006,
    })
    expect(server().open().eof().report().closedWith).toBeNull()
  })

  test('does not say who ended TCP first where that cannot be known', () => {
    for (const side of ['client', 'server'] as const) {
      const refused = new Story(side).request().response('403 Forbidden').after(1).eof()
      expect(refused.says('tcp.end')).not.toContain('first')
    }
  })

  test('passes over an event of a type that it does not know', () => {
    const story = server().open()
    story.steps.push({
      ...story.steps[1]!,
      seq: 3,
      event: { type: 'something.new' },
      transitions: [],
      effects: [],
    })
    expect(story.report().outcome).toBe('open')
  })
})
