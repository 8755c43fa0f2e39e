import type { ReactNode } from 'react'
import { Breakpoints } from '../breakpoints/Breakpoints.tsx'
import { Select } from '../filters/Select.tsx'
import type { Connection } from '../model/connection.ts'
import type { Replay } from './useReplay.ts'
import { speeds } from './walk.ts'
import './replay.css'

interface Props {
  replay: Replay
  connection: Connection
  children?: ReactNode
}

/** Play and pause, how fast, where to hold, and why it does. */
export function ReplayControls({ replay, connection, children }: Props) {
  const { playing, toggle, speed, setSpeed, breakpoints, setBreakpoints, held } = replay
  return (
    <div className="replay">
      <button
        type="button"
        className="small-button toggle replay-play"
        aria-pressed={playing}
        title="Move the cursor as it happened; from the end, begin anew. Silences are cut to a second."
        disabled={connection.entries.length === 0}
        onClick={toggle}
      >
        {playing ? 'Pause' : 'Play'}
      </button>
      <Select label="Speed" value={speed} options={speeds} onValue={(to) => to !== '' && setSpeed(to)} />
      <Breakpoints
        up
        breakpoints={breakpoints}
        onBreakpoints={setBreakpoints}
        chart={connection.chart}
        atFrame="at"
        none="nothing holds the replay, or what is followed live."
      />
      {children}
      <p className="replay-held" role="status" data-held={held === null ? undefined : ''}>
        {held !== null && (
          <>
            <b>Held at a breakpoint.</b> {held}
          </>
        )}
      </p>
    </div>
  )
}
