import { memo, type ReactNode } from 'react'
import type { Side } from '../../../machines/events.ts'
import { otherSide } from '../../../src/report/step.ts'
import { crossingLink, declare, recordLink } from '../links/link.ts'
import { wordsOf } from '../log/words.ts'
import { duration, offset } from '../model/format.ts'
import { sameLane } from './lanes.ts'
import type { Rung } from './rungs.ts'
import { crossingAbout, crossingName, laneWords, sizeWords } from './words.ts'

interface Props {
  id: string
  rung: Rung
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
}

export const RUNG_HEIGHT = 46

export const LadderRow = memo(function LadderRow(props: Props) {
  const { id, rung, inferred, start, selected, current, place, count, top, onPick } = props
  const wrong = rung.kind === 'crossing' && rung.crossing.fate === 'invalid'
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
      aria-label={spoken(rung)}
      className={`rung rung-${rung.kind} ${selected ? 'selected' : ''} ${current ? 'current' : ''} ${wrong ? 'bad' : ''}`}
      {...declare(linkOf(rung))}
      data-rung={rung.kind === 'crossing' ? rung.crossing.name : rung.kind}
      style={{ transform: `translateY(${top}px)`, height: RUNG_HEIGHT }}
      onClick={() => onPick(rung.seq)}
    >
      <LaneBar side="client" rung={rung} inferred={inferred === 'client'} />
      <Middle rung={rung} start={start} />
      <LaneBar side="server" rung={rung} inferred={inferred === 'server'} />
    </div>
  )
})

function linkOf(rung: Rung): string | null {
  if (rung.kind === 'crossing') return crossingLink(rung.seq, rung.crossing.index)
  return rung.kind === 'local' ? recordLink(rung.seq) : null
}

function LaneBar({ side, rung, inferred }: { side: Side; rung: Rung; inferred: boolean }) {
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

function Middle({ rung, start }: { rung: Rung; start: number }): ReactNode {
  if (rung.kind === 'gap') {
    return (
      <div className="rung-middle gap">
        <span>{duration(rung.ms)} of silence</span>
      </div>
    )
  }
  const time = <span className="rung-time">{offset(rung.time - start)}</span>
  if (rung.kind === 'local') {
    const { kind, about } = wordsOf(rung.entry.event)
    return (
      <div className={`rung-middle from-${rung.side}`}>
        <div className="rung-line">
          <b>{kind}</b>
          <span className="rung-about">{about === '' ? 'nothing went over the wire' : about}</span>
          {time}
        </div>
        <div className="no-arrow" />
      </div>
    )
  }
  const { crossing, entry } = rung
  const { text, quoted } = crossingAbout(crossing, entry)
  const size = sizeWords(crossing)
  return (
    <div className={`rung-middle from-${crossing.from}`}>
      <div className="rung-line">
        <b>{crossingName(crossing)}</b>
        {crossing.fin === false && (
          <span className="chip chip-more" title="more fragments follow">
            FIN 0
          </span>
        )}
        {crossing.fin === true && crossing.opcode !== null && crossing.opcode < 8 && (
          <span className="chip" title="last frame of its message">
            FIN
          </span>
        )}
        {size !== '' && <span className="rung-size">{size}</span>}
        {crossing.automatic && (
          <span className="chip chip-auto" title="The protocol sent it by itself">
            by itself
          </span>
        )}
        {crossing.fate === 'discarded' && <span className="chip">discarded</span>}
        {crossing.fate === 'crafted' && (
          <span className="chip" title="Put on the wire past the statechart">
            crafted
          </span>
        )}
        <span className={`rung-about ${quoted ? 'quoted' : ''}`} title={text}>
          {text}
        </span>
        {time}
      </div>
      <div className={`arrow arrow-${crossing.kind} ${crossing.fate}`} />
    </div>
  )
}

function spoken(rung: Rung): string {
  if (rung.kind === 'gap') return `${duration(rung.ms)} of silence`
  if (rung.kind === 'local') return `${wordsOf(rung.entry.event).kind}, nothing went over the wire`
  const { crossing, entry } = rung
  const parts = [
    `#${rung.seq}`,
    `${crossing.from} to ${otherSide(crossing.from)}`,
    crossingName(crossing),
    crossingAbout(crossing, entry).text,
    sizeWords(crossing),
    crossing.fate === 'taken' ? '' : crossing.fate,
  ]
  return parts.filter((part) => part !== '').join(', ')
}
