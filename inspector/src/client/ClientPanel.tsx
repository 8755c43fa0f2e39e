import {
  type FormEvent,
  type KeyboardEvent,
  useEffect,
  useId,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import type { Connection } from '../model/connection.ts'
import { clock } from '../model/format.ts'
import { TextField } from '../shell/TextField.tsx'
import { CloseForm } from './CloseForm.tsx'
import type { Client, Line } from './client.ts'
import { closeProblem } from './closeProblem.ts'
import { parseHex } from './hex.ts'
import { Steering } from './Steering.tsx'
import './client.css'

interface Props {
  client: Client
  url: string
  onUrl(url: string): void
  /** The connection that is looked at, if the process lets the page steer it. */
  steered?: Connection | null
  /** Does it? */
  steers?: boolean
}

const parts = ['Client', 'Steer'] as const

/** What makes something move: a client in the page and, where that is allowed, the process's own connections. */
export function ClientPanel({ steers = false, steered = null, ...own }: Props) {
  const id = useId()
  const [part, setPart] = useState<(typeof parts)[number]>('Client')
  const { state } = useSyncExternalStore(own.client.subscribe, own.client.getSnapshot)
  const badge = (
    <span className="badge" data-client-state={state}>
      {state}
    </span>
  )
  if (!steers) {
    return (
      <section className="panel client" aria-label="Client">
        <header className="panel-head">
          <h2>Client</h2>
          <span className="panel-about">in this browser</span>
          {badge}
        </header>
        <OwnClient {...own} />
      </section>
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    event.preventDefault()
    const other = part === 'Client' ? 'Steer' : 'Client'
    setPart(other)
    document.getElementById(id + other)?.focus()
  }
  return (
    <section className="panel client" aria-label="Client and steering">
      <header className="panel-head client-tabs">
        <div role="tablist" aria-label="What to move" onKeyDown={onKeyDown}>
          {parts.map((each) => (
            <button
              key={each}
              id={id + each}
              type="button"
              role="tab"
              aria-selected={each === part}
              aria-controls={`${id}panel`}
              tabIndex={each === part ? 0 : -1}
              onClick={() => setPart(each)}
            >
              {each}
            </button>
          ))}
        </div>
        {part === 'Client' && badge}
      </header>
      <div role="tabpanel" id={`${id}panel`} aria-labelledby={id + part} className="client-part">
        {part === 'Client' ? (
          <OwnClient {...own} />
        ) : (
          <div className="client-body">
            <Steering key={steered?.id} connection={steered} />
          </div>
        )}
      </div>
    </section>
  )
}

/** A small client: the newcomer's way to make something move. */
function OwnClient({ client, url, onUrl }: Pick<Props, 'client' | 'url' | 'onUrl'>) {
  const { state, lines } = useSyncExternalStore(client.subscribe, client.getSnapshot)
  const [message, setMessage] = useState('Hello')
  const [binary, setBinary] = useState(false)
  const notHex = binary && parseHex(message) === null
  const busy = state !== 'closed'

  const onConnect = (event: FormEvent) => {
    event.preventDefault()
    client.connect(url)
  }
  const onSend = (event: FormEvent) => {
    event.preventDefault()
    if (binary) client.sendHex(message)
    else client.sendText(message)
  }

  return (
    <div className="client-body">
      <form onSubmit={onConnect} className="client-form">
        <TextField
          label="URL"
          inputMode="url"
          spellCheck={false}
          value={url}
          placeholder="ws://127.0.0.1:8765"
          onValue={onUrl}
        />
        <button type="submit" className="primary" disabled={busy || url.trim() === ''}>
          Connect
        </button>
      </form>
      <form onSubmit={onSend} className="client-form">
        <TextField
          label={binary ? 'Message, hex' : 'Message'}
          value={message}
          invalid={notHex}
          onValue={setMessage}
        />
        <div className="pair">
          <label className="choice">
            <input type="checkbox" checked={binary} onChange={(event) => setBinary(event.target.checked)} />
            binary
          </label>
          <button type="submit" disabled={state !== 'open' || notHex}>
            Send
          </button>
        </div>
        {notHex && <p className="problem">Not hex: write bytes as 48 65 6c.</p>}
      </form>
      <CloseForm
        label="Close"
        disabled={state !== 'open' && state !== 'connecting'}
        problemOf={closeProblem}
        onClose={client.close}
      />
      {lines.length > 0 && <Transcript lines={lines} />}
      <p className="client-note">
        A browser hides frames, Pings and the reason of a failure from its page. The log and the close report
        have them.
      </p>
    </div>
  )
}

const MARKS: Record<Line['kind'], string> = { sent: '↑', received: '↓', note: '•', error: '!' }

function Transcript({ lines }: { lines: readonly Line[] }) {
  const list = useRef<HTMLOListElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end is followed whenever there is another line
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [lines])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must get there
    <ol ref={list} className="transcript" role="log" aria-label="Transcript" tabIndex={0}>
      {lines.map(({ id, kind, text, time }) => (
        <li key={id} className={`line-${kind}`} title={clock(time)}>
          <span aria-hidden="true">{MARKS[kind]}</span>
          <span className="line-text">{text}</span>
        </li>
      ))}
    </ol>
  )
}
