/** What an end of a connection may send, which is more than a browser lets its page. */
import { serializeClose } from '../../../src/framing/close.ts'
import { encodeUtf8 } from '../../../src/framing/utf8.ts'

/** What is wrong with a Close frame (RFC 6455, section 7.4); `null` if it is fine. */
export function steeringCloseProblem(code: string, reason: string): string | null {
  if (code.trim() === '') return reason === '' ? null : 'A reason needs a code.'
  try {
    serializeClose(Number(code), reason)
    return null
  } catch {
    return encodeUtf8(reason).length > 123
      ? 'A reason has at most 123 bytes.'
      : 'A Close carries 1000–1003, 1007–1014 or 3000–4999.'
  }
}

/** What is wrong with the data of a ping (section 5.5); `null` if it is fine. */
export function pingProblem(data: string): string | null {
  return encodeUtf8(data).length > 125 ? 'A ping has at most 125 bytes.' : null
}
