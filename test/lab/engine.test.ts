import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../inspector/src/lab/engine/action.ts'
import { failures } from '../../inspector/src/lab/engine/expect.ts'
import { Lab } from '../../inspector/src/lab/engine/lab.ts'
import { fateOf, lifecycleOf, underWay } from '../../inspector/src/lab/engine/snapshot.ts'
import { createSession } from '../../inspector/src/lab/session.ts'
import { inferPeer } from '../../inspector/src/ladder/lanes.ts'
import { assemblyFold } from '../../inspector/src/messages/assembly.ts'
import { recordProblem } from '../../src/inspect/record-problem.ts'
import { crossingsOf } from '../../src/report/crossings.ts'

const opening: Action[] = [{ do: 'request' }, { do: 'flow' }, { do: 'accept' }, { do: 'flow' }]

function labOf(actions: readonly Action[], setup = {}): Lab {
  const lab = new Lab(null, setup)
  for (const action of actions) lab.do(action)
  return lab
}

describe('the wire', () => {
  it('holds what was written until it is delivered', () => {
    const lab = labOf([...opening, { do: 'text', by: 'client', text: 'a' }, { do: 'ping', by: 'client' }])
    expect(failures({ toServer: ['text', 'ping'], server: { heard: null } }, lab.snapshot())).toEqual([])
    lab.do({ do: 'deliver', to: 'server', amount: 'frame' })
    expect(failures({ toServer: ['ping'], server: { heard: 'a' } }, lab.snapshot())).toEqual([])
    lab.do({ do: 'next' })
    expect(failures({ toServer: [], toClient: ['pong'] }, lab.snapshot())).toEqual([])
  })

  it('delivers by itself when it is not held, and after its delay', () => {
    const lab = labOf([
      ...opening,
      { do: 'wire', to: 'server', hold: false },
      { do: 'wire', to: 'client', hold: false, delay: 50 },
      { do: 'ping', by: 'client', text: 'x' },
    ])
    expect(failures({ toServer: [], toClient: ['pong'] }, lab.snapshot())).toEqual([])
    expect(lab.snapshot().toClient.due).toBe(50)
    lab.do({ do: 'wait', ms: 49 })
    expect(failures({ toClient: ['pong'] }, lab.snapshot())).toEqual([])
    lab.do({ do: 'wait', ms: 1 })
    expect(failures({ toClient: [], now: 50 }, lab.snapshot())).toEqual([])
  })

  it('shows a crafted frame that was never finished', () => {
    const lab = labOf([...opening, { do: 'bytes', by: 'client', hex: '81 85 01' }])
    expect(underWay(lab.snapshot().toServer)).toMatchObject([{ kind: 'text', length: 3, partial: true }])
    lab.do({ do: 'flow' })
    expect(failures({ server: { state: 'open' }, toServer: [] }, lab.snapshot())).toEqual([])
  })

  it('tells what was read from what was not', () => {
    const fates = (lab: Lab, to: 'server' | 'client' = 'server') => {
      const snapshot = lab.snapshot()
      const stream = to === 'server' ? snapshot.toServer : snapshot.toClient
      return stream.segments.map((segment) => `${segment.kind} ${fateOf(stream, segment)}`)
    }
    const failed = labOf([
      ...opening,
      { do: 'text', by: 'client', text: 'fine' },
      { do: 'frame', by: 'client', opcode: 3 },
      { do: 'text', by: 'client', text: 'too late' },
      { do: 'flow' },
    ])
    const read = ['request taken', 'text taken']
    expect(fates(failed)).toEqual([...read, 'reserved wrong', 'text unread', 'close unread', 'fin taken'])
    expect(fates(failed, 'client')).toEqual(['response taken', 'close taken', 'fin taken'])

    const cut = labOf([
      ...opening,
      { do: 'text', by: 'client', text: 'never whole' },
      { do: 'deliver', to: 'server', amount: 9 },
      { do: 'cut', to: 'server', how: 'end' },
    ])
    expect(fates(cut)).toEqual(['request taken', 'text lost', 'fin taken'])
    const waiting = labOf([...opening, { do: 'bytes', by: 'client', hex: '81 85 01' }, { do: 'flow' }])
    expect(fates(waiting)).toEqual(['request taken', 'text unfinished'])

    const refused = labOf([{ do: 'request' }, { do: 'flow' }, { do: 'refuse', status: 403 }, { do: 'flow' }])
    expect(fates(refused, 'client')).toEqual(['response taken', 'fin taken'])
    const wrong = labOf([{ do: 'request' }, { do: 'flow' }, { do: 'accept', key: 'x' }, { do: 'flow' }])
    expect(fates(wrong, 'client')).toEqual(['response wrong', 'fin taken'])
  })

  it('refuses what cannot be done, and says why', () => {
    const lab = labOf([{ do: 'deliver', to: 'client', amount: 'all' }])
    expect(lab.snapshot().refusal).toBe('nothing is under way to the client')
    lab.do({ do: 'text', by: 'client', text: 'too early' })
    expect(lab.snapshot().refusal).toContain('cannot send')
    lab.do({ do: 'accept' })
    expect(lab.snapshot().refusal).toBe('the server has no request to answer')
    lab.do({ do: 'bytes', by: 'client', hex: 'xy' })
    expect(lab.snapshot().refusal).toContain('not hex')
  })
})

