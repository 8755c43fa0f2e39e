/** Which rows of the log are shown. */
import type { Entry } from '../model/records.ts'

export const kinds = [
  'handshake',
  'messages',
  'ping and pong',
  'close',
  'failures',
  'end of TCP',
  'other',
] as const
export type Kind = (typeof kinds)[number]
export const directions = ['sent', 'received', 'local'] as const
export type Direction = (typeof directions)[number]

/** `''`: any. */
export interface LogFilter {
  kind: Kind | ''
  direction: Direction | ''
  text: string
}

export const everyEvent: LogFilter = { kind: '', direction: '', text: '' }

export const isFiltering = ({ kind, direction, text }: LogFilter) =>
  kind !== '' || direction !== '' || text.trim() !== ''

const KINDS: Readonly<Record<string, Kind>> = {
  request: 'handshake',
  response: 'handshake',
  text: 'messages',
  binary: 'messages',
  continuation: 'messages',
  ping: 'ping and pong',
  pong: 'ping and pong',
  close: 'close',
  eof: 'end of TCP',
  invalid: 'failures',
  invalidHandshake: 'failures',
}

export function kindOf(type: string): Kind {
  if (type.startsWith('fail')) return 'failures'
  const own = /^(?:send|receive)\.(.+)$/.exec(type)?.[1]
  return (own !== undefined && KINDS[own]) || 'other'
}

export function directionOf(type: string): Direction {
  return type.startsWith('send.') ? 'sent' : type.startsWith('receive.') ? 'received' : 'local'
}

/** Whether an entry is shown, as a function of it alone: there may be many, and they are asked one by one. */
export function predicateOf({ kind, direction, text }: LogFilter): (entry: Entry) => boolean {
  const wanted = text.trim().toLowerCase()
  return ({ event, transitions }) => {
    if (direction !== '' && directionOf(event.type) !== direction) return false
    if (kind !== '' && kindOf(event.type) !== kind) return false
    if (wanted === '') return true
    if (holds(event.type, wanted) || holds(event.preview?.data, wanted) || holds(event.reason, wanted))
      return true
    if (holds(event.message, wanted) || holds(event.rule, wanted) || holds(event.section, wanted)) return true
    if (event.code !== undefined && String(event.code).includes(wanted)) return true
    const { http } = event
    if (http !== undefined) {
      if (holds(http.startLine, wanted)) return true
      for (const [name, value] of http.headers) if (holds(name, wanted) || holds(value, wanted)) return true
    }
    for (const { source, targets } of transitions) {
      if (holds(source, wanted)) return true
      for (const target of targets) if (holds(target, wanted)) return true
    }
    return false
  }
}

const holds = (text: unknown, wanted: string) =>
  typeof text === 'string' && text.toLowerCase().includes(wanted)
