import { type ReactNode, useState } from 'react'
import type { FeedStatus } from '../feed/feed.ts'
import { PlaceSwitch } from '../lab/PlaceSwitch.tsx'
import { type Connection, isLive } from '../model/connection.ts'
import { applyTheme, readTheme, type Theme, themes } from './theme.ts'

interface Props {
  status: FeedStatus
  connections: ReadonlyMap<string, Connection>
  /** Is there a way to the lab? */
  lab?: boolean
  children?: ReactNode
}

const STATUS: Record<FeedStatus, { text: string; about: string }> = {
  starting: { text: 'attaching', about: 'Looking for the process that served this page.' },
  attached: { text: 'attached', about: 'What the process reports is shown as it happens.' },
  reconnecting: {
    text: 'reconnecting',
    about: 'The process is not there. What it reported last is shown; it is looked for again and again.',
  },
  trace: { text: 'trace', about: 'This page shows a trace. No process is watched.' },
  embedded: {
    text: 'embedded',
    about: 'What the application that holds this page tells is shown as it happens.',
  },
  'not attached': {
    text: 'not attached',
    about: 'This page was not served by a process that can be watched.',
  },
}

export function TopBar({ status, connections, lab = true, children }: Props) {
  const live = [...connections.values()].filter(isLive).length
  const { text, about } = STATUS[status]
  return (
    <header className="top-bar">
      <h1>
        <Mark />
        wirechart <span>inspector</span>
      </h1>
      {lab && <PlaceSwitch />}
      <p className="status" data-feed={status} role="status" title={about}>
        <span className="dot" aria-hidden="true" />
        {text}
      </p>
      <p className="counts">
        <b>{live}</b> live <span className="sep">·</span> <b>{connections.size - live}</b> ended
      </p>
      {children}
      <ThemeSwitch />
    </header>
  )
}

/** Two states and the transition between them. */
function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect className="mark-back" width="32" height="32" rx="7" />
      <rect className="mark-from" x="6" y="6.500" width="11" height="7.500" rx="2.400" />
      <path className="mark-from" d="M10.500 14v6.200a2 2 0 0 0 2 2h1.500" />
      <rect className="mark-to" x="15" y="18.500" width="11" height="7.500" rx="2.400" />
    </svg>
  )
}

function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(readTheme)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a toolbar's group, not one of a form
    <div className="switch theme-switch" role="group" aria-label="Theme">
      {themes.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={theme === each}
          onClick={() => {
            applyTheme(each)
            setTheme(each)
          }}
        >
          {each}
        </button>
      ))}
    </div>
  )
}
