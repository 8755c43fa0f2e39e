import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect as connectTcp, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Connection, connect, serve } from '../../src/node/index.ts'
import { rawFrame } from '../../src/testing/index.ts'
import { outputOf, prints, root, start } from './programs.ts'

const folder = new URL('examples/', root)
const example = (name: string) => new URL(name, folder)

async function next(connection: Connection): Promise<string | Uint8Array> {
  for await (const message of connection) return message
  throw new Error('it was closed')
}

describe('examples/chat.mjs', () => {
  async function startChat() {
    const program = start(example('chat.mjs'), '0')
    const [, page] = await prints(program, /^chat on (http:\S+)\n$/)
    const enter = (name: string, options = {}) =>
      connect(`${page!.replace('http', 'ws')}?name=${name}`, { subprotocols: ['chat.v1'], ...options })
    return { program, page: page!, enter }
  }

  it('serves its page and its messages on one port', async () => {
    const { program, page, enter } = await startChat()
    expect(await (await fetch(page)).text()).toContain('<title>Chat</title>')

    const ann = await enter('Ann', { origin: page.slice(0, -1) })
    expect(ann.subprotocol).toBe('chat.v1')
    expect(await next(ann)).toBe('Ann came')
    const bob = await enter('Bob')
    expect([await next(ann), await next(bob)]).toEqual(['Bob came', 'Bob came'])
    await bob.send('hello')
    expect([await next(ann), await next(bob)]).toEqual(['Bob: hello', 'Bob: hello'])
    await bob.send(Uint8Array.of(1))
    expect(await bob.closed).toMatchObject({ code: 1003, reason: 'text only', wasClean: true })
    expect(await next(ann)).toBe('Bob left (1003)')

    program.child.kill('SIGINT')
    const exit = once(program.child, 'exit')
    expect(await ann.closed).toMatchObject({ code: 1001, reason: 'the chat is over', wasClean: true })
    expect(await exit).toEqual([0, null])
    expect(program.output()).toBe(`chat on ${page}\n`)
  })

  it('refuses other origins, the nameless, and whoever speaks another protocol', async () => {
    const { enter } = await startChat()
    await expect(enter('Eve', { origin: 'https://example.com' })).rejects.toMatchObject({
      response: { status: 403 },
    })
    await expect(enter('')).rejects.toMatchObject({ response: { status: 400 } })
    await expect(enter('Eve', { subprotocols: [] })).rejects.toMatchObject({ response: { status: 400 } })
  })
})

it('examples/streams.mjs: a client and a server talk over Web streams', async () => {
  const lines = (await outputOf(example('streams.mjs'))).trim().split('\n')
  expect(lines[0]).toBe('client: 6000 bytes came back')
  expect(lines.slice(1, 3).sort()).toEqual(['client: over', 'server: over'])
  expect(lines.slice(3)).toEqual(['client: 1000 done, with permessage-deflate'])
})

it('examples/app.mjs: an application carries out what the machine emits, and connects again', async () => {
  expect((await outputOf(example('app.mjs'))).trim().split('\n')).toEqual([
    'send.request',
    "  to do: { type: 'write', what: 'request' }",
    '  now {"connecting":"awaitingResponse"}',
    'receive.response',
    "  to do: { type: 'deliver', what: 'response' }",
    '  now "open"',
    'receive.ping',
    "  to do: { type: 'deliver', what: 'ping' }",
    "  to do: { type: 'write', what: 'pong' }",
    '  now "open"',
    'receive.close',
    "  to do: { type: 'deliver', what: 'close' }",
    "  to do: { type: 'write', what: 'close', code: 1001 }",
    '  now {"closing":"acknowledged"}',
    'receive.eof',
    "  to do: { type: 'halfClose' }",
    '  now {"closed":"cleanly"}',
    'the application is waiting',
    'the application is connected a second later',
  ])
})

it('examples/peers.test.mjs: every test passes', async () => {
  const program = start(example('peers.test.mjs'))
  const [code] = await once(program.child, 'close')
  expect(program.output()).toContain('a client that sends a reserved bit is told 1002')
  expect(code).toBe(0)
})

