/** The inspector shows what goes over an application's connections: to its own page, and to nobody else. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { isOwnHost } from '../../src/inspect/access.ts'
import { createInspector } from '../../src/inspect/inspector.ts'
import { type ServeInspectorOptions, serveInspector } from '../../src/inspect/server.ts'
import { open, start, until } from '../node/helpers.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

async function serving(options: ServeInspectorOptions = {}, inspector = createInspector()) {
  const server = await serveInspector(inspector, options)
  onTestFinished(() => server.close())
  return { port: server.port, url: server.url, inspector }
}

function ask(port: number, path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (data: string) => {
          body += data
        })
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }))
      })
      asked.on('error', reject).end()
    },
  )
}

const paths = [
  '/',
  '/index.html',
  '/config.json',
  '/records.jsonl',
  '/embed.html',
  '/feed',
  '/nothing',
  '/%2e%2e/',
]

describe('by another name (DNS rebinding)', () => {
  const names = [
    'evil.test',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    'evil.test:80',
    '10.0.0.1',
    'localhost@evil.test',
    'evil.test#localhost',
    'evil.test/localhost',
    'localhost.',
    'xn--localhost-.test',
  ]

  it.each(paths)('%s is not to be had', async (path) => {
    const { port } = await serving()
    for (const name of names) {
      const { status, body } = await ask(port, path, { Host: name })
      expect([name, status]).toEqual([name, 403])
      expect(body).not.toContain('feed')
    }
  })

  it('only this machine is: any other host is refused', () => {
    const label = fc.stringMatching(/^[a-z0-9-]{1,10}$/)
    const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'))
    fc.assert(
      fc.property(name, fc.option(fc.nat(65_535)), (host, port) => {
        const isThisMachine = /\.localhost$/.test(host) || /^[\dx.a-f]+$/.test(host)
        fc.pre(!isThisMachine)
        expect(isOwnHost(port === null ? host : `${host}:${port}`, '127.0.0.1')).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a page of another site', () => {
  it('is told nothing that it can read: no answer allows another origin', async () => {
    const { port } = await serving()
    for (const path of paths) {
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) {
        const { headers } = await ask(port, path, { Origin: 'https://evil.test' }, method)
        const cors = Object.keys(headers).filter((name) => name.startsWith('access-control-'))
        expect([path, method, cors]).toEqual([path, method, []])
        if (path !== '/embed.html') {
          expect([path, headers['cross-origin-resource-policy']]).toEqual([path, 'same-origin'])
        }
      }
    }
  })

  it.each([
    'https://evil.test',
    'null',
    'http://127.0.0.1',
    'http://localhost',
    'https://127.0.0.1:PORT',
    'http://127.0.0.1:PORT.evil.test',
    'http://127.0.0.1:PORT/',
    'file://',
    'chrome-extension://abcdef',
  ])('from %s does not follow', async (origin) => {
    const { port } = await serving()
    const socket = new WebSocket(`ws://127.0.0.1:${port}/feed`, {
      origin: origin.replace('PORT', String(port)),
    })
    const outcome = await new Promise<string>((resolve) => {
      socket.on('open', () => resolve('open'))
      socket.on('error', (error) => resolve(error.message))
    })
    expect(outcome).toMatch(/403|400/)
  })
})

describe('every answer', () => {
  it('has a policy without inline script and without eval, and cannot be framed', async () => {
    const { port } = await serving()
    const asked = [...paths.map((path) => [path, {}, 'GET'] as const), ['/', {}, 'POST'] as const]
    for (const [path, headers, method] of [...asked, ['/', { Host: 'evil.test' }, 'GET'] as const]) {
      const answer = await ask(port, path, headers, method)
      const policy = String(answer.headers['content-security-policy'])
      const directives = new Map(
        policy
          .split('; ')
          .map((each) => [each.slice(0, each.indexOf(' ')), each.slice(each.indexOf(' ') + 1)]),
      )
      expect([path, policy]).not.toEqual([path, expect.stringMatching(/unsafe-|\*\.|https?:(?!\/)/)])
      expect(directives.get('script-src') ?? directives.get('default-src')).toBe("'self'")
      expect(directives.get('object-src')).toBe("'none'")
      expect(directives.get('base-uri')).toBe("'none'")
      // The page that applications embed is told by them what to show, and has no process behind it.
      if (path === '/embed.html' && answer.status === 200) continue
      expect([path, directives.get('frame-ancestors')]).toEqual([path, "'none'"])
      expect(answer.headers['x-frame-options']).toBe('DENY')
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
      expect(answer.headers['referrer-policy']).toBe('no-referrer')
    }
  })
})

describe('beyond loopback', () => {
  it.each(['/', '/index.html', '/config.json', '/records.jsonl'])('%s needs the token', async (path) => {
    const { port, url } = await serving({ host: '0.0.0.0' })
    const token = new URL(url).searchParams.get('token')!
    expect(token).toMatch(/^[0-9a-f]{32}$/)
    for (const query of [
      '',
      '?token=',
      `?token=${token.slice(1)}`,
      `?token=${token}0`,
      '?token[]=x',
      '?Token=x',
    ]) {
      expect([query, (await ask(port, path + query)).status]).toEqual([query, 403])
    }
    expect((await ask(port, `${path}?token=${token}`)).status).not.toBe(403)
  })

  it('is another one each time', async () => {
    const urls = await Promise.all([serving({ host: '0.0.0.0' }), serving({ host: '0.0.0.0' })])
    const [one, other] = urls.map(({ url }) => new URL(url).search)
    expect(one).not.toBe(other)
  })
})

describe('secrets', () => {
  const SECRET = 's3cr3t-w0rd'
  const hex = Buffer.from(SECRET).toString('hex')

  /** Everything that a page gets to see of a connection full of secrets. */
  async function seen(inspector: ReturnType<typeof createInspector>): Promise<string> {
    const { port } = await serving({}, inspector)
    let text = ''
    const page = new WebSocket(`ws://127.0.0.1:${port}/feed`, { origin: `http://127.0.0.1:${port}` })
    onTestFinished(() => page.terminate())
    page.on('message', (data) => {
      text += String(data)
    })
    page.on('open', () => page.send('{"type":"xstate.inspecting"}'))
    const server = await start(async (connection) => {
      for await (const message of connection) await connection.send(message)
    })
    const client = await open(server.url.replace('ws://', `ws://user:${SECRET}@`), {
      inspect: inspector,
      compression: false,
      headers: { Cookie: `session=${SECRET}`, 'X-Api-Key': SECRET },
    })
    client.ignoreMessages()
    await client.send(SECRET)
    await client.send(Buffer.from(SECRET))
    await client.ping(SECRET)
    await client.close(1000)
    await until(() => text.includes('service.stop'))
    page.terminate()
    return text + (await ask(port, '/records.jsonl')).body
  }

  it('are not shown where previews are off', async () => {
    const text = await seen(createInspector({ preview: 0 }))
    expect(text).toContain('send.text')
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain(hex)
    expect(text).not.toContain(Buffer.from(`user:${SECRET}`).toString('base64'))
  })

  it('are shown as redact leaves them', async () => {
    const redact = (preview: string) => preview.replaceAll(SECRET, '***').replaceAll(hex, '***')
    const text = await seen(createInspector({ redact }))
    expect(text).toContain('***')
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain(hex)
  })

  it('are shown in previews otherwise: the default, for the developer at this machine', async () => {
    const text = await seen(createInspector())
    expect(text).toContain(SECRET)
    // But never what lets somebody in.
    expect(text).not.toContain(`session=${SECRET}`)
    expect(text).not.toContain(Buffer.from(`user:${SECRET}`).toString('base64'))
  })
})

