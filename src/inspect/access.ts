/**
 * Who may look: the page shows what goes over an application's connections, so that other web sites must not get at
 * it, be it by a name that they point at this machine (DNS rebinding) or from a page of theirs.
 */

/** The name and the port of a `Host` header; `null` if it is not one. */
function parseHost(header: string | undefined): URL | null {
  if (header === undefined || !/^[\w.:[\]-]+$/.test(header)) return null
  try {
    return new URL(`http://${header}`)
  } catch {
    return null
  }
}

/** Whether a host, as a server binds to it or as a URL has it, is this machine and nobody else. */
export function isLoopback(host: string): boolean {
  const name = normalized(host)
  return (
    name === 'localhost' || name.endsWith('.localhost') || /^127(\.\d+){3}$/.test(name) || name === '[::1]'
  )
}

/** Whether a server that is bound to `bound` should answer to that `Host`. */
export function isOwnHost(header: string | undefined, bound: string): boolean {
  const url = parseHost(header)
  if (url === null) return false
  const { hostname } = url
  if (isLoopback(hostname) || hostname === normalized(bound)) return true
  // Bound to every address: which ones these are changes, but no address in figures can be rebound.
  return isWildcard(bound) && (/^\d+(\.\d+){3}$/.test(hostname) || hostname.startsWith('['))
}

/** Whether `origin` is that of the page which was served under this `Host`. */
export function isOwnOrigin(origin: string | null, header: string | undefined): boolean {
  return origin !== null && origin === parseHost(header)?.origin
}

export const isWildcard = (bound: string) => bound === '0.0.0.0' || normalized(bound) === '[::]'

/** As `URL` has it: IPv6 in brackets and shortened, names in lower case. */
function normalized(host: string): string {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  return parseHost(bracketed)?.hostname ?? host
}
