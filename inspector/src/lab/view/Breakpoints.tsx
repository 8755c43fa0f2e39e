import { type FormEvent, useId, useState } from 'react'
import { type Breakpoint, type FrameKind, frameKinds } from '../engine/action.ts'
import { breakpointWords } from '../engine/breakpoints.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import type { LabSession } from '../session.ts'
import { connectionChart } from './chart.ts'
import { Popover } from './Popover.tsx'

/** Where the lab holds. */
export function Breakpoints({ snapshot, session }: { snapshot: Snapshot; session: LabSession }) {
  const id = useId()
  const { breakpoints } = snapshot
  const [on, setOn] = useState<Breakpoint['on']>('frame')
  const [kind, setKind] = useState<FrameKind>('close')
  const [state, setState] = useState('lifecycle.closing.failed')
  const [event, setEvent] = useState('receive.close')
  const [code, setCode] = useState('1006')
  const set = (at: readonly Breakpoint[]) => session.do({ do: 'breakpoints', at: [...at] })
  const wantedOf = (): Breakpoint => {
    if (on === 'frame') return { on, kind }
    if (on === 'state') return { on, id: state }
    return on === 'transition' ? { on, event } : { on, code: Number(code) }
  }
  const wanted = wantedOf()
  const fits = on !== 'code' || /^\d{3,5}$/.test(code)
  const known = breakpoints.some((each) => breakpointWords(each) === breakpointWords(wanted))

  const add = (submit: FormEvent) => {
    submit.preventDefault()
    if (fits && !known && breakpoints.length < 20) set([...breakpoints, wanted])
  }
  return (
    <Popover title={breakpoints.length === 0 ? 'Breakpoints' : `Breakpoints (${breakpoints.length})`}>
      <form className="lab-form" onSubmit={add}>
        <label className="field">
          <span>Hold</span>
          <select value={on} onChange={(event) => setOn(event.currentTarget.value as Breakpoint['on'])}>
            <option value="frame">before a frame of a kind</option>
            <option value="state">in a state</option>
            <option value="transition">behind a transition</option>
            <option value="code">at a close code</option>
          </select>
        </label>
        <label className="field" htmlFor={id}>
          <span>Which</span>
          {on === 'frame' && (
            <select
              id={id}
              value={kind}
              onChange={(event) => setKind(event.currentTarget.value as FrameKind)}
            >
              {frameKinds.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          )}
          {on === 'state' && (
            <select id={id} value={state} onChange={(event) => setState(event.currentTarget.value)}>
              {[...connectionChart().states.keys()]
                .filter((each) => each.includes('.'))
                .map((each) => (
                  <option key={each}>{each}</option>
                ))}
            </select>
          )}
          {on === 'transition' && (
            <select id={id} value={event} onChange={({ currentTarget }) => setEvent(currentTarget.value)}>
              {eventTypes().map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          )}
          {on === 'code' && (
            <input
              id={id}
              type="text"
              inputMode="numeric"
              value={code}
              aria-invalid={!fits}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
          )}
        </label>
        <button type="submit" className="primary" disabled={!fits || known}>
          Add
        </button>
      </form>
      {breakpoints.length === 0 ? (
        <p className="none">None yet: nothing holds the lab.</p>
      ) : (
        <ul className="lab-breakpoints">
          {breakpoints.map((each) => (
            <li key={breakpointWords(each)} data-breakpoint={each.on}>
              {breakpointWords(each)}
              <button
                type="button"
                className="small-button"
                aria-label={`Remove the breakpoint ${breakpointWords(each)}`}
                onClick={() => set(breakpoints.filter((other) => other !== each))}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
    </Popover>
  )
}

/** Every event that has a transition somewhere. */
function eventTypes(): string[] {
  const all = [...connectionChart().states.values()].flatMap(({ transitions }) =>
    transitions.map(({ event }) => event),
  )
  return [...new Set(all)].filter((event) => /^[a-zA-Z.]+$/.test(event) && event !== '').sort()
}