describe('what a page sends', () => {
  it('changes nothing in the process, whatever it is', async () => {
    const { port } = await serving()
    const page = new WebSocket(`ws://127.0.0.1:${port}/feed`, { origin: `http://127.0.0.1:${port}` })
    onTestFinished(() => page.terminate())
    await new Promise((resolve) => page.on('open', resolve))
    const wrong = [
      '{"__proto__":{"polluted":1}}',
      '{"type":"xstate.event","sessionId":"__proto__","event":"{\\"__proto__\\":{\\"polluted\\":1}}"}',
      '{"type":"wirechart.follow","sessionIds":["__proto__","constructor"]}',
      '{"type":"constructor"}',
      '['.repeat(50_000),
    ]
    for (const each of wrong) page.send(each)
    page.send('{"type":"xstate.inspecting"}')
    await new Promise((resolve) => {
      page.on('pong', resolve)
      page.ping()
    })
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(page.readyState).toBe(WebSocket.OPEN)
  })
})

describe('the sources', () => {
  function* filesOf(folder: string): Generator<string> {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === 'node_modules') continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) yield* filesOf(path)
      else if (/\.(tsx?|html)$/.test(entry.name)) yield path
    }
  }

  it('of the page never make HTML or code of a string', () => {
    for (const file of filesOf(join(root, 'inspector'))) {
      const found = readFileSync(file, 'utf8').match(
        /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|srcdoc|\beval\(|new Function\b|javascript:/,
      )
      expect([file, found?.[0]]).toEqual([file, undefined])
    }
  })

  it('never switch the verification of certificates off', () => {
    for (const file of filesOf(join(root, 'src'))) {
      const found = readFileSync(file, 'utf8').match(/rejectUnauthorized|TLS_REJECT|checkServerIdentity/)
      expect([file, found?.[0]]).toEqual([file, undefined])
    }
  })

  it('of the page, as they are and as they are built, have no inline script, style or handler', () => {
    const pages = ['inspector', 'dist/inspector']
      .map((folder) => join(root, folder))
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
      .filter((file) => file.endsWith('.html'))
    expect(pages.length).toBeGreaterThan(0)
    for (const file of pages) {
      const html = readFileSync(file, 'utf8')
      expect([file, /<script(?![^>]*\ssrc=)/i.test(html)]).toEqual([file, false])
      expect([file, /<style|\sstyle=|\son\w+=/i.test(html)]).toEqual([file, false])
      // Nothing from elsewhere.
      expect([file, /(src|href)="(https?:)?\/\//i.test(html)]).toEqual([file, false])
    }
  })
})
