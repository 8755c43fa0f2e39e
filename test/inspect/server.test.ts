import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { get, type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { Frame } from '../../src/framing/frame.ts'
import { Opcode } from '../../src/framing/opcode.ts'
import { createInspector } from '../../src/inspect/inspector.ts'
import type { StepRecord } from '../../src/inspect/records.ts'
import { type InspectorServer, type ServeInspectorOptions, serveInspector } from '../../src/inspect/server.ts'
import { connect, serve } from '../../src/node/index.ts'
import { ScriptedConnection } from './helpers.ts'
import { createWebSocketReceiver, type Received, receive } from './receiver.ts'

let page: string
const servers: InspectorServer[] = []

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wirechart-page-'))
  page = join(folder, 'page')
  await mkdir(join(page, 'assets'), { recursive: true })
  await writeFile(join(page, 'index.html'), '<!doctype html><title>page</title>')
  await writeFile(join(page, 'assets', 'main.js'), 'export {}')
  await writeFile(join(page, 'assets', 'icon.svg'), '<svg/>')
  await writeFile(join(page, 'assets', 'key.pem'), 'not for the page')
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await symlink(join(folder, 'secret.txt'), join(page, 'link.txt'))
  return () => rm(folder, { recursive: true })
})

afterEach(async () => {
  vi.unstubAllGlobals()
  for (const server of servers.splice(0)) await server.close()
})

async function serving(options: ServeInspectorOptions = {}, inspector = createInspector()) {
  const server = await serveInspector(inspector, { page, ...options })
  servers.push(server)
  return { server, inspector, url: server.url }
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** Sends the path as it is: `fetch` would tidy it. */
function ask(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (data: string) => {
        body += data
      })
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }))
    })
    asked.on('error', reject).end()
  })
}

interface Follower {
  received: Received[]
  socket: WebSocket
}

/** A page's WebSocket; rejects with the status if it is turned away. */
function follow(
  port: number,
  { path = '/feed', headers = {} as Record<string, string> } = {},
): Promise<Follower> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
      headers: { Origin: `http://127.0.0.1:${port}`, ...headers },
    })
    const received: Received[] = []
    socket.on('message', (data: Buffer) => received.push(receive(JSON.parse(String(data)))))
    socket.on('open', () => {
      socket.send('{"type":"xstate.inspecting"}')
      resolve({ received, socket })
    })
    socket.on('unexpected-response', (_request, response) => {
      reject(new Error(String(response.statusCode)))
      socket.terminate()
    })
    socket.on('error', reject)
  })
}

describe('the page', () => {
  test('is served with its files, each with its type', async () => {
    const { server, url } = await serving()
    expect(url).toBe(`http://127.0.0.1:${server.port}/`)
    for (const path of ['/', '/index.html', '/?anything=1']) {
      expect(await ask(server.port, path)).toMatchObject({
        status: 200,
        body: '<!doctype html><title>page</title>',
        headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
      })
    }
    const { status, headers } = await ask(server.port, '/assets/main.js')
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8' })
    expect(headers['cache-control']).toContain('immutable')
    expect((await ask(server.port, '/assets/icon.svg')).headers['content-type']).toContain('image/svg+xml')
    expect(await ask(server.port, '/', {}, 'HEAD')).toMatchObject({ status: 200, body: '' })
  })

  test.each(['/', '/assets/main.js', '/missing', '/config.json'])(
    'has its security headers on %s',
    async (path) => {
      const { server } = await serving()
      const { headers } = await ask(server.port, path)
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'self'")
      expect(policy).toContain("connect-src 'self' ws: wss:")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe')
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'x-frame-options': 'DENY',
      })
      expect(headers).not.toHaveProperty('access-control-allow-origin')
    },
  )

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/link.txt',
    '/assets/key.pem',
    '/assets',
    '/assets/',
    '/index.html%00.js',
    '/%',
    '//secret.txt',
    '/missing.js',
    `/${'long'.repeat(70)}.js`,
  ])('does not lead to %s', async (path) => {
    const { server } = await serving()
    const { status, body } = await ask(server.port, path)
    expect(status).toBe(404)
    expect(body).toBe('Not found.\n')
  })

  test('takes no other method', async () => {
    const { server } = await serving()
    expect(await ask(server.port, '/', {}, 'POST')).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    })
  })

  test('that is not built says how to build it', async () => {
    const { server } = await serving({ page: join(page, 'nowhere') })
    const { status, headers, body } = await ask(server.port, '/')
    expect(status).toBe(503)
    expect(headers['content-type']).toContain('text/plain')
    expect(body).toContain('npm run build')
  })

  test('is told where to connect', async () => {
    const { server } = await serving({ echoUrl: 'ws://127.0.0.1:8765' })
    const { body, headers } = await ask(server.port, '/config.json')
    expect(headers['content-type']).toContain('application/json')
    expect(JSON.parse(body)).toEqual({
      feed: '/feed',
      records: '/records.jsonl',
      echo: 'ws://127.0.0.1:8765',
      commands: false,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      now: expect.any(Number),
    })
    expect(JSON.parse((await ask((await serving()).server.port, '/config.json')).body)).toMatchObject({
      echo: null,
    })
  })

  test('is told the time by the clock of the records, so that it can tell what is past', async () => {
    const { inspector, server } = await serving()
    new ScriptedConnection(inspector, 'client')
    const { now } = JSON.parse((await ask(server.port, '/config.json')).body)
    new ScriptedConnection(inspector, 'client')
    const [first, last] = inspector.connections.map((each) => each.records()[0]!.time)
    expect(first).toBeLessThanOrEqual(now)
    expect(now).toBeLessThanOrEqual(last!)
  })

  test('is not served under a foreign name', async () => {
    const { server } = await serving()
    for (const path of ['/', '/config.json', '/assets/main.js']) {
      expect((await ask(server.port, path, { Host: 'evil.test' })).status).toBe(403)
    }
    expect((await ask(server.port, '/', { Host: `localhost:${server.port}` })).status).toBe(200)
  })
})

