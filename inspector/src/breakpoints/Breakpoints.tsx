import { type FormEvent, useId, useMemo, useState } from 'react'
import { type Breakpoint, type FrameKind, frameKinds } from '../lab/engine/action.ts'
import { type AtFrame, breakpointWords } from '../lab/engine/breakpoints.ts'
import { Popover } from '../shell/Popover.tsx'
import type { Chart } from '../statechart/chart.ts'
import { MOST_BREAKPOINTS } from './link.ts'
import './breakpoints.css'

interface Props {
  breakpoints: readonly Breakpoint[]
  onBreakpoints(breakpoints: readonly Breakpoint[]): void
  /** Whose states and transitions there are to choose from. */
  chart: Chart
  atFrame: AtFrame
  /** What it means that there are none. */
  none: string
  /** Where it opens. */
  up?: boolean
}

/** Where the lab, or a replay, holds. */
export function Breakpoints({ breakpoints, onBreakpoints, chart, atFrame, none, up = false }: Props) {
  const id = useId()
  const [on, setOn] = useState<Breakpoint['on']>('frame')
  const [kind, setKind] = useState<FrameKind>('close')
  const states = useMemo(() => statesOf(chart), [chart])
  const [pickedState, setState] = useState('lifecycle.closing.failed')
  const state = states.includes(pickedState) ? pickedState : (states[0] ?? '')
  const events = useMemo(() => eventTypes(chart), [chart])
  const [pickedEvent, setEvent] = useState('receive.close')
  const event = events.includes(pickedEvent) ? pickedEvent : (events[0] ?? '')
  const [code, setCode] = useState('1006')
  const wordsOf = (breakpoint: Breakpoint) => breakpointWords(breakpoint, atFrame)
  const wantedOf = (): Breakpoint => {
    if (on === 'frame') return { on, kind }
    if (on === 'state') return { on, id: state }
    return on === 'transition' ? { on, event } : { on, code: Number(code) }
  }
  const wanted = wantedOf()
  const fits = on !== 'code' || /^\d{3,5}$/.test(code)
  const full = breakpoints.length >= MOST_BREAKPOINTS
  const known = breakpoints.some((each) => wordsOf(each) === wordsOf(wanted))

  const add = (submit: FormEvent) => {
    submit.preventDefault()
    if (fits && !known && !full) onBreakpoints([...breakpoints, wanted])
  }
  return (
    <Popover up={up} title={breakpoints.length === 0 ? 'Breakpoints' : `Breakpoints (${breakpoints.length})`}>
      <form className="pop-form" onSubmit={add}>
        <label className="field">
          <span>Hold</span>
          <select value={on} onChange={(event) => setOn(event.currentTarget.value as Breakpoint['on'])}>
            <option value="frame">{atFrame} a frame of a kind</option>
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
              {states.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          )}
          {on === 'transition' && (
            <select id={id} value={event} onChange={({ currentTarget }) => setEvent(currentTarget.value)}>
              {events.map((each) => (
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
        <button type="submit" className="primary" disabled={!fits || known || full}>
          Add
        </button>
      </form>
      {breakpoints.length === 0 ? (
        <p className="none">None yet: {none}</p>
      ) : (
        <ul className="breakpoints">
          {breakpoints.map((each) => (
            <li key={wordsOf(each)} data-breakpoint={each.on}>
              {wordsOf(each)}
              <button
                type="button"
                className="small-button"
                aria-label={`Remove the breakpoint ${wordsOf(each)}`}
                onClick={() => onBreakpoints(breakpoints.filter((other) => other !== each))}
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

/** Every state but the regions, which are always active. */
function statesOf({ states, parallel }: Chart): string[] {
  return [...states.values()].filter(({ parent }) => parent !== '' || !parallel).map(({ id }) => id)
}

/** Every event that has a transition somewhere. */
function eventTypes({ states }: Chart): string[] {
  const all = [...states.values()].flatMap(({ transitions }) => transitions.map(({ event }) => event))
  return [...new Set(all)].filter((event) => /^[a-zA-Z.]+$/.test(event) && event !== '').sort()
}
