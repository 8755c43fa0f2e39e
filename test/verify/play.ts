/** The same walk through the model and through real protocols, compared behind every step. */
import { expect } from 'vitest'
import { eventIndex } from '../../machines/events.ts'
import { tables } from '../../machines/table.ts'
import type { Protocol, Request } from '../../src/protocol/index.ts'
import { pair, type Wire } from '../../src/testing/index.ts'
import { codeOf, Sign } from './symbols.ts'
import type { Act, World } from './world.ts'

const MAX = 100
const tooBig = new Uint8Array(MAX + 1).fill(0x61)

/** Wrong input is 1009 whoever finds it; the model tells its own apart. */
const realCode = (close: number) => (close === 0 ? null : codeOf(close) === 4009 ? 1009 : codeOf(close))

/** Chooses among what may happen, by `choices`. */
export function play(world: World, choices: readonly number[]): void {
  const joined = pair({ open: false, client: { maxSize: MAX }, server: { maxSize: MAX } })
  const protocols = [joined.client, joined.server] as const
  const wires = [joined.toServer, joined.toClient] as const
  let request: Request | null = null

  for (const choice of choices) {
    const possible = world.acts.filter((act) => canBeReal(world, act) && isPossible(world, act))
    if (possible.length === 0) break
    const act = possible[choice % possible.length]!
    const head = world.channels.head(world.out[1 - act.who]!)
    world.perform(act)
    real(act, head)
    for (const who of [0, 1] as const) {
      const side = protocols[who].side
      const { value, closeSent, closeReceived } = protocols[who]
      expect([act.name, value]).toEqual([act.name, tables[side].configurations[world.at[who]]])
      expect([closeSent?.code ?? null, closeReceived?.code ?? null]).toEqual([
        realCode(world.sent[who]),
        realCode(world.received[who]),
      ])
      // What the model leaves out reaches nobody.
      if (protocols[1 - who]!.state !== 'closed') {
        expect([act.name, wires[who].bytes.length > 0 || wires[who].ending]).toEqual([
          act.name,
          world.channels.length[world.out[who]]! > 0,
        ])
      }
    }
  }

  function real({ who, kind, column, symbol }: Act, head: number | undefined): void {
    const protocol = protocols[who]
    switch (kind) {
      case 'take':
        take(wires[1 - who]!, head!)
        protocol.eventsReceived()
        return
      case 'cut':
        wires[1 - who]!.cut()
        return
      case 'gone':
        protocol.fail(1006)
        return
      case 'application':
        if (column === eventIndex('fail')) protocol.fail(who === 0 ? 1011 : 4011)
        else {
          if (symbol === Sign.request) request = joined.client.connect()
          send(joined, protocol, symbol, request)
        }
    }
  }
}

type Pair = ReturnType<typeof pair>

/** Has an application send what the model puts under way. */
function send(joined: Pair, protocol: Protocol, what: number, request: Request | null): void {
  const { client, server } = joined
  const ways: Record<number, () => void> = {
    [Sign.request]: () => client.sendRequest(request!),
    [Sign.accepting]: () => server.sendResponse(server.accept(request!)),
    [Sign.refusing]: () => server.sendResponse(server.reject(403, 'no')),
    [Sign.text]: () => protocol.sendText('a'),
    [Sign.textStart]: () => protocol.sendText('a', false),
    [Sign.wrong]: () => protocol.sendText(tooBig),
    [Sign.binary]: () => protocol.sendBinary(Uint8Array.of(1)),
    [Sign.binaryStart]: () => protocol.sendBinary(Uint8Array.of(1), false),
    [Sign.last]: () => protocol.sendContinuation('', true),
    [Sign.middle]: () => protocol.sendContinuation('', false),
    [Sign.ping]: () => protocol.sendPing(),
  }
  const way = ways[what] ?? (() => protocol.sendClose(codeOf(what)))
  way()
}

/** One thing that is under way arrives. */
function take(wire: Wire, head: number): void {
  if (head === Sign.request || head === Sign.accepting) {
    wire.flow(new TextDecoder('latin1').decode(wire.bytes).indexOf('\r\n\r\n') + 4)
  } else if (head === Sign.refusing) wire.flow(wire.bytes.length)
  else wire.flowFrame()
}

/** Some things a walk leaves out: they would have to be known before. */
function canBeReal(world: World, { who, symbol, finds }: Act): boolean {
  if (finds === true) return false
  const isAnswer = symbol === Sign.accepting || symbol === Sign.refusing
  return !isAnswer || tables.server.reads[world.at[who]] !== 'request'
}

function isPossible(world: World, act: Act): boolean {
  const { high, low } = world
  const possible = world.perform(act)
  world.load(high, low)
  return possible
}
