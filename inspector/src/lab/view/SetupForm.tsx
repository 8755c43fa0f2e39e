import { useState } from 'react'
import { Popover } from '../../shell/Popover.tsx'
import { defaultSetup, type Setup } from '../engine/action.ts'
import type { LabSession, LabView } from '../session.ts'

type Numbered = 'maxSize' | 'openTimeout' | 'closeTimeout' | 'pingTimeout'

const numbers: readonly [name: Numbered, label: string][] = [
  ['maxSize', 'Largest message, bytes'],
  ['openTimeout', 'Opening timeout, ms'],
  ['closeTimeout', 'Closing timeout, ms'],
  ['pingTimeout', 'Wait for a Pong, ms'],
]

/** How the peers are set up. A change begins anew. */
export function SetupForm({ lab, session }: { lab: LabView; session: LabSession }) {
  const setup: Setup = { ...defaultSetup, ...lab.scenario?.setup, ...lab.state.setup }
  return (
    <Popover title="Setup">
      <p className="none">A change starts the lab anew.</p>
      <div className="pop-form">
        <label className="choice">
          <input
            type="checkbox"
            checked={setup.compression}
            onChange={(event) => session.setUp({ compression: event.currentTarget.checked })}
          />
          permessage-deflate
        </label>
        <label className="choice">
          <input
            type="checkbox"
            checked={setup.autoAccept}
            onChange={(event) => session.setUp({ autoAccept: event.currentTarget.checked })}
          />
          the server accepts by itself
        </label>
        <label className="choice">
          <input
            type="checkbox"
            checked={setup.pingInterval !== null}
            onChange={(event) => session.setUp({ pingInterval: event.currentTarget.checked ? 20_000 : null })}
          />
          the server pings every 20 s
        </label>
        {numbers.map(([name, label]) => (
          <NumberField
            key={`${name} ${setup[name]}`}
            label={label}
            value={setup[name]}
            onValue={(value) => session.setUp({ [name]: value })}
          />
        ))}
      </div>
    </Popover>
  )
}

function NumberField({
  label,
  value,
  onValue,
}: {
  label: string
  value: number
  onValue(value: number): void
}) {
  const [typed, setTyped] = useState(String(value))
  const fits = /^\d{1,7}$/.test(typed) && Number(typed) >= 1 && Number(typed) <= 2 ** 20
  return (
    <label className="field">
      <span>{label}</span>
      <input
        type="text"
        inputMode="numeric"
        value={typed}
        aria-invalid={!fits}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => fits && Number(typed) !== value && onValue(Number(typed))}
        onKeyDown={(event) => event.key === 'Enter' && fits && onValue(Number(typed))}
      />
    </label>
  )
}
