import { describe, expect, test } from 'vitest'
import {
  type Between,
  drawBetween,
  type Ends,
  keyOf,
  placesOf,
  spansIn,
  timesOf,
} from '../../inspector/src/ladder/between.ts'
import { oneClock, twoClocks } from '../../inspector/src/ladder/clocks.ts'
import { fateOf, type Passing } from '../../inspector/src/ladder/pairing.ts'
import {
  clockWords,
  fateWords,
  timesWords,
  told,
  travelWords,
} from '../../inspector/src/ladder/passageWords.ts'
import { betweenEnds } from '../../inspector/src/ladder/useBetween.ts'
import { crossingName, laneWords } from '../../inspector/src/ladder/words.ts'
import type { Entry } from '../../inspector/src/model/records.ts'
import type { Side } from '../../machines/events.ts'
import type { EventRecord } from '../../src/inspect/records.ts'
import { frame, Story } from '../report/story.ts'
import { connectionOf, entriesOf } from './story.ts'

/** Two ends whose stories are told by one clock: `at` is when the next thing happens. */
class Both {
  readonly client = new Story('client')
  readonly server = new Story('server')
  readonly #now = { client: 0, server: 0 }

  at(side: Side, ms: number): Story {
    const story = this[side].after(ms - this.#now[side])
    this.#now[side] = ms
    return story
  }

  open(): this {
    this.at('client', 0).request()
    this.at('server', 1).request()
    this.at('server', 2).response()
    this.at('client', 3).response()
    return this
  }

  ends(observed: Side = 'client', bounds = oneClock): Ends {
    return {
      observed,
      initial: { client: this.client.about.value, server: this.server.about.value },
      entries: { client: entriesOf(this.client), server: entriesOf(this.server) },
      bounds,
    }
  }

  draw(observed: Side = 'client'): Between {
    return drawBetween(null, this.ends(observed))
  }
}

/** `text 0>2`: sent and received when; `close 5>`: its leaving alone; `>close 7`: its arriving; `gap 5000`. */
function drawn(between: Between, place: number): string {
  const rung = between.rungs[place]!
  if (rung.kind === 'gap') return `gap ${rung.ms}`
  if (rung.kind === 'local') return `${rung.moment.side} ${rung.moment.entry.event.type}`
  const start = between.entries[between.observed][0]!.time
  const { sent, received } = timesOf(between, rung.moment)
  const [out, into] = [sent, received].map((time) => (time === null ? '?' : Math.round(time - start)))
  const way = rung.moment.crossing.from === 'client' ? '→' : '←'
  const name = crossingName(rung.moment.crossing)
  return {
    whole: `${name} ${out}${way}${into}`,
    leaving: `${name} ${out}${way}`,
    arriving: `${way}${into} ${name}`,
  }[rung.part]
}

const allDrawn = (between: Between) => between.rungs.map((_, place) => drawn(between, place))
/** Without the opening handshake. */
const drawnOf = (both: Both) => {
  const between = both.draw()
  expect(between.pairing.problem).toBe(null)
  return allDrawn(between).slice(2)
}
const problemOf = (both: Both) => both.draw().pairing.problem

function fates(both: Both, live = true): string[] {
  const { rungs, pairing } = both.draw()
  return rungs.flatMap((rung) => (rung.kind === 'passage' ? [fateOf(pairing, rung.moment, live)] : []))
}

const wire = (details: Partial<NonNullable<EventRecord['wire']>>): Partial<EventRecord> => ({
  wire: { headerLength: 6, payloadLength: 5, maskingKey: null, reservedBits: 0, ...details },
})

describe('the ladder of both ends', () => {
  test('has one rung for what was sent and received, from the one moment to the other', () => {
    const both = new Both().open()
    both.at('client', 10).sendText()
    both.at('server', 14).receiveText()
    both.at('server', 15).sendText('hi')
    both.at('client', 20).receiveText('hi')
    expect(allDrawn(both.draw())).toEqual([
      'HTTP request 0→1',
      'HTTP response 2←3',
      'text 10→14',
      'text 15←20',
    ])
  })

  test('is the same from either end', () => {
    const both = new Both().open()
    both.at('client', 10).sendText()
    both.at('server', 14).receiveText()
    const [client, server] = [both.draw('client'), both.draw('server')]
    expect(client.rungs.map((rung) => keyOf(client, rung))).toEqual(
      server.rungs.map((rung) => keyOf(server, rung)),
    )
    expect(drawn(server, 2)).toBe('text 9→13')
  })

  test('draws what crossed on its way as it was: each leaves before the other arrives', () => {
    const both = new Both().open()
    both.at('client', 10).sendClose(1000)
    both.at('server', 12).sendClose(1001)
    both.at('server', 20).receiveClose(1000)
    both.at('client', 22).receiveClose(1001)
    expect(drawnOf(both)).toEqual(['Close 10→', 'Close 12←22', '→20 Close', 'FIN 20←'])
    const between = both.draw()
    expect(spansIn(between, 0, 6)).toMatchObject([{ from: 2, to: 4 }])
    // Neither of its ends is in sight.
    expect(spansIn(between, 3, 4)).toMatchObject([{ from: 2, to: 4 }])
    expect(spansIn(between, 5, 6)).toEqual([])
  })

  test('has one rung each for many that are on their way together', () => {
    const both = new Both().open()
    for (let k = 0; k < 3; k++) both.at('client', 10 + k).sendText()
    for (let k = 0; k < 3; k++) both.at('server', 30 + k).receiveText()
    expect(drawnOf(both)).toEqual(['text 10→30', 'text 11→31', 'text 12→32'])
  })

  test('draws answers that the protocol gives by itself', () => {
    const both = new Both().open()
    both.at('client', 10).take({ type: 'send.ping' }, frame(9, 'x'))
    both.at('server', 12).take({ type: 'receive.ping' }, frame(9, 'x'))
    both.at('client', 14).take({ type: 'receive.pong' }, frame(10, 'x'))
    both.at('client', 20).sendClose(1000, 'done')
    both.at('server', 22).receiveClose(1000, 'done')
    both.at('client', 24).receiveClose(1000, 'done')
    both.at('client', 25).eof()
    both.at('server', 27).eof()
    expect(drawnOf(both)).toEqual([
      'Ping 10→12',
      'Pong 12←14',
      'Close 20→22',
      'Close 22←24',
      'FIN 22←25',
      'FIN 25→27',
    ])
  })

  test('draws each lane from its own records', () => {
    const both = new Both().open()
    both.at('client', 10).sendClose(1000)
    both.at('server', 12).receiveClose(1000)
    const { rungs } = both.draw()
    const words = (side: Side) => rungs.map(({ lanes }) => laneWords(lanes[side]))
    expect(words('client').slice(0, 3)).toEqual([
      'connecting, awaitingResponse',
      'open',
      'closing, initiated',
    ])
    expect(words('server').slice(0, 3)).toEqual(['connecting, deciding', 'open', 'closing, acknowledged'])
    expect(laneWords(rungs[2]!.before.server)).toBe('open')
  })

  test('folds silences of both', () => {
    const both = new Both().open()
    both.at('client', 10).sendText()
    both.at('server', 5010).receiveText()
    both.at('server', 9010).sendText()
    // What takes long is not silence; what nobody does is.
    expect(drawnOf(both)).toEqual(['text 10→5010', 'gap 4000', 'text 9010←'])
    both.at('client', 9012).sendText()
    both.at('client', 11_000).receiveText()
    expect(drawnOf(both)).toEqual([
      'text 10→5010',
      'gap 4000',
      'text 9010←',
      'text 9012→',
      'gap 1988',
      '←11000 text',
    ])
    const between = both.draw()
    expect(between.arrivals).toEqual([7])
  })

  test('has rungs for what the other end alone did', () => {
    const both = new Both().open()
    both.at('server', 10).sendText('lost')
    both.at('server', 11).take({ type: 'fail.silently' })
    // After its Close nothing can be sent: refused, it left nothing on the wire.
    both.at('client', 12).sendClose(1000).sendText()
    const between = both.draw('client')
    expect(allDrawn(between).slice(2)).toEqual(['text 10←', 'FIN 11←', 'Close 12→', 'client send.text'])
  })

  test('finds the rungs of a record of this side', () => {
    const both = new Both().open()
    both.at('client', 10).sendText()
    both.at('server', 12).receiveText()
    both.at('client', 20).sendClose(1000)
    both.at('server', 22).receiveClose(1000)
    const between = both.draw('server')
    expect([1, 2, 3].map((seq) => placesOf(between, seq))).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ])
    // Its echo and its FIN.
    expect(placesOf(between, 4)).toEqual([3, 5])
    expect([placesOf(between, 5), placesOf(between, null)]).toEqual([null, null])
  })
})

