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
  /** Ends it; `onClose` is not called any more. */
  close(): void
}

export interface ReceiverListener {
  onOpen(): void
  onEvent(event: ParsedReceiverEvent): void
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
  socket?.addEventListener('open', () => listener.onOpen())
  const onClose = () => listener.onClose()
  socket?.addEventListener('close', onClose)
  return {
    close() {
      subscription.unsubscribe()
      socket?.removeEventListener('close', onClose)
      socket?.close()
    },
  }
}
