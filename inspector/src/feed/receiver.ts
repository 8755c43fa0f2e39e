/**
 * `@xstate/inspect`'s WebSocket receiver, with an end.
 *
 * The receiver parses the protocol and says `xstate.inspecting`, but keeps its socket to itself and tells nobody
 * when that closes. It makes the socket while it is being called, by the global name; so for the time of that call
 * the name stands for a WebSocket that remembers its instance, and nothing else can run in between.
 */
import { createWebSocketReceiver } from '@xstate/inspect'
import type { ParsedReceiverEvent } from '@xstate/inspect/lib/types.js'

export interface Receiver {
  /** Tells the feed something that is not part of `@xstate/inspect`'s protocol; does nothing while it is not open. */
  send(message: object): void
  /** Ends it; `onClose` is not called any more. */
  close(): void
}

export interface ReceiverListener {
  /** Before the feed is asked for anything. */
  onOpen(): void
  onEvent(event: ParsedReceiverEvent): void
  /** A message that is not part of `@xstate/inspect`'s protocol. */
  onOther?(message: { type: string }): void
  /** The feed is gone, or could not be reached. Called once. */
  onClose(): void
}

export function openReceiver(url: URL, listener: ReceiverListener): Receiver {
  let socket: WebSocket | undefined
  const Native = globalThis.WebSocket
  globalThis.WebSocket = class extends Native {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols)
      socket = this
      // Before the receiver's own listener, which asks for everything.
      this.addEventListener('open', () => listener.onOpen())
      this.addEventListener('message', ({ data }) => {
        const message = listener.onOther === undefined ? null : otherMessage(data)
        if (message !== null) listener.onOther?.(message)
      })
    }
  }
  let subscription: { unsubscribe(): void }
  try {
    const receiver = createWebSocketReceiver({
      protocol: url.protocol === 'wss:' ? 'wss' : 'ws',
      server: `${url.host}${url.pathname}${url.search}`,
      serialize: undefined,
    })
    subscription = receiver.subscribe((event) => listener.onEvent(event))
  } finally {
    globalThis.WebSocket = Native
  }
  const onClose = () => listener.onClose()
  socket?.addEventListener('close', onClose)
  return {
    send(message) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
    },
    close() {
      subscription.unsubscribe()
      socket?.removeEventListener('close', onClose)
      socket?.close()
    },
  }
}

/** Messages of ours are few and rare: of all others only the beginning is looked at. */
function otherMessage(data: unknown): { type: string } | null {
  if (typeof data !== 'string' || !data.startsWith('{"type":"wirechart.')) return null
  try {
    return JSON.parse(data) as { type: string }
  } catch {
    return null
  }
}
