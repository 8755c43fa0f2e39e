import type { ReactNode } from 'react'
import { isLive } from '../model/connection.ts'
import { offset } from '../model/format.ts'
import { indexOfSeq } from '../model/records.ts'
import { entryAt, move } from '../model/view.ts'
import { ReplayControls } from '../replay/ReplayControls.tsx'
import type { Replay } from '../replay/useReplay.ts'
import type { ViewProps } from './Views.tsx'

interface Props extends ViewProps {
  /** Absent where something else plays. */
  replay?: Replay | undefined
  children?: ReactNode
}

/** The cursor as a slider: it steps, plays and drags through what happened, and has a way back to the end. */
export function CursorBar({ connection, cursor, onCursor, replay, children }: Props) {
  const { entries, firstSeen } = connection
  const last = entries.length - 1
  const at = cursor === null ? last : Math.min(indexOfSeq(entries, cursor), last)
  const entry = entryAt(connection, cursor)
  const step = (steps: number) => () => onCursor(move(connection, cursor, steps))
  const words =
    entry === null
      ? 'Nothing has happened yet'
      : `#${entry.seq}, ${entry.event.type}, ${offset(entry.time - firstSeen)}`
  const live = isLive(connection)
  const end = live ? 'live' : 'the end'
  /** So that the slider keeps its width while the numbers grow. */
  const digits = String(entries.at(-1)?.seq ?? 0).length
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields of a form
    <div className={`cursor-bar ${cursor === null ? '' : 'past'}`} role="group" aria-label="Cursor">
      <button
        type="button"
        className="icon-button"
        aria-label="Step back"
        disabled={at <= 0}
        onClick={step(-1)}
      >
        ‹
      </button>
      <input
        type="range"
        aria-label="Moment"
        aria-valuetext={cursor === null ? `${end}, ${words}` : words}
        min={0}
        max={Math.max(last, 0)}
        value={Math.max(at, 0)}
        disabled={entries.length === 0}
        onChange={(event) => onCursor(entries[Number(event.currentTarget.value)]?.seq ?? null)}
      />
      <button
        type="button"
        className="icon-button"
        aria-label="Step forward"
        disabled={at >= last}
        onClick={step(1)}
      >
        ›
      </button>
      <span className="cursor-words">
        <span style={{ minWidth: `${2 * digits + 5}ch` }}>
          {entry === null ? 'nothing yet' : `#${entry.seq} of ${entries.at(-1)!.seq}`}
        </span>
        {entry !== null && <span className="cursor-time">{offset(entry.time - firstSeen)}</span>}
      </span>
      <span className="cursor-end">
        {cursor === null ? (
          <span className={`cursor-live ${live ? '' : 'over'}`}>{end}</span>
        ) : (
          <button type="button" className="small-button primary" onClick={() => onCursor(null)}>
            {live ? 'Back to live' : 'To the end'}
          </button>
        )}
      </span>
      {replay !== undefined && (
        <ReplayControls replay={replay} connection={connection}>
          {children}
        </ReplayControls>
      )}
    </div>
  )
}
