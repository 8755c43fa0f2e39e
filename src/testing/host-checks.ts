import { describeFrame } from '../framing/describe.ts'
import { Opcode } from '../framing/opcode.ts'
import type { Application, Clock, Host, HostOptions, Transport } from '../protocol/host.ts'
import { Protocol, type ProtocolEvent } from '../protocol/protocol.ts'
import { concatenate } from './bytes.ts'
import { flowAll, type MemoryTransport, memoryTransports } from './memory-transport.ts'
import { MASKING_KEY, type RawFrame, rawFrame } from './raw-frame.ts'
import { VirtualClock } from './virtual-clock.ts'

/** What the checks call of a host loop; `Host` is one. */
export type HostLike = Pick<
  Host,
  'start' | 'receiveData' | 'receiveEof' | 'transportClosed' | 'drained' | 'sent' | 'resume'
>

/** Makes the host loop that is to be checked: `(...args) => new Host(...args)` for ours. */
export type CreateHost = (
  protocol: Protocol,
  transport: Transport,
  application: Application,
  options: HostOptions,
) => HostLike

/** A promise of the host loop. */
export interface HostCheck {
  readonly name: string
  /** Throws if the promise is broken. */
  check(create: CreateHost): void
}

/** An open server behind the host loop to be checked, and the peer's end of its TCP connection. */
class Bench implements Application {
  readonly protocol = new Protocol('server')
  readonly clock = new VirtualClock()
  readonly transport: MemoryTransport
  readonly peer: MemoryTransport
  readonly host: HostLike
  /** What the application does with an event. */
  deal: (event: ProtocolEvent) => void = () => {}
  readonly received: ProtocolEvent[] = []
  /** What arrived at the peer. */
  readonly arrived: Uint8Array[] = []
  peerSawEnd = false
  peerSawReset = false
  holding = false
  isOver = false
  #tasks: (() => void)[] = []

  constructor(create: CreateHost) {
    ;[this.transport, this.peer] = memoryTransports()
    const clock: Clock = this.clock
    this.host = create(this.protocol, this.transport, this, {
      closeTimeout: 10_000,
      openTimeout: 10_000,
      clock,
      defer: (task, host) => this.#tasks.push(() => task(host)),
    })
    this.transport.bind(this.host)
    this.peer.bind({
      receiveData: (data) => this.arrived.push(data.slice()),
      receiveEof: () => {
        this.peerSawEnd = true
      },
      transportClosed: ({ kind } = { kind: 'end' }) => {
        this.peerSawReset = kind === 'reset'
      },
      drained: () => {},
    })
    this.host.start()
  }

  receive(event: ProtocolEvent): void {
    this.received.push(event)
    this.deal(event)
  }

  over(): void {
    this.isOver = true
  }

  /** The peer sends frames, in one piece. */
  peerSends(...frames: RawFrame[]): void {
    this.peer.write([concatenate(frames.map((frame) => rawFrame({ maskingKey: MASKING_KEY, ...frame })))])
    this.settle()
  }

  /** The turn ends, and everything arrives. */
  settle(): void {
    for (;;) {
      const tasks = this.#tasks
      this.#tasks = []
      for (const task of tasks) task()
      flowAll(this.transport, this.peer)
      if (this.#tasks.length === 0) return
    }
  }

  /** Opcodes of the frames that arrived at the peer. */
  get opcodes(): number[] {
    const data = concatenate(this.arrived)
    const opcodes: number[] = []
    for (let at = 0; at < data.length; ) {
      const { opcode, size } = describeFrame(data, at)!
      opcodes.push(opcode)
      at += size
    }
    return opcodes
  }

  calls(name: string): number {
    return this.transport.calls.filter((call) => call.startsWith(name)).length
  }
}

function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(`the host loop breaks a promise: ${what}`)
}

const close: RawFrame = { opcode: Opcode.close, payload: Uint8Array.of(0x03, 0xe8) }

