import type { Configuration } from '../../machines/table.ts'

/** Whether two configurations are the same; XState makes new ones. */
export function same(a: Configuration, b: Configuration): boolean {
  return a === b || (a.inbound === b.inbound && a.outbound === b.outbound && describe(a) === describe(b))
}

const describe = ({ lifecycle }: Configuration) =>
  typeof lifecycle === 'string' ? lifecycle : Object.entries(lifecycle).join()
