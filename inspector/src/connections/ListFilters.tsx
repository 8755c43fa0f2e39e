import { useId, useMemo, useState } from 'react'
import { FilterText } from '../filters/FilterText.tsx'
import { type Choice, Selects } from '../filters/Selects.tsx'
import { closeName } from '../log/words.ts'
import type { Connection } from '../model/connection.ts'
import {
  codeCounts,
  everyConnection,
  filters,
  type ListFilter,
  orders,
  sides,
  sources,
  statesOf,
} from './filter.ts'

interface Props {
  connections: ReadonlyMap<string, Connection>
  filter: ListFilter
  onFilter(filter: ListFilter): void
}

/** What is listed: a text, and what is seldom needed behind a button. */
export function ListFilters({ connections, filter, onFilter }: Props) {
  const id = useId()
  const [more, setMore] = useState(hasMore(filter))
  const set = (change: Partial<ListFilter>) => onFilter({ ...filter, ...change })
  const counts = useMemo(() => codeCounts(connections.values()), [connections])
  // One that a link names, and that none is in, is shown all the same.
  const choices = useMemo((): readonly Choice<ListFilter>[] => {
    const states = new Set([...statesOf(connections.values()), filter.state])
    states.delete('')
    return [
      { name: 'side', label: 'Side', options: sides, any: 'any' },
      { name: 'state', label: 'State', options: [...states], any: 'any' },
      { name: 'source', label: 'Which', options: sources, any: 'all' },
      { name: 'order', label: 'Order', options: orders },
    ]
  }, [connections, filter.state])
  return (
    <search className="list-filters" aria-label="Filter connections">
      <div className="filter-line">
        <FilterText
          label="Filter connections by text"
          placeholder="Filter: peer, path, reason…"
          value={filter.text}
          onValue={(text) => set({ text })}
        />
        <button
          type="button"
          className="small-button toggle"
          aria-expanded={more}
          aria-controls={id}
          onClick={() => setMore(!more)}
        >
          More
        </button>
      </div>
      {more && (
        <div className="filter-grid" id={id}>
          <Selects choices={choices} filter={filter} onFilter={onFilter} />
        </div>
      )}
      {counts.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: buttons of a toolbar, not fields of a form
        <div className="code-counts" role="group" aria-label="How they were closed">
          {counts.map(([code, count]) => (
            <button
              key={code}
              type="button"
              className="code-count"
              data-code={code}
              data-bad={code === 1006}
              aria-pressed={filter.code === code}
              aria-label={`Closed with ${code}, ${closeName(code)}: ${count}`}
              title={closeName(code)}
              onClick={() => set({ code: filter.code === code ? null : code })}
            >
              {code} <b>×{count}</b>
            </button>
          ))}
        </div>
      )}
      {filters(filter) && (
        <button
          type="button"
          className="small-button"
          onClick={() => onFilter({ ...everyConnection, order: filter.order })}
        >
          Show all {connections.size}
        </button>
      )}
    </search>
  )
}

/** Is something set that is seldom needed? */
const hasMore = ({ side, state, source, order }: ListFilter) =>
  side !== '' || state !== '' || source !== '' || order !== everyConnection.order
