import { FilterText } from '../filters/FilterText.tsx'
import { type Choice, Selects } from '../filters/Selects.tsx'
import { directions, everyEvent, isFiltering, kinds, type LogFilter } from './filter.ts'

interface Props {
  filter: LogFilter
  onFilter(filter: LogFilter): void
}

const choices: readonly Choice<LogFilter>[] = [
  { name: 'kind', label: 'Kind', options: kinds, any: 'all' },
  { name: 'direction', label: 'Way', options: directions, any: 'all' },
]

/** What the log shows. */
export function LogFilters({ filter, onFilter }: Props) {
  return (
    <search className="log-filters" aria-label="Filter events">
      <Selects choices={choices} filter={filter} onFilter={onFilter} />
      <FilterText
        label="Filter events by text"
        placeholder="Filter: text, reason, state…"
        value={filter.text}
        onValue={(text) => onFilter({ ...filter, text })}
      />
      {isFiltering(filter) && (
        <button
          type="button"
          className="icon-button"
          aria-label="Show all events"
          title="Show all events"
          onClick={() => onFilter(everyEvent)}
        >
          ×
        </button>
      )}
    </search>
  )
}
