/** The connection was not open within `openTimeout`: TCP, TLS and the opening handshake together. */
export class OpenTimeoutError extends Error {
  static {
    OpenTimeoutError.prototype.name = 'OpenTimeoutError'
  }
  readonly code = 'OPEN_TIMEOUT'
  /** Milliseconds. */
  readonly timeout: number

  constructor(timeout: number) {
    super(`the connection was not open within ${timeout} ms`)
    this.timeout = timeout
  }
}

/** `connect` was given up by its `signal`; `cause` is the signal's reason. Named and coded as Node's own. */
export class AbortError extends Error {
  static {
    AbortError.prototype.name = 'AbortError'
  }
  readonly code = 'ABORT_ERR'

  constructor(cause: unknown) {
    super('the opening of the connection was aborted', { cause })
  }
}
