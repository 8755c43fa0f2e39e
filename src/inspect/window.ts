import { createFeed } from './feed.ts'
import type { WireInspector } from './inspector.ts'
import type { ReceiverMessage } from './messages.ts'

/** What it takes of the window that shows the page. A `Window` has it, whose type not every compiler is given. */
export interface TargetWindow {
  postMessage(message: unknown, targetOrigin: string): void
}

/** What it takes of the window that hears the page; a `Window` has it. */
export interface HearingWindow {
  addEventListener(type: 'message', listener: (event: WindowMessage) => void): void
  removeEventListener(type: 'message', listener: (event: WindowMessage) => void): void
}

/** What it takes of a message between windows; a `MessageEvent` has it. */
export interface WindowMessage {
  readonly source: unknown
  readonly origin: string
  readonly data: unknown
}

/** Options of `inspectWindow`. */
export interface WindowOptions {
  /** Origin of the page in `target`; that of this page by default. */
  origin?: string
  /** The window that hears the page; this page's by default. */
  window?: HearingWindow
}

/** Messages that are posted before the page gets time to take them. */
const BATCH = 500

/**
 * Shows an inspector in a page in another window, such as an iframe or popup, over `postMessage`. The page asks for it
 * (`xstate.inspecting`), so call this before it has loaded. Only messages of that very window and origin are heard,
 * and commands never. Returns what detaches it.
 *
 * @throws TypeError if the origin is not known and is not given.
 */
export function inspectWindow(
  inspector: WireInspector,
  target: TargetWindow,
  options: WindowOptions = {},
): () => void {
  const origin = options.origin ?? globalThis.location?.origin
  if (origin === undefined || origin === 'null') throw new TypeError('inspectWindow() needs an origin')
  const own: HearingWindow = options.window ?? globalThis.window
  let posted = 0
  const feed = createFeed(inspector, (message: ReceiverMessage) => {
    target.postMessage(message, origin)
    if (++posted % BATCH > 0) return undefined
    return new Promise<void>((resolve) => setTimeout(resolve))
  })
  const hear = ({ source, origin: from, data }: WindowMessage) => {
    if (source !== target || from !== origin) return
    feed.receive(data)
  }
  own.addEventListener('message', hear)
  return () => {
    own.removeEventListener('message', hear)
    feed.detach()
  }
}