describe('breakpoints', () => {
  const close: Action = { do: 'close', by: 'client', code: 4000 }

  it('hold before a frame of a kind, once', () => {
    const lab = labOf([
      ...opening,
      { do: 'breakpoints', at: [{ on: 'frame', kind: 'close' }] },
      { do: 'text', by: 'client', text: 'first' },
      close,
      { do: 'flow' },
    ])
    expect(
      failures({ toServer: ['close'], server: { heard: 'first', state: 'open' } }, lab.snapshot()),
    ).toEqual([])
    expect(lab.snapshot().halted?.words).toBe('A close frame is about to reach the server.')
    lab.do({ do: 'deliver', to: 'server', amount: 'frame' })
    expect(failures({ server: { state: 'closing.acknowledged' } }, lab.snapshot())).toEqual([])
    expect(lab.snapshot().halted).toBe(null)
  })

  it('hold in a state, and at a code', () => {
    const inState = labOf([
      ...opening,
      { do: 'breakpoints', at: [{ on: 'state', id: 'lifecycle.closing.acknowledged' }] },
      close,
      { do: 'flow' },
    ]).snapshot()
    expect(
      failures({ server: { state: 'closing.acknowledged' }, toClient: ['close', 'fin'] }, inState),
    ).toEqual([])
    const atCode = labOf([
      ...opening,
      { do: 'breakpoints', at: [{ on: 'code', code: 1002 }] },
      { do: 'frame', by: 'client', opcode: 3 },
      { do: 'flow' },
    ]).snapshot()
    expect(failures({ server: { state: 'closing.failed' }, toClient: ['close', 'fin'] }, atCode)).toEqual([])
  })

  it('hold a step of a lesson in the middle; the next one finishes it', () => {
    const script = { steps: [{ does: opening }, { does: [{ do: 'request' }] as Action[] }] }
    const lab = new Lab(script)
    lab.do({ do: 'breakpoints', at: [{ on: 'state', id: 'lifecycle.connecting.deciding' }] })
    lab.do({ do: 'step' })
    expect(lab.snapshot()).toMatchObject({ step: 1, unfinished: true })
    expect(lifecycleOf(lab.snapshot().server.value)).toBe('connecting.deciding')
    lab.do({ do: 'step' })
    expect(lab.snapshot()).toMatchObject({ step: 1, unfinished: false })
    expect(lab.snapshot().client.state).toBe('open')
  })

  it('hold behind a transition', () => {
    const lab = labOf([
      ...opening,
      { do: 'breakpoints', at: [{ on: 'transition', event: 'receive.ping' }] },
      { do: 'ping', by: 'client' },
      { do: 'text', by: 'client', text: 'behind it' },
      { do: 'flow' },
    ])
    expect(failures({ toServer: ['text'], toClient: ['pong'] }, lab.snapshot())).toEqual([])
    expect(lab.snapshot().halted?.words).toBe('The server took a transition on receive.ping.')
  })

  it('hold the passing of time', () => {
    const lab = labOf([
      ...opening,
      { do: 'breakpoints', at: [{ on: 'state', id: 'lifecycle.closed.abnormally' }] },
      close,
      { do: 'wait', ms: 60_000 },
    ])
    expect(lab.snapshot().now).toBe(10_000)
  })
})

