import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createInspector } from '../../src/inspect/node.ts'
import { certificate, deferred, echo, open, RawPeer, start, take, UPGRADE } from './helpers.ts'

/** An HTTP server with a page of its own. */
async function page(): Promise<{ server: http.Server; port: number; url: string }> {
  const server = http.createServer((request, response) => {
    response.setHeader('X-Page', 'yes')
    response.end(`page ${request.url}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  return { server, port, url: `ws://127.0.0.1:${port}` }
}

const get = async (port: number, path = '/') => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  return [response.status, await response.text(), response.headers.get('x-page')]
}

describe('serve on an existing http.Server', () => {
  it('shares its port', async () => {
    const { server, port, url } = await page()
    const sockets = await start(echo, { server })
    expect([sockets.port, sockets.address]).toEqual([port, '127.0.0.1'])
    const connection = await open(`${url}/chat?a=b`)
    expect(await get(port, '/index.html')).toEqual([200, 'page /index.html', 'yes'])
    await connection.send('hello')
    expect(await take(connection, 1)).toEqual(['hello'])
    expect([...sockets.connections][0]?.request?.path).toBe('/chat?a=b')
    await connection.close()
    expect((await connection.closed).wasClean).toBe(true)
  })

  it('leaves it running when it closes itself', async () => {
    const { server, port, url } = await page()
    const sockets = await start(echo, { server })
    const connection = await open(url)
    await sockets.close()
    expect(await connection.closed).toMatchObject({ code: 1001, wasClean: true })
    expect(server.listening).toBe(true)
    expect(await get(port)).toEqual([200, 'page /', 'yes'])
    // Nobody takes upgrades any more.
    await expect(open(url)).rejects.toMatchObject({ response: { status: 200 } })
  })

  it('refuses to share it twice at a time: both would answer', async () => {
    const { server, url } = await page()
    const sockets = await start(echo, { server })
    await expect(start(echo, { server })).rejects.toThrow('shared already')
    const connection = await open(url)
    await connection.send('hello')
    expect(await take(connection, 1)).toEqual(['hello'])
    await sockets.close()

    await start(echo, { server })
    expect((await open(url)).protocol.state).toBe('open')
  })

  it('takes the upgrades that its application chooses, handed on to a server that does not listen', async () => {
    const { server, url } = await page()
    const behind = http.createServer()
    await start(echo, { server: behind })
    server.on('upgrade', (request, socket, head) => {
      if (request.url === '/echo') behind.emit('upgrade', request, socket, head)
      else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
    })
    const connection = await open(`${url}/echo`)
    await connection.send('hello')
    expect(await take(connection, 1)).toEqual(['hello'])
    await expect(open(`${url}/other`)).rejects.toMatchObject({ response: { status: 404 } })
  })

  it('has its requests recorded, also one that processRequest refuses', async () => {
    const { server, url } = await page()
    const inspect = createInspector()
    const types: string[] = []
    inspect.subscribe((record) => types.push(record.kind === 'step' ? record.event.type : record.kind))
    await start(echo, { server, inspect, processRequest: ({ protocol }) => protocol.reject(403, 'No.') })
    await expect(open(url)).rejects.toMatchObject({ response: { status: 403 } })
    expect(types.slice(0, 3)).toEqual(['connection', 'receive.request', 'send.response'])
  })

  it('takes frames that came right behind the request, decided at once or later', async () => {
    for (const processRequest of [undefined, async () => {}]) {
      const { server, port } = await page()
      await start(echo, { server, ...(processRequest && { processRequest }) })
      const peer = await RawPeer.connect(port)
      const frame = Buffer.from('818537fa213d7f9f4d5158', 'hex').toString('latin1')
      peer.write(Buffer.from(UPGRADE + frame + frame, 'latin1'))
      expect(await peer.response()).toMatch(/^HTTP\/1\.1 101 /)
      expect((await peer.framesOf(2)).map(({ payload }) => Buffer.from(payload).toString())).toEqual([
        'Hello',
        'Hello',
      ])
    }
  })

  it('refuses what is no opening handshake, and goes on serving', async () => {
    const { server, port, url } = await page()
    const sockets = await start(echo, { server, origins: [null] })
    for (const [request, status] of [
      [UPGRADE.replace('Version: 13', 'Version: 8'), 400],
      [UPGRADE.replace(/(Sec-WebSocket-Key: .*\r\n)/, '$1$1'), 400],
      [UPGRADE.replace('websocket', 'h2c'), 426],
      [UPGRADE.replace('GET', 'POST'), 405],
      [UPGRADE.replace('Host', 'Origin: https://evil.example\r\nHost'), 403],
    ] as const) {
      const peer = await RawPeer.connect(port)
      peer.write(request)
      expect(await peer.response()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
      expect(peer.error).toBeNull()
    }
    const connection = await open(url)
    await connection.send('still serving')
    expect(await take(connection, 1)).toEqual(['still serving'])
    expect(sockets.errors).toEqual([])
  })

  it('lets processRequest answer', async () => {
    const { server, url } = await page()
    await start(echo, { server, processRequest: ({ protocol }) => protocol.reject(418, 'Tea?') })
    const error = await open(url).catch((error) => error)
    expect(error).toMatchObject({ response: { status: 418 } })
    expect(Date.parse(error.response.headers.get('date'))).not.toBeNaN()
  })

  it('survives a client that goes while it decides', async () => {
    const { server, port, url } = await page()
    const asked = deferred<void>()
    const decided = deferred<void>()
    let turn = 0
    const sockets = await start(echo, {
      server,
      processRequest: () => {
        asked.resolve()
        return turn++ === 0 ? decided.promise : undefined
      },
    })
    const peer = await RawPeer.connect(port)
    peer.write(UPGRADE)
    await asked.promise
    peer.socket.resetAndDestroy()
    await open(url)
    decided.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    expect([sockets.connections.size, sockets.errors]).toEqual([1, []])
  })

  it('may be set up before that listens', async () => {
    const server = http.createServer()
    const sockets = await start(echo, { server })
    expect([sockets.port, sockets.address]).toEqual([0, ''])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const connection = await open(`ws://127.0.0.1:${sockets.port}`)
    await connection.close()
  })

  it('works over https', async () => {
    const server = https.createServer(certificate, (_request, response) => response.end('page'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close().closeAllConnections())
    const sockets = await start(echo, { server })
    const connection = await open(`wss://127.0.0.1:${sockets.port}`, { tls: { ca: certificate.cert } })
    await connection.send('secret')
    expect(await take(connection, 1)).toEqual(['secret'])
    const [peer] = sockets.connections
    await sockets.close()
    expect(await connection.closed).toMatchObject({ code: 1001, wasClean: true })
    expect(await peer!.closed).toMatchObject({ wasClean: true, report: { transportEnd: { kind: 'end' } } })
  })
})
