/** What an event is called where people read it. */
import { closeCodeName } from '../../../src/framing/close.ts'
import type { EffectRecord, TransitionRecord } from '../../../src/inspect/records.ts'
import type { Entry, LoggedEvent } from '../model/records.ts'
import { eventName } from '../statechart/chart.ts'

export type Way = 'sent' | 'received' | 'local'

export interface Words {
  way: Way
  /** `text`, `close`, `request`, … */
  kind: string
  /** What it was about, in one line; empty if there is nothing to say. */
  about: string
  /** Is `about` a piece of payload rather than a sentence? */
  quoted: boolean
  /** Does it tell of something that went wrong? */
  bad: boolean
}

const KINDS: Record<string, string> = {
  'receive.eof': 'end of TCP',
  'receive.invalid': 'invalid frame',
  'receive.invalidHandshake': 'invalid handshake',
  fail: 'fail',
  'fail.silently': 'fail silently',
}

/** `transport` of a record, in words. */
const ENDS: Record<string, string> = {
  end: 'the peer ended its half of TCP (FIN)',
  reset: 'the peer reset TCP (RST)',
  timeout: 'TCP gave up waiting for the peer',
  error: 'the network failed',
  local: 'we gave TCP up',
}

/** How TCP ended. */
export const tcpEndWords = (transport: string) => ENDS[transport] ?? transport

export function wordsOf(event: LoggedEvent): Words {
  const { type } = event
  const [, direction, rest] = /^(send|receive)\.(.+)$/.exec(type) ?? []
  const way: Way = direction === 'send' ? 'sent' : direction === 'receive' ? 'received' : 'local'
  const kind = KINDS[type] ?? rest ?? eventName(type)
  const bad = /invalid|^fail/.test(type) || event.accepted === false
  const words = (about: string, quoted = false): Words => ({ way, kind, about, quoted, bad })

  if (event.rule !== undefined || event.message !== undefined) {
    return words(event.message ?? String(event.rule))
  }
  if (event.http !== undefined) return words(event.http.startLine)
  if (type.endsWith('.close') || type.startsWith('fail')) return words(closeWords(event.code, event.reason))
  if (type === 'receive.eof') return words(tcpEndWords(event.transport ?? ''))
  if (event.preview !== undefined) {
    const { data, encoding, truncated } = event.preview
    const text = encoding === 'hex' ? spacedHex(data) : oneLine(data)
    return words(text + (truncated ? '…' : ''), true)
  }
  return words(way === 'local' ? fieldsOf(event) : '')
}

/** Of an event that is not ours: what it carries. */
function fieldsOf({ type: _, ...fields }: LoggedEvent): string {
  return Object.keys(fields).length === 0 ? '' : safeJson(fields)
}

export function safeJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, null, indent) ?? ''
  } catch {
    return String(value)
  }
}

export function spacedHex(hex: string): string {
  return hex.replace(/[^0-9a-f]/gi, '').replace(/..(?=.)/g, '$& ')
}

function oneLine(text: string): string {
  return text.replace(/\r?\n/g, ' ⏎ ').replace(/\t/g, ' ')
}

/** What a close code means (RFC 6455, section 7.4.1); the two that stand for a Close frame that was not, plainly. */
export function closeName(code: number): string {
  if (code === 1005) return 'no code in the Close frame'
  if (code === 1006) return 'no Close frame'
  return closeCodeName(code)
}

/** Code and reason; without a reason, what the code means. */
export function closeWords(code: number | undefined, reason: string | undefined): string {
  const because = reason === undefined || reason === '' ? '' : `“${oneLine(reason)}”`
  if (code === undefined) return because
  return `${code} ${because === '' ? closeName(code) : because}`
}

export function opcodeHex(opcode: number): string {
  return `0x${opcode.toString(16)}`
}

/** Is it the last frame of its message? Control frames always are (section 5.5). */
export function finOf(event: LoggedEvent): boolean | null {
  if (typeof event.fin === 'boolean') return event.fin
  return event.opcode !== undefined && event.opcode >= 8 ? true : null
}

/** In few words: `open → initiated`, `↻ inbound: idle`. The lifecycle goes without saying. */
export function transitionWords({ source, targets }: TransitionRecord): string {
  const [region, ...rest] = source.split('.')
  const where = rest.length === 0 || region === 'lifecycle' ? '' : `${region}: `
  const from = lastOf(source)
  if (targets.length === 0 || (targets.length === 1 && targets[0] === source)) return `↻ ${where}${from}`
  return `${where}${from} → ${targets.map(lastOf).join(', ')}`
}

const lastOf = (id: string) => id.slice(id.lastIndexOf('.') + 1)

/** The same with whole names. */
export function transitionIds({ source, targets }: TransitionRecord): string {
  const stays = targets.length === 0 || (targets.length === 1 && targets[0] === source)
  return stays ? `↻ ${source}` : `${source} → ${targets.join(', ')}`
}

/** What the protocol sent by itself with an event: place among its effects, and a name. */
export function answersOf({ event, effects }: Entry): { index: number; name: string }[] {
  return (effects ?? []).flatMap(({ type, what = '' }, index) => {
    if (type === 'halfClose') return [{ index, name: 'FIN' }]
    return type === 'write' && event.type !== `send.${what}` ? [{ index, name: what }] : []
  })
}

/** What the machine emitted, as a sentence's beginning: `write pong`. */
export function effectWords(effect: EffectRecord): string {
  switch (effect.type) {
    case 'halfClose':
      return 'end our half of TCP (FIN)'
    case 'fail':
      return ['fail the connection', effect.code, effect.rule]
        .filter((part) => part !== undefined)
        .join(' · ')
    default: {
      const what = [effect.type === 'write' ? 'write' : 'deliver', effect.what ?? '']
      const fin = effect.fin === undefined ? '' : effect.fin ? ' FIN' : ' (more to come)'
      const close = closeWords(effect.code, effect.reason)
      return `${what.join(' ')}${fin}${close === '' ? '' : ` · ${close}`}`
    }
  }
}
