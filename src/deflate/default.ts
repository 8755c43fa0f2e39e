/**
 * `wirechart/deflate` anywhere but in Node: compression in JavaScript, in the calling thread. A large message is
 * two to three times as long in it as in Node's zlib, and nothing else runs meanwhile.
 */

import { pakoCodec } from './pako-codec.ts'
import { permessageDeflate as withCodec } from './permessage-deflate.ts'

export type { DeflateExtension } from './deflate-extension.ts'
export type { DeflateOptions } from './options.ts'
export type { PermessageDeflate } from './permessage-deflate.ts'

/**
 * Makes a factory of permessage-deflate (RFC 7692) for either side: give it as one of the `extensions` of
 * `ClientProtocol` or `ServerProtocol`. It serves any number of connections.
 *
 * Throws a `RangeError` that names the option which is out of range.
 */
export const permessageDeflate = withCodec(pakoCodec)
