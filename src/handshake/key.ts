import { _SHA1 as Sha1 } from '@noble/hashes/legacy.js'
import { nativeSha1 } from '../framing/platform.ts'
import { encodeBase64 } from './base64.ts'
import { encodeLatin1 } from './latin1.ts'

/** What a server adds to the key, so that no other protocol answers like it (RFC 6455, section 1.3). */
export const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

// 16 bytes are 21 whole characters and two bits of another one. What is behind these is no matter: some clients make
// their key of random characters.
const KEY = /^[A-Za-z0-9+/]{22}==$/

/**
 * A `Sec-WebSocket-Key`: 16 random bytes in Base64 (RFC 6455, section 4.1). Throws a `RangeError` if
 * `randomBytes` returns another number of bytes than it was asked for.
 */
export function generateKey(randomBytes: (size: number) => Uint8Array): string {
  const bytes = randomBytes(16)
  if (bytes.length !== 16) throw new RangeError(`a key needs 16 random bytes, not ${bytes.length}`)
  return encodeBase64(bytes)
}

/** Whether `key` is Base64 of exactly 16 bytes (RFC 6455, section 4.2.1). */
export function isValidKey(key: string): boolean {
  return KEY.test(key)
}

/** The `Sec-WebSocket-Accept` that answers `key` (RFC 6455, section 4.2.2). `key` is not checked. */
export function acceptKey(key: string): string {
  const text = key + GUID
  // The platform would take other text than ASCII as UTF-8.
  return (
    (isValidKey(key) ? nativeSha1(text) : null) ??
    encodeBase64(new Sha1().update(encodeLatin1(text)).digest())
  )
}
