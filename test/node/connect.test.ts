import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { AbortError, connect, OpenTimeoutError } from '../../src/node/index.ts'
import {
  HandshakeError,
  type Inspector,
  InvalidStatusError,
  InvalidUriError,
} from '../../src/protocol/index.ts'
import { acceptRaw, echo, open, openBoth, type RawPeer, rawServer, start, take, until } from './helpers.ts'

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it did not reject'),
    (error: unknown) => error,
  )

describe('connect', () => {
  it('opens a connection to an echo server', async () => {
    const server = await start(echo)
    const connection = await open(`${server.url}/chat?room=1`)
    await connection.send('text')
    await connection.send(Uint8Array.of(1, 2, 3))
    expect(await take(connection, 2)).toStrictEqual(['text', Uint8Array.of(1, 2, 3)])
    expect(connection.request).toMatchObject({ method: 'GET', path: '/chat?room=1' })
    expect(connection.response).toMatchObject({ status: 101 })
    expect(connection.remoteAddress).toBe(`127.0.0.1:${server.port}`)
    expect(connection.protocol.state).toBe('open')
  })

  it('takes a URL', async () => {
    const server = await start(echo)
    await open(new URL(server.url).href)
    const connection = await open(new URL('/path', server.url) as unknown as string)
    expect(connection.request?.path).toBe('/path')
  })

  it('agrees on a subprotocol and on compression', async () => {
    const { client, peer } = await openBoth({
      server: { subprotocols: ['chat', 'log'] },
      client: { subprotocols: ['log'] },
    })
    expect([client.subprotocol, peer.subprotocol]).toEqual(['log', 'log'])
    expect(client.protocol.extensions.map(({ name }) => name)).toEqual(['permessage-deflate'])
    expect(peer.protocol.extensions.map(({ name }) => name)).toEqual(['permessage-deflate'])
  })

  it.each([
    [{ compression: false }, {}],
    [{}, { compression: false }],
  ])('does not compress unless both want it: %j, %j', async (server, client) => {
    const both = await openBoth({ server, client })
    expect(both.client.protocol.extensions).toEqual([])
    expect(both.peer.protocol.extensions).toEqual([])
  })

  it('sends an origin, headers, and the user information of the URL', async () => {
    const { client, peer } = await openBoth({
      client: { origin: 'https://example.com', headers: { 'X-A': 'b' } },
    })
    expect(client.request?.headers.get('origin')).toBe('https://example.com')
    expect(peer.request?.headers.get('x-a')).toBe('b')

    const server = await start(echo)
    const connection = await open(server.url.replace('//', '//user:secret@'))
    expect(connection.request?.headers.get('authorization')).toBe(`Basic ${btoa('user:secret')}`)
  })

  it('tells an inspector who is at the other end, without passwords', async () => {
    const seen: unknown[] = []
    const inspect: Inspector = {
      observe: ({ side }, about) => {
        seen.push([side, about?.peer])
        return { step() {} }
      },
    }
    const server = await start(echo, { inspect })
    const url = `${server.url.replace('//', '//user:secret@')}/path?token=secret`
    const connection = await open(url, { inspect })
    await until(() => server.connections.size === 1)
    expect(seen).toContainEqual(['client', `${server.url}/path`])
    expect(seen).toContainEqual(['server', [...server.connections][0]!.remoteAddress])
    await connection.close()
  })

  it.each(['http://localhost/', 'ws://', 'ws://localhost/#fragment', 'ws://localhost:99999/', 'localhost'])(
    'rejects the URL %s',
    async (url) => {
      const error = await failure(connect(url))
      expect(error).toBeInstanceOf(InvalidUriError)
      expect(error).toHaveProperty('code')
    },
  )

  it('rejects headers that would be more than one', async () => {
    await expect(connect('ws://localhost', { headers: { 'X-A': 'b\r\nX-C: d' } })).rejects.toThrow(TypeError)
    await expect(connect('ws://localhost', { subprotocols: ['a b'] })).rejects.toThrow(TypeError)
    await expect(connect('ws://localhost', { headers: { Upgrade: 'x' } })).rejects.toThrow(TypeError)
  })

  it('rejects times and limits that cannot be', async () => {
    await expect(connect('ws://localhost', { openTimeout: -1 })).rejects.toThrow(/openTimeout/)
    await expect(connect('ws://localhost', { pingInterval: Number.NaN })).rejects.toThrow(RangeError)
    await expect(connect('ws://localhost', { maxSize: -1 })).rejects.toThrow(RangeError)
  })

  it('rejects with the error of the socket', async () => {
    const free = net.createServer()
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve))
    const { port } = free.address() as net.AddressInfo
    await new Promise((resolve) => free.close(resolve))
    const refused = await failure(connect(`ws://127.0.0.1:${port}`))
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' })
    const both = await failure(connect(`ws://localhost:${port}`))
    expect(both).toMatchObject({ code: 'ECONNREFUSED', message: expect.stringContaining('ECONNREFUSED') })
  })

  it('rejects with the response that refuses it', async () => {
    const server = await start(echo, {
      processRequest: ({ protocol }) => protocol.reject(401, 'Who are you?'),
    })
    const error = await failure(connect(server.url))
    expect(error).toBeInstanceOf(InvalidStatusError)
    const { response } = error as HandshakeError
    expect(response).toMatchObject({ status: 401, reasonPhrase: 'Unauthorized' })
    expect(response!.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(new TextDecoder().decode(response!.body!)).toBe('Who are you?')
    expect(error).toHaveProperty('code', 'INVALID_STATUS')
  })

  it.each([
    ['is not HTTP', 'SSH-2.0-OpenSSH\r\n', 'NOT_HTTP'],
    [
      'accepts another key',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
      'INVALID_ACCEPT',
    ],
  ])('rejects a response that %s at once', async (_what, response, code) => {
    const peers: RawPeer[] = []
    const { url } = await rawServer((peer) => {
      peers.push(peer)
      peer.write(response)
    })
    expect(await failure(connect(url))).toMatchObject({ code })
    // We end our half, and do not wait for theirs.
    await peers[0]!.end()
  })

  it('rejects when the server ends the connection instead of answering', async () => {
    const { url } = await rawServer((peer) => void peer.socket.end())
    const error = await failure(connect(url))
    expect(error).toBeInstanceOf(HandshakeError)
    expect(error).toHaveProperty('code', 'UNEXPECTED_EOF')
  })

  it('rejects when the server resets the connection instead of answering', async () => {
    const { url } = await rawServer((peer) => void peer.socket.resetAndDestroy())
    expect(await failure(connect(url))).toMatchObject({ code: 'ECONNRESET' })
  })

  it('rejects when the server does not answer in time', async () => {
    const peers: RawPeer[] = []
    const { url } = await rawServer((peer) => peers.push(peer))
    const error = await failure(connect(url, { openTimeout: 20 }))
    expect(error).toBeInstanceOf(OpenTimeoutError)
    expect(error).toMatchObject({ name: 'OpenTimeoutError', code: 'OPEN_TIMEOUT', timeout: 20 })
    await until(() => peers[0]!.closed || peers[0]!.ended)
  })

  it('rejects when its signal aborts, before and while opening', async () => {
    const { url } = await rawServer(() => {})
    const before = await failure(connect(url, { signal: AbortSignal.abort('enough') }))
    expect(before).toBeInstanceOf(AbortError)
    const controller = new AbortController()
    const opening = failure(connect(url, { signal: controller.signal }))
    setTimeout(() => controller.abort('enough'), 10)
    expect(await opening).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' })
  })

  it('minds its signal no more once it is open', async () => {
    const server = await start(echo)
    const controller = new AbortController()
    const connection = await open(server.url, { signal: controller.signal })
    controller.abort()
    await connection.send('still there')
    expect(await take(connection, 1)).toEqual(['still there'])
  })

  it('gets what the server sent right behind its response', async () => {
    const { url } = await rawServer(async (peer) => {
      peer.socket.cork()
      const opened = acceptRaw(peer)
      await opened
      peer.send({ payload: 'first' }, { payload: 'second' }, { opcode: 8, payload: Uint8Array.of(3, 232) })
      peer.socket.uncork()
      await peer.close()
      peer.socket.end()
    })
    const connection = await open(url)
    const messages = []
    for await (const message of connection) {
      messages.push(message)
      await connection.send(`re: ${message}`)
    }
    expect(messages).toEqual(['first', 'second'])
  })
})
