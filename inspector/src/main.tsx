import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createClient } from './client/client.ts'
import { FeedContext } from './feed/FeedContext.ts'
import { startFeed } from './feed/feed.ts'
import { Root } from './lab/Root.tsx'
import { createPlaces } from './place/places.ts'
import { applyTheme, readTheme } from './shell/theme.ts'
import { warmUp } from './statechart/elk.ts'
import { openServedTrace } from './traces/served.ts'
import { TracesContext } from './traces/TracesContext.ts'
import { createTraces } from './traces/traces.ts'
import './shell/inspector.css'

applyTheme(readTheme())
warmUp()

const feed = startFeed(location)
const traces = createTraces(feed)
openServedTrace(feed, traces)

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <FeedContext value={feed}>
      <TracesContext value={traces}>
        <Root feed={feed} client={createClient()} places={createPlaces(window)} />
      </TracesContext>
    </FeedContext>
  </StrictMode>,
)
