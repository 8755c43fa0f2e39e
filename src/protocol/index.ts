/** The entry `wirechart`: the Sans-I/O layer. It imports no `node:` module and no xstate. */

export type { ConnectionEvent, Side } from '../../machines/events.ts'
export type { Configuration as StateValue, State } from '../../machines/table.ts'
export type { Close } from '../framing/close.ts'
export { FrameError, InvalidPayloadError, PayloadTooBigError, ProtocolError } from '../framing/errors.ts'
export { Frame } from '../framing/frame.ts'
export { Opcode } from '../framing/opcode.ts'
export {
  HandshakeError,
  type HandshakeErrorOptions,
  type HeaderErrorOptions,
  HeadersTooLargeError,
  InvalidHeaderError,
  InvalidMessageError,
  InvalidMethodError,
  InvalidOriginError,
  InvalidProtocolError,
  InvalidStatusError,
  InvalidUpgradeError,
  NegotiationError,
} from '../handshake/errors.ts'
export type {
  ClientExtensionFactory,
  Extension,
  ExtensionParams,
  ServerExtensionFactory,
} from '../handshake/extension.ts'
export { Headers, type HeadersInit } from '../handshake/headers.ts'
export { Request, Response } from '../handshake/message.ts'
export { InvalidUriError, parseUri, type WebSocketUri } from '../handshake/uri.ts'
export { type ClientOptions, ClientProtocol } from './client.ts'
export { type CloseExchange, ConnectionClosedError, InvalidStateError } from './errors.ts'
export { type Application, type Clock, type Defer, Host, type HostOptions, type Transport } from './host.ts'
export type {
  AboutConnection,
  Inspector,
  Observed,
  Observer,
  ReceiveLimits,
  Steering,
  StepDetails,
  WireDetails,
} from './inspector.ts'
export type { HandshakeOptions, ProtocolOptions, SizeLimits } from './options.ts'
export { type Effect, SEND_EOF } from './outbox.ts'
export { Protocol, type ProtocolEvent, type TransportEnd } from './protocol.ts'
export { type ServerOptions, ServerProtocol } from './server.ts'
