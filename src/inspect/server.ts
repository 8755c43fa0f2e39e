/**
 * Serves the inspector's page, and feeds it, over our own server. It is meant for the developer at this machine: bound
 * to loopback unless told otherwise, and then only with a token; see `access.ts` for who is turned away.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, extname, join, sep } from 'node:path'
import { Readable } from 'node:stream'
import { type Connection, serve } from '../node/index.ts'
import type { Request, Response, ServerProtocol } from '../protocol/index.ts'
import { isLoopback, isOwnHost, isOwnOrigin, isWildcard } from './access.ts'
import { createFeed, type FeedOptions } from './feed.ts'
import type { WireInspector } from './inspector.ts'
import { messageJson } from './messages.ts'
import { now } from './observer.ts'
import type { WireRecord } from './records.ts'
import { steer } from './steer.ts'
import { traceLines } from './trace.ts'

/** How the page is served. */
export interface ServePageOptions {
  /** 0, the default: a free one. */
  port?: number
  /** `127.0.0.1` by default. */
  host?: string
  /** What the URL must hold as `?token=`. Beyond loopback there is always one: by default a random one. */
  token?: string
  /** Folder of the page, if it is not the one built with this package. */
  page?: string
}

/** Options of `serveInspector`. */
export interface ServeInspectorOptions extends ServePageOptions, FeedOptions {
  /** URL of a WebSocket server to which the page suggests to connect. */
  echoUrl?: string
}

/** A trace that the page opens by itself. */
export interface ServedTrace {
  /** What the page calls it. */
  name: string
  body: Uint8Array
}

/** The inspector's page while it is served. */
export interface InspectorServer {
  /** Where the page is, token included. */
  readonly url: string
  /** The TCP port. */
  readonly port: number
  /** Stops serving it; connections that are watched go on. */
  close(): Promise<void>
}

/** Bytes that wait for one page's socket before its feed pauses. */
const MAX_WAITING = 1_048_576

/** Bytes of a message that a page may send. */
const MAX_COMMAND = 65_536

/** A file of this package, wherever the build has put this module. */
function packaged(path: string): string {
  return join(dirname(createRequire(import.meta.url).resolve('wirechart/package.json')), path)
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': 'application/jsonl; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
}

const policy = (connect: string, ancestors: string) =>
  [
    "default-src 'self'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src ${connect}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors}`,
  ].join('; ')

const common = { 'Referrer-Policy': 'no-referrer', 'X-Content-Type-Options': 'nosniff' }

const headers = {
  // The page's small client connects to whatever server its user names.
  'Content-Security-Policy': policy("'self' ws: wss:", "'none'"),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  ...common,
}

/**
 * For the page that applications embed: it may be framed and opened by any of them, since it shows only what its
 * embedder tells it. It connects to nothing.
 */
const embedHeaders = {
  'Content-Security-Policy': policy("'none'", '*'),
  'Cross-Origin-Resource-Policy': 'cross-origin',
  ...common,
}

const EMBEDDABLE = '/embed.html'

const NOT_BUILT = `The inspector's page is not built: run

    npm run build

and reload.
`

/**
 * Serves the page at the `url` that it resolves to, and shows it what the inspector sees.
 *
 * @throws Error with the `code` of the system if it cannot listen, such as EADDRINUSE.
 */
export function serveInspector(
  inspector: WireInspector,
  { echoUrl, command = (id, event) => steer(inspector, id, event), ...options }: ServeInspectorOptions = {},
): Promise<InspectorServer> {
  const { allowCommands } = inspector
  return servePage(options, {
    config: { feed: '/feed', records: '/records.jsonl', echo: echoUrl ?? null, commands: allowCommands },
    resources: {
      '/records.jsonl': (query) => ({
        status: 200,
        type: types['.jsonl']!,
        body: traceLines(keptRecords(inspector, query.get('connection')), {
          by: `wirechart ${versionOfPackage() ?? ''}`.trim(),
          time: Date.now(),
        }),
        more: { 'Cache-Control': 'no-store' },
      }),
    },
    follow: (connection) => attach(connection, inspector, { command }),
  })
}

/** The same page without a process: it opens a trace. */
export function serveTrace(trace: ServedTrace, options: ServePageOptions = {}): Promise<InspectorServer> {
  return servePage(options, {
    config: { feed: null, trace: { url: '/trace.jsonl', name: trace.name } },
    resources: {
      '/trace.jsonl': () => ({
        status: 200,
        type: types['.jsonl']!,
        body: trace.body,
        more: { 'Cache-Control': 'no-store' },
      }),
    },
    follow: null,
  })
}

function* keptRecords({ connections }: WireInspector, only: string | null): Generator<WireRecord> {
  for (const each of connections) if (only === null || each.id === only) yield* each.records()
}

