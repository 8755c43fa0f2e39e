import { describe, expect, it } from 'vitest'
import { Keepalive, type KeptAlive } from '../../src/node/keepalive.ts'
import { Opcode } from '../../src/protocol/index.ts'
import { concatenate } from '../../src/testing/bytes.ts'
import { MASKING_KEY, rawFrame, VirtualClock } from '../../src/testing/index.ts'
import { acceptRaw, deferred, open, openBoth, RawPeer, rawServer, start, UPGRADE } from './helpers.ts'

class Fake implements KeptAlive {
  holding = false
  pauses = 0
  due = 0
  before: KeptAlive | null = null
  behind: KeptAlive | null = null
  /** When pings were sent. */
  readonly pings: number[] = []
  readonly clock = new VirtualClock()
  timedOutAt: number | null = null
  #answer: (() => void) | null = null

  ping(): Promise<unknown> {
    this.pings.push(this.clock.now)
    return new Promise<void>((resolve) => {
      this.#answer = resolve
    })
  }

  async pong(): Promise<void> {
    this.#answer!()
    await Promise.resolve()
  }

  timedOut(): void {
    this.timedOutAt = this.clock.now
  }
}

function keep(interval: number, timeout: number | null): Fake & { keepalive: Keepalive } {
  const fake = new Fake()
  const keepalive = new Keepalive(interval, timeout, fake.clock)
  keepalive.start(fake)
  return Object.assign(fake, { keepalive })
}

describe('Keepalive', () => {
  it('pings at intervals while pongs come', async () => {
    const fake = keep(20, 10)
    for (let i = 0; i < 3; i++) {
      fake.clock.advance(20)
      await fake.pong()
    }
    expect(fake.pings).toEqual([20, 40, 60])
    expect([fake.timedOutAt, fake.clock.pending]).toEqual([null, 1])
  })

  it('times out when a pong is missing, once', () => {
    const fake = keep(20, 10)
    fake.clock.advance(29)
    expect(fake.timedOutAt).toBeNull()
    fake.clock.advance(1)
    expect([fake.timedOutAt, fake.clock.pending]).toEqual([30, 0])
  })

  it('without a timeout only pings', async () => {
    const fake = keep(20, null)
    fake.clock.advance(1000)
    expect(fake.pings).toEqual([20])
    await fake.pong()
    fake.clock.advance(20)
    expect([fake.pings, fake.timedOutAt]).toEqual([[20, 1020], null])
  })

  it('lets a connection alone whose application holds messages back', () => {
    const fake = keep(20, 10)
    fake.holding = true
    fake.clock.advance(100)
    expect(fake.pings).toEqual([])
    fake.holding = false
    fake.clock.advance(20)
    expect(fake.pings).toEqual([120])
  })

  it('does not blame the peer for a pong that lies unread', async () => {
    const fake = keep(20, 10)
    fake.clock.advance(25)
    fake.holding = true
    fake.clock.advance(100)
    expect(fake.timedOutAt).toBeNull()
    fake.holding = false
    fake.clock.advance(9)
    await fake.pong()
    fake.clock.advance(1)
    expect(fake.timedOutAt).toBeNull()
  })

  it('gives a pong time again after reading was paused', () => {
    const fake = keep(20, 10)
    fake.clock.advance(29)
    fake.pauses += 1
    fake.clock.advance(10)
    expect(fake.timedOutAt).toBeNull()
    fake.clock.advance(1)
    expect(fake.timedOutAt).toBe(40)
  })

  it('stops', () => {
    const fake = keep(20, 10)
    fake.keepalive.stop(fake)
    expect(fake.clock.pending).toBe(0)
  })
})