/** What every host loop must hold, as far as it can be seen from outside; run each with any test runner. */
export const hostChecks: readonly HostCheck[] = [
  promise('half-closes exactly once, behind the last byte', (bench) => {
    bench.peerSends({ payload: 'a' }, close)
    expect(bench.opcodes.join() === `${Opcode.close}`, 'the Close was not echoed')
    expect(bench.calls('halfClose') === 1, 'not one half-close')
    expect(bench.transport.calls.at(-1) === 'halfClose', 'something came behind the half-close')
    expect(bench.peerSawEnd, 'the peer did not see the end')
  }),
  promise('leaves the end of TCP to the peer, so that it sees no reset', (bench) => {
    bench.peerSends(close)
    expect(bench.calls('destroy') === 0, 'destroyed behind the Close')
    bench.peer.halfClose()
    bench.settle()
    expect(!bench.peerSawReset, 'the peer saw a reset')
    expect(bench.isOver, 'the application was not told that it is over')
    expect(bench.protocol.transportEnd?.kind === 'end', 'the cause got lost')
  }),
  promise('lets the answer to one frame leave before the next is looked at', (bench) => {
    bench.deal = (event) => {
      if (event.type === 'frame' && event.opcode === Opcode.text) bench.protocol.sendText('answer')
    }
    bench.peerSends({ payload: 'question' }, close)
    expect(
      bench.opcodes.join() === `${Opcode.text},${Opcode.close}`,
      'the answer did not come before the Close',
    )
  }),
  promise('looks at nothing while the application holds back, and stops reading', (bench) => {
    bench.deal = () => {
      bench.holding = true
    }
    bench.peerSends({ payload: 'a' }, { opcode: Opcode.ping })
    bench.peerSends({ payload: 'b' })
    expect(bench.received.length === 1, 'more than one event was delivered')
    expect(bench.opcodes.length === 0, 'a Ping was answered behind a message that was not taken')
    expect(bench.transport.paused, 'reading goes on')
    bench.deal = () => {}
    bench.holding = false
    bench.host.resume()
    bench.settle()
    expect(bench.received.length === 3 && !bench.transport.paused, 'it did not go on')
    expect(bench.opcodes.join() === `${Opcode.pong}`, 'the Ping was not answered')
  }),
  promise('takes the end of the stream behind what is held back', (bench) => {
    bench.deal = () => {
      bench.holding = true
    }
    bench.peerSends({ payload: 'a' }, { payload: 'b' })
    bench.peer.halfClose()
    bench.settle()
    expect(bench.protocol.state === 'open', 'the end overtook a message')
    bench.deal = () => {}
    bench.holding = false
    bench.host.resume()
    bench.settle()
    expect(bench.received.length === 2 && bench.protocol.state === 'closed', 'the end was lost')
  }),
  promise('writes the output of one turn at once', (bench) => {
    bench.deal = () => {
      // Large enough not to share a chunk with the Pongs.
      bench.protocol.sendBinary(new Uint8Array(20_000))
      bench.host.sent(20_000)
    }
    bench.peerSends({ opcode: Opcode.ping }, { payload: 'a' }, { opcode: Opcode.ping })
    expect(bench.opcodes.length === 5 && bench.calls('write') === 1, 'more than one write')
  }),
  promise('stops reading when its answers are not read', (bench) => {
    bench.peer.paused = true
    const ping = { opcode: Opcode.ping, payload: new Uint8Array(125) }
    for (let round = 0; round < 100; round++) bench.peerSends(...Array<RawFrame>(50).fill(ping))
    expect(bench.transport.paused, 'reading goes on')
    expect(bench.transport.outgoing < 200_000, 'answers pile up')
    bench.peer.paused = false
    bench.settle()
    bench.settle()
    expect(!bench.transport.paused && bench.opcodes.length === 5000, 'answers were lost')
  }),
  promise('sees the end of TCP also when its answers are not read', (bench) => {
    bench.peer.paused = true
    const ping = { opcode: Opcode.ping, payload: new Uint8Array(125) }
    for (let round = 0; round < 20; round++) bench.peerSends(...Array<RawFrame>(50).fill(ping))
    bench.host.transportClosed({ kind: 'reset' })
    bench.settle()
    expect(bench.protocol.transportEnd?.kind === 'reset' && bench.isOver, 'it is not over')
  }),
  promise('ends TCP when the deadline has passed, and says that it was us', (bench) => {
    bench.protocol.sendClose(1000)
    bench.host.sent(2)
    bench.settle()
    expect(bench.clock.pending === 1, 'not one timer')
    bench.clock.advance(9_999)
    expect(bench.calls('destroy') === 0, 'too early')
    bench.clock.advance(1)
    expect(bench.calls('destroy') === 1, 'TCP was not ended')
    expect(bench.protocol.transportEnd?.kind === 'local' && bench.isOver, 'the protocol was not told')
    expect(bench.clock.pending === 0, 'a timer is left')
  }),
  promise('says how TCP was lost', (bench) => {
    bench.peer.destroy()
    bench.settle()
    expect(bench.protocol.transportEnd?.kind === 'reset', 'the cause got lost')
    expect(bench.isOver && bench.clock.pending === 0, 'it is not over')
    expect(bench.calls('write') + bench.calls('halfClose') === 0, 'it wrote to a transport that is gone')
  }),
]

function promise(name: string, check: (bench: Bench) => void): HostCheck {
  return { name, check: (create) => check(new Bench(create)) }
}
