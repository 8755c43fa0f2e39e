import { lazy, Suspense } from 'react'
import { App } from '../App.tsx'
import type { Client } from '../client/client.ts'
import type { Feed } from '../feed/feed.ts'
import type { Places } from '../place/places.ts'
import { useHash } from './hash.ts'
import { isLabHash } from './labHash.ts'
import './place.css'

/** The lab brings the protocol and a second XState: it is loaded by whoever goes there. */
const LabPage = lazy(() => import('./view/LabPage.tsx').catch(() => ({ default: Missing })))

function Missing() {
  return (
    <p className="lab-loading" role="alert">
      The lab could not be loaded. Reload the page; go back to <a href="#live">the connections</a>.
    </p>
  )
}

/** The page: the connections of a process, or the lab. */
export function Root({ feed, client, places }: { feed: Feed; client: Client; places: Places }) {
  if (!isLabHash(useHash())) return <App feed={feed} client={client} places={places} />
  return (
    <Suspense fallback={<p className="lab-loading">Setting up the lab…</p>}>
      <LabPage feed={feed} />
    </Suspense>
  )
}
