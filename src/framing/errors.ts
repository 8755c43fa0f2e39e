/** What an error says beside its message. */
export interface FrameErrorOptions extends ErrorOptions {
  /** Stable name of the broken rule, such as `'RESERVED_BITS'`. */
  code: string
  /** Section of RFC 6455 that holds the rule, such as `'5.2'`; of another RFC if it says so, as `'RFC 7692 6'`. */
  section: string
  /** See {@link FrameError.offset}; `null` by default. */
  offset?: number | null
}

/**
 * A broken rule of RFC 6455's framing. Returned as a value for what a peer sent, thrown for what the caller asked.
 * Always one of the three kinds below, one per close code.
 */
export abstract class FrameError extends Error {
  /** The close code that reports this error (section 7.4.1). */
  abstract readonly closeCode: 1002 | 1007 | 1009
  /** Stable name of the broken rule: the table in `rules.ts` lists them. */
  readonly code: string
  /** Section of RFC 6455 that holds the rule, such as `'5.2'`; of another RFC if it says so, as `'RFC 7692 6'`. */
  readonly section: string
  /**
   * Where the offending byte is, in bytes: counted from the first byte behind the opening handshake when a
   * connection reports it, from the start of its input when a pure function does; `null` when the error is not
   * about received bytes. Not read-only, since whoever knows where an input began moves it.
   */
  offset: number | null

  constructor(message: string, options: FrameErrorOptions) {
    super(message, options)
    this.code = options.code
    this.section = options.section
    this.offset = options.offset ?? null
  }
}

/** The protocol was not followed: close code 1002. */
export class ProtocolError extends FrameError {
  override readonly name = 'ProtocolError'
  readonly closeCode = 1002
}

/** A payload is not what its type promises, as text that is not UTF-8: close code 1007. */
export class InvalidPayloadError extends FrameError {
  override readonly name = 'InvalidPayloadError'
  readonly closeCode = 1007
}

/** A frame or message is over a limit of ours: close code 1009. */
export class PayloadTooBigError extends FrameError {
  override readonly name = 'PayloadTooBigError'
  readonly closeCode = 1009
}
