import type { FeedStatus } from '../feed/feed.ts'
import './embed.css'

/** What to do where an application, or a file, is to say what there is to see. */
export function Waiting({ status }: { status: FeedStatus }) {
  return (
    <section className="panel welcome" aria-label="Welcome">
      <div className="welcome-body">
        {status === 'trace' ? <NoTrace /> : <NobodyYet held={status === 'embedded'} />}
      </div>
    </section>
  )
}

function NoTrace() {
  return (
    <>
      <h2>No trace is open</h2>
      <p>Drop a file on this page, or choose one with “Open trace…”.</p>
    </>
  )
}

function NobodyYet({ held }: { held: boolean }) {
  const { origin, pathname } = location
  return (
    <>
      <h2>{held ? 'Waiting for the application' : 'No application embeds this page'}</h2>
      <p>
        This page shows the machines of an application that opens it in an iframe or a popup. It hears only
        that window, from this origin or from those that its URL names:{' '}
        <code>?origin=https://app.example</code>.
      </p>
      <h3>With XState 5</h3>
      <pre className="command embed-code">
        <code>{`import { createInspector, inspectWindow } from 'wirechart/inspect'

const inspector = createInspector()
inspectWindow(inspector, iframe.contentWindow, {
  origin: '${origin}',
})
inspector.fromActor(actor)`}</code>
      </pre>
      <h3>With XState 4</h3>
      <pre className="command embed-code">
        <code>{`import { inspect } from '@xstate/inspect'

inspect({
  iframe, // or false, for a popup
  url: '${origin}${pathname}',
})`}</code>
      </pre>
      <p>
        Then interpret machines with <code>{'{ devTools: true }'}</code>.
      </p>
    </>
  )
}
