/**
 * A peer of the lab: a protocol, run by the same host loop as `connect` and `serve` run theirs, over one end of a
 * wire that the user holds.
 */
import { permessageDeflate } from '../../../../src/deflate/default.ts'
import { parseUri } from '../../../../src/handshake/uri.ts'
import { ClientProtocol } from '../../../../src/protocol/client.ts'
import { type Application, type Clock, Host, type Transport } from '../../../../src/protocol/host.ts'
import type { Inspector } from '../../../../src/protocol/inspector.ts'
import type { ProtocolEvent } from '../../../../src/protocol/protocol.ts'
import { ServerProtocol } from '../../../../src/protocol/server.ts'
import type { Setup } from './action.ts'
import { seededBytes } from './random.ts'

export const LAB_URI = 'ws://lab.example/chat'

export interface PeerOptions {
  setup: Setup
  inspect: Inspector
  clock: Clock
  transport: Transport
  receive(event: ProtocolEvent): void
  defer(task: (host: Host) => void, host: Host): void
}

const shared = ({ setup, inspect }: PeerOptions, seed: number) => ({
  inspect,
  maxSize: setup.maxSize,
  randomBytes: seededBytes(seed),
  ...(setup.compression ? { extensions: [permessageDeflate()] } : {}),
})

export function clientPeer(options: PeerOptions): Host {
  return host(new ClientProtocol(parseUri(LAB_URI), shared(options, 6455)), options)
}

export function serverPeer(options: PeerOptions): Host {
  return host(new ServerProtocol(shared(options, 7692)), options)
}

function host(protocol: ClientProtocol | ServerProtocol, options: PeerOptions): Host {
  const { setup, clock, transport, receive, defer } = options
  const application: Application = { holding: false, receive, over() {} }
  const { openTimeout, closeTimeout } = setup
  return new Host(protocol, transport, application, { clock, openTimeout, closeTimeout, defer })
}
