/** Who may connect to a server from a browser (RFC 6455, section 10.2), over real sockets. */
import http from 'node:http'
import type net from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { RawPeer, start, UPGRADE } from '../node/helpers.ts'

const allowed = 'https://app.example.com'

/** One character, one port, one label or one scheme away; and what stands for no origin. */
const foreign: (string | null)[] = [
  null,
  'null',
  '',
  'https://app.example.co',
  'https://app.example.comm',
  'https://app.example.com.evil.test',
  'https://xapp.example.com',
  'https://evil.test/https://app.example.com',
  'https://app.example.com/',
  'https://app.example.com:443',
  'https://app.example.com:8443',
  'https://app.example.com@evil.test',
  'http://app.example.com',
  'https://APP.example.com',
  'https://appxexample.com',
  `${allowed}, ${allowed}`,
  `${allowed} null`,
]

const requestFrom = (origin: string | null) =>
  origin === null ? UPGRADE : UPGRADE.replace('\r\n\r\n', `\r\nOrigin: ${origin}\r\n\r\n`)

async function statusFor(port: number, origin: string | null): Promise<string> {
  const peer = await RawPeer.connect(port)
  peer.write(requestFrom(origin))
  const [status] = (await peer.response()).split('\r\n')
  peer.socket.destroy()
  return status!
}

async function shared(): Promise<http.Server> {
  const server = http.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return server
}

describe.each(['a port of its own', 'a shared port'])('serve with origins, on %s', (where) => {
  it('lets in the one that is listed, and no other: the handler never sees them', async () => {
    let handled = 0
    const server = where === 'a shared port' ? await shared() : undefined
    const serving = await start(() => void handled++, {
      origins: [allowed],
      ...(server === undefined ? {} : { server }),
    })
    const port = server === undefined ? serving.port : (server.address() as net.AddressInfo).port
    for (const origin of foreign) {
      expect([origin, await statusFor(port, origin)]).toEqual([origin, 'HTTP/1.1 403 Forbidden'])
    }
    expect(handled).toBe(0)
    expect(await statusFor(port, allowed)).toBe('HTTP/1.1 101 Switching Protocols')
    expect(handled).toBe(1)
    expect(serving.errors).toEqual([])
  })
})

it('a pattern must match the whole origin, and lets through neither null nor none', async () => {
  const server = await start(() => {}, { origins: [/https:\/\/(app|www)\.example\.com/] })
  for (const origin of foreign.filter((each) => each !== 'https://app.example.com')) {
    expect([origin, await statusFor(server.port, origin)]).toEqual([origin, 'HTTP/1.1 403 Forbidden'])
  }
  expect(await statusFor(server.port, 'https://www.example.com')).toBe('HTTP/1.1 101 Switching Protocols')
})

it('a refusal does not repeat what it refuses', async () => {
  const server = await start(() => {}, { origins: [allowed] })
  const peer = await RawPeer.connect(server.port)
  peer.write(requestFrom('https://<script>alert(1)</script>'))
  const response = await peer.response()
  expect(response).toContain('403 Forbidden')
  expect(response).toMatch(/content-type: text\/plain/i)
})
