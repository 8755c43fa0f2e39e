/** What went over the wire in a step, in order: the event's own frame, and what the protocol added by itself. */
import type { Side } from '../../machines/events.ts'
import { truncateUtf8 } from '../framing/utf8.ts'
import type { HttpRecord, Preview, WireRecordDetails } from '../inspect/records.ts'
import { isCrafted, isDiscarded, otherSide, type Step } from './step.ts'

export interface Crossing {
  /** Place among what the step put on the wire. */
  index: number
  /** Place of the effect that it is among those of the step; `null`: of none. */
  effect: number | null
  /** Who sent it. */
  from: Side
  /** An HTTP message, a frame, or the end of one direction of TCP. */
  kind: 'http' | 'frame' | 'end'
  /** `request`, `text`, `close`, `FIN`, `RST`, … */
  name: string
  /** An answer that the protocol gives by itself, as an effect of the event. */
  automatic: boolean
  /** `crafted`: the side that was observed put it on the wire past its protocol. */
  fate: 'taken' | 'discarded' | 'invalid' | 'crafted'
  opcode: number | null
  fin: boolean | null
  /** Payload, bytes; `null` if not known. */
  length: number | null
  code: number | null
  reason: string
  preview: Preview | null
  wire: WireRecordDetails | null
  http: HttpRecord | null
}

const OPCODES: Readonly<Record<string, number>> = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
}

const NAMES = new Map(Object.entries(OPCODES).map(([name, opcode]) => [opcode, name]))

/** How TCP ends, by `transport` of the record. */
const ENDS: Readonly<Record<string, string>> = { end: 'FIN', reset: 'RST', local: 'given up' }

export function opcodeName(opcode: number): string {
  return NAMES.get(opcode) ?? `reserved 0x${opcode.toString(16)}`
}

export function crossingsOf(step: Step, side: Side): Crossing[] {
  const { event } = step
  const effects = step.effects ?? []
  const crossings: Crossing[] = []
  const push = (crossing: Crossing, effect: number | null) => {
    crossing.index = crossings.length
    crossing.effect = effect
    crossings.push(crossing)
  }
  const [, way, what = ''] = /^(send|receive)\.(.+)$/.exec(event.type) ?? []
  const sent = way === 'send'
  const crafted = isCrafted(step)
  // A send that was refused left nothing on the wire.
  if (way !== undefined && !(sent && isDiscarded(step) && !crafted)) {
    const failed = what.startsWith('invalid') || effects.some(({ type }) => type === 'fail')
    const written = sent ? effects.findIndex((each) => each.type === 'write' && each.what === what) : -1
    const effect = written < 0 ? null : written
    const own: Crossing = {
      ...nothing,
      from: sent ? side : otherSide(side),
      fate: crafted
        ? 'crafted'
        : what !== 'eof' && failed
          ? 'invalid'
          : isDiscarded(step)
            ? 'discarded'
            : 'taken',
      code: what === 'close' ? (event.code ?? 1005) : null,
      reason: what === 'close' ? (event.reason ?? '') : '',
      preview: event.preview ?? null,
      wire: event.wire ?? null,
      http: event.http ?? null,
      length: event.length ?? null,
    }
    if (what === 'eof') {
      const transport = event.transport ?? 'end'
      // Who gives TCP up is this side; what the peer did then is not known.
      const from = transport === 'local' ? side : own.from
      push({ ...own, kind: 'end', name: ENDS[transport] ?? transport, from }, effect)
    } else if (/request|response|Handshake/.test(what)) {
      const name = what === 'invalidHandshake' ? (side === 'server' ? 'request' : 'response') : what
      push(
        { ...own, kind: 'http', name, length: null, http: refusalOf(step) === null ? own.http : null },
        effect,
      )
    } else {
      const opcode = event.opcode ?? OPCODES[what] ?? null
      const fin = event.fin ?? (opcode !== null && opcode >= 8 ? true : null)
      const name = opcode === null ? (crafted ? 'bytes' : 'frame') : opcodeName(opcode)
      push({ ...own, name, opcode, fin }, effect)
    }
  }
  for (const [index, effect] of effects.entries()) {
    if (effect.type === 'halfClose') {
      push({ ...nothing, kind: 'end', name: 'FIN', from: side, automatic: true }, index)
    } else if (effect.type === 'write' && !(sent && effect.what === what)) {
      push(answer(step, side, effect.what ?? '', effect.code, effect.reason), index)
    }
  }
  return crossings
}

const nothing: Crossing = {
  index: 0,
  effect: null,
  from: 'client',
  kind: 'frame',
  name: '',
  automatic: false,
  fate: 'taken',
  opcode: null,
  fin: null,
  length: null,
  code: null,
  reason: '',
  preview: null,
  wire: null,
  http: null,
}

/** The response to what is no handshake: there is no request to record, so that the record has it. */
export function refusalOf({ event }: Pick<Step, 'event'>): HttpRecord | null {
  const { type, http } = event
  return type === 'receive.invalidHandshake' && http?.startLine.startsWith('HTTP/') === true ? http : null
}

function answer(
  step: Step,
  side: Side,
  what: string,
  code: number | undefined,
  reason: string | undefined,
): Crossing {
  const { event } = step
  const one = { ...nothing, from: side, name: what, automatic: true }
  if (what === 'response') return { ...one, kind: 'http', http: refusalOf(step) }
  const frame = { ...one, opcode: OPCODES[what] ?? null, fin: true }
  // A Pong holds what the Ping held (RFC 6455, section 5.5.3).
  if (what === 'pong') return { ...frame, length: event.length ?? null, preview: event.preview ?? null }
  if (what !== 'close') return frame
  const close = closeToAnswer(event, code, reason)
  if (close.code === null) return frame
  const empty = close.code === 1005 || close.code === 1006
  return {
    ...frame,
    ...close,
    length: empty ? 0 : 2 + new TextEncoder().encode(close.reason).length,
    preview: empty || close.reason === '' ? null : { encoding: 'text', data: close.reason, truncated: false },
  }
}

/** The effect says what is in the Close; failing that, it is an echo, or what the failure said. */
function closeToAnswer(
  event: Step['event'],
  code: number | undefined,
  reason: string | undefined,
): { code: number | null; reason: string } {
  if (event.type === 'receive.close' && event.rule === undefined) {
    return { code: code ?? event.code ?? 1005, reason: reason ?? event.reason ?? '' }
  }
  // A broken rule is told in its own words, as far as they fit.
  const why = event.reason ?? (event.rule === undefined ? '' : truncateUtf8(event.message ?? '', 123))
  return { code: code ?? event.code ?? null, reason: reason ?? why }
}
