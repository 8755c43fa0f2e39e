import { expect, it } from 'vitest'
import { formatAddress } from '../../src/node/address.ts'

it.each([
  ['127.0.0.1', 80, '127.0.0.1:80'],
  ['::1', 80, '[::1]:80'],
  ['fe80::1%eth0', 8080, '[fe80::1%eth0]:8080'],
  ['::ffff:10.0.0.1', 80, '10.0.0.1:80'],
  ['::ffff:a00:1', 80, '[::ffff:a00:1]:80'],
])('writes %s, port %d, as %s', (address, port, text) => {
  expect(formatAddress(address, port)).toBe(text)
})
