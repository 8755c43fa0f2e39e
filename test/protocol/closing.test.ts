/** Guide, point 6; RFC 6455, section 7: how two sides close together, and what they say of it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ConnectionClosedError,
  InvalidStateError,
  type Protocol,
  ProtocolError,
  type Side,
} from '../../src/protocol/index.ts'
import { thrownBy } from '../thrown-by.ts'
import { established, Scene } from './scene.ts'
import { play, situations } from './situations.ts'
import { Peer, peerOf, sides, words } from './wire.ts'

/** Two sides and a wire between them that keeps what was sent until it is delivered. */
class Pair {
  readonly client: Protocol = established('client')
  readonly server: Protocol = established('server')
  readonly log: string[] = []

  /** Delivers what `from` has to send now; says whether there was anything. */
  deliver(from: Side): boolean {
    const outbox = this[from].dataToSend()
    for (const [index, data] of outbox.entries()) {
      this.log.push(`${from}: ${words(from, [data])[0]}`)
      if (data.length > 0) this[peerOf(from)].receiveData(data.slice())
      else {
        expect(index).toBe(outbox.length - 1)
        this[peerOf(from)].receiveEof()
      }
    }
    return outbox.length > 0
  }

  settle(): this {
    while (this.deliver('client') || this.deliver('server')) {}
    return this
  }
}

describe('the order of closing', () => {
  it('when the client closes: the server ends TCP first', () => {
    const pair = new Pair()
    pair.client.sendClose(1000, 'bye')
    pair.settle()
    expect(pair.log).toEqual([
      'client: close(1000 bye)',
      'server: close(1000 bye)',
      'server: EOF',
      'client: EOF',
    ])
    expect([pair.client, pair.server].map((each) => each.closeReceivedThenSent)).toEqual([false, true])
  })

  it('when the server closes: the server ends TCP first', () => {
    const pair = new Pair()
    pair.server.sendClose(1001)
    pair.settle()
    expect(pair.log).toEqual(['server: close(1001)', 'client: close(1001)', 'server: EOF', 'client: EOF'])
    expect([pair.client, pair.server].map((each) => each.closeReceivedThenSent)).toEqual([true, false])
  })

  it('when both close at once: each has the code of the other', () => {
    const pair = new Pair()
    pair.server.sendClose(1001, 'going')
    pair.client.sendClose(4000, 'leaving')
    pair.settle()
    expect(pair.log).toEqual([
      'client: close(4000 leaving)',
      'server: close(1001 going)',
      'server: EOF',
      'client: EOF',
    ])
    expect([pair.client.closeCode, pair.client.closeReason]).toEqual([1001, 'going'])
    expect([pair.server.closeCode, pair.server.closeReason]).toEqual([4000, 'leaving'])
    expect([pair.client, pair.server].map((each) => each.closeReceivedThenSent)).toEqual([false, false])
  })

  it('when the client fails the connection: the server ends TCP first', () => {
    const pair = new Pair()
    pair.client.fail(1011, 'oops')
    pair.settle()
    expect(pair.log).toEqual([
      'client: close(1011 oops)',
      'server: close(1011 oops)',
      'server: EOF',
      'client: EOF',
    ])
    expect(pair.client.closeCode).toBe(1006)
    expect(pair.server.closeCode).toBe(1011)
  })

  it('when the server fails the connection: it ends TCP at once', () => {
    const pair = new Pair()
    pair.server.fail(1008)
    pair.settle()
    expect(pair.log).toEqual(['server: close(1008)', 'server: EOF', 'client: close(1008)', 'client: EOF'])
    expect(pair.client.closeCode).toBe(1008)
    expect(pair.server.closeCode).toBe(1006)
  })

  it('messages that crossed our Close are still delivered', () => {
    const pair = new Pair()
    pair.client.sendClose(1000)
    pair.server.sendText('late')
    pair.deliver('server')
    expect(pair.client.eventsReceived()).toMatchObject([{ opcode: 1 }])
    pair.settle()
    expect(pair.client.state).toBe('closed')
  })

  it('whatever two sides do and however the wire delays it, both come to be closed, each with one Close at most', () => {
    const action = fc.record({
      side: fc.constantFrom(...sides),
      what: fc.constantFrom('text', 'begin', 'ping', 'close', 'fail', 'silent', 'deliver'),
    })
    fc.assert(
      fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
        const pair = new Pair()
        for (const { side, what } of actions) {
          try {
            if (what === 'text') pair[side].sendText('x')
            else if (what === 'begin') pair[side].sendText('x', false)
            else if (what === 'ping') pair[side].sendPing()
            else if (what === 'close') pair[side].sendClose(1000)
            else if (what === 'fail') pair[side].fail(1011)
            else if (what === 'silent') pair[side].fail(1006)
            else pair.deliver(side)
          } catch (error) {
            if (!(error instanceof InvalidStateError || error instanceof ProtocolError)) throw error
          }
        }
        if (pair.client.state === 'open') pair.client.sendClose()
        pair.settle()
        // A side that failed silently says nothing: then the timer that `deadline` names runs out.
        for (const side of sides) {
          if (pair[side].deadline === 'closing') pair[side].receiveEof({ kind: 'local' })
          pair.settle()
        }
        for (const side of sides) {
          expect(pair[side].state).toBe('closed')
          expect(pair.log.filter((each) => each.startsWith(`${side}: close`)).length).toBeLessThanOrEqual(1)
          expect(pair.log.filter((each) => each === `${side}: EOF`)).toHaveLength(1)
        }
      }),
    )
  })
})

