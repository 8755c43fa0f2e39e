import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { createClient } from './client/client.ts'
import { startFeed } from './feed/feed.ts'
import { applyTheme, readTheme } from './shell/theme.ts'
import { warmUp } from './statechart/elk.ts'
import './shell/inspector.css'

applyTheme(readTheme())
warmUp()

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App feed={startFeed(location)} client={createClient()} />
  </StrictMode>,
)
