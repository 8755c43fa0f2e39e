/** What the application tells that holds the page: `@xstate/inspect`'s window receiver, with a door. */
import { createWindowReceiver } from '@xstate/inspect'
import { type Feed, modelStore } from '../feed/feed.ts'
import { feedReader } from '../feed/read.ts'
import { allowedOrigins } from './origins.ts'

/** Hears only the window that opened or holds this one, and only from an origin that is allowed. */
export function startWindowFeed(own: Window): Feed {
  const holder: Window | null = own.opener ?? (own.parent === own ? null : own.parent)
  const origins = allowedOrigins(own.location)
  const store = modelStore({ status: holder === null || origins.length === 0 ? 'not attached' : 'embedded' })
  const read = feedReader()
  const doors = new Map<unknown, (event: Event) => void>()
  /** The receiver's window: what reaches it was checked. */
  const guarded = {
    addEventListener(type: string, listener: (event: MessageEvent) => void) {
      const door = (event: Event) => {
        const message = event as MessageEvent
        if (message.source !== holder || !origins.includes(message.origin)) return
        try {
          listener(message)
        } catch (error) {
          // Something that only looked like the protocol.
          console.warn(error)
        }
      }
      doors.set(listener, door)
      own.addEventListener(type, door)
    },
    removeEventListener(type: string, listener: unknown) {
      const door = doors.get(listener)
      if (door !== undefined) own.removeEventListener(type, door)
    },
  }
  /** The receiver speaks to any origin; whoever is none of ours must not even learn that there is an inspector. */
  const told = {
    postMessage(message: unknown) {
      for (const origin of likely(own, origins)) holder?.postMessage(message, origin)
    },
  }
  const receiver =
    holder === null
      ? null
      : createWindowReceiver({
          window: guarded as unknown as Window,
          targetWindow: told as unknown as Window,
        })
  const subscription = receiver?.subscribe((event) => {
    const message = read(event, Date.now())
    if (message !== null) store.tell(message)
  })
  return {
    subscribe: store.subscribe,
    getSnapshot: store.getSnapshot,
    tell: store.tell,
    follow() {},
    command: () => Promise.resolve('The embedded page steers nothing.'),
    stop() {
      subscription?.unsubscribe()
      receiver?.stop?.()
      store.stop()
    },
  }
}

/** Of the origins that are allowed the holder's, where the browser says which one it is; else all of them. */
function likely({ location, document }: Window, allowed: readonly string[]): readonly string[] {
  const holder =
    location.ancestorOrigins?.[0] ??
    (document.referrer === '' ? undefined : new URL(document.referrer).origin)
  return holder === undefined ? allowed : allowed.filter((each) => each === holder)
}
