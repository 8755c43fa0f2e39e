/** Which connections are listed, and in which order. */
import { closeName, closeWords } from '../log/words.ts'
import {
  type Close,
  type Connection,
  closeOf,
  eventCount,
  inOrder,
  isLive,
  nameOf,
  stateOf,
} from '../model/connection.ts'

export const sides = ['client', 'server', 'machine'] as const
export const sources = ['live', 'ended', 'file'] as const
export const orders = ['live first', 'newest', 'oldest', 'most events', 'name', 'peer', 'close code'] as const
export type Order = (typeof orders)[number]

/** `''`: any. */
export interface ListFilter {
  text: string
  side: (typeof sides)[number] | ''
  state: string
  source: (typeof sources)[number] | ''
  code: number | null
  order: Order
}

export const everyConnection: ListFilter = {
  text: '',
  side: '',
  state: '',
  source: '',
  code: null,
  order: 'live first',
}

export const filters = ({ text, side, state, source, code }: ListFilter) =>
  text.trim() !== '' || side !== '' || state !== '' || source !== '' || code !== null

export const sideOf = ({ about }: Connection): (typeof sides)[number] => about?.side ?? 'machine'

export function listed(connections: Iterable<Connection>, filter: ListFilter): Connection[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean)
  const found = [...connections].filter((connection) => fits(connection, filter, words))
  return sorted(found, filter.order)
}

function fits(connection: Connection, filter: ListFilter, words: readonly string[]): boolean {
  const { side, state, source, code } = filter
  if (side !== '' && sideOf(connection) !== side) return false
  if (state !== '' && stateOf(connection) !== state) return false
  if (source === 'file' && connection.file === null) return false
  if (source === 'live' && !isLive(connection)) return false
  if (source === 'ended' && (isLive(connection) || connection.file !== null)) return false
  if (code !== null && closeOf(connection)?.code !== code) return false
  if (words.length === 0) return true
  const text = textOf(connection)
  return words.every((word) => text.includes(word))
}

/** Code and reason of the end; where no Close frame came, why that is. */
export function endWords({ gist }: Connection, { code, reason }: Close): string {
  return code === 1006 && gist.trouble !== null ? `1006 ${gist.trouble}` : closeWords(code, reason)
}

/** What a search looks at: all that a row shows. */
function textOf(connection: Connection): string {
  const { id, about, chart, file, gist } = connection
  const close = closeOf(connection)
  const parts = [
    id,
    about?.peer,
    about === null ? chart.name : '',
    file,
    sideOf(connection),
    stateOf(connection),
  ]
  parts.push(gist.path, gist.trouble)
  if (close !== null) parts.push(closeWords(close.code, close.reason), closeName(close.code))
  return parts.filter(Boolean).join(' ').toLowerCase()
}

function sorted(connections: Connection[], order: Order): Connection[] {
  switch (order) {
    case 'live first':
      return inOrder(connections)
    case 'newest':
      return connections.sort((a, b) => b.firstSeen - a.firstSeen)
    case 'oldest':
      return connections.sort((a, b) => a.firstSeen - b.firstSeen)
    case 'most events':
      return connections.sort((a, b) => eventCount(b) - eventCount(a))
    case 'name':
      return inOrder(connections).sort((a, b) => names.compare(nameOf(a), nameOf(b)))
    case 'peer':
      return connections.sort((a, b) => names.compare(peerOf(a), peerOf(b)))
    case 'close code':
      return inOrder(connections).sort((a, b) => codeOf(a) - codeOf(b))
  }
}

const names = new Intl.Collator('en', { numeric: true })
const peerOf = ({ about, chart }: Connection) => (about === null ? chart.name : (about.peer ?? ''))
const codeOf = (connection: Connection) => closeOf(connection)?.code ?? Number.POSITIVE_INFINITY

/** How many connections were closed with each code, lowest code first. */
export function codeCounts(connections: Iterable<Connection>): [code: number, count: number][] {
  const counts = new Map<number, number>()
  for (const connection of connections) {
    const close = closeOf(connection)
    if (close !== null) counts.set(close.code, (counts.get(close.code) ?? 0) + 1)
  }
  return [...counts].sort(([a], [b]) => a - b)
}

/** The states that there are, to choose from. */
export function statesOf(connections: Iterable<Connection>): string[] {
  const states = new Set(['connecting', 'open', 'closing', 'closed'])
  for (const connection of connections) states.add(stateOf(connection))
  return [...states]
}
