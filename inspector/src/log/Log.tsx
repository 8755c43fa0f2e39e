import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useId, useRef } from 'react'
import type { Connection } from '../model/connection.ts'
import { eventCount } from '../model/connection.ts'
import { plural } from '../model/format.ts'
import { indexOfSeq } from '../model/records.ts'
import { type Cursor, move } from '../model/view.ts'
import { useSize } from '../shell/useSize.ts'
import { LogRow, ROW_HEIGHT } from './LogRow.tsx'
import './log.css'

interface Props {
  connection: Connection
  cursor: Cursor
  onCursor(cursor: Cursor): void
}

/** Everything that happened to a connection, one row each. */
export function Log({ connection, cursor, onCursor }: Props) {
  const { entries, firstSeen } = connection
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => entries[index]!.seq,
    overscan: 8,
  })
  const { height } = useSize(scroller)
  const at = cursor === null ? entries.length - 1 : indexOfSeq(entries, cursor)

  // The row at the cursor stays in sight, also when the log is shown again; live, that is the last one.
  useEffect(() => {
    if (at >= 0 && height > 0) rows.scrollToIndex(at, { align: cursor === null ? 'end' : 'auto' })
  }, [at, cursor, rows, height])

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1)
    const steps: Record<string, number> = {
      ArrowUp: -1,
      ArrowDown: 1,
      PageUp: -page,
      PageDown: page,
      Home: -entries.length,
      End: entries.length,
    }
    const step = steps[event.key]
    if (step !== undefined) {
      event.preventDefault()
      onCursor(move(connection, cursor, step))
    } else if (event.key === 'Escape' && cursor !== null) {
      event.preventDefault()
      onCursor(null)
    }
  }

  const dropped = eventCount(connection) - entries.length
  return (
    <section className="panel log" aria-label="Log">
      <header className="panel-head">
        <h2>Log</h2>
        <span className="panel-about">{plural(eventCount(connection), 'event')}</span>
        <button
          type="button"
          className={`live-button ${cursor === null ? 'on' : ''}`}
          aria-pressed={cursor === null}
          title="Follow what happens"
          onClick={() => onCursor(cursor === null ? (entries.at(-1)?.seq ?? null) : null)}
        >
          Live
        </button>
      </header>
      {dropped > 0 && (
        <p className="log-dropped">
          {entries.length === 0
            ? 'Nothing of what happened was kept.'
            : `${plural(dropped, 'more event was', 'more events were')} not kept.`}
        </p>
      )}
      {entries.length === 0 && dropped === 0 && <p className="log-empty">Nothing has happened to it yet.</p>}
      <div
        ref={scroller}
        className="log-scroll"
        role="listbox"
        aria-label="Events, oldest first"
        tabIndex={0}
        aria-activedescendant={at >= 0 && cursor !== null ? `${id}${entries[at]?.seq}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div className="log-rows" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start, key }) => {
            const entry = entries[index]
            return (
              entry !== undefined && (
                <LogRow
                  key={key}
                  id={`${id}${entry.seq}`}
                  entry={entry}
                  start={firstSeen}
                  selected={cursor !== null && index === at}
                  current={cursor === null && index === at}
                  place={index + 1}
                  count={entries.length}
                  top={start}
                  onPick={onCursor}
                />
              )
            )
          })}
        </div>
      </div>
    </section>
  )
}
