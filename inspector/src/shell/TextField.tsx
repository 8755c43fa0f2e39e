import type { HTMLAttributes } from 'react'

interface Props {
  label: string
  value: string
  onValue(value: string): void
  /** It cannot be as it is. */
  invalid?: boolean
  className?: string
  placeholder?: string
  maxLength?: number
  inputMode?: HTMLAttributes<HTMLInputElement>['inputMode']
  spellCheck?: boolean
}

/** A line of text, with its name above it. */
export function TextField({ label, value, onValue, invalid, className = '', ...input }: Props) {
  return (
    <label className={`field ${className}`}>
      <span>{label}</span>
      <input
        type="text"
        value={value}
        aria-invalid={invalid}
        onChange={(event) => onValue(event.currentTarget.value)}
        {...input}
      />
    </label>
  )
}
