import { describe, expect, test } from 'vitest'
import {
  GAP,
  ladderFold,
  laneSince,
  lastOf,
  placeOf,
  type Rung,
  rungBetween,
} from '../../inspector/src/ladder/rungs.ts'
import { crossingAbout, crossingName, laneWords, sizeWords } from '../../inspector/src/ladder/words.ts'
import { proceed } from '../../inspector/src/model/fold.ts'
import { frame, Story } from '../report/story.ts'
import { entriesOf } from './story.ts'

function ladderOf(story: Story) {
  return proceed(
    null,
    ladderFold(story.side, story.about.dropped?.value ?? story.about.value),
    entriesOf(story),
  ).state
}

/** `client> text`, `<server Pong (by itself)`, `gap 8000`. */
function drawn(rung: Rung): string {
  if (rung.kind === 'gap') return `gap ${rung.ms}`
  if (rung.kind === 'local') return `local ${rung.entry.event.type}`
  const { crossing } = rung
  const name = crossingName(crossing) + (crossing.automatic ? ' by itself' : '')
  const fate = crossing.fate === 'taken' ? '' : ` ${crossing.fate}`
  return (crossing.from === 'client' ? `${name} >` : `< ${name}`) + fate
}

const lanes = (rungs: readonly Rung[], side: 'client' | 'server') =>
  rungs.map((rung) => laneWords(rung.lanes[side]))

