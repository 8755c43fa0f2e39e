/**
 * Who may speak to the embedded page: the origins that its URL names (`?origin=https://app.example`, repeated or
 * with commas between); without any, its own.
 */
export function allowedOrigins(page: Pick<Location, 'search' | 'origin'>): string[] {
  const named = new URLSearchParams(page.search).getAll('origin').flatMap((each) => each.split(','))
  if (named.length === 0) return [page.origin]
  return [...new Set(named.map(originOf).filter((each) => each !== null))]
}

/** `null` for what is no origin of the web: neither `*` nor that of a sandbox or file names anybody. */
function originOf(text: string): string | null {
  try {
    const { origin, protocol } = new URL(text.trim())
    return protocol === 'http:' || protocol === 'https:' ? origin : null
  } catch {
    return null
  }
}
