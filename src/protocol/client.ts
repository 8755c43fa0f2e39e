import { buildRequest, checkResponse } from '../handshake/client.ts'
import { HandshakeError, InvalidMessageError } from '../handshake/errors.ts'
import type { ClientExtensionFactory } from '../handshake/extension.ts'
import { Headers, type HeadersInit } from '../handshake/headers.ts'
import { generateKey } from '../handshake/key.ts'
import { Request, type Response, serializeRequest } from '../handshake/message.ts'
import { ResponseParser } from '../handshake/parse-response.ts'
import type { WebSocketUri } from '../handshake/uri.ts'
import { type EarlyBytes, MAX_EARLY } from './early.ts'
import type { HandshakeOptions } from './options.ts'
import { Column, Protocol, type ProtocolEvent } from './protocol.ts'

/** Options of `ClientProtocol`. */
export interface ClientOptions extends HandshakeOptions {
  /** Value of the `Origin` header. */
  origin?: string
  /** Further headers of the request. */
  headers?: HeadersInit
  /** Extensions to offer, in order of preference. */
  extensions?: ClientExtensionFactory[]
  /** Subprotocols to offer, in order of preference. */
  subprotocols?: string[]
}

/** The client's side of a connection, opening handshake included (RFC 6455, section 4.1). */
export class ClientProtocol extends Protocol {
  readonly #uri: WebSocketUri
  readonly #options: ClientOptions
  /** `null` once it is done: connections live long. */
  #parser: ResponseParser | null = new ResponseParser()
  #request: Request | null = null

  constructor(uri: WebSocketUri, options: ClientOptions = {}) {
    super('client', options, options.state ?? 'connecting')
    this.#uri = uri
    this.#options = options
  }

  /**
   * The request that opens the connection, with a key of its own; it may be changed before it is sent.
   *
   * @throws TypeError for an option that cannot stand in a request.
   */
  connect(): Request {
    const { origin, headers, extensions, subprotocols } = this.#options
    return buildRequest(this.#uri, {
      key: generateKey((size) => this.randomBytes(size)),
      ...(origin === undefined ? {} : { origin }),
      ...(headers === undefined ? {} : { headers }),
      ...(extensions === undefined ? {} : { extensions }),
      ...(subprotocols === undefined ? {} : { subprotocols }),
    })
  }

  /**
   * Sends the request. The response is the first event.
   *
   * @throws InvalidStateError if one was sent, or the connection was failed; TypeError for a request that cannot
   * stand on the wire.
   */
  sendRequest(request: Request): void {
    this.refuse(Column.sendRequest, 'a request')
    const data = serializeRequest(request)
    // As it is sent, whatever becomes of it later: the response is checked against it.
    this.#request = new Request(request.path, new Headers(request.headers))
    this.answer(this.happen(Column.sendRequest, { type: 'send.request' }, { message: request }), data)
    this.parseHeld()
  }

  protected override advanceHandshake(early: EarlyBytes): ProtocolEvent | null {
    if (this.reads === 'hold') {
      if (early.isTooMuch) {
        this.#refuse(new InvalidMessageError(`over ${MAX_EARLY} bytes came before a request was sent`))
      } else early.hold()
      return null
    }
    for (let data = early.shift(); data !== undefined; data = early.shift()) {
      const result = this.#parser!.push(data)
      if (result.status === 'response') return this.#receive(result.response, result.rest)
      if (result.status === 'error') {
        this.#refuse(result.error)
        return null
      }
    }
    return null
  }

  protected override endHandshake(): ProtocolEvent | null {
    if (this.reads === 'response') {
      const result = this.#parser!.end()
      if (result.status === 'response') return this.#receive(result.response, result.rest)
      if (result.status === 'error') this.setHandshakeError(result.error)
    }
    if (this.state === 'connecting') {
      this.setHandshakeError(
        new InvalidMessageError('the connection ended before the opening handshake', {
          code: 'UNEXPECTED_EOF',
        }),
      )
    }
    return null
  }

  protected override failHandshake(reason: string): void {
    this.setHandshakeError(new HandshakeError(reason === '' ? 'failed by the application' : reason))
  }

  /** Checks a whole response against the request that was sent. */
  #receive(response: Response, rest: Uint8Array): Response {
    const checked = checkResponse(response, {
      request: this.#request!,
      extensions: this.#options.extensions ?? [],
    })
    this.#parser = null
    const accepted = !(checked instanceof HandshakeError)
    if (accepted) {
      this.useExtensions(checked.extensions)
      this.setSubprotocol(checked.subprotocol)
    } else this.setHandshakeError(checked)
    const does = this.happen(
      accepted ? Column.receiveAccepting : Column.receiveRefusing,
      { type: 'receive.response', accepted },
      accepted ? { message: response } : { message: response, error: checked },
    )
    this.answer(does, null)
    if (accepted) this.openWith(rest)
    return response
  }

  #refuse(error: HandshakeError): void {
    this.setHandshakeError(error)
    this.answer(
      this.happen(Column.receiveInvalidHandshake, { type: 'receive.invalidHandshake' }, { error }),
      null,
    )
  }
}
