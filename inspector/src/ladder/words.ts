/** What the ladder says beside its arrows. */
import type { Crossing } from '../../../src/report/crossings.ts'
import { closeWords, spacedHex, wordsOf } from '../log/words.ts'
import { bytes } from '../model/format.ts'
import type { Entry } from '../model/records.ts'
import type { Lane } from './lanes.ts'

const ENDS: Readonly<Record<string, string>> = {
  FIN: 'ends its half of TCP',
  RST: 'resets TCP',
  'given up': 'gives TCP up',
  timeout: 'TCP gave up waiting',
  error: 'the network failed',
}

/** The thing's name, as RFC 6455 writes it: `Close`, `Ping`; data frames are in lower case. */
export function crossingName({ name, kind }: Crossing): string {
  if (kind === 'http') return name === 'request' ? 'HTTP request' : 'HTTP response'
  return ['close', 'ping', 'pong'].includes(name) ? name[0]!.toUpperCase() + name.slice(1) : name
}

/** What it says, in one line; `quoted` if that is payload. */
export function crossingAbout(crossing: Crossing, entry: Entry): { text: string; quoted: boolean } {
  const { kind, name, http, code, reason, preview, automatic } = crossing
  if (kind === 'http') {
    const why = crossing.fate === 'invalid' && !automatic ? wordsOf(entry.event).about : ''
    return { text: http?.startLine ?? why, quoted: false }
  }
  if (kind === 'end') return { text: ENDS[name] ?? '', quoted: false }
  if (name === 'close' && code !== null) return { text: closeWords(code, reason), quoted: false }
  if (crossing.fate === 'invalid' && !automatic) return { text: wordsOf(entry.event).about, quoted: false }
  if (preview === null) return { text: '', quoted: false }
  const text = preview.encoding === 'hex' ? spacedHex(preview.data) : preview.data.replace(/\s+/g, ' ')
  return { text: text + (preview.truncated ? '…' : ''), quoted: true }
}

export function sizeWords({ length, wire }: Crossing): string {
  if (length === null) return ''
  const packed = wire !== null && wire.payloadLength !== length ? `, ${bytes(wire.payloadLength)} sent` : ''
  return bytes(length) + packed
}

/** `closing, initiated`. */
export function laneWords({ state, within }: Lane): string {
  return within === '' ? state : `${state}, ${within}`
}
