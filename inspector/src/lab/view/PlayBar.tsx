import { type ReactNode, useEffect, useRef } from 'react'
import { Breakpoints } from '../../breakpoints/Breakpoints.tsx'
import { duration } from '../../model/format.ts'
import { CopyLink } from '../../share/CopyLink.tsx'
import { Reach } from '../../share/Reach.tsx'
import { MAX_ACTIONS } from '../link.ts'
import type { LabSession, LabView } from '../session.ts'
import { connectionChart } from './chart.ts'
import { SetupForm } from './SetupForm.tsx'
import { type Play, speeds } from './usePlay.ts'

interface Props {
  lab: LabView
  session: LabSession
  play: Play
  link: string | null
  children: ReactNode
}

/** Play, step, undo, restart; the clock; where to hold; the link. */
export function PlayBar({ lab, session, play, link, children }: Props) {
  const { snapshot, state, scenario, next } = lab
  const isLesson = scenario !== null && (next !== null || snapshot.unfinished)
  const forward = useRef<HTMLButtonElement>(null)
  /** Back at the start, what led there is disabled, and would lose the focus. */
  const isTakenBack = useRef(false)
  useEffect(() => {
    if (isTakenBack.current && state.actions.length === 0) forward.current?.focus({ preventScroll: true })
    isTakenBack.current = false
  }, [state.actions])
  const takeBack = (by: () => void) => () => {
    isTakenBack.current = true
    by()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields of a form
    <div className="lab-bar" role="group" aria-label="Run the lab">
      <div className="lab-bar-main">
        <button
          type="button"
          aria-pressed={play.playing}
          disabled={!play.possible}
          title={isLesson && next?.ask !== undefined ? 'It goes on when you have answered' : undefined}
          onClick={play.toggle}
        >
          {play.playing ? 'Pause' : 'Play'}
        </button>
        <button
          type="button"
          ref={forward}
          title={
            isLesson
              ? 'The next step of the lesson'
              : 'Deliver what was written first; else wait for the next timer'
          }
          disabled={!isLesson && !play.possible}
          onClick={() => session.do({ do: isLesson ? 'step' : 'next' })}
        >
          Step
        </button>
        <button type="button" disabled={state.actions.length === 0} onClick={takeBack(session.undo)}>
          Undo
        </button>
        <button type="button" disabled={state.actions.length === 0} onClick={takeBack(session.restart)}>
          Restart
        </button>
      </div>
      <div className="lab-bar-more">
        <label className="choice">
          Speed
          <select value={play.speed} onChange={(event) => play.setSpeed(Number(event.currentTarget.value))}>
            {speeds.map((speed) => (
              <option key={speed} value={speed}>
                {speed}×
              </option>
            ))}
          </select>
        </label>
        <span className="lab-clock" title="The lab’s clock stands still until time is let pass">
          {duration(snapshot.now)}
        </span>
        <button type="button" className="small-button" onClick={() => session.do({ do: 'wait', ms: 1_000 })}>
          +1 s
        </button>
        <button
          type="button"
          className="small-button"
          disabled={snapshot.nextTimer === null}
          onClick={() => session.do({ do: 'wait', ms: (snapshot.nextTimer ?? 0) - snapshot.now })}
        >
          Next timer
        </button>
        <Breakpoints
          breakpoints={snapshot.breakpoints}
          onBreakpoints={(at) => session.do({ do: 'breakpoints', at: [...at] })}
          chart={connectionChart()}
          atFrame="before"
          none="nothing holds the lab."
        />
        <SetupForm lab={lab} session={session} />
        <CopyLink link={link} none="Too much was done for a link">
          <p>
            It holds the lab as it is: the lesson, the setup, all that was done and typed, the breakpoints.
            Whoever opens it has the same; what is pinned is not in it.
          </p>
          <Reach />
        </CopyLink>
        {children}
      </div>
      <p className="lab-told" role="status">
        {snapshot.halted !== null && (
          <span className="lab-halted" data-halted="">
            Held at a breakpoint: {snapshot.halted.words}
          </span>
        )}
        {state.actions.length >= MAX_ACTIONS && (
          <span className="lab-halted">{MAX_ACTIONS} things were done: undo some, or restart.</span>
        )}
        {snapshot.refusal !== null && (
          <span className="lab-refusal" data-refusal="">
            Refused: {snapshot.refusal}.
          </span>
        )}
      </p>
    </div>
  )
}
