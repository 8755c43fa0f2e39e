import { decodeLatin1 } from './latin1.ts'

/** Base64 with padding (RFC 4648, section 4), without Node's `Buffer`. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(decodeLatin1(bytes))
}
