/** Close codes in sentences (RFC 6455, section 7.4.1, and the registry of IANA). */
import { closeCodeName } from '../framing/close.ts'

const MEANINGS: Readonly<Record<number, string>> = {
  1000: 'The purpose of the connection was fulfilled.',
  1001: 'The endpoint goes away: a server that shuts down, or a page that is left.',
  1002: 'What was received breaks a rule of the protocol.',
  1003: 'A kind of data was received that the endpoint cannot accept.',
  1004: 'Reserved: its meaning may be defined in future.',
  1005: 'Never sent: it stands for a Close frame without a code.',
  1006: 'Never sent: it stands for an end without a Close frame.',
  1007: 'A payload does not fit its type, such as text that is not UTF-8.',
  1008: 'A message breaks the policy of the endpoint; said where no other code fits.',
  1009: 'A message is too big to be processed.',
  1010: 'The client wanted an extension that the server did not agree to.',
  1011: 'The endpoint met with an unexpected condition, such as an error in its application.',
  1012: 'The service restarts; the client may connect again.',
  1013: 'The service is overloaded; the client should try again later.',
  1014: 'A gateway got an invalid answer from the server behind it.',
  1015: 'Never sent: it stands for a TLS handshake that failed.',
}

/** What a code says, as a sentence. */
export function closeCodeMeaning(code: number): string {
  const known = MEANINGS[code]
  if (known !== undefined) return known
  if (code >= 3000 && code < 4000) return 'Registered with IANA by a library or framework.'
  if (code >= 4000 && code < 5000) return 'Private: the two applications have agreed what it means.'
  return code < 1000 ? 'Not used.' : 'Reserved: no meaning is defined.'
}

/** `1000 (normal closure), “done”`. */
export function closeInWords(code: number, reason: string): string {
  const what = code === 1005 ? 'without a code (1005)' : `${code} (${closeCodeName(code)})`
  return reason === '' ? what : `${what}, “${reason}”`
}

/** As a part of a sentence: `with 1000 (normal closure), “done”`. */
export function closedWith({ code, reason }: { code: number; reason: string }): string {
  return code === 1005 ? closeInWords(code, reason) : `with ${closeInWords(code, reason)}`
}