describe('what was sent', () => {
  test('is on its way until the other end says that it came', () => {
    const both = new Both().open()
    both.at('client', 10).sendText()
    expect(fates(both).at(-1)).toBe('under way')
    // The records of a file have come to their end.
    expect(fates(both, false).at(-1)).toBe('untold')
    both.at('server', 12).receiveText()
    expect(fates(both).at(-1)).toBe('arrives')
  })

  test('and was cut off is never received', () => {
    const both = new Both().open()
    both.at('client', 10).sendText()
    both.at('client', 11).sendText()
    both.at('server', 12).receiveText()
    both.at('server', 14).eof('reset')
    expect(drawnOf(both)).toEqual(['text 10→12', 'text 11→', '→14 RST', 'FIN 14←'])
    expect(fates(both).slice(2)).toEqual(['arrives', 'lost', 'unsent', 'too late'])
  })

  test('to who does not read any more is never received', () => {
    const both = new Both().open()
    both.at('client', 10).sendText()
    both.at('client', 11).sendText()
    both.at('server', 12).invalid()
    expect(fates(both).slice(2)).toEqual(['arrives', 'unread', 'under way', 'under way'])
    both.at('client', 20).receiveClose(1002)
    both.at('client', 21).eof()
    both.at('server', 30).eof()
    expect(problemOf(both)).toBe(null)
    expect(fates(both).filter((fate) => fate !== 'arrives')).toEqual(['unread', 'unread'])
  })

  test('may be ended by who gives up', () => {
    const both = new Both().open()
    both.at('client', 10).sendText()
    both.at('client', 12).eof('local')
    both.at('server', 13).eof('reset')
    expect(drawnOf(both)).toEqual(['text 10→', 'given up 12→13', 'FIN 12→', 'FIN 13←'])
    // Not by what comes behind.
    const other = new Both().open()
    other.at('server', 10).eof('reset')
    other.at('client', 12).eof('local')
    expect(drawnOf(other)).toEqual(['→10 RST', 'FIN 10←', 'given up 12→', 'FIN 12→'])
  })

  test('may be cut off by something between the two, which ends TCP by itself', () => {
    const cut = new Both().open()
    cut.at('client', 10).sendText()
    cut.at('server', 12).eof()
    cut.at('client', 14).eof()
    // Its FIN came behind the text.
    expect(fates(cut).slice(2)).toEqual(['lost', 'unsent', 'arrives', 'lost'])
    const early = new Both().open()
    early.at('client', 10).sendClose(1000)
    early.at('server', 12).receiveClose(1000)
    early.at('client', 20).receiveClose(1000)
    early.at('server', 18).eof()
    early.at('client', 22).eof()
    expect(problemOf(early)).toBe(null)
    expect(drawnOf(early)).toEqual(['Close 10→12', 'Close 12←20', 'FIN 12←22', '→18 FIN', 'FIN 22→'])
  })

  test('as a Pong may give way to a later one, and leaves behind all else', () => {
    const both = new Both().open()
    for (const [k, word] of ['a', 'b', 'c'].entries()) {
      both.at('client', 10 + k).take({ type: 'send.ping' }, frame(9, word))
      both.at('server', 20 + k).take({ type: 'receive.ping' }, frame(9, word))
    }
    both.at('server', 24).sendText()
    both.at('client', 30).receiveText()
    both.at('client', 31).take({ type: 'receive.pong' }, frame(10, 'c'))
    expect(problemOf(both)).toBe(null)
    const { rungs, pairing } = both.draw()
    const pongs = rungs.flatMap((rung) =>
      rung.kind === 'passage' && rung.moment.crossing.name === 'pong' && rung.part === 'leaving'
        ? [fateOf(pairing, rung.moment, true)]
        : [],
    )
    expect(pongs).toEqual(['replaced', 'replaced', 'arrives'])
  })
})

