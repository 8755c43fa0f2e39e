import { InvalidHeaderError } from './errors.ts'
import type { Headers } from './headers.ts'

/**
 * The value of a header that must be there exactly once. Throws `InvalidHeaderError`, with the code
 * `MISSING_<what>` or `REPEATED_<what>`.
 */
export function singleHeader(headers: Headers, header: string, what: string, section: string): string {
  const [value, ...others] = headers.getAll(header)
  if (value === undefined) {
    throw new InvalidHeaderError(`the header ${header} is missing`, {
      code: `MISSING_${what}`,
      section,
      header,
      value: null,
    })
  }
  if (others.length > 0) {
    throw new InvalidHeaderError(`the header ${header} is there ${others.length + 1} times`, {
      code: `REPEATED_${what}`,
      section,
      header,
      value: [value, ...others].join(', '),
    })
  }
  return value
}
