/** How `permessageDeflate` compresses and what it negotiates. The first four are the parameters of RFC 7692. */
export interface DeflateOptions {
  /** The server forgets its window after each message (section 7.1.1.1): less memory, worse ratio. `false`. */
  serverNoContextTakeover?: boolean
  /** The client forgets its window after each message (section 7.1.1.2). `false`. */
  clientNoContextTakeover?: boolean
  /**
   * Limit of the server's window as a base-2 logarithm, 8-15 (section 7.1.2.1). A client asks for it, a server
   * keeps to it. None (15) by default.
   */
  serverMaxWindowBits?: number
  /**
   * Limit of the client's window as a base-2 logarithm, 8-15 (section 7.1.2.2). A client keeps to it; a server asks
   * for it, and refuses an offer that does not let it. On a client `true`, the default, lets the server choose one,
   * and `false` does not; on a server both leave the choice to the client.
   */
  clientMaxWindowBits?: number | boolean
  /**
   * A message shorter than this, in bytes, is sent uncompressed. Length is known only of a message in one frame: a
   * fragmented one is always compressed. 0 by default: everything is.
   */
  threshold?: number
  /** How much work to put into compression: 0 (none) to 9, or -1 for the library's choice, which is 6. -1. */
  level?: number
  /** Memory of compression beside its window: 1-9, for 2 ** (memLevel + 9) bytes. 8. */
  memLevel?: number
}

/** `DeflateOptions` with every default filled in; `null` is no limit. */
export interface DeflateSettings {
  readonly serverNoContextTakeover: boolean
  readonly clientNoContextTakeover: boolean
  readonly serverMaxWindowBits: number | null
  readonly clientMaxWindowBits: number | boolean
  readonly threshold: number
  readonly level: number
  readonly memLevel: number
}

/** Throws a `RangeError` that names the option which is out of range. */
export function checkOptions(options: DeflateOptions): DeflateSettings {
  const {
    serverNoContextTakeover = false,
    clientNoContextTakeover = false,
    serverMaxWindowBits = null,
    clientMaxWindowBits = true,
    threshold = 0,
    level = -1,
    memLevel = 8,
  } = options
  if (serverMaxWindowBits !== null) checkInteger('serverMaxWindowBits', serverMaxWindowBits, 8, 15)
  if (typeof clientMaxWindowBits !== 'boolean') {
    checkInteger('clientMaxWindowBits', clientMaxWindowBits, 8, 15)
  }
  // Not necessarily an integer: Infinity is a fair way to say never.
  if (!(threshold >= 0)) throw new RangeError(`threshold must be 0 bytes or more, not ${threshold}`)
  checkInteger('level', level, -1, 9)
  checkInteger('memLevel', memLevel, 1, 9)
  return {
    serverNoContextTakeover,
    clientNoContextTakeover,
    serverMaxWindowBits,
    clientMaxWindowBits,
    threshold,
    level,
    memLevel,
  }
}

function checkInteger(name: keyof DeflateOptions, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return
  throw new RangeError(`${name} must be an integer from ${min} to ${max}, not ${value}`)
}
