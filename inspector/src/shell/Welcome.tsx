import { useState, useSyncExternalStore } from 'react'
import type { Client } from '../client/client.ts'
import type { FeedStatus } from '../feed/feed.ts'

interface Props {
  status: FeedStatus
  echo: string | null
  client: Client
  onConnect(url: string): void
}

/** What to do when there is nothing to look at. */
export function Welcome({ status, echo, client, onConnect }: Props) {
  const { state, lines } = useSyncExternalStore(client.subscribe, client.getSnapshot)
  const failure = state === 'closed' && lines.at(-1)?.kind === 'error' ? lines.at(-1) : undefined
  if (status === 'not attached') return <NotAttached />
  const url = echo ?? 'ws://127.0.0.1:8765'
  return (
    <section className="panel welcome" aria-label="Welcome">
      <div className="welcome-body">
        <h2>Nothing is connected yet</h2>
        <p>
          This page shows every WebSocket connection of the process that served it: where each one is in its
          statechart, and each frame that took it there.
        </p>
        <h3>Open one from here</h3>
        {echo === null ? (
          <p>Give the client on this page the URL of a server in this process.</p>
        ) : (
          <p className="offer">
            <button type="button" className="primary big" onClick={() => onConnect(echo)}>
              Connect this browser
            </button>
            <span>
              to <code>{echo}</code>, which sends everything back
            </span>
          </p>
        )}
        {failure !== undefined && (
          <p className="problem" role="status">
            It did not work. {failure.text}
          </p>
        )}
        <h3>Or from a terminal</h3>
        <Command text={`npx wirechart connect ${url}`} />
        <h3>Then watch</h3>
        <p>
          <em>connecting</em>, <em>open</em>, <em>closing</em> and <em>closed</em> light up as they happen.
          Send something, close it, then pick a row of the log to go back to that moment.
        </p>
        <h3>Or learn how it works</h3>
        <p>
          <a href="#lab">Open the lab</a>: a client and a server in this page, and the wire between them in
          your hand.
        </p>
      </div>
    </section>
  )
}

function NotAttached() {
  return (
    <section className="panel welcome" aria-label="Welcome">
      <div className="welcome-body">
        <h2>This page is not attached to a process</h2>
        <p>It shows the connections of the process that serves it, and it was served by something else.</p>
        <h3>Start a server with its inspector</h3>
        <Command text="npx wirechart serve --port 8765 --inspect-port 8766" />
        <p>
          Then open <code>http://127.0.0.1:8766/</code>.
        </p>
        <h3>Or learn how it works</h3>
        <p>
          <a href="#lab">Open the lab</a>: a client and a server in this page, the wire between them in your
          hand, and a lesson for everything that can happen.
        </p>
      </div>
    </section>
  )
}

function Command({ text }: { text: string }) {
  const [copied, setCopied] = useState(false)
  return (
    <p className="command">
      <code>{text}</code>
      <button
        type="button"
        className="small-button"
        aria-label={`Copy the command ${text}`}
        onClick={() => {
          navigator.clipboard?.writeText(text).then(
            () => setCopied(true),
            () => setCopied(false),
          )
        }}
      >
        {copied ? 'Copied' : 'Copy'}
      </button>
    </p>
  )
}
