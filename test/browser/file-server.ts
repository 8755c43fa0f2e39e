/** A host of the page's files, and nothing else: no feed, no configuration. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'

const ROOT = fileURLToPath(new URL('../../dist/inspector/', import.meta.url))

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** Serves a test file; the page is in a folder of the host, at `url`. */
export function filesForFile(): { readonly url: string } {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const path = pathname.replace(/^\/some\/folder\//, '') || 'index.html'
    try {
      const body = await readFile(join(ROOT, path))
      response.writeHead(200, {
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        'content-security-policy': "default-src 'self'; style-src 'self' 'unsafe-inline'; object-src 'none'",
      })
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => void server.close())
  return {
    get url() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/folder/`
    },
  }
}