describe('section 7.4: a Close that we send', () => {
  const rows: [string, Parameters<Protocol['sendClose']>, string][] = [
    ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65536, -1, 1000.5, Number.NaN].map(
      (code): [string, [number], string] => [`the code ${code}`, [code], 'CLOSE_CODE_INVALID'],
    ),
    ['a reason without a code', [undefined, 'bye'], 'CLOSE_REASON_WITHOUT_CODE'],
    ['a reason of 124 bytes', [1000, 'r'.repeat(124)], 'CLOSE_REASON_TOO_LONG'],
    ['a reason of 124 bytes in UTF-8', [1000, `${'€'.repeat(41)}r`], 'CLOSE_REASON_TOO_LONG'],
  ]

  it.each(rows)('cannot have %s: nothing is sent, nothing changes', (_, args, code) => {
    for (const side of sides) {
      const protocol = established(side)
      const error = thrownBy(() => protocol.sendClose(...args))
      expect(error).toBeInstanceOf(ProtocolError)
      expect(error).toMatchObject({ code, offset: null, section: expect.any(String) })
      expect(protocol.dataToSend()).toEqual([])
      expect(protocol.value).toEqual({ lifecycle: 'open', inbound: 'idle', outbound: 'idle' })
      expect(protocol.closeSent).toBeNull()
      protocol.sendClose(1000, 'bye')
      expect(words(side, protocol.dataToSend())).toEqual(['close(1000 bye)'])
    }
  })

  it.each(rows.slice(1))(
    'cannot have %s when the application fails the connection, either',
    (_, args, code) => {
      if (args[0] === 1006 || args[0] === undefined) return
      const [number, reason] = args
      for (const side of sides) {
        const protocol = established(side)
        expect(thrownBy(() => protocol.fail(number, reason))).toMatchObject({ code })
        expect(protocol.dataToSend()).toEqual([])
        expect(protocol.state).toBe('open')
        protocol.fail(1011)
        expect(words(side, protocol.dataToSend())[0]).toBe('close(1011)')
      }
    },
  )

  it.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])(
    'may have the code %i',
    (code) => {
      for (const side of sides) {
        const protocol = established(side)
        protocol.sendClose(code, 'r'.repeat(123))
        expect(words(side, protocol.dataToSend())).toEqual([`close(${code} ${'r'.repeat(123)})`])
        expect(protocol.closeSent).toEqual({ code, reason: 'r'.repeat(123) })
      }
    },
  )

  it.each(sides)('is sent once by a %s', (side) => {
    const protocol = established(side)
    protocol.sendClose(1000)
    protocol.dataToSend()
    expect(thrownBy(() => protocol.sendClose(1001))).toBeInstanceOf(InvalidStateError)
    expect(protocol.dataToSend()).toEqual([])
    expect(protocol.closeSent).toEqual({ code: 1000, reason: '' })
  })

  it.each(sides)('in a wrong state is told as such by a %s, whatever its code', (side) => {
    const protocol = established(side)
    protocol.fail(1011)
    expect(thrownBy(() => protocol.sendClose(1005))).toBeInstanceOf(InvalidStateError)
    expect(thrownBy(() => protocol.sendClose(undefined, 'x'))).toBeInstanceOf(InvalidStateError)
  })
})

