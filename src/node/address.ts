import type { Socket } from 'node:net'

/** `'127.0.0.1:52044'` or `'[::1]:52044'`. An IPv4 address in IPv6 clothes (`::ffff:`) is written as what it is. */
export function formatAddress(address: string, port: number): string {
  const ipv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (ipv4 !== undefined) return `${ipv4}:${port}`
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** The other end of a socket; `null` where it has no address, as on a Unix domain socket. */
export function remoteAddressOf({ remoteAddress, remotePort }: Socket): string | null {
  if (remoteAddress === undefined || remotePort === undefined) return null
  return formatAddress(remoteAddress, remotePort)
}
