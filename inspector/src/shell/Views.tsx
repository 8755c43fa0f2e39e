import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import { FrameView } from '../frame/FrameView.tsx'
import { HandshakeView } from '../handshake/HandshakeView.tsx'
import { Ladder } from '../ladder/Ladder.tsx'
import { light } from '../links/store.ts'
import { MessagesView } from '../messages/MessagesView.tsx'
import type { Connection } from '../model/connection.ts'
import type { Cursor } from '../model/view.ts'
import type { Replay } from '../replay/useReplay.ts'
import { ReportView } from '../report/ReportView.tsx'
import { Statechart } from '../statechart/Statechart.tsx'
import { CursorBar } from './CursorBar.tsx'
import { useSize } from './useSize.ts'
import { tabAfter, type ViewOfConnection, views, viewTitles } from './views.ts'
import './views.css'

interface Props {
  connection: Connection
  /** The other side of the same connection, where that was watched too. */
  peer?: Connection | undefined
  /** Goes to a record of it. Absent where it is beside this one, which then holds only what it knows by itself. */
  onPeer?: ((seq: Cursor) => void) | undefined
  /** Why none is taken for the other side, although something looks like it. */
  doubt?: string | null
  cursor: Cursor
  onCursor(cursor: Cursor): void
  view: ViewOfConnection
  onView(view: ViewOfConnection): void
  /** What says which connection it is, where that is not plain. */
  subject?: ReactNode
  /** Absent where something else plays. */
  replay?: Replay
  /** Beside what plays. */
  children?: ReactNode
}

/** What every view is given: a connection's list of entries, and one cursor into it. */
export type ViewProps = Pick<Props, 'connection' | 'peer' | 'onPeer' | 'doubt' | 'cursor' | 'onCursor'>

/** From this width the statechart stays in sight beside the others. */
const SIDE_BY_SIDE = 1080

/** The views of a connection, one tab each, and the cursor that all of them follow. */
export function Views({ view, onView, subject, replay, children, ...shared }: Props) {
  const { connection, cursor, onCursor } = shared
  const id = useId()
  const body = useRef<HTMLDivElement>(null)
  useEffect(() => light.moved(connection.id, cursor), [connection.id, cursor])
  const { width } = useSize(body)
  const tabs = useRef<HTMLDivElement>(null)
  // Where they do not all fit, the one that is shown is whole, with those beside it.
  useEffect(() => {
    const list = tabs.current
    const tab = document.getElementById(id + view)
    if (list === null || tab === null) return
    list.scrollLeft = tab.offsetLeft - (list.clientWidth - tab.offsetWidth) / 2
  }, [id, view])
  const beside = view !== 'statechart' && width >= SIDE_BY_SIDE

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const next = tabAfter(view, event.key)
    if (next === null) return
    event.preventDefault()
    onView(next)
    document.getElementById(`${id}${next}`)?.focus()
  }

  return (
    <section className="panel views" aria-label="Views of the connection">
      <div className="views-head">
        <div ref={tabs} className="tabs" role="tablist" aria-label="View" onKeyDown={onKeyDown}>
          {views.map((each) => (
            <button
              key={each}
              id={id + each}
              type="button"
              role="tab"
              data-view-tab={each}
              aria-selected={each === view}
              aria-controls={`${id}panel`}
              tabIndex={each === view ? 0 : -1}
              onClick={() => onView(each)}
            >
              {viewTitles[each]}
            </button>
          ))}
        </div>
        {subject}
      </div>
      <div className={`views-body ${beside ? 'beside' : ''}`} ref={body}>
        {beside && <Statechart connection={connection} cursor={cursor} onCursor={onCursor} />}
        <div
          className="view-panel"
          id={`${id}panel`}
          role="tabpanel"
          aria-labelledby={id + view}
          data-view-of={view}
        >
          {view === 'statechart' && (
            <Statechart connection={connection} cursor={cursor} onCursor={onCursor} />
          )}
          {view !== 'statechart' && connection.about === null && (
            <p className="view-none">
              This is not a WebSocket connection but some other machine: it has a statechart and a log only.
            </p>
          )}
          {view !== 'statechart' && connection.about !== null && <View view={view} {...shared} />}
        </div>
      </div>
      <CursorBar {...shared} replay={replay}>
        {children}
      </CursorBar>
    </section>
  )
}

function View({ view, ...shared }: ViewProps & { view: ViewOfConnection }) {
  switch (view) {
    case 'ladder':
      return <Ladder key={shared.connection.id} {...shared} />
    case 'frame':
      return <FrameView {...shared} />
    case 'messages':
      return <MessagesView {...shared} />
    case 'handshake':
      return <HandshakeView {...shared} />
    case 'report':
      return <ReportView {...shared} />
    default:
      return null
  }
}
