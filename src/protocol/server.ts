import { HandshakeError, InvalidMessageError, InvalidStatusError } from '../handshake/errors.ts'
import type { ServerExtensionFactory } from '../handshake/extension.ts'
import { type Request, type Response, serializeResponse } from '../handshake/message.ts'
import { RequestParser } from '../handshake/parse-request.ts'
import { reject } from '../handshake/reject.ts'
import { checkRequest } from '../handshake/server.ts'
import { type EarlyBytes, MAX_EARLY } from './early.ts'
import type { HandshakeOptions } from './options.ts'
import { Column, Protocol, type ProtocolEvent } from './protocol.ts'

/** Options of `ServerProtocol`. */
export interface ServerOptions extends HandshakeOptions {
  /** Origins that may connect; `null` stands for none given, a RegExp must match the whole origin. Absent: all may. */
  origins?: (string | RegExp | null)[]
  /** Extensions to accept. */
  extensions?: ServerExtensionFactory[]
  /** Subprotocols to accept, in order of preference. */
  subprotocols?: string[]
  /** Chooses one of the offered subprotocols, or none, instead of `subprotocols`. */
  selectSubprotocol?: (offered: string[]) => string | null
}

/** The server's side of a connection, opening handshake included (RFC 6455, section 4.2). */
export class ServerProtocol extends Protocol {
  readonly #options: ServerOptions
  /** `null` once it is done: connections live long. */
  #parser: RequestParser | null = new RequestParser()

  constructor(options: ServerOptions = {}) {
    super('server', options, options.state ?? 'connecting')
    this.#options = options
  }

  /**
   * Tells of a request that the host read itself, so that it is recorded; `accept` does so, too. Does nothing if a
   * request was received already.
   */
  receiveRequest(request: Request): void {
    if (this.reads !== 'request') return
    this.happen(Column.receiveRequest, { type: 'receive.request' }, { message: request })
  }

  /**
   * The response that accepts the request: a 101, or an error response if the request is unacceptable (then
   * `handshakeError` says why). Nothing is sent yet. The request may have been read by the host.
   */
  accept(request: Request): Response {
    this.receiveRequest(request)
    const checked = checkRequest(request, this.#options)
    if (checked.error !== undefined) this.setHandshakeError(checked.error)
    else if (this.state === 'connecting') {
      this.useExtensions(checked.extensions)
      this.setSubprotocol(checked.subprotocol)
    }
    return checked.response
  }

  /** A response that refuses the request, with `text` as its body. Nothing is sent yet. */
  reject(status: number, text: string): Response {
    const response = reject(status, text)
    this.#refused(response)
    return response
  }

  /**
   * Sends the response: after a 101 the connection is open, and the next byte given is frame data; after any
   * other TCP ends.
   *
   * @throws InvalidStateError if one was sent, or the connection ended; TypeError for a response that cannot
   * stand on the wire.
   */
  sendResponse(response: Response): void {
    const accepted = response.status === 101
    const column = accepted ? Column.sendAccepting : Column.sendRefusing
    this.refuse(column, 'a response')
    const data = serializeResponse(response)
    if (!accepted) this.#refused(response)
    this.answer(this.happen(column, { type: 'send.response', accepted }, { message: response }), data)
    if (!accepted) return
    this.openWith()
    this.parseHeld()
  }

  protected override advanceHandshake(early: EarlyBytes): ProtocolEvent | null {
    if (this.reads === 'hold') {
      if (early.isTooMuch) {
        const message = `over ${MAX_EARLY} bytes came behind the request before it was answered`
        this.#answerInvalid(new InvalidMessageError(message), reject(400, `${message}\n`))
      } else early.hold()
      return null
    }
    for (let data = early.shift(); data !== undefined; data = early.shift()) {
      const result = this.#parser!.push(data)
      if (result.status === 'incomplete') continue
      if (result.status === 'error') {
        this.#answerInvalid(result.error, result.response)
        return null
      }
      early.unshift(result.rest)
      this.#parser = null
      const { request } = result
      this.happen(Column.receiveRequest, { type: 'receive.request' }, { message: request })
      return request
    }
    return null
  }

  protected override endHandshake(): ProtocolEvent | null {
    if (this.state === 'connecting') {
      this.setHandshakeError(
        new InvalidMessageError(
          this.reads === 'request'
            ? 'the connection ended before a whole request was received'
            : 'the connection ended before the request was answered',
          { code: 'UNEXPECTED_EOF' },
        ),
      )
    }
    return null
  }

  protected override failHandshake(reason: string): void {
    this.setHandshakeError(new HandshakeError(reason === '' ? 'failed by the application' : reason))
  }

  #refused(response: Response): void {
    this.setHandshakeError(
      new InvalidStatusError(`the request was refused with ${response.status} ${response.reasonPhrase}`, {
        response,
      }),
    )
  }

  /** What arrived is no request: answered without asking the application. */
  #answerInvalid(error: HandshakeError, response: Response | null): void {
    this.setHandshakeError(error)
    const does = this.happen(
      Column.receiveInvalidHandshake,
      { type: 'receive.invalidHandshake' },
      response === null ? { error } : { error, message: response },
    )
    this.answer(does, response === null ? null : serializeResponse(response))
  }
}
