/**
 * A browser's own WebSocket, and what it tells its user: no frames, no pings, and of the end only a code, a reason
 * and whether it was clean.
 */
import { parseHex, showHex } from './hex.ts'

export type ClientState = 'closed' | 'connecting' | 'open' | 'closing'

export interface Line {
  id: number
  time: number
  kind: 'sent' | 'received' | 'note' | 'error'
  text: string
}

export interface ClientSnapshot {
  state: ClientState
  lines: readonly Line[]
}

export interface Client {
  subscribe(listener: () => void): () => void
  getSnapshot(): ClientSnapshot
  connect(url: string): void
  sendText(text: string): void
  /** Says whether it was hex. */
  sendHex(hex: string): boolean
  close(code: number | undefined, reason: string): void
}

const MOST_LINES = 200
const LONGEST_LINE = 300

export function createClient(): Client {
  let snapshot: ClientSnapshot = { state: 'closed', lines: [] }
  let socket: WebSocket | undefined
  let lastId = 0
  const listeners = new Set<() => void>()
  const update = (change: Partial<ClientSnapshot>) => {
    snapshot = { ...snapshot, ...change }
    for (const listener of listeners) listener()
  }
  const say = (kind: Line['kind'], text: string, state = snapshot.state) => {
    const shown = text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text
    const line = { id: ++lastId, time: Date.now(), kind, text: shown }
    update({ state, lines: [...snapshot.lines.slice(1 - MOST_LINES), line] })
  }

  const open = (url: string) => {
    const opened = new WebSocket(url)
    socket = opened
    opened.binaryType = 'arraybuffer'
    say('note', `connecting to ${opened.url}`, 'connecting')
    opened.onopen = () => say('note', 'open', 'open')
    opened.onmessage = ({ data }) => {
      if (typeof data === 'string') say('received', data)
      else say('received', `${data.byteLength} bytes: ${showHex(new Uint8Array(data))}`)
    }
    opened.onerror = () => say('error', 'error: the browser does not tell why')
    opened.onclose = ({ code, reason, wasClean }) => {
      const because = reason === '' ? '' : ` “${reason}”`
      say(
        wasClean ? 'note' : 'error',
        `closed: ${code}${because}, ${wasClean ? 'clean' : 'not clean'}`,
        'closed',
      )
    }
  }

  const send = (data: string | Uint8Array<ArrayBuffer>, text: string) => {
    if (socket?.readyState !== WebSocket.OPEN) {
      say('error', 'not sent: the connection is not open')
      return
    }
    socket.send(data)
    say('sent', text)
  }

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => snapshot,
    connect(url) {
      // A browser would take anything else for a path on the page's own server.
      if (!/^wss?:\/\//i.test(url.trim())) {
        say('error', 'A WebSocket URL begins with ws:// or wss://.')
        return
      }
      try {
        open(url.trim())
      } catch (error) {
        say('error', messageOf(error), 'closed')
      }
    },
    sendText: (text) => send(text, text === '' ? '(empty text)' : text),
    sendHex(hex) {
      const data = parseHex(hex)
      if (data === null) return false
      send(data, `${data.length} bytes: ${showHex(data)}`)
      return true
    },
    close(code, reason) {
      try {
        if (code === undefined) socket?.close()
        else socket?.close(code, reason)
        if (socket?.readyState === WebSocket.CLOSING) {
          say('note', `closing${code === undefined ? '' : ` with ${code}`}`, 'closing')
        }
      } catch (error) {
        say('error', messageOf(error))
      }
    },
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
