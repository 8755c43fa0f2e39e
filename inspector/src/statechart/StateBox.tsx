import { memo } from 'react'
import { declare, stateLink } from '../links/link.ts'
import { type ChartState, inner, shortName } from './chart.ts'
import type { Box } from './layout.ts'

interface Props {
  state: ChartState
  box: Box
  depth: number
  active: boolean
  /** This side can never be in it. */
  foreign: boolean
  /** The event that was last taken in it without leaving it. */
  within: string | null
  focusable: boolean
  open: boolean
  onHover(id: string | null): void
  onFocus(id: string): void
  onPick(id: string): void
}

export const StateBox = memo(function StateBox(props: Props) {
  const { state, box, depth, active, foreign, within, focusable, open, onHover, onFocus, onPick } = props
  const leaf = state.children.length === 0
  const events = leaf ? inner(state).length : 0
  const kind = depth === 0 && !leaf ? 'region' : leaf ? 'leaf' : 'nest'
  return (
    <div
      className={`state ${kind} ${foreign ? 'foreign' : ''} ${within === null ? '' : 'within'}`}
      data-state-id={state.id}
      data-active={active}
      {...declare(stateLink(state.id))}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
    >
      <button
        type="button"
        className="state-name"
        data-state-button={state.id}
        tabIndex={focusable ? 0 : -1}
        aria-label={`State ${state.id}${active ? ', active' : ''}`}
        aria-expanded={open}
        onPointerEnter={() => onHover(state.id)}
        onPointerLeave={() => onHover(null)}
        onFocus={() => onFocus(state.id)}
        onClick={() => onPick(state.id)}
      >
        <span className="state-key">{state.key}</span>
        {events > 0 && (
          <span className="state-inner">
            {within === null ? `↻ ${events} ${events === 1 ? 'event' : 'events'}` : `↻ ${shortName(within)}`}
          </span>
        )}
      </button>
    </div>
  )
})
