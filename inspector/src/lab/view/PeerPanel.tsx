import { useEffect, useState } from 'react'
import type { CloseReport } from '../../../../src/report/report.ts'
import { everyEvent } from '../../log/filter.ts'
import { Log } from '../../log/Log.tsx'
import type { Connection } from '../../model/connection.ts'
import type { Cursor } from '../../model/view.ts'
import { Views } from '../../shell/Views.tsx'
import type { ViewOfConnection } from '../../shell/views.ts'
import type { Side } from '../engine/action.ts'
import type { LabSession, LabView } from '../session.ts'
import { Composer } from './Composer.tsx'
import { Heard } from './Heard.tsx'
import { peerWords, stateWords } from './words.ts'

interface Props {
  side: Side
  lab: LabView
  session: LabSession
  /** What was recorded of it, and of the one at the other end. */
  connection: Connection
  other: Connection
  report: CloseReport
}

/** One of the two: its state, what it can be told to do, and every view of it. */
export function PeerPanel({ side, lab, session, connection, other, report }: Props) {
  const { snapshot, run } = lab
  const peer = snapshot[side]
  const [tab, setTab] = useState<ViewOfConnection>('statechart')
  const [cursor, setCursor] = useState<Cursor>(null)
  const [log, setLog] = useState(false)
  const [filter, setFilter] = useState(everyEvent)
  // Whatever happens next is looked at.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => setCursor(null), [peer.records.length, run])
  const words = peerWords(peer, snapshot.now)

  return (
    <section
      className={`lab-peer lab-${side}`}
      data-peer={side}
      data-link-of={side}
      data-state={peer.state}
      aria-label={`The ${side}`}
    >
      <div className="panel lab-peer-head">
        <header className="panel-head">
          <h2>{side === 'client' ? 'Client' : 'Server'}</h2>
          <span className={`badge outcome-${report.outcome}`} data-peer-state="">
            {stateWords(peer)}
          </span>
          {words !== null && (
            <span className="panel-about" data-peer-words="">
              {words}
            </span>
          )}
          <button
            type="button"
            className="small-button toggle lab-log-toggle"
            aria-pressed={log}
            onClick={() => setLog(!log)}
          >
            Log
          </button>
        </header>
        {peer.state === 'closed' ? (
          <p className="lab-closed" data-peer-ending="">
            {report.headline}{' '}
            <button
              type="button"
              className="small-button lab-why"
              aria-label="Why? See the close report"
              aria-pressed={tab === 'report'}
              onClick={() => setTab('report')}
            >
              Why?
            </button>
          </p>
        ) : (
          <Composer peer={peer} session={session} />
        )}
        {(snapshot.client.heard.length > 0 || snapshot.server.heard.length > 0) && (
          <Heard messages={peer.heard} />
        )}
      </div>
      <div className="lab-peer-views" data-log={log}>
        <Views
          connection={connection}
          peer={other}
          cursor={cursor}
          onCursor={setCursor}
          view={tab}
          onView={setTab}
        />
        <Log
          key={run}
          connection={connection}
          cursor={cursor}
          onCursor={setCursor}
          filter={filter}
          onFilter={setFilter}
        />
      </div>
    </section>
  )
}
