import { type KeyboardEvent, useDeferredValue, useEffect, useMemo, useRef } from 'react'
import { type Connection, isLive } from '../model/connection.ts'
import { TraceTools } from '../traces/TraceTools.tsx'
import { ConnectionRow } from './ConnectionRow.tsx'
import { type ListFilter, listed } from './filter.ts'
import { ListFilters } from './ListFilters.tsx'
import './connections.css'

interface Props {
  connections: ReadonlyMap<string, Connection>
  selected: string | null
  /** Is the newest one selected whenever there is one? */
  follows: boolean
  filter: ListFilter
  onFilter(filter: ListFilter): void
  /** The one that was picked, or that a link names: it may not be there yet. */
  wanted: string | null
  onPick(id: string): void
  /** The first connection of a trace that was opened just now. */
  onOpened(id: string): void
  onFollow(follow: boolean): void
}

export function ConnectionList(props: Props) {
  const { connections, selected, follows, filter, onFilter, wanted, onPick, onOpened, onFollow } = props
  const list = useRef<HTMLUListElement>(null)
  // What is typed and looked at comes before the list's own order.
  const shown = useDeferredValue(connections)
  const ordered = useMemo(() => listed(shown.values(), filter), [shown, filter])
  const live = useMemo(() => ordered.filter(isLive).length, [ordered])
  /** Where the ended ones begin, if they are not mixed with the others. */
  const mark = filter.order === 'live first' ? live : -1

  const place = useMemo(() => ordered.findIndex(({ id }) => id === selected), [ordered, selected])
  const entrance = ordered[Math.max(place, 0)]?.id ?? null

  // What is shown is brought into sight, wherever a link, a trace or its end puts it, until the reader scrolls away. Where
  // it is the newest, whichever that is, nothing moves under the pointer.
  const scrolledFrom = useRef<string | null>(null)
  const scrolls = () => {
    scrolledFrom.current = selected
  }
  useEffect(() => {
    if (selected === null || place < 0 || scrolledFrom.current === selected) return
    if (follows && list.current?.matches(':hover, :focus-within') === true) return
    let frame = 0
    // How tall rows are that were not drawn before is seen when they are.
    const look = (times: number) => {
      if (list.current === null) return
      show(list.current, selected)
      if (times > 1) frame = requestAnimationFrame(() => look(times - 1))
    }
    look(SCROLLS)
    return () => cancelAnimationFrame(frame)
  }, [follows, selected, place])

  const onKeyDown = (event: KeyboardEvent) => {
    const ends = connections.size
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -ends, End: ends }[event.key]
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
        {connections.size > 0 && (
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
      {connections.size > 0 && <ListFilters connections={shown} filter={filter} onFilter={onFilter} />}
      {ordered.length === 0 ? (
        <p className="connections-empty">
          {connections.size === 0
            ? 'None yet. They appear here while they are opening. Or open a trace: drop a file on the page.'
            : 'None that fits.'}
        </p>
      ) : (
        <ul
          ref={list}
          className="connection-list"
          onKeyDown={onKeyDown}
          onWheel={scrolls}
          onPointerDown={scrolls}
        >
          {ordered.map((connection, index) => [
            index === mark && <EndedMark key="ended" first={index === 0} />,
            <ConnectionRow
              key={connection.id}
              connection={connection}
              selected={connection.id === selected}
              focusable={connection.id === entrance}
              onPick={onPick}
            />,
          ])}
        </ul>
      )}
      <TraceTools connections={connections} selected={selected} wanted={wanted} onOpened={onOpened} />
    </section>
  )
}

const SCROLLS = 4

/** Not by `scrollIntoView`: from there the Tab key would go on. */
function show(list: HTMLElement, id: string): void {
  const row = list.querySelector(`[data-connection="${CSS.escape(id)}"]`)
  if (row === null) return
  const { top, bottom } = list.getBoundingClientRect()
  const box = row.getBoundingClientRect()
  if (box.top < top) list.scrollTop -= top - box.top
  else if (box.bottom > bottom) list.scrollTop += box.bottom - bottom
}

function EndedMark({ first }: { first: boolean }) {
  return <li className={`ended-mark ${first ? 'first' : ''}`}>ended</li>
}
