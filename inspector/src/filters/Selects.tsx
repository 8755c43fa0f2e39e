import { Select } from './Select.tsx'

/** A part of a filter that is one of a few. */
export interface Choice<Filter> {
  name: keyof Filter & string
  label: string
  options: readonly string[]
  /** What it is called that nothing is chosen; absent: something always is. */
  any?: string
}

interface Props<Filter> {
  choices: readonly Choice<Filter>[]
  filter: Filter
  onFilter(filter: Filter): void
}

export function Selects<Filter>({ choices, filter, onFilter }: Props<Filter>) {
  return choices.map(({ name, label, options, any }) => (
    <Select
      key={name}
      label={label}
      value={String(filter[name])}
      options={options}
      any={any}
      onValue={(value) => onFilter({ ...filter, [name]: value })}
    />
  ))
}
