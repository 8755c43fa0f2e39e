import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { ClientPanel } from './client/ClientPanel.tsx'
import type { Client } from './client/client.ts'
import { ConnectionList } from './connections/ConnectionList.tsx'
import { Waiting } from './embed/Waiting.tsx'
import type { Feed, FeedStatus } from './feed/feed.ts'
import { noTwins, type Scene } from './links/light.ts'
import { PinnedLight } from './links/PinnedLight.tsx'
import { useLinks } from './links/useLinks.ts'
import { usePin } from './links/usePin.ts'
import { Detail } from './log/Detail.tsx'
import { Log } from './log/Log.tsx'
import { newestOf } from './model/connection.ts'
import { doubtOf, otherEndOf, toBeAsked } from './model/ends.ts'
import type { Cursor } from './model/view.ts'
import type { Places } from './place/places.ts'
import { useReplay } from './replay/useReplay.ts'
import { CopyPlaceLink } from './share/CopyPlaceLink.tsx'
import { LinkNotice } from './share/LinkNotice.tsx'
import { Subject } from './shell/Subject.tsx'
import { TopBar } from './shell/TopBar.tsx'
import { ViewSwitch } from './shell/ViewSwitch.tsx'
import { Views } from './shell/Views.tsx'
import { Welcome } from './shell/Welcome.tsx'

/** `inspector.css` shows one view at a time below this width. */
const ONE_VIEW = '(max-width: 759px)'

interface Props {
  feed: Feed
  client: Client | null
  places: Places
}

export function App({ feed, client, places }: Props) {
  const { status, model, config } = useSyncExternalStore(feed.subscribe, feed.getSnapshot)
  const { connections } = model
  const place = useSyncExternalStore(places.subscribe, places.getSnapshot)
  const leftOut = useSyncExternalStore(places.subscribe, places.getLeftOut)
  const { tab, view } = place
  const [typedUrl, setUrl] = useState<string | null>(null)
  const url = typedUrl ?? config?.echo ?? ''

  const newest = useMemo(() => newestOf(connections.values()), [connections])
  const followed = place.cursor !== null && place.of !== null ? connections.get(place.of) : undefined
  const picked = place.picked === null ? undefined : connections.get(place.picked)
  // Someone who looks at a moment is not taken away from it by a connection that opens.
  const selected = picked ?? followed ?? newest
  const cursor = selected !== null && selected.id === place.of ? place.cursor : null

  const pick = useCallback(
    (id: string) =>
      places.go({
        picked: id,
        cursor: null,
        of: id,
        // Where the list fills the screen, what was picked would not be seen.
        ...(matchMedia(ONE_VIEW).matches ? { view: 'statechart' } : {}),
      }),
    [places],
  )
  const follow = useCallback(
    (newest: boolean) =>
      places.go({ picked: newest ? null : (selected?.id ?? null), cursor: null, of: null }),
    [places, selected?.id],
  )
  const selectedId = selected?.id ?? null
  const isPicked = picked !== undefined
  const setCursor = useCallback(
    // Who looks at another one while one that a link names is not there, does not wait for it any more.
    (cursor: Cursor) => places.set({ picked: isPicked ? selectedId : null, cursor, of: selectedId }),
    [places, selectedId, isPicked],
  )

  const replay = useReplay({
    connection: selected,
    cursor,
    onCursor: setCursor,
    follows: place.picked === null,
    since: config?.now ?? null,
    breakpoints: place.breakpoints,
    onBreakpoints: (breakpoints) => places.set({ breakpoints }),
  })

  // Both ends are drawn in the ladder only.
  const ends = useMemo(() => {
    if (selected === null || tab !== 'ladder') return { other: undefined, asked: [], doubt: null }
    const other = otherEndOf(selected, connections) ?? undefined
    if (other !== undefined) return { other, asked: [other.id], doubt: null }
    return { other, asked: toBeAsked(selected, connections), doubt: doubtOf(selected, connections) }
  }, [selected, connections, tab])
  useEffect(
    () => feed.follow(selectedId === null ? [] : [selectedId, ...ends.asked]),
    [feed, selectedId, ends.asked],
  )

  const otherId = ends.other?.id ?? null
  const goToOther = useCallback(
    (cursor: Cursor) => places.go({ picked: otherId, cursor, of: otherId }),
    [places, otherId],
  )

  const main = useRef<HTMLElement>(null)
  const scene = useMemo(
    (): Scene => ({
      connections: new Map(
        [selected, ends.other ?? null].flatMap((end) => (end === null ? [] : [[end.id, end]])),
      ),
      twins: noTwins,
    }),
    [selected, ends.other],
  )
  useLinks(main, scene)
  usePin(place.pin, (pin) => places.set({ pin }), scene)

  return (
    <div className="app" data-view={view} data-empty={selected === null}>
      <TopBar status={status} connections={connections} lab={client !== null}>
        <PinnedLight scene={scene} />
      </TopBar>
      <main ref={main} data-link-of={selectedId ?? undefined}>
        <div className="column">
          <LinkNotice
            leftOut={leftOut}
            onRead={places.hush}
            missing={picked === undefined && isThere(status) ? place.picked : null}
            shown={selected}
          />
          <ConnectionList
            connections={connections}
            selected={selectedId}
            follows={place.picked === null}
            filter={place.list}
            onFilter={(list) => places.set({ list })}
            wanted={place.picked}
            onPick={pick}
            onOpened={(id) => places.set({ picked: id, cursor: null, of: id })}
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
            <Views
              connection={selected}
              peer={ends.other}
              onPeer={goToOther}
              doubt={ends.doubt}
              cursor={cursor}
              onCursor={setCursor}
              view={tab}
              onView={(tab) => places.go({ tab })}
              subject={<Subject connection={selected} />}
              replay={replay}
            >
              {client !== null && (
                <CopyPlaceLink place={place} connection={selected} cursor={cursor} config={config} />
              )}
            </Views>
            <div className="column records">
              <Log
                key={selected.id}
                connection={selected}
                cursor={cursor}
                onCursor={setCursor}
                filter={place.log}
                onFilter={(log) => places.set({ log })}
              />
              <Detail connection={selected} cursor={cursor} />
            </div>
          </>
        )}
      </main>
      <ViewSwitch view={view} tab={tab} onView={(view) => places.go({ view })} client={client !== null} />
    </div>
  )
}

/** What there is has been told. */
const isThere = (status: FeedStatus) => status === 'attached' || status === 'trace'
