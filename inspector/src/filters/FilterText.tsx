interface Props {
  label: string
  placeholder: string
  value: string
  onValue(value: string): void
}

/** What is to be found in the text of something. */
export function FilterText({ label, placeholder, value, onValue }: Props) {
  return (
    <input
      type="text"
      className="filter-text"
      aria-label={label}
      placeholder={placeholder}
      value={value}
      onChange={(event) => onValue(event.currentTarget.value)}
    />
  )
}
