import { describe, expect, it } from 'vitest'
import { Frame } from '../../src/framing/frame.ts'
import { Protocol } from '../../src/protocol/index.ts'
import { Joined, misbehaviours, pair, VirtualClock } from '../../src/testing/index.ts'

const texts = (protocol: Protocol) =>
  protocol
    .eventsReceived()
    .map((event) => (event instanceof Frame ? new TextDecoder().decode(event.payload) : event.type))

describe('pair', () => {
  it('is open, with nothing under way', () => {
    const { client, server, toServer, toClient } = pair({ uri: 'wss://example.com/chat' })
    expect([client.state, server.state]).toEqual(['open', 'open'])
    expect([toServer.bytes.length, toClient.bytes.length]).toEqual([0, 0])
    expect([client.eventsReceived(), server.eventsReceived()]).toEqual([[], []])
  })

  it('negotiates what both were given', () => {
    const { client, server } = pair({ client: { subprotocols: ['a', 'b'] }, server: { subprotocols: ['b'] } })
    expect([client.subprotocol, server.subprotocol]).toEqual(['b', 'b'])
  })

  it('leaves the opening handshake to the test', () => {
    const joined = pair({ open: false })
    expect(joined.client.state).toBe('connecting')
    joined.open()
    expect(joined.server.state).toBe('open')
  })

  it('says why the opening handshake failed', () => {
    expect(() => pair({ server: { subprotocols: ['needed'] } })).toThrow('the opening handshake failed')
  })

  it('flows by frames, by bytes and all at once', () => {
    const { client, server, toServer } = pair()
    client.sendText('one')
    client.sendText('two')
    client.sendText('three')
    toServer.flowFrame()
    expect(texts(server)).toEqual(['one'])
    const size = toServer.bytes.length
    toServer.flow(1)
    expect(toServer.bytes.length).toBe(size - 1)
    expect(texts(server)).toEqual([])
    toServer.flow()
    expect(texts(server)).toEqual(['two', 'three'])
    expect(toServer.flow()).toBe(false)
  })

  it.each([1, 2, 7, Number.POSITIVE_INFINITY])('closes, flowing %d bytes at a time', (limit) => {
    const joined = pair()
    joined.client.sendText('bye')
    joined.client.sendClose(1000)
    joined.flow(limit)
    expect([joined.client.value.lifecycle, joined.server.value.lifecycle]).toEqual([
      { closed: 'cleanly' },
      { closed: 'cleanly' },
    ])
    expect(joined.toClient.ended && joined.toServer.ended).toBe(true)
  })

  it('can be cut', () => {
    const joined = pair()
    joined.client.sendText('lost')
    joined.cut()
    joined.flow()
    expect(texts(joined.server)).toEqual([])
    expect(joined.server.transportEnd).toEqual({ kind: 'reset' })
    expect(joined.client.closeCode).toBe(1006)
  })
})

describe('misbehaviours', () => {
  const cases = misbehaviours.flatMap((misbehaviour) =>
    (['client', 'server'] as const)
      .filter((side) => misbehaviour.side === undefined || misbehaviour.side === side)
      .map((side) => ({ ...misbehaviour, side, from: side })),
  )

  it.each(cases)('$name from a $from is $rule', ({ from, bytes, closeCode, rule }) => {
    for (const limit of [Number.POSITIVE_INFINITY, 1]) {
      const joined = new Joined(new Protocol('client'), new Protocol('server'))
      const victim = from === 'client' ? joined.server : joined.client
      joined.to(victim.side).inject(bytes(from))
      joined.flow(limit)
      expect(victim.parserError).toMatchObject({ code: rule })
      expect(victim.closeSent?.code).toBe(closeCode)
    }
  })
})

describe('VirtualClock', () => {
  it('runs timers in the order in which they are due', () => {
    const clock = new VirtualClock()
    const ran: string[] = []
    clock.setTimeout(() => ran.push(`late ${clock.now}`), 20)
    clock.setTimeout(() => {
      ran.push(`early ${clock.now}`)
      clock.setTimeout(() => ran.push(`nested ${clock.now}`), 5)
    }, 10)
    const cancelled = clock.setTimeout(() => ran.push('cancelled'), 1)
    clock.clearTimeout(cancelled)
    expect([clock.pending, clock.next]).toEqual([2, 10])
    clock.advance(9)
    expect(ran).toEqual([])
    clock.advance(11)
    expect(ran).toEqual(['early 10', 'nested 15', 'late 20'])
    expect([clock.now, clock.pending, clock.next]).toEqual([20, 0, null])
  })
})
