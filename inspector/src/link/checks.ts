/** What may stand in a link: anybody can write one, so each field is checked. */
export type Check = (value: unknown) => boolean

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const integer =
  (from: number, to: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= from && (value as number) <= to

export const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value)

/** A string of at most `most` characters. */
export const text =
  (most: number): Check =>
  (value) =>
    typeof value === 'string' && value.length <= most

export const flag: Check = (value) => typeof value === 'boolean'

export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)

/** An object with fields of `checks` only, each of them as it must be. */
export function fits(checks: Record<string, Check>, fields: Record<string, unknown>): boolean {
  return (
    Object.keys(fields).every((name) => Object.hasOwn(checks, name)) &&
    Object.entries(checks).every(([name, check]) => check(fields[name]))
  )
}
