/**
 * The close report: how a connection ended, in plain words, from its records alone. What is known and what is
 * inferred are kept apart.
 */
import type { Side } from '../../machines/events.ts'
import type { WireRecord } from '../inspect/records.ts'
import { closedWith, closeInWords } from './codes.ts'
import { type Facts, factsOf, type Moment } from './facts.ts'
import { firstToClose, hasCrossed, isOpening, isOver, reportRules } from './rules.ts'
import type { History } from './step.ts'

export type Outcome = 'connecting' | 'open' | 'closing' | 'clean' | 'abnormal' | 'refused'

export interface Finding {
  /** Stable name of the rule that found it. */
  id: string
  says: string
  /** `RFC 6455, section 7.1.2`. */
  section: string | null
  /** Numbers of the records that it rests on, rising. */
  seqs: number[]
}

/** A stretch of the connection's life, and how long it took. */
export interface Stretch {
  name: string
  /** ms */
  took: number
  /** Numbers of the records at its two ends. */
  from: number
  to: number
}

export interface CloseReport {
  outcome: Outcome
  /** One or two sentences. */
  headline: string
  /** Who sent the first Close, or failed the connection; `null`: nobody. */
  closedFirst: Side | null
  /** What the Close frame of that side says; `null` if it sent none. */
  closedWith: { code: number; reason: string } | null
  /** Code and reason as RFC 6455, section 7.1.5 defines them; `null` while it is not closed, or if it never was open. */
  code: number | null
  reason: string
  /** Both Close frames were exchanged before TCP ended; `null` while it is not closed. */
  wasClean: boolean | null
  known: Finding[]
  inferred: Finding[]
  stretches: Stretch[]
}

export function closeReport(history: History): CloseReport {
  return reportOf(factsOf(history))
}

export function reportOf(facts: Facts): CloseReport {
  const outcome = outcomeOf(facts)
  const findings = (certainty: 'known' | 'inferred') =>
    reportRules
      .filter((rule) => rule.certainty === certainty && rule.when(facts))
      .map(
        (rule): Finding => ({
          id: rule.id,
          says: rule.says(facts),
          section: cited(rule.section),
          seqs: [...new Set(rule.rests(facts).flatMap((at) => (at === null ? [] : [at.seq])))].sort(
            (a, b) => a - b,
          ),
        }),
      )
  const over = isOver(facts)
  const closedFirst = firstToClose(facts) ?? (facts.failed !== null && !isOpening(facts) ? facts.side : null)
  const firstClose = closedFirst === facts.side ? facts.closeSent : facts.closeReceived
  return {
    outcome,
    headline: headlineOf(facts, outcome),
    closedFirst,
    closedWith: firstClose === null ? null : { code: firstClose.code, reason: firstClose.reason },
    code: over && !isOpening(facts) ? (facts.closeReceived?.code ?? 1006) : null,
    reason: over ? (facts.closeReceived?.reason ?? '') : '',
    wasClean: over ? outcome === 'clean' : null,
    known: findings('known'),
    inferred: findings('inferred'),
    stretches: stretchesOf(facts),
  }
}

/** The same from a list of records, of which those of other connections are left out. */
export function closeReportOf(records: Iterable<WireRecord>, connection?: string): CloseReport | null {
  let history: { about: History['about']; steps: History['steps'][number][] } | null = null
  for (const record of records) {
    if (connection !== undefined && record.connection !== connection) continue
    if (record.kind === 'connection') history ??= { about: record, steps: [] }
    else if (record.kind === 'step' && history?.about.connection === record.connection)
      history.steps.push(record)
  }
  return history === null ? null : closeReport(history)
}

const cited = (section: string | null) =>
  section === null ? null : /RFC/.test(section) ? section : `RFC 6455, section ${section}`

function outcomeOf(facts: Facts): Outcome {
  const { lifecycle } = facts
  if (lifecycle === 'closed.cleanly') return 'clean'
  if (lifecycle === 'connecting.rejected') return 'refused'
  if (isOver(facts)) return isOpening(facts) && facts.dropped === 0 ? 'refused' : 'abnormal'
  return lifecycle.startsWith('connecting') ? 'connecting' : lifecycle === 'open' ? 'open' : 'closing'
}

