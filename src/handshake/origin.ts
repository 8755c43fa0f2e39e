import { InvalidHeaderError, InvalidOriginError } from './errors.ts'
import type { Headers } from './headers.ts'
import { quote } from './quote.ts'

/**
 * An origin that may connect: compared character by character; or a pattern for the whole of it; `null` is for
 * requests without the header, as of clients that are not browsers.
 */
export type AllowedOrigin = string | RegExp | null

/**
 * Keeps pages of other sites from using a visitor's cookies (RFC 6455, section 10.2). Throws
 * `InvalidOriginError`, or `InvalidHeaderError` if there is more than one origin (RFC 6454, section 7.3).
 */
export function checkOrigin(headers: Headers, allowed: readonly AllowedOrigin[] | undefined): void {
  const origins = headers.getAll('Origin')
  const origin = origins[0] ?? null
  if (origins.length > 1) {
    throw new InvalidHeaderError(`the header Origin is there ${origins.length} times`, {
      code: 'REPEATED_ORIGIN',
      section: 'RFC 6454 7.3',
      header: 'Origin',
      value: origins.join(', '),
    })
  }
  if (allowed === undefined || allowed.some((each) => matches(each, origin))) return
  if (origin === null) {
    throw new InvalidOriginError('the header Origin is missing', { code: 'MISSING_ORIGIN', value: null })
  }
  throw new InvalidOriginError(`the origin ${quote(origin)} is not allowed`, { value: origin })
}

function matches(allowed: AllowedOrigin, origin: string | null): boolean {
  if (!(allowed instanceof RegExp) || origin === null) return allowed === origin
  // A copy that matches the whole, `a|b` in a group of its own; fresh each time, because with g or y it would go
  // on from where the last request left off.
  return new RegExp(`^(?:${allowed.source})$`, allowed.flags).test(origin)
}
