import { memo } from 'react'
import {
  type Close,
  type Connection,
  closeOf,
  eventCount,
  isLive,
  nameOf,
  stateOf,
} from '../model/connection.ts'
import { age, clock, duration, plural } from '../model/format.ts'
import { endWords } from './filter.ts'
import { useNow } from './useNow.ts'

interface Props {
  connection: Connection
  selected: boolean
  /** The Tab key comes to one row of the list; the arrow keys go on from there. */
  focusable: boolean
  onPick(id: string): void
}

export const ConnectionRow = memo(function ConnectionRow(props: Props) {
  const { connection, selected, focusable, onPick } = props
  const { id, about } = connection
  const state = stateOf(connection)
  const close = closeOf(connection)
  const end = endOf(connection, close)
  const name = nameOf(connection)
  return (
    <li>
      <button
        type="button"
        className="connection"
        data-connection={id}
        data-state={state}
        data-clean={close === null ? undefined : close.code !== 1006}
        data-source={connection.file === null ? 'process' : 'file'}
        aria-current={selected}
        tabIndex={focusable ? 0 : -1}
        onClick={() => onPick(id)}
      >
        <span className="connection-line">
          <span className="connection-name" title={[name, about?.peer].filter(Boolean).join('\n')}>
            {name}
          </span>
          <span className="badge">{connection.lost ? `${state}?` : state}</span>
        </span>
        <span className="connection-line small">
          <span className="connection-side">
            {about === null ? `machine ${id}` : `${about.side} ${about.connection}`}
          </span>
          {connection.file !== null && (
            <span className="chip" title={`from the file ${connection.file}`}>
              file
            </span>
          )}
          <span className="connection-count">{plural(eventCount(connection), 'event')}</span>
          <span className="connection-age">
            <Age connection={connection} />
          </span>
        </span>
        {end !== null && (
          <span className="connection-end small" title={end}>
            {end}
          </span>
        )}
      </button>
    </li>
  )
})

/** How it ended, if it did, or what went wrong. */
function endOf(connection: Connection, close: Close | null): string | null {
  const { lost, stopped, gist } = connection
  if (lost) return 'not reported any more'
  if (close !== null) return endWords(connection, close)
  return gist.trouble ?? (stopped ? 'stopped' : null)
}

function Age({ connection }: { connection: Connection }) {
  const { ended, firstSeen } = connection
  if (isLive(connection)) return <LiveAge since={firstSeen} />
  return ended === null ? null : (
    <span title={`how long it lasted, from ${clock(firstSeen)} to ${clock(ended)}`}>
      {duration(ended - firstSeen)}
    </span>
  )
}

function LiveAge({ since }: { since: number }) {
  return <span title={`since it was first seen, at ${clock(since)}`}>{age(useNow() - since)}</span>
}
