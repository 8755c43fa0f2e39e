/**
 * The page that applications embed, in an iframe or a popup: it shows what their window tells, and nothing else. It
 * attaches to no process, takes no commands to one, and has no client.
 */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from '../App.tsx'
import { FeedContext } from '../feed/FeedContext.ts'
import { createPlaces } from '../place/places.ts'
import { applyTheme, readTheme } from '../shell/theme.ts'
import { warmUp } from '../statechart/elk.ts'
import { TracesContext } from '../traces/TracesContext.ts'
import { createTraces } from '../traces/traces.ts'
import { startWindowFeed } from './windowFeed.ts'
import '../shell/inspector.css'

applyTheme(readTheme())
warmUp()

const feed = startWindowFeed(window)

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <FeedContext value={feed}>
      <TracesContext value={createTraces(feed)}>
        <App feed={feed} client={null} places={createPlaces(null)} />
      </TracesContext>
    </FeedContext>
  </StrictMode>,
)
