import { describe, expect, it } from 'vitest'
import { hostHeader, InvalidUriError, parseUri } from '../../src/handshake/index.ts'

const DEFAULTS = {
  secure: false,
  host: 'localhost',
  port: 80,
  path: '',
  query: '',
  resourceName: '/',
  userInfo: null,
}

describe('parseUri (RFC 6455, section 3)', () => {
  it.each([
    ['ws://localhost', {}],
    ['ws://localhost/', { path: '/' }],
    ['wss://localhost', { secure: true, port: 443 }],
    ['ws://localhost:8765/', { port: 8765, path: '/' }],
    ['ws://localhost:1', { port: 1 }],
    ['ws://localhost:65535', { port: 65535 }],
    ['ws://localhost:0080', {}],
    ['ws://localhost:', {}],
    ['wss://localhost:80', { secure: true }],
    ['WS://LOCALHOST/PATH?QUERY', { path: '/PATH', query: 'QUERY', resourceName: '/PATH?QUERY' }],
    ['WsS://localhost', { secure: true, port: 443 }],
    ['ws://localhost?a=1', { query: 'a=1', resourceName: '/?a=1' }],
    ['ws://localhost/?', { path: '/' }],
    ['ws://localhost/a?b?c/d', { path: '/a', query: 'b?c/d', resourceName: '/a?b?c/d' }],
    ['ws://localhost/path;params', { path: '/path;params', resourceName: '/path;params' }],
    ['ws://localhost/a/../b//./c', { path: '/a/../b//./c', resourceName: '/a/../b//./c' }],
    ['ws://localhost/%7euser/%2F', { path: '/%7euser/%2F', resourceName: '/%7euser/%2F' }],
    ['ws://localhost/100%', { path: '/100%', resourceName: '/100%' }],
    ['ws://localhost/a|"b"', { path: '/a%7C%22b%22', resourceName: '/a%7C%22b%22' }],
    ['ws://localhost/\u{1f600}', { path: '/%F0%9F%98%80', resourceName: '/%F0%9F%98%80' }],
    ['ws://localhost/a@b:c', { path: '/a@b:c', resourceName: '/a@b:c' }],
    ['ws://127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
    ['ws://[::1]', { host: '::1' }],
    [
      'wss://[2001:DB8::1]:8443/x',
      { secure: true, host: '2001:db8::1', port: 8443, path: '/x', resourceName: '/x' },
    ],
    ['ws://host_name.example.', { host: 'host_name.example.' }],
    ['ws://høst/', { host: 'xn--hst-0na', path: '/' }],
    ['ws://ex%61mple.com', { host: 'example.com' }],
    ['ws://user:pass@localhost', { userInfo: { username: 'user', password: 'pass' } }],
    ['ws://user:@localhost', { userInfo: { username: 'user', password: '' } }],
    ['ws://:pass@localhost', { userInfo: { username: '', password: 'pass' } }],
    ['ws://a@b:c:d@localhost', { userInfo: { username: 'a@b', password: 'c:d' } }],
    ['ws://u%40:%C3%A9%2f@localhost', { userInfo: { username: 'u@', password: 'é/' } }],
    [
      'ws://üser:påss@høst/πass?qùéry',
      {
        host: 'xn--hst-0na',
        path: '/%CF%80ass',
        query: 'q%C3%B9%C3%A9ry',
        resourceName: '/%CF%80ass?q%C3%B9%C3%A9ry',
        userInfo: { username: 'üser', password: 'påss' },
      },
    ],
  ])('takes %s apart', (uri, parts) => {
    expect(parseUri(uri)).toEqual({ ...DEFAULTS, ...parts })
  })

  it.each([
    ['', 'scheme'],
    ['localhost', 'scheme'],
    ['//localhost/', 'scheme'],
    ['://localhost/', 'scheme'],
    ['http://localhost/', 'scheme'],
    ['https://localhost/', 'scheme'],
    ['wsx://localhost/', 'scheme'],
    [' ws://localhost/', 'scheme'],
    ['w\ts://localhost/', 'scheme'],
    ['ws:localhost', 'host'],
    ['ws:/localhost', 'host'],
    ['ws://', 'host'],
    ['ws:///path', 'host'],
    ['ws://:80/', 'host'],
    ['ws://user:pass@/', 'host'],
    ['ws://?a', 'host'],
    ['ws://[::1', 'host'],
    ['ws://[::1]x/', 'host'],
    ['ws://[::1%25eth0]/', 'host'],
    ['ws://[example]/', 'host'],
    ['ws://[]/', 'host'],
    ['ws://a b/', 'host'],
    ['ws://a\\b/', 'host'],
    ['ws://a%2Fb/', 'host'],
    ['ws://a%/', 'host'],
    ['ws://a<b/', 'host'],
    ['ws://\u00ad/', 'host'],
    ['ws://local\nhost/', 'host'],
    ['ws://localhost\r\nX: y/', 'host'],
    ['ws://localhost:0', 'port'],
    ['ws://localhost:65536', 'port'],
    ['ws://localhost:99999999999999999999', 'port'],
    ['ws://localhost:http', 'port'],
    ['ws://localhost:-1', 'port'],
    ['ws://localhost:+80', 'port'],
    ['ws://localhost: 80', 'port'],
    ['ws://localhost:80:80', 'port'],
    ['ws://localhost:８０', 'port'],
    ['ws://::1/', 'host'],
    ['ws://user@localhost/', 'userInfo'],
    ['ws://@localhost/', 'userInfo'],
    ['ws://a%:b@localhost/', 'userInfo'],
    ['ws://a:%ff@localhost/', 'userInfo'],
    ['ws://a%3Ab:c@localhost/', 'userInfo'],
    ['ws://a:b%0d%0a@localhost/', 'userInfo'],
    ['ws://a:b c@localhost/', 'userInfo'],
    ['ws://localhost/a b', 'path'],
    ['ws://localhost/a\r\nX: y', 'path'],
    ['ws://localhost/\0', 'path'],
    ['ws://localhost/\u00a0', 'path'],
    ['ws://localhost/ ', 'path'],
    ['ws://localhost/\ud800', 'path'],
    ['ws://localhost/?a b', 'query'],
    ['ws://localhost/?\u0085', 'query'],
    ['ws://localhost/#', 'fragment'],
    ['ws://localhost/path#fragment', 'fragment'],
    ['ws://localhost#a?b', 'fragment'],
    ['ws://localhost/?a#b', 'fragment'],
  ])('refuses %j and names its %s', (uri, part) => {
    const error = catchError(() => parseUri(uri))
    expect(error).toBeInstanceOf(InvalidUriError)
    expect(error).toMatchObject({ name: 'InvalidUriError', part, section: '3' })
    expect((error as InvalidUriError).code).toBe(
      part === 'userInfo' ? 'INVALID_URI_USER_INFO' : `INVALID_URI_${part.toUpperCase()}`,
    )
  })

  it.each([
    'ws://user:secret@localhost:0',
    'ws://user:secret%@localhost',
    'ws://:secret@host/#',
    'ws://u:secret x@h',
  ])('does not show the password of %s in its error', (uri) => {
    expect(String(catchError(() => parseUri(uri)))).not.toContain('secret')
  })

  it('escapes control characters in its error, and bounds it', () => {
    const { message } = catchError(() => parseUri(`${'x\n'.repeat(10_000)}://localhost`)) as Error
    expect(message).not.toContain('\n')
    expect(message.length).toBeLessThan(300)
  })
})

describe('hostHeader (RFC 9110, section 7.2)', () => {
  it.each([
    ['ws://localhost', 'localhost'],
    ['ws://localhost:80', 'localhost'],
    ['ws://localhost:443', 'localhost:443'],
    ['wss://localhost:443', 'localhost'],
    ['wss://localhost:80', 'localhost:80'],
    ['ws://[::1]', '[::1]'],
    ['ws://[::1]:8080', '[::1]:8080'],
    ['ws://høst:81', 'xn--hst-0na:81'],
  ])('of %s is %s', (uri, host) => {
    expect(hostHeader(parseUri(uri))).toBe(host)
  })
})

function catchError(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}
