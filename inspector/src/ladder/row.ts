/** A rung as it is drawn now: what becomes of things in flight is told later. */
import type { Side } from '../../../machines/events.ts'
import { otherSide } from '../../../src/report/step.ts'
import { crossingLink, recordLink } from '../links/link.ts'
import { type Between, type BetweenRung, keyOf, momentOf, timeOf, timesOf } from './between.ts'
import { type Fate, fateOf, type Moment } from './pairing.ts'
import { type LadderState, type Rung, rungBetween, type Watched } from './rungs.ts'

export interface Row {
  key: string
  rung: Rung | BetweenRung
  /** The record of the observed side; `null`: it has none of it. */
  seq: number | null
  /** Where a click leads: a record of that side. */
  pick: number | null
  /** The same at the other end, where only that recorded it. */
  pickOfPeer: number | null
  link: string | null
  fate: Fate | null
  /** By the clock of the observed side: when it was; of what went from one end to the other, when it was sent and received. */
  time: number
  sent: number | null
  received: number | null
}

const plain = { pickOfPeer: null, fate: null, sent: null, received: null }

/** From the records of one side; `watched` tells where the other one was. */
export function soloRow({ rungs }: LadderState, place: number, side: Side, watched: Watched | null): Row {
  const rung = watched === null ? rungs[place]! : rungBetween(rungs, place, side, watched)
  const { kind, seq } = rung
  const link =
    kind === 'crossing' ? crossingLink(seq, rung.crossing.index) : kind === 'local' ? recordLink(seq) : null
  return { ...plain, key: rung.key, rung, seq: kind === 'gap' ? null : seq, pick: seq, link, time: rung.time }
}

/** From those of both; `live`: which of them may have more to tell. */
export function betweenRow(
  between: Between,
  place: number,
  live: Readonly<Partial<Record<Side, boolean>>>,
): Row {
  const { rungs, observed, pairing } = between
  const rung = rungs[place]!
  const key = keyOf(between, rung)
  if (rung.kind === 'gap') return { ...plain, key, rung, seq: null, pick: null, link: null, time: 0 }
  const own = momentOf(rung, observed)
  const theirs = momentOf(rung, otherSide(observed))
  const seq = own?.entry.seq ?? null
  const row: Row = {
    ...plain,
    key,
    rung,
    seq,
    pick: seq,
    pickOfPeer: own === null ? (theirs?.entry.seq ?? null) : null,
    link: linkTo(own ?? theirs),
    time: timeOf(between, rung.moment),
  }
  if (rung.kind !== 'passage') return row
  const { moment } = rung
  const fate = fateOf(pairing, moment, live[otherSide(moment.side)] === true)
  return { ...row, ...timesOf(between, moment), fate }
}

function linkTo(moment: Moment | null): string | null {
  if (moment === null) return null
  const { entry, crossing } = moment
  return crossing === null ? recordLink(entry.seq) : crossingLink(entry.seq, crossing.index)
}
