import { type KeyboardEvent, useEffect, useId, useMemo, useRef } from 'react'
import type { Side } from '../../../machines/events.ts'
import { otherSide } from '../../../src/report/step.ts'
import { useRows } from '../log/useRows.ts'
import type { Connection } from '../model/connection.ts'
import { useFold } from '../model/fold.ts'
import { type Cursor, move } from '../model/view.ts'
import { useSize } from '../shell/useSize.ts'
import type { ViewProps } from '../shell/Views.tsx'
import { LadderRow, RUNG_HEIGHT } from './LadderRow.tsx'
import { ladderFold, laneSince, lastOf, placeOf, rungBetween, type Watched } from './rungs.ts'
import { laneWords } from './words.ts'
import './ladder.css'

/** Client and server as two lanes, with time running down. */
export function Ladder({ connection, peer, cursor, onCursor }: ViewProps) {
  const { entries, firstSeen, initial } = connection
  const { side, dropped } = connection.about!
  const start = dropped?.value ?? initial
  const fold = useMemo(() => ladderFold(side, start), [side, start])
  const ladder = useFold(fold, entries)
  const { rungs } = ladder

  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const { first, end, show } = useRows(scroller, rungs.length, RUNG_HEIGHT)
  const { height } = useSize(scroller)
  const at = placeOf(ladder, cursor)

  // Everything that the record at the cursor put on the wire stays in sight; live, that is the last one.
  const through = lastOf(rungs, at)
  useEffect(() => {
    if (at < 0 || height === 0) return
    show(through, cursor === null ? 'end' : 'near')
    if (cursor !== null) show(at, 'near')
  }, [at, through, cursor, show, height])

  const onKeyDown = (event: KeyboardEvent) => {
    const to = stepBy(event.key, Math.max(1, Math.floor(height / RUNG_HEIGHT) - 1), entries.length)
    if (to !== null) {
      event.preventDefault()
      onCursor(move(connection, cursor, to))
    } else if (event.key === 'Escape' && cursor !== null) {
      event.preventDefault()
      onCursor(null)
    }
  }

  const since = peer === undefined ? null : laneSince(rungs, watchedOf(peer))
  const isWatched = (each: Side) => each === side || peer !== undefined
  const isAt = (seq: number, cursor: Cursor) => cursor !== null && seq === rungs[at]?.seq
  return (
    <section className="view ladder" aria-label="Ladder">
      <header className="ladder-head">
        {(['client', 'server'] as const).map((each) => (
          <span key={each} className={`ladder-side ${each}`}>
            <b>{each}</b> {isWatched(each) ? 'watched' : 'inferred'}
          </span>
        ))}
      </header>
      <p className="ladder-note">
        {peer === undefined
          ? `Only the ${side} was watched. The lane of the ${otherSide(side)} is inferred from what came and went.`
          : `Both ends were watched, ${about(connection)} and ${about(peer)}, and each lane is drawn from its own records. Arrows are drawn when the ${side} sent or received them.`}
      </p>
      <div
        ref={scroller}
        className="ladder-scroll"
        role="listbox"
        aria-label="What went over the wire, oldest first"
        tabIndex={0}
        aria-activedescendant={at >= 0 && cursor !== null ? `${id}${rungs[at]?.key}` : undefined}
        onKeyDown={onKeyDown}
      >
        {rungs.length === 0 && <p className="view-none">Nothing has gone over the wire yet.</p>}
        <div className="ladder-rows" style={{ height: rungs.length * RUNG_HEIGHT }}>
          {rungs.slice(first, end).map((rung, index) => (
            <LadderRow
              key={rung.key}
              id={`${id}${rung.key}`}
              rung={peer === undefined ? rung : rungBetween(rungs, first + index, side, watchedOf(peer))}
              inferred={peer === undefined ? otherSide(side) : null}
              start={firstSeen}
              selected={rung.kind !== 'gap' && isAt(rung.seq, cursor)}
              current={rung.kind !== 'gap' && cursor === null && rung.seq === rungs.at(-1)!.seq}
              place={first + index + 1}
              count={rungs.length}
              top={(first + index) * RUNG_HEIGHT}
              onPick={onCursor}
            />
          ))}
        </div>
      </div>
      {since !== null && (
        <p className="ladder-note" data-lane-since="">
          Behind the last arrow, the {otherSide(side)} came to <b>{laneWords(since)}</b>.
        </p>
      )}
    </section>
  )
}

const watchedOf = ({ base, entries }: Connection): Watched => ({ initial: base, entries })

const about = ({ about }: Connection) => `${about?.side} ${about?.connection}`

function stepBy(key: string, page: number, count: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowUp: -1,
    ArrowLeft: -1,
    ArrowDown: 1,
    ArrowRight: 1,
    PageUp: -page,
    PageDown: page,
    Home: -count,
    End: count,
  }
  return steps[key] ?? null
}
