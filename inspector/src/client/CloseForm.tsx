import { type FormEvent, useState } from 'react'
import { TextField } from '../shell/TextField.tsx'

interface Props {
  /** What its button says. */
  label: string
  /** There is nothing to close. */
  disabled: boolean
  /** What is wrong with a code and a reason; `null` if they are fine. */
  problemOf(code: string, reason: string): string | null
  /** `undefined`: without a code. */
  onClose(code: number | undefined, reason: string): void
}

/** A Close frame's code and reason. */
export function CloseForm({ label, disabled, problemOf, onClose }: Props) {
  const [code, setCode] = useState('1000')
  const [reason, setReason] = useState('')
  const problem = problemOf(code, reason)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose(code.trim() === '' ? undefined : Number(code), reason)
  }
  return (
    <form onSubmit={submit} className="client-form close-form">
      <TextField label="Code" inputMode="numeric" value={code} invalid={problem !== null} onValue={setCode} />
      <TextField label="Reason" value={reason} onValue={setReason} />
      <button type="submit" disabled={disabled || problem !== null}>
        {label}
      </button>
      {problem !== null && <p className="problem">{problem}</p>}
    </form>
  )
}
