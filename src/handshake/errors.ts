import type { Response } from './message.ts'

/** What an error of the opening handshake carries beside its message. */
export interface HandshakeErrorOptions {
  /** A stable name of the broken rule, such as `'MISSING_KEY'`. */
  code?: string
  /** Where the rule is written: a section of RFC 6455 (`'4.2.1'`), or with its RFC (`'RFC 9112 2.2'`). */
  section?: string
  /** What the server answered, or what to answer. */
  response?: Response | null
  /** As of any `Error`. */
  cause?: unknown
}

/** What an error about one header carries. */
export interface HeaderErrorOptions extends HandshakeErrorOptions {
  /** Its name, such as `'Sec-WebSocket-Key'`. */
  header: string
  /** Its value; `null` where it is missing. */
  value: string | null
}

/** Why an opening handshake failed (RFC 6455, section 4). */
export class HandshakeError extends Error {
  static {
    HandshakeError.prototype.name = 'HandshakeError'
  }
  /** A stable name of the broken rule, such as `'MISSING_KEY'`. */
  readonly code: string
  /** Where the rule is written: a section of RFC 6455 (`'4.2.1'`), or with its RFC (`'RFC 9112 2.2'`). */
  readonly section: string
  /** On the client what the server answered, as far as it was read; on the server what to answer. */
  response: Response | null

  constructor(message: string, options: HandshakeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code ?? 'HANDSHAKE_FAILED'
    this.section = options.section ?? '4'
    this.response = options.response ?? null
  }
}

/** What arrived is not an HTTP message, or a malformed one, or the stream ended inside it (RFC 9112). */
export class InvalidMessageError extends HandshakeError {
  static {
    InvalidMessageError.prototype.name = 'InvalidMessageError'
  }
  constructor(message: string, options: HandshakeErrorOptions = {}) {
    super(message, { code: 'INVALID_MESSAGE', section: 'RFC 9112 2.2', ...options })
  }
}

/** A line is too long, or there are too many of them (RFC 6585, section 5; RFC 9110, section 15.5.15). */
export class HeadersTooLargeError extends HandshakeError {
  static {
    HeadersTooLargeError.prototype.name = 'HeadersTooLargeError'
  }
  constructor(message: string, options: HandshakeErrorOptions = {}) {
    super(message, { code: 'TOO_MANY_HEADERS', section: 'RFC 6585 5', ...options })
  }
}

/** The server answered with another status than 101: it is in `response` (RFC 6455, section 4.1). */
export class InvalidStatusError extends HandshakeError {
  static {
    InvalidStatusError.prototype.name = 'InvalidStatusError'
  }
  constructor(message: string, options: HandshakeErrorOptions = {}) {
    super(message, { code: 'INVALID_STATUS', section: '4.1', ...options })
  }
}

/** The request's method is not GET (RFC 6455, section 4.2.1). */
export class InvalidMethodError extends HandshakeError {
  static {
    InvalidMethodError.prototype.name = 'InvalidMethodError'
  }
  constructor(message: string, options: HandshakeErrorOptions = {}) {
    super(message, { code: 'INVALID_METHOD', section: '4.2.1', ...options })
  }
}

/** The message's protocol is not HTTP/1.1 (RFC 6455, section 4.2.1; RFC 9112, section 2.3). */
export class InvalidProtocolError extends HandshakeError {
  static {
    InvalidProtocolError.prototype.name = 'InvalidProtocolError'
  }
  constructor(message: string, options: HandshakeErrorOptions = {}) {
    super(message, { code: 'UNSUPPORTED_HTTP_VERSION', section: 'RFC 9112 2.3', ...options })
  }
}

/** A header is missing, repeated, malformed or has the wrong value. */
export class InvalidHeaderError extends HandshakeError {
  static {
    InvalidHeaderError.prototype.name = 'InvalidHeaderError'
  }
  /** Its name, such as `'Sec-WebSocket-Key'`. */
  readonly header: string
  /** Its value, all of them joined by a comma where it is repeated, `null` where it is missing. */
  readonly value: string | null

  constructor(message: string, options: HeaderErrorOptions) {
    super(message, { code: 'INVALID_HEADER', ...options })
    this.header = options.header
    this.value = options.value
  }
}

/** `Upgrade` or `Connection` does not ask for, or agree to, WebSocket (RFC 6455, sections 4.1 and 4.2.1). */
export class InvalidUpgradeError extends InvalidHeaderError {
  static {
    InvalidUpgradeError.prototype.name = 'InvalidUpgradeError'
  }
}

/** The request comes from an origin that is not allowed (RFC 6455, section 10.2). */
export class InvalidOriginError extends InvalidHeaderError {
  static {
    InvalidOriginError.prototype.name = 'InvalidOriginError'
  }
  constructor(message: string, options: HandshakeErrorOptions & { value: string | null }) {
    super(message, { code: 'ORIGIN_NOT_ALLOWED', section: '10.2', header: 'Origin', ...options })
  }
}

/** Both sides do not agree on extensions or on a subprotocol (RFC 6455, sections 1.9 and 9.1). */
export class NegotiationError extends HandshakeError {
  static {
    NegotiationError.prototype.name = 'NegotiationError'
  }
  constructor(message: string, options: HandshakeErrorOptions = {}) {
    super(message, { code: 'NEGOTIATION_FAILED', section: '9.1', ...options })
  }
}