describe('a session', () => {
  it('undoes, restarts and opens lessons', () => {
    const session = createSession('#lab')
    for (const action of opening) session.do(action)
    const open = session.getSnapshot().snapshot
    session.do({ do: 'text', by: 'client', text: 'x' })
    session.undo()
    expect(session.getSnapshot().snapshot).toEqual(open)
    session.restart()
    expect(session.getSnapshot()).toMatchObject({
      state: { actions: [] },
      snapshot: { client: { state: 'connecting' } },
    })
    session.open('opening')
    session.do({ do: 'step' })
    session.do({ do: 'step' })
    session.do({ do: 'step', answer: 0 })
    expect(session.getSnapshot().answered).toEqual({ choice: 0, right: 1 })
    expect(session.getSnapshot().asSaid).toBe(true)
    session.do({ do: 'flow' })
    expect(session.getSnapshot()).toMatchObject({ answered: null, asSaid: false })
  })

  it('knows the answer to a question that nobody answered, and none where something else was done', () => {
    const session = createSession('#lab/opening/3')
    expect(session.getSnapshot().answered).toEqual({ choice: null, right: 1 })
    session.undo()
    session.do({ do: 'cut', to: 'both', how: 'reset' })
    session.do({ do: 'step', answer: 1 })
    expect(session.getSnapshot()).toMatchObject({ answered: { choice: 1, right: null }, asSaid: false })
  })

  it('does not sum up a lesson that went another way', () => {
    const session = createSession('#lab/close-by-client/6')
    expect(session.getSnapshot()).toMatchObject({ asSaid: true, endsAsSaid: true })
    expect(createSession('#lab/close-by-client/5').getSnapshot().endsAsSaid).toBe(false)
    const cut = createSession('#lab/close-by-client/2')
    cut.do({ do: 'cut', to: 'both', how: 'reset' })
    for (let step = 3; step <= 6; step++) cut.do({ do: 'step' })
    expect(cut.getSnapshot()).toMatchObject({ asSaid: false, endsAsSaid: false })
    // The last sentence of this one says nothing of the client's state.
    const later = createSession('#lab/masking/6')
    later.do({ do: 'close', by: 'client' })
    expect(later.getSnapshot()).toMatchObject({ asSaid: true, endsAsSaid: false })
  })

  it('takes a lesson of another setup for another lesson', () => {
    const session = createSession('#lab/oversize-message')
    session.setUp({ maxSize: 1_000 })
    for (let step = 1; step <= 4; step++) session.do({ do: 'step' })
    expect(session.getSnapshot()).toMatchObject({ asSaid: false, endsAsSaid: false })
  })

  it('undoes one of 500 things', () => {
    const session = createSession('#lab')
    for (const action of opening) session.do(action)
    for (let count = 0; count < 600; count++) session.do({ do: 'ping', by: 'client' })
    expect(session.getSnapshot().state.actions).toHaveLength(500)
    session.undo()
    expect(session.getSnapshot().state.actions).toHaveLength(499)
  })

  it('opens an empty lab for a bad link, and says why', () => {
    const { badLink, state } = createSession('#lab/nonsense').getSnapshot()
    expect(badLink).toContain('nonsense')
    expect(state.actions).toEqual([])
  })
})

const side = fc.constantFrom('client' as const, 'server' as const)
const hex = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.constantFrom<Action>({ do: 'request' }, { do: 'accept' }, { do: 'flow' }, { do: 'next' }),
  fc.record({
    do: fc.constant('text' as const),
    by: side,
    text: fc.string({ maxLength: 8 }),
    fin: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('continue' as const),
    by: side,
    text: fc.string({ maxLength: 8 }),
    fin: fc.boolean(),
  }),
  fc.record({ do: fc.constant('close' as const), by: side, code: fc.integer({ min: 995, max: 5000 }) }),
  fc.record({ do: fc.constant('ping' as const), by: side }),
  fc.record({ do: fc.constant('fail' as const), by: side, code: fc.constantFrom(1002, 1006, 1011) }),
  fc.record({ do: fc.constant('bytes' as const), by: side, hex }),
  fc.record({ do: fc.constant('frame' as const), by: side, opcode: fc.nat(15), rsv1: fc.boolean(), hex }),
  fc.record({
    do: fc.constant('deliver' as const),
    to: side,
    amount: fc.constantFrom('all' as const, 'frame' as const, 1, 7),
  }),
  fc.record({ do: fc.constant('wire' as const), to: side, hold: fc.boolean(), delay: fc.nat(100) }),
  fc.record({
    do: fc.constant('cut' as const),
    to: fc.constantFrom('client' as const, 'server' as const, 'both' as const),
    how: fc.constantFrom('end' as const, 'reset' as const),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(30_000) }),
)