describe('the ladder', () => {
  test('has a rung for each thing on the wire, answers that are effects too', () => {
    const story = new Story('server')
      .open()
      .take({ type: 'receive.ping' }, frame(9, 'x'))
      .sendText()
      .receiveClose(1000, 'done')
      .eof()
    expect(ladderOf(story).rungs.map(drawn)).toEqual([
      'HTTP request >',
      '< HTTP response',
      'Ping >',
      '< Pong by itself',
      '< text',
      'Close >',
      '< Close by itself',
      '< FIN by itself',
      'FIN >',
    ])
  })

  test('infers the states of the peer from what came and went', () => {
    const story = new Story('server').open().receiveText().receiveClose(1000).eof()
    expect(lanes(ladderOf(story).rungs, 'client')).toEqual([
      'connecting, awaitingResponse',
      'open',
      'open',
      'closing, initiated',
      'closing, acknowledged',
      'closing, acknowledged',
      'closed',
    ])
    expect(lanes(ladderOf(story).rungs, 'server').at(-1)).toBe('closed, cleanly')
  })

  test('leaves the peer open until its Close comes', () => {
    const story = new Story('client').open().sendClose(1000).receiveClose(1000)
    expect(lanes(ladderOf(story).rungs, 'server')).toEqual([
      'connecting, deciding',
      'open',
      'open',
      'closing, acknowledged',
    ])
  })

  test('draws the states of the peer as they were where it was watched too', () => {
    const server = new Story('server').open().after(10).sendClose(1000)
    const client = new Story('client').open().after(20).receiveClose(1000)
    const watched = { initial: client.about.value, entries: entriesOf(client) }
    const all = (story: Story) => {
      const { rungs } = ladderOf(story)
      return lanes(
        rungs.map((_, index) => rungBetween(rungs, index, 'server', watched)),
        'client',
      )
    }
    // The Close has not come to it yet; then it has.
    expect(all(server)).toEqual(['connecting, awaitingResponse', 'open', 'open'])
    expect(all(server.after(15).receiveClose(1000)).at(-1)).toBe('closing, acknowledged')
  })

  test('says where the peer came to since, where it was watched too', () => {
    const server = new Story('server').open().after(10).sendClose(1000)
    const watching = (client: Story) => ({ initial: client.about.value, entries: entriesOf(client) })
    const { rungs } = ladderOf(server)
    expect(laneSince(rungs, watching(new Story('client').open()))).toBe(null)
    const since = laneSince(rungs, watching(new Story('client').open().after(20).receiveClose(1000)))
    expect(since).toEqual({ state: 'closing', within: 'acknowledged' })
    expect(laneSince([], watching(server))).toBe(null)
  })

  test('does not know where the peer is once TCP was reset', () => {
    const { rungs } = ladderOf(new Story('client').open().eof('reset'))
    expect(lanes(rungs, 'server').at(-1)).toBe('unknown')
    expect(drawn(rungs[2]!)).toBe('< RST')
  })

  test('shows a refusal', () => {
    const { rungs } = ladderOf(new Story('client').request().response('403 Forbidden'))
    expect(lanes(rungs, 'server').at(-1)).toBe('connecting, rejected')
  })

  test.each(['HTTP/1.1 400 Bad Request', undefined])(
    'takes what a server answers by itself to what is no handshake for a refusal: %s',
    (startLine) => {
      const http = startLine === undefined ? {} : { http: { startLine, headers: [] } }
      const story = new Story('server').take(
        { type: 'receive.invalidHandshake' },
        { message: 'this is not HTTP', ...http },
      )
      const { rungs } = ladderOf(story)
      expect(rungs.map(drawn).slice(0, 2)).toEqual(['HTTP request > invalid', '< HTTP response by itself'])
      expect(lanes(rungs, 'client').at(-1)).toBe('connecting, rejected')
      const [entry] = entriesOf(story)
      const texts = rungs.map((rung) =>
        rung.kind === 'crossing' ? crossingAbout(rung.crossing, entry!).text : '',
      )
      expect(texts.slice(0, 2)).toEqual(['this is not HTTP', startLine ?? ''])
    },
  )

  test('folds silences, and labels them with their length', () => {
    const story = new Story('server')
      .open()
      .after(GAP - 1)
      .receiveText()
      .after(8000)
      .receiveText()
    expect(ladderOf(story).rungs.map(drawn).slice(2)).toEqual(['text >', 'gap 8000', 'text >'])
  })

  test('marks what broke a rule and what was discarded', () => {
    const story = new Story('server').open().receiveText('x', false).receiveText('y').receiveText('z').eof()
    expect(ladderOf(story).rungs.map(drawn).slice(2, 7)).toEqual([
      'text >',
      'text > invalid',
      '< Close by itself',
      '< FIN by itself',
      'text > discarded',
    ])
  })

  test('has a place for what left nothing on the wire', () => {
    const story = new Story('client').open().take({ type: 'fail.silently' })
    expect(ladderOf(story).rungs.map(drawn).at(-1)).toBe('local fail.silently')
  })

  test('finds the rung of a record', () => {
    const ladder = ladderOf(new Story('server').open().after(5000).receiveText().receiveClose(1000))
    expect(ladder.rungs[placeOf(ladder, 3)]).toMatchObject({ kind: 'crossing', seq: 3 })
    // Close, its echo and FIN.
    expect(placeOf(ladder, null)).toBe(ladder.rungs.length - 3)
    expect(lastOf(ladder.rungs, placeOf(ladder, 4))).toBe(ladder.rungs.length - 1)
    expect(placeOf(ladder, 99)).toBe(ladder.rungs.length - 1)
    expect(placeOf(ladder, 0)).toBe(0)
  })

  test('goes on where it was left when entries come, and starts anew when the oldest go', () => {
    const story = new Story('server').open()
    const fold = ladderFold('server', story.about.value)
    const first = proceed(null, fold, entriesOf(story))
    const entries = entriesOf(story.receiveText())
    const list = [...first.items, entries[2]!]
    const second = proceed(first, fold, list)
    expect(second.state).toBe(first.state)
    expect(second.state.rungs).toHaveLength(3)
    const third = proceed(second, fold, list.slice(1))
    expect(third.state).not.toBe(first.state)
    expect(third.state.rungs).toHaveLength(2)
  })

  // Were it quadratic, the time of a test would not do. `test/bench/page.mjs` measures.
  test('is made of 100,000 entries', () => {
    const story = new Story('server').open().receiveText()
    const [, , text] = entriesOf(story)
    const many = Array.from({ length: 100_000 }, (_, index) => ({ ...text!, seq: index + 1, time: index }))
    expect(proceed(null, ladderFold('server', story.about.value), many).state.rungs).toHaveLength(100_000)
  })

  test('says what a frame holds', () => {
    const story = new Story('server').open().receiveText('two\nlines').receiveClose(4000, 'bye')
    const { rungs } = ladderOf(story)
    const about = rungs.flatMap((rung) =>
      rung.kind === 'crossing' ? [crossingAbout(rung.crossing, rung.entry).text] : [],
    )
    expect(about.slice(2)).toEqual(['two lines', '4000 “bye”', '4000 “bye”', 'ends its half of TCP'])
    const compressed = rungs[2]!
    if (compressed.kind !== 'crossing') throw new Error('no crossing')
    const wire = { headerLength: 6, payloadLength: 4, maskingKey: null, reservedBits: 4 }
    expect(sizeWords({ ...compressed.crossing, wire })).toBe('9 B, 4 B sent')
  })
})
