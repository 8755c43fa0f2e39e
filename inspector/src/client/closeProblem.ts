/** What a browser would not let a page close with (WHATWG WebSockets, `close()`); `null` if it is fine. */
export function closeProblem(code: string, reason: string): string | null {
  if (code.trim() === '') return reason === '' ? null : 'A reason needs a code.'
  const number = Number(code)
  const allowed = number === 1000 || (Number.isInteger(number) && number >= 3000 && number <= 4999)
  if (!allowed) return 'A page may close with 1000 or 3000 to 4999.'
  if (new TextEncoder().encode(reason).length > 123) return 'A reason has at most 123 bytes.'
  return null
}
