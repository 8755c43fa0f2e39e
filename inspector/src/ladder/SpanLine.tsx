import type { Crossing } from '../../../src/report/crossings.ts'
import { RUNG_HEIGHT } from './LadderRow.tsx'
import { ARROW_Y, Slope } from './Slope.tsx'

interface Props {
  crossing: Crossing
  from: number
  to: number
}

/** The arrow of something that leaves at one rung and arrives at another. */
export function SpanLine({ crossing, from, to }: Props) {
  const height = (to - from) * RUNG_HEIGHT
  return (
    <div className="span" style={{ transform: `translateY(${from * RUNG_HEIGHT + ARROW_Y}px)` }}>
      <Slope crossing={crossing} height={height} />
    </div>
  )
}
