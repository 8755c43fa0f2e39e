import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { Response } from '../../src/protocol/index.ts'
import { echo, open, RawPeer, start, take, UPGRADE } from './helpers.ts'

/** Something that is no opening handshake, and the status that it gets. */
const requests: [what: string, request: string, status: number, headers?: RegExp][] = [
  ['a POST', UPGRADE.replace('GET', 'POST'), 405, /\r\nallow: GET\r\n/i],
  ['HTTP/1.0', UPGRADE.replace('HTTP/1.1', 'HTTP/1.0'), 505],
  ['an ordinary request', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', 426, /\r\nupgrade: websocket\r\n/i],
  ['no Connection header', UPGRADE.replace(/Connection: .*\r\n/, ''), 426],
  ['no key', UPGRADE.replace(/Sec-WebSocket-Key: .*\r\n/, ''), 400],
  ['two keys', UPGRADE.replace(/(Sec-WebSocket-Key: .*\r\n)/, '$1$1'), 400],
  ['a bad key', UPGRADE.replace(/(Sec-WebSocket-Key: ).*/, '$1short'), 400],
  ['version 8', UPGRADE.replace('Version: 13', 'Version: 8'), 400, /\r\nsec-websocket-version: 13\r\n/i],
  ['no version', UPGRADE.replace(/Sec-WebSocket-Version: .*\r\n/, ''), 400],
  ['no Host', UPGRADE.replace(/Host: .*\r\n/, ''), 400],
  ['another origin', UPGRADE.replace('Host', 'Origin: https://evil.example\r\nHost'), 403],
  ['a long request line', `GET /${'a'.repeat(9000)} HTTP/1.1\r\n`, 414],
  ['a long header', `GET / HTTP/1.1\r\nX-A: ${'a'.repeat(9000)}\r\n`, 431],
  ['many headers', `GET / HTTP/1.1\r\n${'X-A: b\r\n'.repeat(129)}\r\n`, 431],
  ['a TLS ClientHello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['something else', 'hello there\r\n\r\n', 400],
]

describe('serve', () => {
  it.each(requests)('answers %s, and goes on serving', async (_what, request, status, headers = /^/) => {
    const server = await start(echo, { origins: [null, 'https://good.example'] })
    const peer = await RawPeer.connect(server.port)
    peer.write(Buffer.from(request, 'latin1'))
    const response = await peer.response()
    expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .+\r\n`))
    expect(response).toMatch(headers)
    // It ends TCP in order, once its answer is out.
    await peer.end()
    expect(peer.error).toBeNull()

    const connection = await open(server.url, { origin: 'https://good.example' })
    await connection.send('still serving')
    expect(await take(connection, 1)).toEqual(['still serving'])
    expect(server.connections.size).toBe(1)
    expect(server.errors).toEqual([])
  })

  it('leaves a response that processRequest returns as it is: it may return it again', async () => {
    const refusal = new Response(403, 'Forbidden', { 'Content-Length': '0' })
    const server = await start(echo, { processRequest: () => refusal })
    for (let round = 0; round < 2; round++) {
      const peer = await RawPeer.connect(server.port)
      peer.write(UPGRADE)
      expect(await peer.response()).toMatch(/\r\ndate: [^\r]+ GMT\r\n/i)
    }
    expect([...refusal.headers]).toEqual([['Content-Length', '0']])
  })

  it('tells what a hook or an extension throws, and answers 500', async () => {
    const error = new Error('broken')
    const fail = () => {
      throw error
    }
    const factory = { name: 'x-broken', getRequestParams: () => [], processRequestParams: fail }
    for (const options of [
      { selectSubprotocol: fail },
      { extensions: [factory] },
      { processRequest: fail },
    ]) {
      const server = await start(echo, options)
      const peer = await RawPeer.connect(server.port)
      peer.write(UPGRADE.replace('Host', 'Sec-WebSocket-Extensions: x-broken\r\nHost'))
      const response = await peer.response()
      expect(response).toMatch(/^HTTP\/1\.1 500 /)
      expect(response).not.toContain('broken')
      expect(server.errors).toEqual([error])
    }
  })

  it('takes a request that comes a byte at a time', async () => {
    const server = await start(echo)
    const peer = await RawPeer.connect(server.port)
    for (const byte of UPGRADE) {
      peer.socket.write(byte)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await peer.response()).toMatch(/^HTTP\/1\.1 101 /)
  })

  it('does not wait for a request for ever', async () => {
    const server = await start(echo, { openTimeout: 20 })
    const peer = await RawPeer.connect(server.port)
    peer.write('GET / HTTP/1.1\r\n')
    await peer.end()
    expect(peer.text).toBe('')
    expect(server.errors).toEqual([])
  })

  it('takes frames that come right behind the request', async () => {
    const server = await start(echo)
    const frame = Buffer.from('818537fa213d7f9f4d5158', 'hex').toString('latin1')
    const peer = await RawPeer.connect(server.port)
    peer.write(Buffer.from(UPGRADE + frame + frame, 'latin1'))
    await peer.response()
    const frames = await peer.framesOf(2)
    expect(frames.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['Hello', 'Hello'])
  })

  it('is not harmed by clients that come and go', async () => {
    const server = await start(echo)
    for (let round = 0; round < 20; round++) {
      const socket = net.connect(server.port, '127.0.0.1')
      socket.on('error', () => {})
      await new Promise((resolve) => socket.once('connect', resolve))
      if (round % 2 === 0) socket.write(UPGRADE.slice(0, round * 4))
      socket.resetAndDestroy()
    }
    const connection = await open(server.url)
    await connection.close()
    expect(server.errors).toEqual([])
  })

  it('rejects when its port is in use', async () => {
    const server = await start(echo)
    await expect(start(echo, { port: server.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: expect.stringContaining(String(server.port)),
    })
    await open(server.url)
  })
})
