/** Two sides of ours that harm each other. */
import { describe, expect, it } from 'vitest'
import { Opcode } from '../../src/framing/index.ts'
import { Protocol, type ProtocolEvent, type Side } from '../../src/protocol/index.ts'
import {
  type Application,
  flowAll,
  Host,
  type MemoryTransport,
  memoryTransports,
  VirtualClock,
} from '../../src/testing/index.ts'

const PINGS = 2_000

/** The payload of a Ping. */
function numbered(ping: number): Uint8Array {
  const payload = new Uint8Array(125)
  new DataView(payload.buffer).setUint32(0, ping)
  return payload
}

class End implements Application {
  readonly protocol: Protocol
  readonly host: Host
  readonly holding = false
  /** The payload of the last Pong. */
  pong = new Uint8Array(0)

  constructor(side: Side, transport: MemoryTransport, clock: VirtualClock) {
    this.protocol = new Protocol(side)
    this.host = new Host(this.protocol, transport, this, { clock, closeTimeout: 10_000 })
    transport.bind(this.host)
    this.host.start()
  }

  receive(event: ProtocolEvent): void {
    if (event.type === 'frame' && event.opcode === Opcode.pong) this.pong = event.payload.slice()
  }

  over(): void {}

  flood(): void {
    for (let sent = 0; sent < PINGS; sent++) {
      this.protocol.sendPing(numbered(sent))
      this.host.sent(125)
    }
  }
}

/** Turns pass, and everything arrives that may. */
async function settle(...transports: MemoryTransport[]): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    flowAll(...transports)
    await Promise.resolve()
  }
}

describe('two sides that flood each other with Pings', () => {
  const flooding = async () => {
    const clock = new VirtualClock()
    const transports = memoryTransports()
    const client = new End('client', transports[0], clock)
    const server = new End('server', transports[1], clock)
    client.flood()
    server.flood()
    await settle(...transports)
    return { client, server, clock, transports }
  }

  it('hold bounded memory: what was sent, and no heap of Pongs', async () => {
    const { transports } = await flooding()
    for (const { outgoing } of transports) expect(outgoing).toBeLessThan(PINGS * 131 + 65_536)
  })

  it('can still close, at the latest by closeTimeout', async () => {
    const { client, server, clock, transports } = await flooding()
    client.protocol.fail(1011)
    client.host.resume()
    server.protocol.fail(1011)
    server.host.resume()
    await settle(...transports)
    clock.advance(10_000)
    await settle(...transports)
    expect([client.protocol.state, server.protocol.state]).toEqual(['closed', 'closed'])
  })

  // Both stop reading while their answers wait, and neither's answers leave; then RFC 6455, section 5.5.3 helps.
  it('do not stand still for good: the last Ping of each is answered, and messages pass again', async () => {
    const { client, server, clock, transports } = await flooding()
    clock.advance(5_000)
    await settle(...transports)
    for (const { outgoing } of transports) expect(outgoing).toBe(0)
    expect([client.pong, server.pong]).toEqual([numbered(PINGS - 1), numbered(PINGS - 1)])
    client.protocol.sendClose(1000)
    client.host.resume()
    await settle(...transports)
    expect(server.protocol.closeReceived?.code).toBe(1000)
    expect(client.protocol.closeReceived?.code).toBe(1000)
  })

  it('hold one Pong at most while one of them goes on sending Pings and reads nothing', async () => {
    const clock = new VirtualClock()
    const transports = memoryTransports()
    const client = new End('client', transports[0], clock)
    const server = new End('server', transports[1], clock)
    client.host.pause()
    client.flood()
    await settle(...transports)
    expect(transports[1].paused).toBe(true)
    clock.advance(5_000)
    await settle(...transports)
    expect(transports[1].paused).toBe(false)
    const held = transports[1].outgoing
    for (let round = 0; round < 10; round++) {
      client.flood()
      await settle(...transports)
    }
    expect(transports[0].outgoing).toBe(0)
    expect(transports[1].outgoing).toBe(held)
    client.host.resume()
    await settle(...transports)
    expect(client.pong).toEqual(numbered(PINGS - 1))
    expect(server.protocol.latestPongOnly).toBe(false)
  })

  it('leave no timer behind when TCP goes in the middle of it', async () => {
    const { client, server, clock } = await flooding()
    client.host.abort()
    server.host.transportClosed({ kind: 'reset' })
    expect(clock.pending).toBe(0)
  })
})
