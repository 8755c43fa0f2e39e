import { useEffect, useRef, useState } from 'react'
import type { Hold } from '../breakpoints/hold.ts'
import type { Breakpoint } from '../lab/engine/action.ts'
import type { Connection } from '../model/connection.ts'
import { indexOfSeq } from '../model/records.ts'
import type { Cursor } from '../model/view.ts'
import { type Speed, type Walk, type Watched, walk, walkFrom, watch } from './walk.ts'

export interface Replay {
  playing: boolean
  toggle(): void
  speed: Speed
  setSpeed(speed: Speed): void
  breakpoints: readonly Breakpoint[]
  setBreakpoints(breakpoints: readonly Breakpoint[]): void
  /** Why the cursor is where it is. */
  held: string | null
}

interface Options {
  connection: Connection | null
  cursor: Cursor
  onCursor(cursor: Cursor): void
  /** Is the newest connection followed, whichever that is? */
  follows: boolean
  /** When the page was opened, by the clock of the records. */
  since: number | null
  breakpoints: readonly Breakpoint[]
  onBreakpoints(breakpoints: readonly Breakpoint[]): void
}

/** Plays what was recorded, and holds it, or the following of what happens, at breakpoints. */
export function useReplay(options: Options): Replay {
  const { connection, cursor, onCursor, follows, breakpoints } = options
  // What happened until it is attached again is not past.
  const [opened, setOpened] = useState(options.since)
  if (opened === null && options.since !== null) setOpened(options.since)
  const id = connection?.id ?? null
  const [playing, setPlaying] = useState(false)
  const [speed, setSpeed] = useState<Speed>('1×')
  const [held, setHeld] = useState<(Hold & { id: string }) | null>(null)
  const now = useRef({ ...options, speed })
  now.current = { ...options, speed }
  const watched = useRef<Watched | null>(null)

  useEffect(() => {
    if (connection === null) return
    if (cursor !== null) {
      // Whoever looks at a moment is not taken to another one; what comes in is past by then.
      watched.current = watch(null, connection, follows, [])
      return
    }
    const { hold, ...seen } = watch(watched.current, connection, follows, breakpoints, opened)
    watched.current = seen
    if (hold === null) return
    setHeld({ ...hold, id: connection.id })
    onCursor(hold.seq)
  }, [connection, cursor, onCursor, follows, breakpoints, opened])

  useEffect(() => {
    if (!playing || id === null) return
    let frame = 0
    let before: number | null = null
    let state: Walk | null = null
    const step = (time: number) => {
      const { connection, cursor, onCursor, breakpoints, speed } = now.current
      if (connection?.id !== id) return
      const { entries } = connection
      const last = entries.length - 1
      // At the end, it begins anew; wherever else the cursor was put, it goes on from there.
      const at = cursor === null ? last : Math.min(indexOfSeq(entries, cursor), last)
      if (state === null) state = walkFrom(at >= last ? -1 : at)
      else if (at !== state.index) state = walkFrom(at)
      const from = state.index
      state = walk(state, time - (before ?? time), speed, breakpoints, connection)
      before = time
      const ends = state.ended && state.hold === null
      if (state.index !== from) onCursor(ends ? null : (entries[state.index]?.seq ?? null))
      if (state.hold !== null) setHeld({ ...state.hold, id })
      if (state.hold !== null || ends) setPlaying(false)
      else frame = requestAnimationFrame(step)
    }
    frame = requestAnimationFrame(step)
    return () => cancelAnimationFrame(frame)
  }, [playing, id])
  // Another connection is another replay.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => () => setPlaying(false), [id])

  return {
    playing,
    toggle: () => setPlaying(!playing),
    speed,
    setSpeed,
    breakpoints,
    setBreakpoints: options.onBreakpoints,
    held: held !== null && held.id === id && held.seq === cursor ? held.words : null,
  }
}
