/** What the records of a connection say, gathered in one pass: what the rules of the report look at. */
import type { Side } from '../../machines/events.ts'
import { type Crossing, crossingsOf } from './crossings.ts'
import { type History, lifecycleOf, otherSide, type Step } from './step.ts'

/** When something happened, and the record that tells of it. */
export interface Moment {
  seq: number
  time: number
}

export interface CloseSeen extends Moment {
  /** 1005: the Close frame was empty. */
  code: number
  reason: string
}

export interface Failure extends Moment {
  /** Wrong input, the application, or because the network seems gone (without a Close frame). */
  by: 'rule' | 'application' | 'silence'
  rule: string | null
  message: string | null
  section: string | null
  offset: number | null
  code: number | null
  reason: string
}

export interface HandshakeMessage extends Moment {
  sent: boolean
  /** `GET /chat HTTP/1.1`; `''` if it was not kept. */
  startLine: string
  accepted: boolean
  /** Of a response; `null` for a request, or if it is not known. */
  status: number | null
  /** What is wrong with it. */
  message: string | null
  section: string | null
}

/** A message in fragments that has not come to its end. */
export interface Unfinished extends Moment {
  kind: 'text' | 'binary'
  frames: number
  bytes: number
}

export interface Facts {
  /** Which end was observed, and the other one. */
  side: Side
  peer: Side
  /** Where it is now: `open`, `closing.initiated`. */
  lifecycle: string
  started: Moment
  latest: Moment
  /** How many steps are not kept. */
  dropped: number
  request: HandshakeMessage | null
  response: HandshakeMessage | null
  /** What arrived was no handshake at all. */
  invalidHandshake: HandshakeMessage | null
  opened: Moment | null
  closeReceived: CloseSeen | null
  closeSent: (CloseSeen & { automatic: boolean }) | null
  /** A Close frame that does not count: it broke a rule, or was put on the wire past the protocol. */
  otherClose: 'invalid' | 'crafted' | null
  failed: Failure | null
  /** The end of our half of TCP, and of the peer's. */
  halfClosed: Moment | null
  ended: (Moment & { transport: string; midFrame: boolean }) | null
  inbound: Unfinished | null
  outbound: Unfinished | null
  /** The last frame of each direction. */
  lastReceived: Moment | null
  lastSent: Moment | null
  /** The last Ping that we sent, if nothing at all was received behind it. */
  unansweredPing: Moment | null
  /** Input that came when it counted no more. */
  discarded: number
  firstDiscarded: Moment | null
}

export function factsOf({ about, steps }: History): Facts {
  const facts = beginFacts(about)
  for (const step of steps) addStep(facts, step)
  return facts
}

/** What is known before the first step. */
export function beginFacts(about: History['about']): Facts {
  const start = { seq: about.seq, time: about.time }
  return {
    side: about.side,
    peer: otherSide(about.side),
    lifecycle: lifecycleOf(about.dropped?.value ?? about.value),
    started: start,
    latest: start,
    dropped: about.dropped?.steps ?? 0,
    request: null,
    response: null,
    invalidHandshake: null,
    opened: lifecycleOf(about.value) === 'open' ? start : null,
    closeReceived: null,
    closeSent: null,
    otherClose: null,
    failed: null,
    halfClosed: null,
    ended: null,
    inbound: null,
    outbound: null,
    lastReceived: null,
    lastSent: null,
    unansweredPing: null,
    discarded: 0,
    firstDiscarded: null,
  }
}

/** Adds the next step; `facts` are changed. */
export function addStep(facts: Facts, step: Step): void {
  if (facts.latest === facts.started) facts.dropped = step.seq - facts.started.seq - 1
  take(facts, step)
}

