import { type KeyboardEvent, useEffect, useId, useRef } from 'react'
import { type Connection, eventCount, isLive, nameOf } from '../model/connection.ts'
import { plural } from '../model/format.ts'
import { indexOfSeq, MAX_ALL_ENTRIES, MAX_ENTRIES } from '../model/records.ts'
import { type Cursor, move } from '../model/view.ts'
import { useSize } from '../shell/useSize.ts'
import { isFiltering, type LogFilter } from './filter.ts'
import { LogFilters } from './LogFilters.tsx'
import { LogKey } from './LogKey.tsx'
import { LogRow, ROW_HEIGHT } from './LogRow.tsx'
import { useFiltered } from './useFiltered.ts'
import { useRows } from './useRows.ts'
import './log.css'

interface Props {
  connection: Connection
  cursor: Cursor
  onCursor(cursor: Cursor): void
  filter: LogFilter
  onFilter(filter: LogFilter): void
}

/** Everything that happened to a connection, one row each. */
export function Log({ connection, cursor, onCursor, filter, onFilter }: Props) {
  const { entries, firstSeen } = connection
  const id = useId()
  const shown = useFiltered(entries, filter)
  const scroller = useRef<HTMLDivElement>(null)
  const { first, end, show } = useRows(scroller, shown.length, ROW_HEIGHT)
  const { height } = useSize(scroller)
  /** The row at the cursor, or the one behind it. */
  const at = cursor === null ? shown.length - 1 : Math.min(indexOfSeq(shown, cursor), shown.length - 1)
  const isAt = cursor !== null && shown[at]?.seq === cursor

  // The row at the cursor stays in sight, also when the log is shown again; live, that is the last one.
  useEffect(() => {
    if (at >= 0 && height > 0) show(at, cursor === null ? 'end' : 'near')
  }, [at, cursor, show, height])

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1)
    const steps: Record<string, number> = {
      ArrowUp: -1,
      ArrowDown: 1,
      PageUp: -page,
      PageDown: page,
      Home: -shown.length,
      End: shown.length,
    }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      // The row behind a cursor that has no row of its own is a step away already.
      const behind = cursor !== null && !isAt && step > 0 ? 1 : 0
      onCursor(move({ ...connection, entries: shown }, cursor, step - behind) ?? cursor)
    } else if (event.key === 'Escape' && cursor !== null) {
      event.preventDefault()
      onCursor(null)
    }
  }

  const live = isLive(connection)
  const count = eventCount(connection)
  const dropped = count - entries.length
  return (
    <section className="panel log" aria-label="Log">
      <header className="panel-head">
        <h2>Log</h2>
        <span className="panel-about" role="status">
          {isFiltering(filter) ? `${shown.length} of ${plural(count, 'event')}` : plural(count, 'event')}
        </span>
        <span className="panel-subject narrow-only">{nameOf(connection)}</span>
        <span className="log-tools">
          <LogKey />
          <button
            type="button"
            className={`live-button ${cursor === null ? 'on' : ''}`}
            aria-pressed={cursor === null}
            title={live ? 'Follow what happens' : 'Stay at the end'}
            onClick={() => onCursor(cursor === null ? (entries.at(-1)?.seq ?? null) : null)}
          >
            {live ? 'Live' : 'End'}
          </button>
        </span>
      </header>
      <LogFilters filter={filter} onFilter={onFilter} />
      {dropped > 0 && (
        <p className="log-dropped" title={LIMITS}>
          {entries.length === 0
            ? 'Nothing of what happened was kept.'
            : `${plural(dropped, 'more event was', 'more events were')} not kept.`}
        </p>
      )}
      {shown.length === 0 && (entries.length > 0 || dropped === 0) && (
        <p className="log-empty">
          {entries.length === 0 ? 'Nothing has happened to it yet.' : 'None that fits.'}
        </p>
      )}
      <div
        ref={scroller}
        className="log-scroll"
        role="listbox"
        aria-label="Events, oldest first"
        tabIndex={0}
        aria-activedescendant={isAt ? `${id}${cursor}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div className="log-rows" style={{ height: shown.length * ROW_HEIGHT }}>
          {shown.slice(first, end).map((entry, offset) => {
            const index = first + offset
            return (
              <LogRow
                key={entry.seq}
                id={`${id}${entry.seq}`}
                entry={entry}
                start={firstSeen}
                selected={isAt && index === at}
                current={cursor === null && index === at}
                place={index + 1}
                count={shown.length}
                top={index * ROW_HEIGHT}
                onPick={onCursor}
              />
            )
          })}
        </div>
      </div>
    </section>
  )
}

const LIMITS = `The page keeps ${MAX_ENTRIES.toLocaleString('en')} events of a connection and ${MAX_ALL_ENTRIES.toLocaleString('en')} of all, the process usually fewer. The oldest of ended connections go first.`
