import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { Feed } from '../../feed/feed.ts'
import { PinnedLight } from '../../links/PinnedLight.tsx'
import { light } from '../../links/store.ts'
import { useLinks } from '../../links/useLinks.ts'
import { useReport } from '../../report/useReport.ts'
import { TopBar } from '../../shell/TopBar.tsx'
import { isLabHash } from '../labHash.ts'
import { linkOf, readLink } from '../link.ts'
import { sceneOf } from '../scene.ts'
import { createSession } from '../session.ts'
import { Lesson } from './Lesson.tsx'
import { Library } from './Library.tsx'
import { PeerPanel } from './PeerPanel.tsx'
import { PlayBar } from './PlayBar.tsx'
import { StateStrip } from './StateStrip.tsx'
import { usePeer } from './usePeer.ts'
import { usePlay } from './usePlay.ts'
import { WirePanel } from './WirePanel.tsx'
import './lab.css'

const labViews = ['lesson', 'wire', 'client', 'server'] as const
/** Where there is room for more than one view: both peers, or one of them with its log. */
const shows = ['both', 'client', 'server'] as const

type LabViewName = (typeof labViews)[number]

/** Two peers in this page, and the wire between them in the user's hand. */
export default function LabPage({ feed }: { feed: Feed }) {
  const { status, model } = useSyncExternalStore(feed.subscribe, feed.getSnapshot)
  const session = useMemo(() => createSession(location.hash), [])
  const lab = useSyncExternalStore(session.subscribe, session.getSnapshot)
  const [view, setView] = useState<LabViewName>('lesson')
  const [show, setShow] = useState<(typeof shows)[number]>('both')
  /** Was the lesson opened here, rather than by a link? */
  const [isChosen, setChosen] = useState(false)
  const choose = (id: string) => {
    setChosen(true)
    session.open(id)
  }
  const play = usePlay(session, lab)
  const client = usePeer('client', lab.snapshot.client.records, lab.run)
  const server = usePeer('server', lab.snapshot.server.records, lab.run)
  const [clientReport, serverReport] = [useReport(client), useReport(server)]
  const link = linkOf(lab.state)
  const main = useRef<HTMLElement>(null)
  const scene = useMemo(() => sceneOf(lab.snapshot, client, server), [lab.snapshot, client, server])
  useLinks(main, scene)
  // Of another run, nothing is there any more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => light.letGo(), [lab.run])

  // The address says what the lab looks like, and the lab follows an address that was opened.
  useEffect(() => {
    // Links that are followed, not what is written below: that is no event.
    const follow = () => isLabHash(location.hash) && session.follow(location.hash)
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [session])
  useEffect(() => {
    if (lab.badLink !== null || link === null || link === location.hash) return
    // “Back” leads to the lesson before, not to the step before: that is what “Undo” is for.
    const there = readLink(location.hash)
    const isAnother = 'error' in there || there.scenario !== lab.state.scenario
    history[isAnother ? 'pushState' : 'replaceState'](null, '', link)
  }, [link, lab.badLink, lab.state.scenario])

  return (
    <div className="app lab" data-lab-view={view} data-lab-show={show} data-lab-step={lab.snapshot.step}>
      <TopBar status={status} connections={model.connections}>
        <PinnedLight scene={scene} />
      </TopBar>
      <main className="lab-main" ref={main}>
        <StateStrip snapshot={lab.snapshot} />
        <div className="lab-lesson">
          {lab.badLink !== null && (
            <p className="lab-bad-link" role="alert">
              <b>This link could not be opened.</b> {lab.badLink} Here is an empty lab instead.
            </p>
          )}
          {lab.leftOut !== null && (
            <p className="lab-left-out" role="alert">
              <b>Not all of this link could be read.</b> {lab.leftOut} That was left out.
            </p>
          )}
          {lab.scenario === null ? (
            <Library onOpen={choose} />
          ) : (
            <Lesson
              lab={lab}
              scenario={lab.scenario}
              session={session}
              isChosen={isChosen}
              onChoose={choose}
              reports={{ client: clientReport!, server: serverReport! }}
            />
          )}
        </div>
        <PlayBar lab={lab} session={session} play={play} link={link}>
          {/* biome-ignore lint/a11y/useSemanticElements: a toolbar's group, not one of a form */}
          <div className="switch lab-show" role="group" aria-label="Peers to show">
            {shows.map((each) => (
              <button key={each} type="button" aria-pressed={show === each} onClick={() => setShow(each)}>
                {each}
              </button>
            ))}
          </div>
        </PlayBar>
        <WirePanel key={lab.run} snapshot={lab.snapshot} session={session} about={lab.step?.bytes} />
        <PeerPanel
          side="client"
          lab={lab}
          session={session}
          connection={client}
          other={server}
          report={clientReport!}
        />
        <PeerPanel
          side="server"
          lab={lab}
          session={session}
          connection={server}
          other={client}
          report={serverReport!}
        />
      </main>
      <nav className="view-switch" aria-label="Views">
        {labViews.map((each) => (
          <button key={each} type="button" aria-current={view === each} onClick={() => setView(each)}>
            {each}
          </button>
        ))}
      </nav>
    </div>
  )
}
