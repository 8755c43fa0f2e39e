import type { Side } from '../../../machines/events.ts'
import type { Crossing } from '../../../src/report/crossings.ts'

/** Where arrows that go from one rung to another begin and end, from the top of a rung, px. */
export const ARROW_Y = 30

/** How far arrows go that do not arrive, percent. */
const CUT = 58

interface Props {
  crossing: Pick<Crossing, 'from' | 'kind' | 'name'>
  /** How far it falls on its way, px. */
  height: number
  /** It does not arrive, or came from nowhere. */
  cut?: 'end' | 'start' | null
  /** It never will. */
  lost?: boolean
}

/** An arrow from lane to lane, sloping down as time does. */
export function Slope({ crossing, height, cut = null, lost = false }: Props) {
  const { from, kind, name } = crossing
  const ink = inkOf(kind, name, from)
  // From left to right; the other way round it is mirrored.
  const x = (percent: number) => `${from === 'client' ? percent : 100 - percent}%`
  const [start, end] = [cut === 'start' ? 100 - CUT : 0, cut === 'end' ? CUT : 100]
  const fallen = height * ((end - start) / 100)
  return (
    <svg
      className={`slope ink-${ink}`}
      data-cut={cut ?? undefined}
      style={{ height: Math.max(height, 1) }}
      aria-hidden="true"
    >
      <line
        x1={x(start)}
        y1={0}
        x2={x(end)}
        y2={fallen}
        markerEnd={lost ? undefined : `url(#${headOf(ink)})`}
      />
      {lost && (
        <svg x={x(end)} y={fallen} overflow="visible" aria-hidden="true">
          <path className="slope-cross" d="M-5 -5 L5 5 M-5 5 L5 -5" />
        </svg>
      )}
    </svg>
  )
}

const inks = ['http', 'client', 'server', 'close', 'end'] as const
type Ink = (typeof inks)[number]

function inkOf(kind: Crossing['kind'], name: string, from: Side): Ink {
  if (kind !== 'frame') return kind
  return name === 'close' ? 'close' : from
}

const headOf = (ink: Ink) => `ladder-head-${ink}`

/** The heads of all arrows, once: a browser draws them faster than one for each. */
export function ArrowHeads() {
  return (
    <svg className="arrow-heads" aria-hidden="true">
      {inks.map((ink) => (
        <marker
          key={ink}
          id={headOf(ink)}
          className={`ink-${ink}`}
          markerWidth="10"
          markerHeight="10"
          refX="9"
          refY="5"
          orient="auto"
          markerUnits="userSpaceOnUse"
        >
          <path d="M0 0 L10 5 L0 10 Z" />
        </marker>
      ))}
    </svg>
  )
}
