import type { Request } from '../handshake/message.ts'
import { parseUri } from '../handshake/uri.ts'
import { type ClientOptions, ClientProtocol } from '../protocol/client.ts'
import { type ServerOptions, ServerProtocol } from '../protocol/server.ts'
import { Joined } from './wire.ts'

/** Options of `pair`. */
export interface PairOptions {
  /** `'ws://localhost/'` */
  uri?: string
  /** Options of the client's `ClientProtocol`. */
  client?: ClientOptions
  /** Options of the server's `ServerProtocol`. */
  server?: ServerOptions
  /** `false`: the opening handshake is still to be done, by hand or by `open`. `true`. */
  open?: boolean
}

/** A client and a server in memory, joined by two wires on which nothing moves before `flow` is called. */
export class Pair extends Joined<ClientProtocol, ServerProtocol> {
  /**
   * Does the opening handshake (RFC 6455, section 4); the events of both sides are taken.
   *
   * @throws Error if it fails; the cause is why.
   */
  open(): void {
    this.client.sendRequest(this.client.connect())
    this.toServer.flow()
    const [request] = this.server.eventsReceived()
    if (request?.type !== 'request') throw new Error('no request came', { cause: this.server.handshakeError })
    this.server.sendResponse(this.server.accept(request as Request))
    this.toClient.flow()
    this.client.eventsReceived()
    if (this.client.state !== 'open') {
      throw new Error('the opening handshake failed', { cause: this.client.handshakeError })
    }
  }
}

/** A client and a server in memory, their opening handshake done unless `open` is `false`. */
export function pair(options: PairOptions = {}): Pair {
  const { uri = 'ws://localhost/', client, server, open = true } = options
  const pair = new Pair(new ClientProtocol(parseUri(uri), client), new ServerProtocol(server))
  if (open && client?.state !== 'open') pair.open()
  return pair
}