function take(facts: Facts, step: Step): void {
  const { event, seq, time } = step
  const at = { seq, time }
  facts.latest = at
  const before = facts.lifecycle
  facts.lifecycle = lifecycleOf(step.value)
  if (facts.opened === null && wasOpen(facts, step, before)) facts.opened = at
  if (event.type.startsWith('fail') && step.transitions.length > 0) {
    facts.failed ??= {
      ...failure(step),
      by: event.type === 'fail.silently' ? 'silence' : 'application',
    }
  }

  for (const crossing of crossingsOf(step, facts.side)) {
    const sent = crossing.from === facts.side
    if (crossing.kind === 'end') {
      if (crossing.automatic) facts.halfClosed ??= at
      continue
    }
    if (crossing.kind === 'http') {
      handshake(facts, step, crossing.name, sent, crossing.fate === 'invalid')
      continue
    }
    if (crossing.fate === 'discarded') {
      facts.discarded++
      facts.firstDiscarded ??= at
    }
    if (sent) facts.lastSent = at
    else {
      facts.lastReceived = at
      facts.unansweredPing = null
    }
    if (crossing.fate === 'invalid' && isClose(crossing, step)) facts.otherClose ??= 'invalid'
    if (crossing.fate === 'crafted' && isClose(crossing, step)) facts.otherClose ??= 'crafted'
    if (crossing.fate === 'invalid') facts.failed ??= failure(step)
    else if (crossing.fate === 'taken') {
      if (crossing.name === 'close' && crossing.code !== null) {
        const close = { ...at, code: crossing.code, reason: crossing.reason }
        if (sent) facts.closeSent ??= { ...close, automatic: crossing.automatic }
        else facts.closeReceived ??= close
      } else if (sent && crossing.name === 'ping') facts.unansweredPing = at
      fragment(facts, sent ? 'outbound' : 'inbound', crossing.opcode, crossing.fin, crossing.length ?? 0, at)
    }
  }
  if (event.type === 'receive.eof') {
    facts.ended ??= {
      ...at,
      transport: event.transport ?? 'end',
      midFrame: /middle of a frame/.test(event.message ?? ''),
    }
  }
}

/** Records of what was refused may lack its opcode: then the rule tells. */
const isClose = ({ opcode }: Crossing, { event }: Step) =>
  opcode === 8 || event.rule?.startsWith('CLOSE_') === true

/** Was it open here, or at some time before that is not kept? */
function wasOpen({ lifecycle, dropped }: Facts, { transitions }: Step, before: string): boolean {
  if (/^(?:open|closing)/.test(lifecycle) || /^(?:open|closing)/.test(before)) return true
  const isOpening = ({ source }: Step['transitions'][number]) => source.startsWith('lifecycle.connecting')
  return dropped > 0 && lifecycle.startsWith('closed') && !transitions.some(isOpening)
}

function failure({ event, effects, seq, time }: Step): Failure {
  const effect = effects?.find(({ type }) => type === 'fail')
  return {
    seq,
    time,
    by: 'rule',
    rule: event.rule ?? effect?.rule ?? null,
    message: event.message ?? null,
    section: event.section ?? null,
    offset: event.offset ?? null,
    code: event.code ?? effect?.code ?? null,
    reason: event.reason ?? '',
  }
}

function handshake(facts: Facts, { event, seq, time }: Step, name: string, sent: boolean, wrong: boolean) {
  const startLine = event.http?.startLine ?? ''
  const status = /^HTTP\/\S+ (\d{3})/.exec(startLine)?.[1]
  const message: HandshakeMessage = {
    seq,
    time,
    sent,
    startLine,
    accepted: event.accepted !== false && !wrong,
    status: status === undefined ? null : Number(status),
    message: event.message ?? null,
    section: event.section ?? null,
  }
  if (wrong) facts.invalidHandshake ??= message
  else if (name === 'request') facts.request ??= message
  else facts.response ??= message
}

function fragment(
  facts: Facts,
  way: 'inbound' | 'outbound',
  opcode: number | null,
  fin: boolean | null,
  bytes: number,
  at: Moment,
): void {
  if (opcode === 1 || opcode === 2) {
    facts[way] = fin ? null : { ...at, kind: opcode === 1 ? 'text' : 'binary', frames: 1, bytes }
  } else if (opcode === 0) {
    const message = facts[way]
    if (fin) facts[way] = null
    else if (message !== null) {
      facts[way] = { ...message, frames: message.frames + 1, bytes: message.bytes + bytes }
    }
  }
}