describe('examples/tap.mjs', () => {
  /** A tap in front of an echo, what it said so far without the times, and the sockets of the server behind it. */
  async function startTap() {
    const http = createServer()
    const sockets: Socket[] = []
    http.on('connection', (socket) => sockets.push(socket))
    await once(http.listen(0, '127.0.0.1'), 'listening')
    const server = await serve((connection) => connection.onMessage((text) => connection.send(text)), {
      server: http,
    })
    onTestFinished(async () => {
      await server.close({ timeout: 0 })
      http.close()
    })
    const program = start(example('tap.mjs'), `ws://127.0.0.1:${server.port}`, '0')
    const [, url] = await prints(program, /^(ws:\S+) leads to ws:\S+\n/)
    const said = () =>
      program
        .output()
        .split('\n')
        .slice(1, -1)
        .map((line) => line.replace(/^[\d:.]+ #1 /, '').replace(/\d+ ms/, '… ms'))
    return { url: url!, sockets, said }
  }

  const opening = ['client: GET /', 'server: 101 Switching Protocols']

  it('says what passes, and who closes with what', async () => {
    const { url, said } = await startTap()
    const connection = await connect(url)
    const text = 'hello '.repeat(1000)
    await connection.send(text)
    expect(await next(connection)).toBe(text)
    await connection.ping('x')
    await connection.close(1000, 'done')
    expect(await connection.closed).toMatchObject({ code: 1000, reason: 'done', wasClean: true })
    await expect
      .poll(said, { timeout: 15_000 })
      .toEqual([
        ...opening,
        'client: text, 6000 bytes',
        'server: text, 6000 bytes',
        'client: ping, 1 bytes',
        'server: pong, 1 bytes',
        'client: Close 1000 (normal closure) "done"',
        'server: Close 1000 (normal closure) "done"',
        'server: ends TCP (FIN), after a Close frame; its last byte was … ms before',
        'client: ends TCP (FIN), after a Close frame; its last byte was … ms before',
      ])
  })

  it('says who ended TCP without a Close', async () => {
    const { url, sockets, said } = await startTap()
    const connection = await connect(url)
    for (const socket of sockets) socket.destroy()
    expect(await connection.closed).toMatchObject({ code: 1006 })
    await expect
      .poll(said, { timeout: 15_000 })
      .toEqual([
        ...opening,
        'server: ends TCP (FIN), after no Close frame; its last byte was … ms before',
        'client: ends TCP (FIN), after no Close frame; its last byte was … ms before',
      ])
  })

  it('passes a reset on, and says whose it was', async () => {
    const { url, sockets, said } = await startTap()
    const connection = await connect(url)
    for (const socket of sockets) socket.resetAndDestroy()
    expect((await connection.closed).report.transportEnd).toMatchObject({ kind: 'reset' })
    await expect
      .poll(() => said().slice(2), { timeout: 15_000 })
      .toEqual(['server: TCP broke (ECONNRESET), after no Close frame; its last byte was … ms before'])
  })

  it('says what was wrong, and passes it on', async () => {
    const { url, said } = await startTap()
    const peer = connectTcp(Number(new URL(url).port), '127.0.0.1').on('error', () => {})
    onTestFinished(() => void peer.destroy())
    peer.write(
      'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    )
    await once(peer, 'data')
    peer.write(rawFrame({ payload: 'unmasked' }))
    await expect
      .poll(() => said().slice(2, 4), { timeout: 15_000 })
      .toEqual([
        expect.stringMatching(/^client: wrong: .*\(MASK_MISSING\)\. What follows passes unread\.$/),
        expect.stringMatching(/^server: Close 1002 \(protocol error\) /),
      ])
  })
})

it('every example is run', async () => {
  expect((await readdir(folder)).sort()).toEqual([
    'app.mjs',
    'chat.html',
    'chat.mjs',
    'peers.test.mjs',
    'streams.mjs',
    'tap.mjs',
  ])
})