/** What is behind the page. */
interface Behind {
  /** `config.json`, but for the version, and the time. */
  config: object
  /** By path; only for who may look. */
  resources: Readonly<Record<string, (query: URLSearchParams) => Answer>>
  /** Lets a page follow, until its connection ends; `null`: there is nothing to follow. */
  follow: ((connection: Connection) => Promise<void>) | null
}

async function servePage(
  { port = 0, host = '127.0.0.1', token, page = packaged('dist/inspector') }: ServePageOptions,
  { config, resources, follow }: Behind,
): Promise<InspectorServer> {
  const secret = token ?? (isLoopback(host) ? null : randomBytes(16).toString('hex'))
  const mayLook = (query: URLSearchParams) => secret === null || sameSecret(query.get('token') ?? '', secret)

  const version = versionOfPackage()
  const guarded: Behind['resources'] = {
    ...resources,
    '/config.json': () => ({
      status: 200,
      type: types['.json']!,
      body: JSON.stringify({ ...config, version, now: now() }),
      more: { 'Cache-Control': 'no-store' },
    }),
  }
  const server = createServer((request, response) => {
    answer(request, host, page, guarded, mayLook).then(
      (found) => write(response, found, request.method === 'HEAD'),
      (error: unknown) => fail(response, error),
    )
  })
  await listen(server, port, host)

  const feeds =
    follow === null
      ? null
      : await serve(follow, {
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
      await feeds?.close({ code: 1001, reason: 'the inspector is closed' })
      server.closeAllConnections()
      await closed
    },
  }
}

function write(
  response: ServerResponse,
  { status, type, body, more, embeddable }: Answer,
  head: boolean,
): void {
  const own = embeddable === true ? embedHeaders : headers
  const lines =
    typeof body === 'object' && Symbol.iterator in body && !(body instanceof Uint8Array) ? body : null
  const length = lines === null ? { 'Content-Length': Buffer.byteLength(body as string | Uint8Array) } : {}
  response.writeHead(status, { ...own, 'Content-Type': type, ...length, ...more })
  if (head) response.end()
  else if (lines !== null) Readable.from(batched(lines)).pipe(response)
  else response.end(body)
}

/** A write a line would be slow. */
function* batched(lines: Iterable<string>): Generator<string> {
  let batch = ''
  for (const line of lines) {
    batch += line
    if (batch.length < 65_536) continue
    yield batch
    batch = ''
  }
  if (batch !== '') yield batch
}

interface Answer {
  status: number
  type: string
  /** Lines are streamed. */
  body: string | Uint8Array | Iterable<string>
  more?: Record<string, string>
  /** Pages of applications may frame it. */
  embeddable?: boolean
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
  resources: Behind['resources'],
  mayLook: (query: URLSearchParams) => boolean,
): Promise<Answer> {
  if (!isOwnHost(header, host)) return text(403, 'This inspector does not answer to that host name.\n')
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'Only GET and HEAD.\n', { Allow: 'GET, HEAD' })
  const [path, query] = splitTarget(url)
  const isPage = path === '/' || path === '/index.html'
  const resource = Object.hasOwn(resources, path) ? resources[path] : undefined
  // The other files are the same in every installation of wirechart.
  if ((isPage || resource !== undefined) && !mayLook(query)) {
    return text(403, 'The URL needs its token: open the one that was printed on start.\n')
  }
  if (resource !== undefined) return resource(query)
  const file = await readPageFile(page, isPage ? '/index.html' : path)
  if (file !== null) return path === EMBEDDABLE ? { ...file, embeddable: true } : file
  return isPage ? text(503, NOT_BUILT) : text(404, 'Not found.\n')
}

/** The path, as it was sent, and the query of a request target. */
function splitTarget(url: string): [path: string, query: URLSearchParams] {
  const mark = url.indexOf('?')
  return mark < 0
    ? [url, new URLSearchParams()]
    : [url.slice(0, mark), new URLSearchParams(url.slice(mark + 1))]
}

/** What a system says of a path at which there is no file. */
const MISSING: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP'])

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
    if (error instanceof URIError || MISSING.has(code)) return null
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
  /** What was sent last, with all that the socket takes at the same time. */
  let batch: { taken: Promise<void>; size: number } | null = null
  let drained: { promise: Promise<void>; resolve: () => void } | null = null
  const feed = createFeed(
    inspector,
    (message) => {
      const json = messageJson(message)
      waiting += json.length
      const taken = connection.send(json)
      if (batch?.taken === taken) batch.size += json.length
      else {
        const sent = { taken, size: json.length }
        batch = sent
        taken.then(
          () => {
            if (batch === sent) batch = null
            waiting -= sent.size
            if (waiting > MAX_WAITING / 4) return
            drained?.resolve()
            drained = null
          },
          () => feed.detach(),
        )
      }
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
    return (JSON.parse(readFileSync(packaged('package.json'), 'utf8')) as { version: string }).version
  } catch {
    return null
  }
}
