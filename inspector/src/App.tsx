import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { ClientPanel } from './client/ClientPanel.tsx'
import type { Client } from './client/client.ts'
import { ConnectionList } from './connections/ConnectionList.tsx'
import { Waiting } from './embed/Waiting.tsx'
import type { Feed } from './feed/feed.ts'
import { Detail } from './log/Detail.tsx'
import { Log } from './log/Log.tsx'
import { newestOf } from './model/connection.ts'
import type { Cursor } from './model/view.ts'
import { TopBar } from './shell/TopBar.tsx'
import { type ViewName, ViewSwitch } from './shell/ViewSwitch.tsx'
import { Views } from './shell/Views.tsx'
import type { ViewOfConnection } from './shell/views.ts'
import { Welcome } from './shell/Welcome.tsx'

/** `inspector.css` shows one view at a time below this width. */
const ONE_VIEW = '(max-width: 759px)'

/** Which connection is looked at, and where in its records. */
interface Place {
  /** `null`: whichever is newest. */
  picked: string | null
  cursor: Cursor
  /** The connection that the cursor belongs to. */
  of: string | null
}

export function App({ feed, client }: { feed: Feed; client: Client | null }) {
  const { status, model, config } = useSyncExternalStore(feed.subscribe, feed.getSnapshot)
  const { connections } = model
  const [place, setPlace] = useState<Place>({ picked: null, cursor: null, of: null })
  const [view, setView] = useState<ViewName>('statechart')
  const [tab, setTab] = useState<ViewOfConnection>('statechart')
  const [typedUrl, setUrl] = useState<string | null>(null)
  const url = typedUrl ?? config?.echo ?? ''

  const newest = useMemo(() => newestOf(connections.values()), [connections])
  const followed = place.cursor !== null && place.of !== null ? connections.get(place.of) : undefined
  const picked = place.picked === null ? undefined : connections.get(place.picked)
  // Someone who looks at a moment is not taken away from it by a connection that opens.
  const selected = picked ?? followed ?? newest
  const cursor = selected !== null && selected.id === place.of ? place.cursor : null

  const pick = useCallback((id: string) => {
    setPlace({ picked: id, cursor: null, of: id })
    // Where the list fills the screen, what was picked would not be seen.
    if (matchMedia(ONE_VIEW).matches) setView('statechart')
  }, [])
  const follow = useCallback(
    (newest: boolean) => setPlace({ picked: newest ? null : (selected?.id ?? null), cursor: null, of: null }),
    [selected?.id],
  )
  const selectedId = selected?.id ?? null
  const setCursor = useCallback(
    (cursor: Cursor) => setPlace(({ picked }) => ({ picked, cursor, of: selectedId })),
    [selectedId],
  )

  useEffect(() => feed.follow(selectedId === null ? [] : [selectedId]), [feed, selectedId])

  return (
    <div className="app" data-view={view} data-empty={selected === null}>
      <TopBar status={status} connections={connections} lab={client !== null} />
      <main data-links>
        <div className="column">
          <ConnectionList
            connections={connections}
            selected={selectedId}
            follows={place.picked === null}
            onPick={pick}
            onFollow={follow}
          />
          {client !== null && (
            <ClientPanel
              client={client}
              url={url}
              onUrl={setUrl}
              steered={selected}
              steers={config?.commands === true}
            />
          )}
        </div>
        {selected === null && (client === null || status === 'trace') ? (
          <Waiting status={status} />
        ) : selected === null ? (
          <Welcome
            status={status}
            echo={config?.echo ?? null}
            client={client!}
            onConnect={(url) => {
              setUrl(url)
              client?.connect(url)
            }}
          />
        ) : (
          <>
            <Views connection={selected} cursor={cursor} onCursor={setCursor} view={tab} onView={setTab} />
            <div className="column records">
              <Log key={selected.id} connection={selected} cursor={cursor} onCursor={setCursor} />
              <Detail connection={selected} cursor={cursor} />
            </div>
          </>
        )}
      </main>
      <ViewSwitch view={view} tab={tab} onView={setView} client={client !== null} />
    </div>
  )
}
