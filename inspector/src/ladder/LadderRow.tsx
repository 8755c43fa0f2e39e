import { memo, type ReactNode } from 'react'
import type { Side } from '../../../machines/events.ts'
import type { Crossing } from '../../../src/report/crossings.ts'
import { otherSide } from '../../../src/report/step.ts'
import { declare } from '../links/link.ts'
import { wordsOf } from '../log/words.ts'
import { duration, offset } from '../model/format.ts'
import type { Entry } from '../model/records.ts'
import { CrossingWords } from './CrossingWords.tsx'
import { sameLane } from './lanes.ts'
import { Passage } from './Passage.tsx'
import { fateWords, told, travelWords } from './passageWords.ts'
import type { Row } from './row.ts'
import { crossingAbout, crossingName, laneWords, sizeWords } from './words.ts'

interface Props extends Omit<Row, 'key'> {
  id: string
  /** Id of the connection at the other end. */
  peer: string | null
  /** The side whose lane is inferred. */
  inferred: Side | null
  /** When the connection was first seen. */
  start: number
  selected: boolean
  current: boolean
  place: number
  count: number
  top: number
  onPick(seq: number): void
  onPeer?: ((seq: number | null) => void) | undefined
}

export const RUNG_HEIGHT = 46

export const LadderRow = memo(function LadderRow(props: Props) {
  const { id, rung, seq, pick, pickOfPeer, link, fate, inferred, selected, current, place, count, top } =
    props
  const shown = shownOf(rung)
  const onClick = () => {
    if (pick !== null) props.onPick(pick)
    else if (pickOfPeer !== null) props.onPeer?.(pickOfPeer)
  }
  return (
    // The keys are those of the list, which has the focus.
    // biome-ignore lint/a11y/useFocusableInteractive: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-posinset={place}
      aria-setsize={count}
      aria-label={spoken(props)}
      className={`rung rung-${rung.kind} ${selected ? 'selected' : ''} ${current ? 'current' : ''} ${shown?.crossing.fate === 'invalid' ? 'bad' : ''}`}
      {...declare(link)}
      data-link-of={pickOfPeer === null ? undefined : (props.peer ?? undefined)}
      data-rung={shown?.crossing.name ?? rung.kind}
      data-part={rung.kind === 'passage' ? rung.part : undefined}
      data-fate={fate ?? undefined}
      data-seq={seq ?? undefined}
      style={{ transform: `translateY(${top}px)`, height: RUNG_HEIGHT }}
      onClick={onClick}
    >
      <LaneBar side="client" rung={rung} inferred={inferred === 'client'} />
      <Middle {...props} />
      <LaneBar side="server" rung={rung} inferred={inferred === 'server'} />
    </div>
  )
})

const localOf = (rung: Row['rung'] & { kind: 'local' }) => ('moment' in rung ? rung.moment : rung)

/** What crossed the wire there, and where that is described. */
function shownOf(rung: Row['rung']): { crossing: Crossing; entry: Entry } | null {
  if (rung.kind === 'crossing') return rung
  return rung.kind === 'passage' ? told(rung.moment) : null
}

function LaneBar({ side, rung, inferred }: { side: Side; rung: Row['rung']; inferred: boolean }) {
  const before = rung.before[side]
  const after = rung.lanes[side]
  const changed = !sameLane(before, after)
  return (
    <div className={`lane ${side} ${inferred ? 'inferred' : ''}`} title={laneWords(after)}>
      {changed && (
        <span className="lane-words">
          {after.state}
          {after.within !== '' && <small>{after.within}</small>}
        </span>
      )}
      <span className="lane-bar">
        <i data-lane={before.state} />
        <i data-lane={after.state} />
      </span>
    </div>
  )
}

function Middle({ rung, time, fate, sent, received, start }: Props): ReactNode {
  if (rung.kind === 'gap') {
    return (
      <div className="rung-middle gap">
        <span>{duration(rung.ms)} of silence</span>
      </div>
    )
  }
  if (rung.kind === 'passage') {
    const { part, moment } = rung
    return <Passage part={part} moment={moment} fate={fate!} sent={sent} received={received} start={start} />
  }
  const { entry } = rung.kind === 'local' ? localOf(rung) : rung
  const when = <span className="rung-time">{offset(time - start)}</span>
  if (rung.kind === 'local') {
    const { kind, about } = wordsOf(entry.event)
    return (
      <div className={`rung-middle from-${localOf(rung).side}`}>
        <div className="rung-line">
          <b>{kind}</b>
          <span className="rung-about">{about === '' ? 'nothing went over the wire' : about}</span>
          {when}
        </div>
        <div className="no-arrow" />
      </div>
    )
  }
  const { crossing } = rung
  return (
    <div className={`rung-middle from-${crossing.from}`}>
      <div className="rung-line">
        <CrossingWords crossing={crossing} entry={entry} />
        {when}
      </div>
      <div className={`arrow arrow-${crossing.kind} ${crossing.fate}`} />
    </div>
  )
}

function spoken({ rung, seq, fate, sent, received }: Props): string {
  if (rung.kind === 'gap') return `${duration(rung.ms)} of silence`
  if (rung.kind === 'local') return `${wordsOf(localOf(rung).entry.event).kind}, nothing went over the wire`
  const { crossing, entry } = rung.kind === 'passage' ? told(rung.moment) : rung
  const travelled = sent === null || received === null ? null : `${travelWords(received - sent)} on its way`
  const parts = [
    seq === null ? '' : `#${seq}`,
    `${crossing.from} to ${otherSide(crossing.from)}`,
    crossingName(crossing),
    rung.kind === 'passage' && rung.part === 'arriving' && fate === 'arrives' ? 'arrives' : '',
    crossingAbout(crossing, entry).text,
    sizeWords(crossing),
    crossing.fate === 'taken' ? '' : crossing.fate,
    fate === null ? '' : (fateWords(fate, crossing)?.short ?? ''),
    travelled ?? '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}
