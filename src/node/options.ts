import type { DeflateOptions, PermessageDeflate } from '../deflate/node.ts'
import type { ClientExtensionFactory, ServerExtensionFactory } from '../handshake/extension.ts'
import { DEFAULT_TIMEOUT, type HostOptions } from '../protocol/host.ts'
import type { Inspector } from '../protocol/inspector.ts'
import { limitsOf, type ProtocolOptions } from '../protocol/options.ts'
import { clock } from './clock.ts'
import type { Connection } from './connection.ts'
import { Keepalive } from './keepalive.ts'
import { useNativeMask } from './native.ts'

/** What `connect` and `serve` have in common. Times are in milliseconds; `null` for without. */
export interface SharedOptions<Factory = ClientExtensionFactory & ServerExtensionFactory> {
  /** Largest message, in bytes; see `ProtocolOptions`. 1 MiB. Beyond it the connection is failed with 1009. */
  maxSize?: ProtocolOptions['maxSize']
  /** Most frames of one message. 16384. Beyond it: 1009. */
  maxFragments?: number | null
  /** Until the connection is open: TCP, TLS and the opening handshake, `processRequest` included. 10 s. */
  openTimeout?: number | null
  /** From the first Close frame, or the end of one half of TCP, until all is down; then TCP is cut. 10 s. */
  closeTimeout?: number | null
  /** From the opening, or the last ping, to the next ping. 20 s. */
  pingInterval?: number | null
  /** For the pong to such a ping; without it the connection is failed with 1011. 20 s. */
  pingTimeout?: number | null
  /** permessage-deflate (RFC 7692), for messages of 1 KiB and more. `true`. */
  compression?: boolean | DeflateOptions
  /** Further extensions, in order of preference; compression comes behind them. */
  extensions?: Factory[]
  /** In order of preference. A server that names some insists on one of them. */
  subprotocols?: string[]
  /** Who watches. */
  inspect?: Inspector
  /**
   * Told what a handler or a listener threw (its connection is closed with 1011), what a hook or an extension threw
   * that was asked about a request (the answer is 500), and what goes wrong beside any connection (then that is
   * `null`). By default it becomes a warning of the process.
   */
  onError?: (error: unknown, connection: Connection | null) => void
}

/** The same with every default filled in; one for all connections of a server. */
export interface Settings {
  readonly protocol: Pick<ProtocolOptions, 'maxSize' | 'maxFragments'> & { subprotocols?: string[] }
  /** Bytes of messages that are kept for an application which has not taken them when the connection closes. */
  readonly maxBacklog: number
  readonly host: HostOptions & { openTimeout: number | null; closeTimeout: number | null }
  /** `null` without. */
  readonly keepalive: Keepalive | null
  readonly inspect: Inspector | undefined
  readonly onError: (error: unknown, connection: Connection | null) => void
}

/** @throws RangeError for a time or a limit that is negative or not a number. */
export function settingsOf(options: Omit<SharedOptions, 'extensions'>): Settings {
  useNativeMask()
  const { maxSize, maxFragments, subprotocols, inspect, onError = warn } = options
  const protocol = {
    ...(maxSize === undefined ? {} : { maxSize }),
    ...(maxFragments === undefined ? {} : { maxFragments }),
    ...(subprotocols === undefined ? {} : { subprotocols }),
  }
  const pingInterval = milliseconds('pingInterval', options.pingInterval, 20_000)
  const pingTimeout = milliseconds('pingTimeout', options.pingTimeout, 20_000)
  return {
    protocol,
    maxBacklog: limitsOf(protocol).message,
    host: {
      openTimeout: milliseconds('openTimeout', options.openTimeout, DEFAULT_TIMEOUT),
      closeTimeout: milliseconds('closeTimeout', options.closeTimeout, DEFAULT_TIMEOUT),
      clock,
      defer: process.nextTick,
    },
    keepalive: pingInterval === null ? null : new Keepalive(pingInterval, pingTimeout, clock),
    inspect,
    onError,
  }
}

/**
 * The extensions to offer or to accept: the application's, then compression. That is loaded when it is wanted: its
 * codecs are a third of the time that all of this entry takes to load.
 */
export async function extensionsOf<Factory>(options: {
  extensions?: Factory[]
  compression?: boolean | DeflateOptions
}): Promise<(Factory | PermessageDeflate)[]> {
  const { extensions = [], compression = true } = options
  if (compression === false) return extensions
  const { permessageDeflate } = await import('../deflate/node.ts')
  return [...extensions, permessageDeflate({ threshold: 1024, ...(compression === true ? {} : compression) })]
}

/** The longest time that a timer can be set to. */
const MAX_TIMER = 2 ** 31 - 1

/** @throws RangeError for a time that is negative or not a number. */
export function milliseconds(
  name: string,
  value: number | null | undefined,
  otherwise: number | null,
): number | null {
  if (value === undefined) return otherwise
  if (value === null || value === Number.POSITIVE_INFINITY) return null
  if (!(value >= 0)) throw new RangeError(`${name} must be milliseconds from 0 on, or null: ${value}`)
  return Math.min(value, MAX_TIMER)
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error.message : String(error), {
    type: 'WirechartWarning',
    code: 'APPLICATION_ERROR',
    detail: error instanceof Error ? (error.stack ?? '') : '',
  })
}