describe('section 5.5.1: the echo', () => {
  it.each(sides)('of a %s has the bytes that came', (side) => {
    const scene = new Scene(established(side))
    scene.receive(scene.peer.close(3333, 'Grüße'))
    expect(scene.protocol.closeSent).toEqual({ code: 3333, reason: 'Grüße' })
    expect(scene.wire[0]).toBe(scene.events[0])
  })
})

describe('closeError', () => {
  it.each(Object.values(situations).flat())('is there only once closed: $name', (situation) => {
    for (const side of sides) {
      const { protocol } = play(situation, side)
      if (protocol.state === 'closed') expect(protocol.closeError).toBeInstanceOf(ConnectionClosedError)
      else expect(protocol.closeError).toBeNull()
    }
  })

  const codes = (first: 'us' | 'them', ours: number | undefined, theirs: number | undefined, side: Side) => {
    const scene = new Scene(established(side))
    if (first === 'us') scene.act((protocol) => protocol.sendClose(ours))
    scene.receive(scene.peer.close(theirs)).eof()
    return scene.protocol.closeError!
  }

  it.each([
    [1000, 1000, true],
    [1001, 1000, true],
    [1000, 1001, true],
    [undefined, 1000, true],
    [1000, undefined, true],
    [undefined, undefined, true],
    [1000, 1002, false],
    [1011, 1000, false],
    [1000, 4000, false],
    [3000, 3000, false],
  ])('after %s was sent, then %s received has normal = %s', (ours, theirs, normal) => {
    for (const side of sides) {
      const error = codes('us', ours, theirs, side)
      expect(error.normal).toBe(normal)
      expect(error.code).toBe(normal ? 'CLOSED_NORMALLY' : 'CLOSED_ABNORMALLY')
      expect(error).toMatchObject({ sent: { code: ours ?? 1005 }, received: { code: theirs ?? 1005 } })
      expect(error.receivedThenSent).toBe(false)
    }
  })

  it.each(sides)('after the end of the stream alone is not normal on a %s, and has its cause', (side) => {
    const scene = new Scene(established(side)).eof()
    expect(scene.protocol.closeError).toMatchObject({ normal: false, received: null, sent: null })
    expect(scene.protocol.closeError!.cause).toBe(scene.protocol.parserError)
  })

  it.each(sides)('after our Close alone is not normal on a %s', (side) => {
    const scene = new Scene(established(side)).act((protocol) => protocol.sendClose(1000)).eof()
    expect(scene.protocol.closeError).toMatchObject({ normal: false, received: null, sent: { code: 1000 } })
  })
})

describe('transportEnd', () => {
  it.each(['end', 'reset', 'timeout', 'error', 'local'] as const)('keeps how TCP ended: %s', (kind) => {
    for (const side of sides) {
      const protocol = established(side)
      expect(protocol.transportEnd).toBeNull()
      const error = new Error('ECONNRESET')
      protocol.receiveEof({ kind, error })
      protocol.receiveEof({ kind: 'end' })
      expect(protocol.transportEnd).toEqual({ kind, error })
    }
  })

  it('is the end of the stream (FIN) if nothing is said', () => {
    const protocol = established('client')
    protocol.receiveEof()
    expect(protocol.transportEnd).toEqual({ kind: 'end' })
  })
})

it('a peer that keeps on sending behind both Close frames is not buffered, nor answered', () => {
  for (const side of sides) {
    const scene = new Scene(established(side))
    scene.receive(scene.peer.close(1000))
    const before = scene.outcome()
    for (let at = 0; at < 100; at++) scene.receive(new Peer(peerOf(side)).ping('x'))
    expect(scene.outcome()).toEqual(before)
  }
})
