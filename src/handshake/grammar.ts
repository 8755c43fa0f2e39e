/*
 * The few rules of RFC 9110 (section 5.6) that everything here is built from. All patterns run in linear time.
 */

/** The characters of a token, for use inside a pattern (RFC 9110, section 5.6.2). */
export const TOKEN_CHARACTERS = "!#$%&'*+.^_`|~0-9A-Za-z-"

const TOKEN = new RegExp(`^[${TOKEN_CHARACTERS}]+$`)
// HTAB, SP, VCHAR and obs-text (RFC 9110, section 5.5).
const FIELD_CONTENT = /^[\t\x20-\x7e\x80-\xff]*$/

export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

export function isFieldContent(text: string): boolean {
  return FIELD_CONTENT.test(text)
}

/** For use inside a pattern: any number of header lines as `Headers` keeps them, with nothing left to be trimmed. */
export const HEADER_LINES = `(?:[${TOKEN_CHARACTERS}]+: (?:[\\x21-\\x7e\\x80-\\xff]+(?:[\\t ]+[\\x21-\\x7e\\x80-\\xff]+)*)?\\r\\n)*`

/**
 * Without the spaces and tabs around it (OWS). Not `String.prototype.trim`, which takes away obs-text such as
 * 0xa0; not a pattern, which would take quadratic time on a long run of spaces.
 */
export function trimWhitespace(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isWhitespace(text.charCodeAt(start))) start += 1
  while (end > start && isWhitespace(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x09
}
