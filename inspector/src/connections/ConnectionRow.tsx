import { memo } from 'react'
import { closeWords } from '../log/words.ts'
import { type Close, type Connection, closeOf, eventCount, isLive, stateOf } from '../model/connection.ts'
import { age, duration, plural } from '../model/format.ts'
import { useNow } from './useNow.ts'

interface Props {
  connection: Connection
  selected: boolean
  onPick(id: string): void
}

export const ConnectionRow = memo(function ConnectionRow({ connection, selected, onPick }: Props) {
  const { id, about, chart } = connection
  const state = stateOf(connection)
  const close = closeOf(connection)
  const end = endOf(connection, close)
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
        onClick={() => onPick(id)}
      >
        <span className="connection-line">
          <span className="connection-peer">
            {about === null ? chart.name : (about.peer ?? 'unknown peer')}
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
        {end !== null && <span className="connection-end small">{end}</span>}
      </button>
    </li>
  )
})

/** How it ended, if it did. */
function endOf({ lost, stopped }: Connection, close: Close | null): string | null {
  if (lost) return 'not reported any more'
  if (close !== null) return closeWords(close.code, close.reason)
  return stopped ? 'stopped' : null
}

function Age({ connection }: { connection: Connection }) {
  const { ended, firstSeen } = connection
  if (isLive(connection)) return <LiveAge since={firstSeen} />
  return ended === null ? null : <>lasted {duration(ended - firstSeen)}</>
}

function LiveAge({ since }: { since: number }) {
  return <>{age(useNow() - since)}</>
}
