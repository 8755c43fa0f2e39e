import { InvalidHeaderError } from './errors.ts'
import type { Headers } from './headers.ts'

/**
 * The value of a header that must be there exactly once. Throws `InvalidHeaderError`, with the code
 * `MISSING_<what>` or `REPEATED_<what>`.
 */
export function singleHeader(headers: Headers, header: string, what: string, section: string): string {
  const values = headers.getAll(header)
  const value = values[0]
  if (value === undefined) {
    throw new InvalidHeaderError(`the header ${header} is missing`, {
      code: `MISSING_${what}`,
      section,
      header,
      value: null,
    })
  }
  if (values.length > 1) {
    throw new InvalidHeaderError(`the header ${header} is there ${values.length} times`, {
      code: `REPEATED_${what}`,
      section,
      header,
      value: values.join(', '),
    })
  }
  return value
}