function headlineOf(facts: Facts, outcome: Outcome): string {
  const { side, peer, failed, closeSent, closeReceived, response, invalidHandshake } = facts
  switch (outcome) {
    case 'connecting':
      return 'The opening handshake is under way.'
    case 'open':
      return 'The connection is open: nobody has closed it.'
    case 'refused':
      if (invalidHandshake !== null)
        return `The opening handshake failed: the ${peer} did not speak WebSocket.`
      if (response === null) return `The opening handshake was never completed: ${endOf(facts)}.`
      return response.status === 101 || response.status === null
        ? `The opening handshake failed: the client did not accept the answer of the server${response.message === null ? '' : `, because of this: ${response.message}`}.`
        : `The opening handshake was refused by the server with ${response.startLine.replace(/^HTTP\/\S+ /, '')}.`
  }
  const clean =
    outcome === 'clean'
      ? 'It was clean: both Close frames were exchanged before TCP ended.'
      : outcome === 'abnormal'
        ? notClean(facts)
        : 'It has not come to its end yet.'
  if (failed?.by === 'rule' && (closeSent === null || closeSent.seq >= failed.seq)) {
    const told = closeSent === null ? '' : ` with ${closeInWords(closeSent.code, '')}`
    const why = failed.message ?? failed.rule
    return `The ${side} failed the connection${told}${why === null ? '' : `, because of this: ${why}`}. ${clean}`
  }
  const first = firstToClose(facts)
  if (first === side && hasCrossed(facts)) {
    return `The ${side} closed, ${closedWith(closeSent!)}, before it saw the Close of the ${peer}, which came ${closedWith(closeReceived!)}. ${clean}`
  }
  if (first !== null) {
    const close = first === side ? closeSent! : closeReceived!
    const verb = failed !== null && first === side ? 'failed the connection' : 'closed first'
    return `The ${first} ${verb}, ${closedWith(close)}. ${clean}`
  }
  if (failed !== null) return `The ${side} gave the connection up without a Close frame. ${clean}`
  return `No Close frame was seen: ${endOf(facts)}. ${clean}`
}

/** Why an end was not clean, and where its code comes from (section 7.1.5). */
function notClean({ side, peer, failed, closeSent, closeReceived }: Facts): string {
  if (closeReceived !== null) return `It was not clean: the code is ${closeReceived.code}.`
  if (closeSent === null)
    return 'It was not clean: the code is 1006, which stands for an end without a Close.'
  return failed === null
    ? `It was not clean: no Close came from the ${peer}, so the code is 1006.`
    : `It was not clean: having failed it, the ${side} reads no Close any more and has 1006 itself.`
}

/** How TCP ended, as a part of a sentence. */
function endOf({ side, peer, ended }: Facts): string {
  const where = ended?.midFrame === true ? ', in the middle of a frame' : ''
  switch (ended?.transport) {
    case 'end':
      return `TCP was ended (FIN) from the direction of the ${peer}${where}`
    case 'reset':
      return `TCP was reset (RST)${where}`
    case 'timeout':
      return `TCP gave up, because the ${peer} confirmed nothing any more`
    case 'local':
      return `the ${side} waited no longer, and ended TCP itself`
    default:
      return `TCP ended${where}`
  }
}

function stretchesOf(facts: Facts): Stretch[] {
  const { started, opened, request, response, closeSent, closeReceived, halfClosed, ended, failed } = facts
  const stretches: Stretch[] = []
  const add = (name: string, from: Moment | null, to: Moment | null) => {
    if (from === null || to === null || from.seq >= to.seq) return
    stretches.push({ name, took: to.time - from.time, from: from.seq, to: to.seq })
  }
  const [firstClose, secondClose] = [closeSent, closeReceived]
    .filter((close) => close !== null)
    .sort((a, b) => a.seq - b.seq)
  const end = firstClose ?? failed ?? ended
  add('until the request', started, request)
  add('request to response', request, response)
  if (opened === null) add('until TCP ended', response ?? request ?? started, ended)
  else {
    add(end === null || end === undefined ? 'open so far' : 'open', opened, end ?? facts.latest)
    add('Close to Close', firstClose ?? null, secondClose ?? null)
    const last = secondClose ?? firstClose ?? failed
    if (halfClosed !== null && ended !== null && halfClosed.seq < ended.seq) {
      add('until our half of TCP ended', last, halfClosed)
      add('until the other half ended', halfClosed, ended)
    } else add('until TCP ended', last, ended)
  }
  return stretches
}
