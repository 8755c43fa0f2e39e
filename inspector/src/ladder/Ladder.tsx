import { type KeyboardEvent, useEffect, useId, useMemo, useRef } from 'react'
import type { Side } from '../../../machines/events.ts'
import { otherSide } from '../../../src/report/step.ts'
import { useRows } from '../log/useRows.ts'
import { isLive } from '../model/connection.ts'
import { haveOneClock } from '../model/ends.ts'
import { useFold } from '../model/fold.ts'
import type { Entry } from '../model/records.ts'
import { type Cursor, entryAt, move } from '../model/view.ts'
import { useSize } from '../shell/useSize.ts'
import type { ViewProps } from '../shell/Views.tsx'
import { placesOf, spansIn } from './between.ts'
import { LadderNote } from './LadderNote.tsx'
import { LadderRow, RUNG_HEIGHT } from './LadderRow.tsx'
import { betweenRow, soloRow } from './row.ts'
import { type LadderState, ladderFold, laneSince, lastOf, placeOf, type Watched } from './rungs.ts'
import { ArrowHeads } from './Slope.tsx'
import { SpanLine } from './SpanLine.tsx'
import { useBetween } from './useBetween.ts'
import { laneWords } from './words.ts'
import './ladder.css'

/** Client and server as two lanes, with time running down. */
export function Ladder({ connection, peer: other, cursor, onCursor, onPeer, doubt = null }: ViewProps) {
  const { entries, firstSeen, initial } = connection
  const { side, dropped } = connection.about!
  const { between, problem } = useBetween(connection, onPeer === undefined ? undefined : other)
  // Of times by another clock nothing can be told unless the two were paired.
  const peer =
    other !== undefined && (between !== null || haveOneClock(connection, other)) ? other : undefined

  const start = dropped?.value ?? initial
  const fold = useMemo(() => ladderFold(side, start), [side, start])
  const ladder = useFold(fold, between === null ? entries : none)
  const { rungs } = ladder
  const count = (between ?? ladder).rungs.length

  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const { first, end, show } = useRows(scroller, count, RUNG_HEIGHT)
  const { height } = useSize(scroller)

  // Everything that the record at the cursor put on the wire stays in sight; live, that is the last one.
  const seq = entryAt(connection, cursor)?.seq ?? null
  const [at, last] = between === null ? soloPlaces(ladder, cursor) : (placesOf(between, seq) ?? [-1, -1])
  const through = between !== null && cursor === null ? count - 1 : last
  useEffect(() => {
    if (through < 0 || height === 0) return
    show(through, cursor === null ? 'end' : 'near')
    if (cursor !== null && at >= 0) show(at, 'near')
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

  const watched: Watched | null =
    between !== null || peer === undefined ? null : { initial: peer.base, entries: peer.entries }
  const since = watched === null ? null : laneSince(rungs, watched)
  const isWatched = (each: Side) => each === side || peer !== undefined
  const rowAt = (place: number) =>
    between === null
      ? soloRow(ladder, place, side, watched)
      : betweenRow(between, place, { [side]: isLive(connection), [otherSide(side)]: isLive(peer!) })
  const current = seq ?? rungs.at(-1)?.seq ?? null
  return (
    <section className="view ladder" aria-label="Ladder" data-between={between !== null}>
      <header className="ladder-head">
        {(['client', 'server'] as const).map((each) => (
          <span key={each} className={`ladder-side ${each}`}>
            <b>{each}</b> {isWatched(each) ? 'watched' : 'inferred'}
          </span>
        ))}
      </header>
      <LadderNote
        connection={connection}
        peer={other}
        between={between}
        problem={problem}
        doubt={doubt}
        onPeer={onPeer}
      />
      <div
        ref={scroller}
        className="ladder-scroll"
        role="listbox"
        aria-label="What went over the wire, oldest first"
        tabIndex={0}
        aria-activedescendant={at >= 0 && cursor !== null ? `${id}${rowAt(at).key}` : undefined}
        onKeyDown={onKeyDown}
      >
        {count === 0 && <p className="view-none">Nothing has gone over the wire yet.</p>}
        <div className="ladder-rows" style={{ height: count * RUNG_HEIGHT }}>
          {between !== null && <ArrowHeads />}
          {between !== null &&
            spansIn(between, first, end).map(({ moment, from, to }) => (
              <SpanLine
                key={`${moment.side}${moment.entry.seq}.${moment.crossing.index}`}
                crossing={moment.crossing}
                from={from}
                to={to}
              />
            ))}
          {Array.from({ length: end - first }, (_, index) => {
            const { key, ...row } = rowAt(first + index)
            return (
              <LadderRow
                key={key}
                {...row}
                id={`${id}${key}`}
                peer={other?.id ?? null}
                inferred={peer === undefined ? otherSide(side) : null}
                start={firstSeen}
                selected={cursor !== null && row.seq !== null && row.seq === current}
                current={cursor === null && row.seq !== null && row.seq === current}
                place={first + index + 1}
                count={count}
                top={(first + index) * RUNG_HEIGHT}
                onPick={onCursor}
                onPeer={onPeer}
              />
            )
          })}
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

function soloPlaces(ladder: LadderState, cursor: Cursor): [number, number] {
  const at = placeOf(ladder, cursor)
  return [at, lastOf(ladder.rungs, at)]
}

const none: readonly Entry[] = []

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