describe('what is crafted', () => {
  const crafted = (actions: Action[]) =>
    labOf([...opening, ...actions])
      .snapshot()
      .client.records.slice(-actions.length)

  it('is in the records of its sender as what it is, and changes nothing there', () => {
    const records = crafted([
      { do: 'frame', by: 'client', opcode: 3, fin: false, rsv2: true, text: 'hi', masked: false },
      { do: 'bytes', by: 'client', hex: '89 81 01020304 60' },
      { do: 'bytes', by: 'client', hex: '81 85 01' },
      { do: 'frame', by: 'client', opcode: 8, hex: '03e8', masked: false, length: 70_000 },
      { do: 'text', by: 'client', text: 'through the protocol' },
    ])
    const outside = { effects: [], transitions: [], value: { lifecycle: 'open' } }
    expect(records).toMatchObject([
      {
        ...outside,
        event: {
          type: 'send.crafted',
          opcode: 3,
          fin: false,
          length: 2,
          preview: { encoding: 'text', data: 'hi', truncated: false },
          wire: { headerLength: 2, payloadLength: 2, maskingKey: null, reservedBits: 2 },
        },
      },
      { ...outside, event: { opcode: 9, preview: { data: 'a' }, wire: { maskingKey: '01020304' } } },
      { ...outside, event: { length: 3, preview: { encoding: 'hex', data: '818501' } } },
      { ...outside, event: { opcode: 8, length: 2, wire: { payloadLength: 70_000 } } },
      { event: { type: 'send.text' }, value: { lifecycle: 'open' } },
    ])
    expect(records[2]!.kind === 'step' && 'opcode' in records[2]!.event).toBe(false)
    for (const record of records) expect(recordProblem(record)).toBeNull()
  })

  it('while connecting is only bytes, whatever they are', () => {
    const lab = labOf([{ do: 'bytes', by: 'client', hex: '81 01 61' }])
    expect(lab.snapshot().client.records.at(-1)).toMatchObject({
      event: { type: 'send.crafted', length: 3, preview: { encoding: 'hex', data: '810161' } },
    })
  })

  it('is drawn from its sender, and is part of no message, and no state of the peer is inferred from it', () => {
    const records = crafted([
      { do: 'frame', by: 'client', opcode: 1, fin: false, text: 'never ended' },
      { do: 'frame', by: 'client', opcode: 8 },
      { do: 'bytes', by: 'client', hex: '01' },
    ])
    const steps = records.filter((record) => record.kind === 'step')
    const crossings = steps.flatMap((step) => crossingsOf(step, 'client'))
    expect(crossings.map(({ from, name, fate }) => [from, name, fate])).toEqual([
      ['client', 'text', 'crafted'],
      ['client', 'close', 'crafted'],
      ['client', 'bytes', 'crafted'],
    ])
    const { start, take } = assemblyFold('client')
    const state = start()
    for (const step of steps) take(state, step as never)
    expect(state).toMatchObject({ inbound: [], outbound: [] })
    const lane = { state: 'closing', within: 'initiated' } as const
    for (const crossing of crossings) expect(inferPeer(lane, crossing, 'client', false)).toBe(lane)
  })
})

describe('whatever is done', () => {
  it('leads to the same lab again, never throws, and the statechart agrees with the protocol', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), fc.boolean(), (actions, compression) => {
        const all = [...opening, ...actions]
        const one = labOf(all, { compression }).snapshot()
        expect(labOf(all, { compression }).snapshot()).toEqual(one)
        for (const { records } of [one.client, one.server]) {
          for (const [seq, record] of records.entries()) {
            expect(record.seq).toBe(seq)
            expect(record).not.toHaveProperty('disagreement')
            if (seq > 0) expect(record.time).toBeGreaterThanOrEqual(records[seq - 1]!.time)
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  it('ends when TCP does, each way', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
        const lab = labOf([...opening, ...actions, { do: 'close', by: 'client', code: 1000 }])
        lab.do({ do: 'flow' })
        lab.do({ do: 'wait', ms: 20_000 })
        lab.do({ do: 'cut', to: 'both', how: 'end' })
        const { client, server } = lab.snapshot()
        expect(client.state).toBe('closed')
        expect(server.state).toBe('closed')
      }),
      { numRuns: 150 },
    )
  })
})