describe('Keepalive of many', () => {
  const clock = () => new VirtualClock()
  const join = (keepalive: Keepalive, clock: VirtualClock) => {
    const fake = Object.assign(new Fake(), { clock })
    keepalive.start(fake)
    return fake
  }

  it('gives each connection its own time, with one timer for all', async () => {
    const time = clock()
    const keepalive = new Keepalive(20, null, time)
    const fakes: Fake[] = []
    for (const gap of [0, 3, 0, 3]) {
      time.advance(gap)
      fakes.push(join(keepalive, time))
    }
    expect(time.pending).toBe(1)
    time.advance(20)
    expect(fakes.map((fake) => fake.pings)).toEqual([[20], [23], [23], [26]])
    expect(time.pending).toBe(0)
    await Promise.all(fakes.map((fake) => fake.pong()))
    expect(time.pending).toBe(1)
    time.advance(20)
    expect(fakes.map((fake) => fake.pings[1])).toEqual([46, 46, 46, 46])
  })

  it('goes on without those that stop, wherever they stand in the line', () => {
    for (const leaving of [[0], [1], [2], [0, 1], [1, 2], [0, 2], [2, 1, 0]]) {
      const time = clock()
      const keepalive = new Keepalive(20, null, time)
      const fakes = [0, 1, 2].map(() => {
        time.advance(1)
        return join(keepalive, time)
      })
      for (const at of leaving) keepalive.stop(fakes[at]!)
      expect(time.pending).toBe(leaving.length === 3 ? 0 : 1)
      time.advance(40)
      const expected = [[21], [22], [23]].map((times, at) => (leaving.includes(at) ? [] : times))
      expect(fakes.map((fake) => fake.pings)).toEqual(expected)
    }
  })

  it('may be left by one in the turn of another, and joined again', () => {
    const time = clock()
    const keepalive = new Keepalive(20, null, time)
    const fakes = [0, 1, 2].map(() => join(keepalive, time))
    const [first, second, third] = fakes as [Fake, Fake, Fake]
    first.ping = () => {
      keepalive.stop(second)
      return new Promise(() => {})
    }
    third.holding = true
    time.advance(20)
    expect([second.pings, third.pings, time.pending]).toEqual([[], [], 1])
    third.holding = false
    time.advance(20)
    expect(third.pings).toEqual([40])
  })

  it('does not go on with one that stopped before its pong came', async () => {
    const fake = keep(20, 10)
    fake.clock.advance(20)
    fake.keepalive.stop(fake)
    await fake.pong()
    expect(fake.clock.pending).toBe(0)
  })

  it('takes an interval of nothing for a millisecond', () => {
    const fake = keep(0, null)
    fake.holding = true
    fake.clock.advance(5)
    fake.holding = false
    fake.clock.advance(1)
    expect(fake.pings).toEqual([6])
  })
})

describe('a connection', () => {
  it('stays while its peer answers pings', async () => {
    const { client, peer } = await openBoth({
      server: { pingInterval: 2, pingTimeout: 1000 },
      client: { pingInterval: null },
    })
    peer.ignoreMessages()
    let answered = 0
    while (answered < 5) {
      await peer.ping()
      answered += 1
    }
    expect(client.protocol.state).toBe('open')
  })

  it('is failed with 1011 by a server whose client vanished', async () => {
    const server = await start(() => {}, { pingInterval: 5, pingTimeout: 10, closeTimeout: 10 })
    const peer = await RawPeer.open(server.port)
    const [connection] = server.connections
    expect(await peer.close()).toBe('1011 keepalive ping timeout')
    expect(peer.frames[0]!.opcode).toBe(Opcode.ping)
    expect(await connection!.closed).toMatchObject({ code: 1006, report: { sent: { code: 1011 } } })
    expect(server.errors).toEqual([])
  })

  it('is failed with 1011 by a client whose server vanished', async () => {
    const arrived = deferred<RawPeer>()
    const { url } = await rawServer((peer) => void acceptRaw(peer).then(() => arrived.resolve(peer)))
    const connection = await open(url, { pingInterval: 5, pingTimeout: 10, closeTimeout: 10 })
    const peer = await arrived.promise
    expect(await peer.close()).toBe('1011 keepalive ping timeout')
    await connection.closed
  })

  it('is let alone while its application holds messages back', async () => {
    const server = await start(() => {}, { pingInterval: 2, pingTimeout: 2 })
    const peer = await RawPeer.connect(server.port)
    // Behind the request in one piece, so that it is held back before the first Ping is due.
    peer.write(concatenate([Buffer.from(UPGRADE), rawFrame({ payload: 'a', maskingKey: MASKING_KEY })]))
    await peer.response()
    const [connection] = server.connections
    expect((connection as never as { holding: boolean }).holding).toBe(true)
    const before = peer.frames.length
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(peer.frames.length - before).toBeLessThanOrEqual(1)
    expect(connection!.protocol.state).toBe('open')
  })
})
