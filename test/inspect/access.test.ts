import { describe, expect, test } from 'vitest'
import { isLoopback, isOwnHost, isOwnOrigin } from '../../src/inspect/access.ts'

describe('a Host header', () => {
  test.each([
    ['127.0.0.1:8766', '127.0.0.1'],
    ['127.0.0.1', '127.0.0.1'],
    ['localhost:8766', '127.0.0.1'],
    ['LOCALHOST:1', '127.0.0.1'],
    ['app.localhost:1', '127.0.0.1'],
    ['[::1]:8766', '127.0.0.1'],
    ['127.8.8.8', '::1'],
    ['[fe80::1]:1', 'fe80::1'],
    ['machine.lan:1', 'machine.lan'],
    ['192.168.1.5:1', '192.168.1.5'],
    ['192.168.1.5:1', '0.0.0.0'],
    ['[2001:db8::1]:1', '::'],
  ])('%s is answered by a server on %s', (header, bound) => {
    expect(isOwnHost(header, bound)).toBe(true)
  })

  test.each([
    [undefined, '127.0.0.1'],
    ['', '127.0.0.1'],
    ['evil.test', '127.0.0.1'],
    ['127.0.0.1.evil.test', '127.0.0.1'],
    ['localhost.evil.test', '127.0.0.1'],
    ['evil-localhost', '127.0.0.1'],
    ['192.168.1.5', '127.0.0.1'],
    ['evil.test', '0.0.0.0'],
    ['machine.lan.evil.test', 'machine.lan'],
    ['evil.test@127.0.0.1', '127.0.0.1'],
    ['127.0.0.1/evil.test', '127.0.0.1'],
    ['127.0.0.1:port', '127.0.0.1'],
  ])('%s is refused by a server on %s', (header, bound) => {
    expect(isOwnHost(header, bound)).toBe(false)
  })
})

test('only an origin that is the Host’s own follows', () => {
  expect(isOwnOrigin('http://127.0.0.1:8766', '127.0.0.1:8766')).toBe(true)
  expect(isOwnOrigin('http://localhost', 'localhost:80')).toBe(true)
  expect(isOwnOrigin('http://127.0.0.1:8767', '127.0.0.1:8766')).toBe(false)
  expect(isOwnOrigin('http://localhost:8766', '127.0.0.1:8766')).toBe(false)
  expect(isOwnOrigin('https://127.0.0.1:8766', '127.0.0.1:8766')).toBe(false)
  expect(isOwnOrigin('null', '127.0.0.1:8766')).toBe(false)
  expect(isOwnOrigin(null, '127.0.0.1:8766')).toBe(false)
})

test('loopback is what leads to this machine alone', () => {
  expect(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'].every(isLoopback)).toBe(true)
  expect(['0.0.0.0', '::', '10.0.0.1', 'machine.lan', '::ffff:10.0.0.1'].some(isLoopback)).toBe(false)
})
