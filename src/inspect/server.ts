/**
 * Serves the inspector's page, and feeds it, over our own server. It is meant for the developer at this machine: bound
 * to loopback unless told otherwise, and then only with a token; see `access.ts` for who is turned away.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Connection, serve } from '../node/index.ts'
import type { Request, Response, ServerProtocol } from '../protocol/index.ts'
import { isLoopback, isOwnHost, isOwnOrigin, isWildcard } from './access.ts'
import { createFeed, type FeedOptions } from './feed.ts'
import type { WireInspector } from './inspector.ts'

export interface ServeInspectorOptions extends FeedOptions {
  /** 0, the default: a free one. */
  port?: number
  /** `127.0.0.1` by default. */
  host?: string
  /** What the URL must hold as `?token=`. Beyond loopback there is always one: by default a random one. */
  token?: string
  /** URL of a WebSocket server to which the page suggests to connect. */
  echoUrl?: string
  /** Folder of the page, if it is not the one built with this package. */
  page?: string
}

export interface InspectorServer {
  /** Where the page is, token included. */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** Bytes that wait for one page's socket before its feed pauses. */
const MAX_WAITING = 1_048_576

/** Bytes of a message that a page may send. */
const MAX_COMMAND = 65_536

const fromSource = import.meta.url.endsWith('.ts')
const builtPage = fileURLToPath(
  new URL(fromSource ? '../../dist/inspector' : '../../inspector', import.meta.url),
)
const packageJson = new URL(fromSource ? '../../package.json' : '../../../package.json', import.meta.url)

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
}

const headers = {
  'Content-Security-Policy': [
    "default-src 'self'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    // The page's small client connects to whatever server its user names.
    "connect-src 'self' ws: wss:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

const NOT_BUILT = `The inspector's page is not built: run

    npm run build

and reload.
`

/**
 * Serves the page at the `url` that it resolves to, and shows it what the inspector sees.
 *
 * @throws Error with the `code` of the system if it cannot listen, such as EADDRINUSE.
 */
export async function serveInspector(
  inspector: WireInspector,
  {
    port = 0,
    host = '127.0.0.1',
    token,
    echoUrl,
    page = builtPage,
    ...feedOptions
  }: ServeInspectorOptions = {},
): Promise<InspectorServer> {
  const secret = token ?? (isLoopback(host) ? null : randomBytes(16).toString('hex'))
  const mayLook = (query: URLSearchParams) => secret === null || sameSecret(query.get('token') ?? '', secret)

  const config = JSON.stringify({ feed: '/feed', echo: echoUrl ?? null, version: versionOfPackage() })
  const server = createServer((request, response) => {
    answer(request, host, page, config, mayLook).then(
      ({ status, type, body, more }) => {
        const length = Buffer.byteLength(body)
        response.writeHead(status, { ...headers, 'Content-Type': type, 'Content-Length': length, ...more })
        response.end(request.method === 'HEAD' ? undefined : body)
      },
      (error: unknown) => fail(response, error),
    )
  })
  await listen(server, port, host)

  const follow = (connection: Connection) => attach(connection, inspector, feedOptions)
  const feeds = await serve(follow, {
    server,
    maxSize: MAX_COMMAND,
    // It would cost the watched process more than it saves on a loopback.
    compression: false,
    // A page that is asleep should not keep a process from ending.
    closeTimeout: 2_000,
    processRequest: (connection, request) => refuseFeed(connection, request, host, mayLook),
  }).catch((error: unknown) => {
    server.close()
    throw error
  })

  const address = server.address() as AddressInfo
  const name = host.includes(':') ? `[${host}]` : host
  const reachable = isWildcard(host) ? (host === '0.0.0.0' ? '127.0.0.1' : '[::1]') : name
  const query = secret === null ? '' : `?token=${encodeURIComponent(secret)}`
  return {
    url: `http://${reachable}:${address.port}/${query}`,
    port: address.port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await feeds.close({ code: 1001, reason: 'the inspector is closed' })
      server.closeAllConnections()
      await closed
    },
  }
}

interface Answer {
  status: number
  type: string
  body: string | Buffer
  more?: Record<string, string>
}

const text = (status: number, body: string, more: Record<string, string> = {}): Answer => ({
  status,
  type: types['.txt']!,
  body,
  more: { 'Cache-Control': 'no-store', ...more },
})

async function answer(
  { method, url = '/', headers: { host: header } }: IncomingMessage,
  host: string,
  page: string,
  config: string,
  mayLook: (query: URLSearchParams) => boolean,
): Promise<Answer> {
  if (!isOwnHost(header, host)) return text(403, 'This inspector does not answer to that host name.\n')
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'Only GET and HEAD.\n', { Allow: 'GET, HEAD' })
  const [path, query] = splitTarget(url)
  const isPage = path === '/' || path === '/index.html'
  // The other files are the same in every installation of wirechart.
  if ((isPage || path === '/config.json') && !mayLook(query)) {
    return text(403, 'The URL needs its token: open the one that was printed on start.\n')
  }
  if (path === '/config.json') {
    return { status: 200, type: types['.json']!, body: config, more: { 'Cache-Control': 'no-store' } }
  }
  const file = await readPageFile(page, isPage ? '/index.html' : path)
  if (file !== null) return file
  return isPage ? text(503, NOT_BUILT) : text(404, 'Not found.\n')
}

