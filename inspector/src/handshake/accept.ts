/** How `Sec-WebSocket-Accept` comes about, step by step (RFC 6455, section 4.2.2). */
import { acceptKey, GUID } from '../../../src/handshake/key.ts'

export interface AcceptSteps {
  key: string
  guid: string
  /** What is hashed. */
  joined: string
  /** SHA-1 of that: 20 bytes as hex. */
  sha1: string
  /** The same in Base64: what the header must say. */
  expected: string
}

export function acceptSteps(key: string): AcceptSteps {
  const expected = acceptKey(key)
  return { key, guid: GUID, joined: key + GUID, sha1: hexOfBase64(expected), expected }
}

function hexOfBase64(base64: string): string {
  return [...atob(base64)].map((char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('')
}
