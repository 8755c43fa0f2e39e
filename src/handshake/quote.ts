/**
 * A peer's text made safe to be shown in a message: quoted, everything outside printable ASCII escaped, cut
 * after `limit` characters.
 */
export function quote(text: string, limit = 64): string {
  const shown = text.slice(0, limit).replace(/["\\]|[^ -~]/g, escapeCharacter)
  return text.length > limit ? `"${shown}..." (${text.length} characters)` : `"${shown}"`
}

/** How one byte is shown: `'A' (0x41)`, or `0x16` where it cannot be printed. */
export function showByte(byte: number): string {
  const hex = `0x${byte.toString(16).padStart(2, '0')}`
  return byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}' (${hex})` : hex
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0)
  if (code === 0x22 || code === 0x5c) return `\\${character}`
  return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`
}
