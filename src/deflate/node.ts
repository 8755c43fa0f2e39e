/**
 * `wirechart/deflate` in Node: compression by zlib, in the calling thread. A small message takes microseconds, but
 * about 30 ms a megabyte are spent in which nothing else runs: leave large messages that matter less than latency
 * uncompressed, or send them in fragments.
 */
import { permessageDeflate as withCodec } from './permessage-deflate.ts'
import { zlibCodec } from './zlib-codec.ts'

export type { DeflateExtension } from './deflate-extension.ts'
export type { DeflateOptions } from './options.ts'
export type { PermessageDeflate } from './permessage-deflate.ts'

/**
 * Makes a factory of permessage-deflate (RFC 7692) for either side: give it as one of the `extensions` of
 * `ClientProtocol` or `ServerProtocol`. It serves any number of connections.
 *
 * Throws a `RangeError` that names the option which is out of range.
 */
export const permessageDeflate = withCodec(zlibCodec)