describe('the feed', () => {
  test('tells a page what was, what happens, and that a connection ended', async () => {
    const { server, inspector } = await serving()
    const connection = new ScriptedConnection(inspector)
    connection.take({ type: 'receive.ping' })
    const { received, socket } = await follow(server.port)
    await expect.poll(() => received.length).toBe(3)
    connection.take({ type: 'receive.eof', transport: 'reset' })
    await expect.poll(() => received.length).toBe(6)
    expect(received.map(({ type }) => type)).toEqual([
      'service.register',
      'service.event',
      'service.state',
      'service.event',
      'service.state',
      'service.stop',
    ])
    expect(received[4]!.state.matches('lifecycle.closed.abnormally')).toBe(true)
    socket.close()
  })

  test('is read by the WebSocket receiver of @xstate/inspect', async () => {
    const { server, inspector } = await serving()
    const connection = new ScriptedConnection(inspector)
    class PageSocket extends WebSocket {
      constructor(url: string) {
        super(url, { origin: `http://127.0.0.1:${server.port}` })
        sockets.push(this)
      }
    }
    const sockets: WebSocket[] = []
    vi.stubGlobal('WebSocket', PageSocket)
    const received: Received[] = []
    createWebSocketReceiver({ server: `127.0.0.1:${server.port}/feed` }).subscribe((event) =>
      received.push(event),
    )
    await expect.poll(() => received.length).toBe(1)
    connection.take({ type: 'receive.text', fin: false })
    await expect.poll(() => received.length).toBe(3)
    expect(received[2]!.state.matches({ lifecycle: 'open', inbound: 'text' })).toBe(true)
    expect(received[2]!.record!.seq).toBe(1)
    for (const socket of sockets) socket.close()
  })

  test('shows the connections of a real server', async () => {
    const { server, inspector } = await serving()
    const { received, socket } = await follow(server.port)
    const echo = await serve(
      (connection) => connection.onMessage((message) => void connection.send(message)),
      {
        host: '127.0.0.1',
        inspect: inspector,
      },
    )
    try {
      const client = await connect(`ws://127.0.0.1:${echo.port}/`)
      await client.send('hello')
      await client.close(1000, 'done')
      await expect.poll(() => received.at(-1)?.type).toBe('service.stop')
    } finally {
      await echo.close()
    }
    expect(received[0]!.record).toMatchObject({
      kind: 'connection',
      side: 'server',
      peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    })
    const steps = received
      .filter(({ type }) => type === 'service.state')
      .map(({ record }) => record as StepRecord)
    expect(steps.map(({ event }) => event.type)).toEqual([
      'receive.request',
      'send.response',
      'receive.text',
      'send.text',
      'receive.close',
      'receive.eof',
    ])
    expect(steps.filter(({ disagreement }) => disagreement !== undefined)).toEqual([])
    expect(steps.at(-1)!.value.lifecycle).toEqual({ closed: 'cleanly' })
    socket.close()
  })

  test('takes much history through one slow socket', async () => {
    const inspector = createInspector()
    for (let i = 0; i < 20; i++) {
      const connection = new ScriptedConnection(inspector)
      for (let j = 0; j < 500; j++) connection.take({ type: 'receive.ping' })
    }
    const { server } = await serving({}, inspector)
    const { received, socket } = await follow(server.port)
    await expect.poll(() => received.length, { timeout: 15_000 }).toBe(20 * 1_001)
    socket.close()
  })

  test('queues nothing for a page that does not read, and tells it later what it missed', async () => {
    const { server, inspector } = await serving({}, createInspector({ history: 10 }))
    const connection = new ScriptedConnection(inspector)
    const { received, socket } = await follow(server.port)
    await expect.poll(() => received.length).toBe(1)
    socket.pause()
    const frame = new Frame(Opcode.text, new Uint8Array(256).fill(0x61))
    for (let i = 1; i <= 20_000; i++) {
      connection.take({ type: 'receive.text', fin: true }, { frame })
      // As if each came in a turn of its own.
      if (i % 5 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    socket.resume()
    await expect.poll(() => received.at(-1)?.record?.seq, { timeout: 15_000 }).toBe(20_000)
    const steps = received.filter(({ type }) => type === 'service.state')
    expect(steps.length).toBeLessThan(15_000)
    const again = received.filter(({ type }) => type === 'service.register').at(-1)
    expect(again!.record!.dropped!.steps).toBeGreaterThan(0)
    socket.close()
  })

  test('survives what is no message of the protocol', async () => {
    const { server, inspector } = await serving()
    const { received, socket } = await follow(server.port)
    for (const wrong of ['', '{', 'null', '[]', '{"type":1}', '{"type":"xstate.event"}']) socket.send(wrong)
    socket.send(Buffer.from([1, 2]))
    new ScriptedConnection(inspector)
    await expect.poll(() => received.length).toBe(1)
    socket.close()
  })

  test.each([
    ['of another site', { headers: { Origin: 'http://evil.test' } }, '403'],
    ['of another port of this host', { headers: { Origin: 'http://127.0.0.1:1' } }, '403'],
    ['of a sandbox', { headers: { Origin: 'null' } }, '403'],
    ['under a foreign name', { headers: { Host: 'evil.test', Origin: 'http://evil.test' } }, '403'],
    ['at another path', { path: '/other' }, '404'],
  ])('turns away a page %s', async (_who, options, status) => {
    const { server } = await serving()
    await expect(follow(server.port, options)).rejects.toThrow(status)
  })

  test('turns away who has no Origin', async () => {
    const { server } = await serving()
    const headers = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }
    expect((await ask(server.port, '/feed', headers)).status).toBe(403)
  })
})

describe('a token', () => {
  test('is needed for the page, its configuration and the feed', async () => {
    const { server, url } = await serving({ token: 'a b' })
    expect(url).toBe(`http://127.0.0.1:${server.port}/?token=a%20b`)
    for (const query of ['', '?token=', '?token=a', '?token=a%20bc']) {
      expect((await ask(server.port, `/${query}`)).status).toBe(403)
      expect((await ask(server.port, `/config.json${query}`)).status).toBe(403)
      await expect(follow(server.port, { path: `/feed${query}` })).rejects.toThrow('403')
    }
    expect((await ask(server.port, '/?token=a%20b')).status).toBe(200)
    expect((await ask(server.port, '/config.json?token=a%20b')).status).toBe(200)
    expect((await ask(server.port, '/assets/main.js')).status).toBe(200)
    const { socket } = await follow(server.port, { path: '/feed?token=a+b' })
    socket.close()
  })

  test('is made where the server can be reached from elsewhere', async () => {
    const { server, url } = await serving({ host: '0.0.0.0' })
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{32}$/)
    expect((await ask(server.port, '/')).status).toBe(403)
    expect((await ask(server.port, new URL(url).search.replace(/^/, '/'))).status).toBe(200)
  })
})

describe('the server', () => {
  test('says which port is in use', async () => {
    const { server } = await serving()
    const second = serveInspector(createInspector(), { port: server.port, page })
    await expect(second).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: expect.stringContaining(`port ${server.port} of 127.0.0.1 is in use`),
    })
  })

  test('closes its pages with 1001 and frees its port', async () => {
    const { server } = await serving()
    const { socket } = await follow(server.port)
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    await server.close()
    expect(await closed).toBe(1001)
    await expect(
      new Promise((_resolve, reject) => get({ host: '127.0.0.1', port: server.port }).on('error', reject)),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await server.close()
  })
})
