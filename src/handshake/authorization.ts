import { encodeBase64 } from './base64.ts'

/**
 * The value of an `Authorization` header for Basic authentication, in UTF-8 (RFC 7617, section 2). Throws a
 * `TypeError` if `username` has a colon in it: the password would begin there.
 */
export function buildBasicAuthorization(username: string, password: string): string {
  if (username.includes(':')) throw new TypeError('a user name for Basic authentication has no colon in it')
  return `Basic ${encodeBase64(new TextEncoder().encode(`${username}:${password}`))}`
}
