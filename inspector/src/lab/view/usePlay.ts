import { useEffect, useState } from 'react'
import type { LabSession, LabView } from '../session.ts'

export const speeds = [0.5, 1, 2, 4] as const

export interface Play {
  playing: boolean
  speed: number
  /** There is something that playing would do. */
  possible: boolean
  toggle(): void
  setSpeed(speed: number): void
}

/** Characters of what is told of a prediction. */
const VERDICT = 150

/** Takes step after step, with time to read; waits for answers, and stops at breakpoints and at the end. */
export function usePlay(session: LabSession, lab: LabView): Play {
  const [wanted, setPlaying] = useState(false)
  const [speed, setSpeed] = useState(1)
  const { snapshot, scenario, next, step, answered } = lab
  const isLesson = scenario !== null && (next !== null || snapshot.unfinished)
  const possible = isLesson || movesByItself(lab)
  const asks = isLesson && !snapshot.unfinished && next?.ask !== undefined
  const playing = wanted && possible
  const isOver = scenario !== null && !isLesson

  useEffect(() => {
    if (!wanted) return
    if (!possible || snapshot.halted !== null) {
      setPlaying(false)
      return
    }
    // It goes on when there is an answer.
    if (asks) return
    const words = (step?.says.length ?? 0) + (answered === null ? 0 : VERDICT)
    const pause = isLesson ? Math.max(1_800, words * 32) : 800
    const timer = setTimeout(() => session.do({ do: isLesson ? 'step' : 'next' }), pause / speed)
    return () => clearTimeout(timer)
  }, [wanted, possible, asks, answered, snapshot, isLesson, step, speed, session])

  // What a lesson ends with stays as it is, even if something is still under way.
  useEffect(() => {
    if (isOver) setPlaying(false)
  }, [isOver])

  return {
    playing,
    speed,
    possible,
    toggle: () => {
      // The first one at once: nobody waits for nothing.
      if (!playing && possible && !asks) session.do({ do: isLesson ? 'step' : 'next' })
      setPlaying(!playing)
    },
    setSpeed,
  }
}

function movesByItself({ snapshot }: LabView): boolean {
  const { toClient, toServer, nextTimer } = snapshot
  return (
    nextTimer !== null ||
    [toClient, toServer].some(({ ended, segments, delivered, bytes }) =>
      ended
        ? false
        : delivered < bytes.length || segments.at(-1)?.kind === 'fin' || segments.at(-1)?.kind === 'rst',
    )
  )
}
