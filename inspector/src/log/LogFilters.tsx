import { Select } from '../connections/Select.tsx'
import { directions, everyEvent, isFiltering, kinds, type LogFilter } from './filter.ts'

interface Props {
  filter: LogFilter
  onFilter(filter: LogFilter): void
}

/** What the log shows. */
export function LogFilters({ filter, onFilter }: Props) {
  const set = (change: Partial<LogFilter>) => onFilter({ ...filter, ...change })
  return (
    <search className="log-filters" aria-label="Filter events">
      <Select label="Kind" value={filter.kind} options={kinds} any="all" onValue={(kind) => set({ kind })} />
      <Select
        label="Way"
        value={filter.direction}
        options={directions}
        any="all"
        onValue={(direction) => set({ direction })}
      />
      <input
        type="text"
        aria-label="Filter events by text"
        placeholder="Text…"
        value={filter.text}
        onChange={(event) => set({ text: event.target.value })}
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
