interface Props<Value extends string> {
  label: string
  value: Value | ''
  options: readonly Value[]
  /** What it is called that nothing is chosen; absent: something always is. */
  any?: string
  onValue(value: NoInfer<Value> | ''): void
}

/** One of a few, or any. */
export function Select<Value extends string>({ label, value, options, any, onValue }: Props<Value>) {
  return (
    <label className="select">
      <span>{label}</span>
      <select value={value} onChange={(event) => onValue(event.target.value as Value)}>
        {any !== undefined && <option value="">{any}</option>}
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  )
}