describe('what does not fit', () => {
  const talk = (sent: Partial<EventRecord>, received: Partial<EventRecord>): Both => {
    const both = new Both().open()
    both.at('client', 10).take({ type: 'send.text', fin: true }, { ...frame(1, 'hello'), ...sent })
    both.at('server', 12).take({ type: 'receive.text', fin: true }, { ...frame(1, 'hello'), ...received })
    return both
  }

  test.each<[string, Partial<EventRecord>, Partial<EventRecord>]>([
    ['another opcode', { opcode: 1 }, { opcode: 2 }],
    ['another FIN', { fin: true }, { fin: false }],
    ['another length', { length: 5 }, { length: 6 }],
    ['another length on the wire', wire({}), wire({ payloadLength: 4 })],
    ['another masking key', wire({ maskingKey: '37fa213d' }), wire({ maskingKey: '37fa213e' })],
    ['other reserved bits', wire({}), wire({ reservedBits: 4 })],
  ])('is a frame with %s', (_, sent, received) => {
    expect(problemOf(talk(sent, sent))).toBe(null)
    expect(problemOf(talk(sent, received))).toMatch(
      /^What the server received as its #3 \(.*\) is not what the client sent as its #3/,
    )
  })

  test('may be known in part', () => {
    expect(problemOf(talk(wire({ maskingKey: '37fa213d' }), {}))).toBe(null)
  })

  test('is a frame that was never sent', () => {
    const both = new Both().open()
    both.at('server', 10).receiveText()
    // It may have been sent, as far as is told.
    expect(drawnOf(both)).toEqual(['→10 text'])
    both.at('client', 12).eof()
    expect(problemOf(both)).toBe('What the server received as its #3 (text, 5 B) the client never sent.')
  })

  test('is what came before it was sent', () => {
    const both = new Both().open()
    both.at('client', 10).sendText()
    both.at('server', 9).receiveText()
    expect(problemOf(both)).toMatch(/received before it was sent, such as the server's #3 \(text, 5 B\)/)
  })

  test('is a side with a record missing, or with bytes that were made by hand', () => {
    const both = new Both().open()
    both.at('client', 10).sendText().sendText()
    both.client.steps.splice(2, 1)
    expect(problemOf(both)).toBe('Records of the client are missing behind its #2.')
    const crafted = new Both().open()
    crafted.client.steps.push({
      ...crafted.client.steps.at(-1)!,
      seq: 3,
      event: { type: 'send.crafted', length: 3 },
      effects: [],
      transitions: [],
    })
    expect(problemOf(crafted)).toBe('The client put bytes on the wire by hand (its #3).')
  })

  test('is not asked of records that do not begin with the first one', () => {
    const both = new Both().open()
    both.at('client', 10).sendText()
    both.at('server', 12).receiveText()
    const [client, server] = [connectionOf(both.client), connectionOf(both.server)]
    const between = betweenEnds(null, server, client)
    expect(typeof between === 'string' ? between : allDrawn(between)).toHaveLength(3)
    const cut = 'The oldest records of the client are not kept.'
    expect(betweenEnds(null, server, { ...client, entries: client.entries.slice(1) })).toBe(cut)
    both.client.dropBefore(2)
    expect(betweenEnds(null, connectionOf(both.client), server)).toBe(cut)
  })

  test('stays so when more comes', () => {
    const both = talk({ opcode: 1 }, { opcode: 2 })
    const first = both.draw()
    both.at('client', 20).sendText()
    const entries = both.ends().entries
    const list = (side: Side): readonly Entry[] => [
      ...first.entries[side],
      ...entries[side].slice(first.entries[side].length),
    ]
    const next = drawBetween(first, {
      ...both.ends(),
      entries: { client: list('client'), server: list('server') },
    })
    expect(next).toBe(first)
    expect(next.pairing.problem).not.toBe(null)
  })
})

describe('two clocks', () => {
  /** The server's clock is `ahead`; a message each way takes `travel`. */
  function apart(ahead: number, travel = 10): Both {
    const both = new Both()
    const server = (ms: number) => both.at('server', ms + ahead)
    both.at('client', 0).request()
    server(travel).request()
    server(travel + 1).response()
    both.at('client', 2 * travel + 1).response()
    both.at('client', 100).sendText()
    server(100 + travel).receiveText()
    return both
  }
  const shiftOf = (both: Both, observed: Side = 'client') =>
    drawBetween(null, both.ends(observed, twoClocks)).shift

  test('are left as they are if nothing says that they differ', () => {
    expect(shiftOf(apart(0))).toEqual({ client: 0, server: 0 })
    expect(shiftOf(apart(8))).toEqual({ client: 0, server: 0 })
  })

  test('are aligned in the middle of what is possible', () => {
    expect(shiftOf(apart(5000))).toEqual({ client: 0, server: -5000 })
    expect(shiftOf(apart(-5000))).toEqual({ client: 0, server: 5000 })
    expect(shiftOf(apart(5000), 'server')).toEqual({ client: 5000, server: 0 })
    const between = drawBetween(null, apart(5000).ends('client', twoClocks))
    expect(allDrawn(between)).toEqual(['HTTP request 0→10', 'HTTP response 11←21', 'text 100→110'])
  })

  test('are said to be', () => {
    const words = (both: Both, observed: Side = 'client') =>
      clockWords(drawBetween(null, both.ends(observed, twoClocks)), 'server c2')
    expect(words(apart(5000))).toBe(
      'Their clocks were aligned: the times of server c2 were moved by −5.000 s, so that nothing arrives before it was sent (−5.010 s to −4.990 s would fit).',
    )
    expect(words(apart(5000), 'server')).toContain('(+4.990 s to +5.010 s would fit)')
    expect(words(apart(2))).toContain('no times were moved')
  })

  test('are told apart by FIN as well, where that can be', () => {
    const both = apart(5000)
    both.at('client', 200).sendClose(1000)
    both.at('server', 5210).receiveClose(1000)
    both.at('client', 212).receiveClose(1000)
    expect(shiftOf(both).server).toBe(-5004)
    both.at('client', 213).eof()
    both.at('server', 5215).eof()
    expect(shiftOf(both).server).toBe(-5000)
    expect(drawBetween(null, both.ends('client', twoClocks)).pairing.bounds).toEqual({
      least: -5002,
      most: -4998,
    })
  })

  test('are told nothing by the end of TCP where something between ended it', () => {
    const both = apart(5000)
    both.at('server', 5250).eof()
    both.at('client', 300).sendClose(1000)
    both.at('client', 310).eof()
    const { pairing, shift } = drawBetween(null, both.ends('client', twoClocks))
    expect(pairing.problem).toBe(null)
    expect(shift.server).toBe(-5000)
    expect(pairing.streams.client.end?.other).toBe(null)
  })

  test('are aligned anew when what is possible gets less', () => {
    const both = apart(5000)
    const first = drawBetween(null, both.ends('client', twoClocks))
    both.at('server', 5200).sendText()
    both.at('client', 195).receiveText()
    const { entries } = both.ends()
    const grown = (side: Side) => [...first.entries[side], ...entries[side].slice(first.entries[side].length)]
    const next = drawBetween(first, {
      ...both.ends('client', twoClocks),
      entries: { client: grown('client'), server: grown('server') },
    })
    expect(next).toBe(first)
    expect(next.shift.server).toBe(-5007.5)
    expect(next.rungs).toEqual(
      drawBetween(null, { ...both.ends('client', twoClocks), entries: next.entries }).rungs,
    )
  })

  test('that cannot be are not aligned', () => {
    const both = apart(5000)
    both.at('server', 5200).sendText()
    both.at('client', 180).receiveText()
    const { pairing } = drawBetween(null, both.ends('client', twoClocks))
    expect(pairing.problem).toMatch(/^However their clocks are set/)
  })
})

describe('as records come in', () => {
  /** A talk in which much crosses, and its end. */
  function talk(): Both {
    const both = new Both().open()
    const later: [number, Side, (story: Story) => void][] = []
    let random = 6455
    const next = () => {
      random = (random * 48_271) % 2_147_483_647
      return random
    }
    let reach = { client: 0, server: 0 }
    for (let k = 0; k < 60; k++) {
      const [from, to]: [Side, Side] = next() % 2 === 0 ? ['client', 'server'] : ['server', 'client']
      const word = 'x'.repeat(next() % 9)
      const sent = 10 + k * 3
      // Nothing overtakes in a stream.
      reach = { ...reach, [to]: Math.max(reach[to] + 0.25, sent + 0.5 + (next() % 30)) }
      later.push([sent, from, (story) => story.sendText(word)])
      later.push([reach[to], to, (story) => story.receiveText(word)])
    }
    later.push([1000, 'client', (story) => story.sendClose(1000)])
    later.push([1004, 'server', (story) => story.receiveClose(1000)])
    later.push([1008, 'client', (story) => story.receiveClose(1000)])
    later.push([1009, 'client', (story) => story.eof()])
    later.push([1010, 'server', (story) => story.eof()])
    later.sort(([a], [b]) => a - b)
    for (const [ms, side, tell] of later) tell(both.at(side, ms))
    return both
  }

  const plain = (between: Between) =>
    between.rungs.map((rung) => [
      keyOf(between, rung),
      rung.kind === 'passage' ? rung.part : '',
      rung.lanes,
      rung.before,
    ])

  test.each([
    ['together', 1, 1],
    ['the client first', 7, 2],
    ['the server first', 1, 9],
  ])('it comes to the same as all at once: %s', (_, ofClient, ofServer) => {
    const all = talk().ends()
    const at = { client: 0, server: 0 }
    let between: Between | null = null
    while (at.client < all.entries.client.length || at.server < all.entries.server.length) {
      at.client += ofClient
      at.server += ofServer
      const entries = {
        client: all.entries.client.slice(0, at.client),
        server: all.entries.server.slice(0, at.server),
      }
      between = drawBetween(between, { ...all, entries })
      expect(between.pairing.problem).toBe(null)
    }
    const whole = drawBetween(null, all)
    expect(plain(between!)).toEqual(plain(whole))
    expect(between!.arrivals).toEqual(whole.arrivals)
    for (const { seq } of all.entries.client) expect(placesOf(between!, seq)).toEqual(placesOf(whole, seq))
  })

  test('each side stays in order, and nothing arrives before it leaves', () => {
    const { rungs, pairing, observed } = drawBetween(null, talk().ends())
    expect(observed).toBe('client')
    for (const side of ['client', 'server'] as const) {
      const rows = pairing.moments[side].map(({ row }) => row)
      expect(rows).toEqual(rows.toSorted((a, b) => a - b))
    }
    const split = rungs.filter((rung) => rung.kind === 'passage' && rung.part === 'leaving')
    expect(split.length).toBeGreaterThan(5)
    for (const { from, to } of spansIn(drawBetween(null, talk().ends()), 0, rungs.length)) {
      expect(to).toBeGreaterThan(from)
    }
  })

  test('starts anew with another list', () => {
    const all = talk().ends()
    const first = drawBetween(null, all)
    expect(drawBetween(first, all)).toBe(first)
    expect(drawBetween(first, talk().ends())).not.toBe(first)
  })

  // Were it quadratic, the time of a test would not do. `test/bench/page.mjs` measures.
  test('100,000 of each side are drawn', () => {
    const both = new Both().open()
    both.at('client', 10).sendText()
    both.at('server', 12).receiveText()
    const ends = both.ends()
    const many = ([request, response, text]: readonly Entry[]): Entry[] => [
      request!,
      response!,
      ...Array.from({ length: 100_000 }, (_, k) => ({ ...text!, seq: k + 3, time: text!.time + k })),
    ]
    const entries = { client: many(ends.entries.client), server: many(ends.entries.server) }
    expect(drawBetween(null, { ...ends, entries }).rungs).toHaveLength(100_002)
  })
})

describe('words', () => {
  test('are of all that both know', () => {
    const both = new Both().open()
    both.at('client', 10).take({ type: 'send.text', fin: true }, { ...frame(1, 'hello'), ...wire({}) })
    both.at('server', 12).take({ type: 'receive.invalid', code: 1002, rule: 'MASK_MISSING' }, { opcode: 1 })
    const rung = both.draw().rungs[2]!
    if (rung.kind !== 'passage') throw new Error('no passage')
    const { crossing, entry } = told(rung.moment)
    expect(crossing).toMatchObject({ fate: 'invalid', length: 5, wire: { payloadLength: 5 } })
    expect(entry.event.type).toBe('receive.invalid')
  })

  test('say what became of it', () => {
    const close = { from: 'client', name: 'close', kind: 'frame' } as const
    expect(fateWords('lost', close)).toMatchObject({ short: 'never received' })
    expect(fateWords('lost', { ...close, kind: 'end', name: 'given up' })).toBe(null)
    expect(fateWords('arrives', close)).toBe(null)
    expect(fateWords('unsent', { ...close, kind: 'end', name: 'RST' })?.short).toBe('not by the client')
    expect(timesWords(1010, 1014, 1000)).toBe('sent +0.010 s, received +0.014 s')
    expect(timesWords(null, 1014, 1000)).toBe('received +0.014 s')
    expect([0.31, 340, 2500].map(travelWords)).toEqual(['0.3 ms', '340 ms', '2.5 s'])
  })

  test('do without a moment that is nowhere', () => {
    const both = new Both().open()
    both.at('server', 14).eof('timeout')
    const rung = both.draw().rungs.at(-2)!
    if (rung.kind !== 'passage') throw new Error('no passage')
    expect(timesOf(both.draw(), rung.moment as Passing).sent).toBe(null)
  })
})
