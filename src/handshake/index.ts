export { buildBasicAuthorization } from './authorization.ts'
export { type Agreement, buildRequest, checkResponse, type RequestOptions } from './client.ts'
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
} from './errors.ts'
export type {
  ClientExtensionFactory,
  Extension,
  ExtensionParams,
  ServerExtensionFactory,
} from './extension.ts'
export { Headers, type HeadersInit } from './headers.ts'
export { acceptKey, generateKey, isValidKey } from './key.ts'
export { MAX_BODY, MAX_HEADERS, MAX_INTERIM_RESPONSES, MAX_LINE } from './limits.ts'
export { Request, Response, serializeRequest, serializeResponse } from './message.ts'
export type { AllowedOrigin } from './origin.ts'
export { RequestParser, type RequestResult } from './parse-request.ts'
export { ResponseParser, type ResponseResult } from './parse-response.ts'
export { reasonPhrase, reject } from './reject.ts'
export { checkRequest, type Decision, type ResponseOptions } from './server.ts'
export {
  buildExtensions,
  type ExtensionElement,
  parseExtensions,
  parseTokens,
  parseUpgrade,
} from './syntax.ts'
export { hostHeader, InvalidUriError, parseUri, type UriPart, type WebSocketUri } from './uri.ts'
