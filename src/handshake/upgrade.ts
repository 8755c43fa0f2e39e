import { InvalidHeaderError, InvalidUpgradeError } from './errors.ts'
import type { Headers } from './headers.ts'
import { quote } from './quote.ts'
import { parseTokens, parseUpgrade } from './syntax.ts'

/**
 * Both sides say `Connection: Upgrade` and `Upgrade: websocket`, in any case (RFC 6455, sections 4.1 and 4.2.1).
 * Throws `InvalidUpgradeError` otherwise.
 *
 * `Connection` may hold other options. `Upgrade` may not hold other protocols: the choice would be open.
 */
export function checkUpgrade(headers: Headers, section: string): void {
  const options = read(headers, 'Connection', section, (values) => parseTokens('Connection', values))
  if (!options.includes('upgrade')) throw upgradeError(headers, 'Connection', section, 'must be Upgrade')
  const protocols = read(headers, 'Upgrade', section, parseUpgrade)
  if (protocols.length !== 1 || protocols[0] !== 'websocket') {
    throw upgradeError(headers, 'Upgrade', section, 'must be websocket')
  }
}

function read(
  headers: Headers,
  name: string,
  section: string,
  parse: (values: string[]) => string[],
): string[] {
  try {
    return parse(headers.getAll(name)).map((value) => value.toLowerCase())
  } catch (cause) {
    if (!(cause instanceof InvalidHeaderError)) throw cause
    throw upgradeError(headers, name, section, 'is malformed', cause)
  }
}

function upgradeError(headers: Headers, header: string, section: string, rule: string, cause?: unknown) {
  const values = headers.getAll(header)
  const value = values.length === 0 ? null : values.join(', ')
  const message =
    value === null ? `the header ${header} is missing` : `the header ${header} ${rule}, it is ${quote(value)}`
  const code = `${value === null ? 'MISSING' : 'INVALID'}_${header.toUpperCase()}`
  return new InvalidUpgradeError(message, { code, section, header, value, cause })
}
