/** An application of somebody's: pages of one origin that bring one XState or the other, as browsers load them. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const packageFolder = (from: string, name: string) =>
  dirname(createRequire(join(root, from)).resolve(`${name}/package.json`))

/** Where the paths of the application's URLs are on disk. */
const folders: Record<string, string> = {
  wirechart: join(root, 'dist'),
  xstate5: packageFolder('package.json', 'xstate'),
  xstate4: packageFolder('inspector/package.json', 'xstate'),
  inspect4: packageFolder('inspector/package.json', '@xstate/inspect'),
}

export interface AppServer {
  origin: string
  /** Serves a page and returns its URL. */
  page(html: string): string
  close(): Promise<void>
}

export async function startApp(): Promise<AppServer> {
  const pages: string[] = []
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x')
    const [, folder = '', ...rest] = normalize(pathname).split('/')
    response.setHeader('Content-Type', rest.length > 0 ? 'text/javascript' : 'text/html; charset=utf-8')
    if (/^page\d+$/.test(folder)) {
      response.end(pages[Number(folder.slice(4))])
      return
    }
    try {
      response.end(await readFile(join(folders[folder] ?? '/dev/null/', ...rest)))
    } catch {
      response.writeHead(folder === 'favicon.ico' ? 204 : 404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    page: (html) => `${origin}/page${pages.push(html) - 1}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A machine of a traffic light, which both XStates take; buttons of the page send its events. */
const light = `{
  id: 'light',
  initial: 'green',
  states: {
    green: { on: { NEXT: 'yellow' } },
    yellow: { on: { NEXT: 'red' } },
    red: { on: { NEXT: 'green', BREAK: 'dark' } },
    dark: { type: 'final' },
  },
}`

const body = `
  <button id="next">Next</button>
  <iframe id="frame" style="width: 1000px; height: 600px"></iframe>`

/** An application with XState 4 and `@xstate/inspect`. */
export const xstate4App = (inspector: string, popup: boolean) => `<!doctype html><title>app</title>${body}
  <script src="/xstate4/dist/xstate.js"></script>
  <script src="/inspect4/dist/xstate-inspect.umd.min.js"></script>
  <script>
    const start = () => {
      XStateInspect.inspect({
        iframe: ${popup ? 'false' : `() => document.getElementById('frame')`},
        url: ${JSON.stringify(inspector)},
      })
      const { createMachine, interpret } = XState
      window.light = interpret(createMachine({ predictableActionArguments: true, ...${light} }), { devTools: true })
      light.start()
    }
    document.getElementById('next').onclick = () => ${popup ? 'window.light ? light.send("NEXT") : start()' : 'light.send("NEXT")'}
    ${popup ? '' : 'start()'}
  </script>`

/** An application with XState 5 and `wirechart/inspect`. */
export const xstate5App = (inspector: string, popup: boolean) => `<!doctype html><title>app</title>${body}
  <script type="importmap">{ "imports": { "xstate": "/xstate5/dist/xstate.esm.js" } }</script>
  <script type="module">
    import { createInspector, inspectWindow } from '/wirechart/lib/inspect.js'
    import { createActor, createMachine } from 'xstate'
    const inspector = createInspector()
    const actor = createActor(createMachine(${light}), { id: 'light' }).start()
    inspector.fromActor(actor)
    const url = ${JSON.stringify(inspector)}
    const start = (target) => inspectWindow(inspector, target, { origin: new URL(url).origin })
    const frame = document.getElementById('frame')
    let started = false
    document.getElementById('next').onclick = () => {
      if (${popup} && !started) start(window.open(url))
      else actor.send({ type: 'NEXT' })
      started = true
    }
    if (!${popup}) {
      start(frame.contentWindow)
      frame.src = url
    }
  </script>`