/** The path, as it was sent, and the query of a request target. */
function splitTarget(url: string): [path: string, query: URLSearchParams] {
  const mark = url.indexOf('?')
  return mark < 0
    ? [url, new URLSearchParams()]
    : [url.slice(0, mark), new URLSearchParams(url.slice(mark + 1))]
}

/** A file of the page; `null` if there is none, or if the path leads out of the folder. */
async function readPageFile(page: string, path: string): Promise<Answer | null> {
  try {
    const decoded = decodeURIComponent(path)
    if (!decoded.startsWith('/') || /[\\\0]|(^|\/)\.\.?(\/|$)/.test(decoded)) return null
    const folder = await realpath(page)
    // A link may lead out of it too.
    const file = await realpath(join(folder, decoded))
    const type = types[extname(file)]
    if (type === undefined || !file.startsWith(folder + sep)) return null
    // Vite names what it puts here by content.
    const cache = decoded.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache'
    return { status: 200, type, body: await readFile(file), more: { 'Cache-Control': cache } }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const isMissing =
      code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || error instanceof URIError
    if (isMissing) return null
    throw error
  }
}

function fail(response: ServerResponse, error: unknown): void {
  console.error(error)
  if (!response.headersSent) response.writeHead(500, { ...headers, 'Content-Type': types['.txt'] })
  response.end('The inspector could not answer.\n')
}

/** The response that turns a WebSocket away; nothing if it may follow. */
function refuseFeed(
  { protocol }: Connection,
  request: Request,
  host: string,
  mayLook: (query: URLSearchParams) => boolean,
): Response | undefined {
  const refuse = (status: number, why: string) => (protocol as ServerProtocol).reject(status, why)
  const header = request.headers.get('Host') ?? undefined
  const [path, query] = splitTarget(request.path)
  if (!isOwnHost(header, host)) return refuse(403, 'This inspector does not answer to that host name.')
  if (!isOwnOrigin(request.headers.get('Origin'), header)) return refuse(403, 'Only its own page may follow.')
  if (path !== '/feed') return refuse(404, 'The feed is at /feed.')
  if (!mayLook(query)) return refuse(403, 'The feed needs the token.')
  return undefined
}

/** Lets a page follow until its connection ends. */
async function attach(connection: Connection, inspector: WireInspector, options: FeedOptions): Promise<void> {
  let waiting = 0
  let drained: { promise: Promise<void>; resolve: () => void } | null = null
  const feed = createFeed(
    inspector,
    (message) => {
      const json = JSON.stringify(message)
      waiting += json.length
      connection.send(json).then(
        () => {
          waiting -= json.length
          if (waiting > MAX_WAITING / 4) return
          drained?.resolve()
          drained = null
        },
        () => feed.detach(),
      )
      if (waiting < MAX_WAITING) return undefined
      drained ??= withResolver()
      return drained.promise
    },
    options,
  )
  connection.onMessage((message) => feed.receive(parseJson(message)))
  await connection.closed
  feed.detach()
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil
  })
  return { promise, resolve }
}

function parseJson(message: string | Uint8Array): unknown {
  if (typeof message !== 'string') return undefined
  try {
    return JSON.parse(message)
  } catch {
    return undefined
  }
}

/** Compared in constant time, whatever their lengths. */
function sameSecret(a: string, b: string): boolean {
  const digest = (secret: string) => createHash('sha256').update(secret).digest()
  return timingSafeEqual(digest(a), digest(b))
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${error.code})`
      const message = `port ${port} of ${host} ${why}: give the inspector another one`
      reject(Object.assign(new Error(message, { cause: error }), { code: error.code }))
    })
    server.listen(port, host, resolve)
  })
}

function versionOfPackage(): string | null {
  try {
    return (JSON.parse(readFileSync(packageJson, 'utf8')) as { version: string }).version
  } catch {
    return null
  }
}
