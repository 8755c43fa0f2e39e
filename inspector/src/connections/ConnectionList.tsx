import { type KeyboardEvent, useMemo, useRef } from 'react'
import { type Connection, inOrder, isLive } from '../model/connection.ts'
import { ConnectionRow } from './ConnectionRow.tsx'
import './connections.css'

interface Props {
  connections: ReadonlyMap<string, Connection>
  selected: string | null
  /** Is the newest one selected whenever there is one? */
  follows: boolean
  onPick(id: string): void
  onFollow(follow: boolean): void
}

export function ConnectionList({ connections, selected, follows, onPick, onFollow }: Props) {
  const list = useRef<HTMLUListElement>(null)
  const ordered = useMemo(() => inOrder(connections.values()), [connections])
  const live = ordered.filter(isLive).length

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const buttons = [...(list.current?.querySelectorAll<HTMLButtonElement>('[data-connection]') ?? [])]
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
    const next = buttons[Math.min(Math.max(at + step, 0), buttons.length - 1)]
    next?.focus()
    next?.click()
  }

  return (
    <section className="panel connections" aria-label="Connections">
      <header className="panel-head">
        <h2>Connections</h2>
        <span className="panel-about narrow-only">
          {live} live · {ordered.length - live} ended
        </span>
        {ordered.length > 0 && (
          <button
            type="button"
            className="small-button toggle"
            aria-pressed={follows}
            title="Always show the newest connection"
            onClick={() => onFollow(!follows)}
          >
            Follow newest
          </button>
        )}
      </header>
      {ordered.length === 0 ? (
        <p className="connections-empty">None yet. They appear here while they are opening.</p>
      ) : (
        <ul ref={list} className="connection-list" onKeyDown={onKeyDown}>
          {ordered.map((connection, index) => [
            index === live && <EndedMark key="ended" first={index === 0} />,
            <ConnectionRow
              key={connection.id}
              connection={connection}
              selected={connection.id === selected}
              onPick={onPick}
            />,
          ])}
        </ul>
      )}
    </section>
  )
}

function EndedMark({ first }: { first: boolean }) {
  return <li className={`ended-mark ${first ? 'first' : ''}`}>ended</li>
}
