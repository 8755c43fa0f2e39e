import { Fragment, memo } from 'react'
import { declare, edgeLink } from '../links/link.ts'
import { type Chart, type ChartEdge, eventName, wordText } from './chart.ts'
import type { Box, Layout, Point } from './layout.ts'
import type { Lit } from './lit.ts'
import { arrowHead, roundedPath } from './path.ts'

interface Props {
  chart: Chart
  layout: Layout
  lit: Lit
  /** The event that the marked arrows were followed on. */
  event: string | null
  /** States that this side can be in; `null` if that is not known. */
  reachable: ReadonlySet<string> | null
  /** Ids of the arrows that may be followed next. */
  possible: ReadonlySet<string>
  onPick(edge: ChartEdge): void
}

/** The arrows. They lie above boxes that hold others, and below the innermost ones. */
export const Edges = memo(function Edges({ chart, layout, lit, event, reachable, possible, onPick }: Props) {
  // The marked ones last, so that nothing is drawn over them.
  const edges = [...chart.edges].sort((a, b) => Number(lit.edges.has(a.id)) - Number(lit.edges.has(b.id)))
  return (
    <>
      <svg className="edges" width={layout.width} height={layout.height} aria-hidden="true">
        <title>Transitions</title>
        {[...chart.states.values()].map((state) => {
          const box = layout.boxes.get(state.id)
          return state.initial && box !== undefined ? <InitialMarker key={state.id} box={box} /> : null
        })}
        {edges.map((edge) => (
          <Arrow
            key={edge.id}
            id={edge.id}
            points={layout.edges.get(edge.id)?.points ?? []}
            className={classOf(edge, lit, reachable, possible)}
          />
        ))}
      </svg>
      {edges.map((edge) => (
        <Label
          key={edge.id}
          edge={edge}
          box={layout.edges.get(edge.id)?.label ?? null}
          className={classOf(edge, lit, reachable, possible)}
          event={lit.edges.has(edge.id) ? event : null}
          onPick={onPick}
        />
      ))}
    </>
  )
})

function classOf(
  edge: ChartEdge,
  lit: Lit,
  reachable: ReadonlySet<string> | null,
  possible: ReadonlySet<string>,
): string {
  const foreign = reachable !== null && !(reachable.has(edge.source) && reachable.has(edge.target))
  return `${lit.edges.has(edge.id) ? 'lit' : ''} ${foreign ? 'foreign' : possible.has(edge.id) ? 'possible' : ''}`
}

interface ArrowProps {
  id: string
  points: readonly Point[]
  className: string
}

const Arrow = memo(function Arrow({ id, points, className }: ArrowProps) {
  return (
    <g className={`edge ${className}`} {...declare(edgeLink(id))}>
      <path className="edge-line" d={roundedPath(points)} />
      <path className="edge-head" d={arrowHead(points)} />
    </g>
  )
})

function InitialMarker({ box }: { box: Box }) {
  const x = box.x + 13
  return (
    <g className="initial">
      <circle cx={x} cy={box.y - 9} r={2.8} />
      <path className="edge-line" d={`M${x} ${box.y - 9}V${box.y - 3}`} />
      <path className="edge-head" d={`M${x} ${box.y}l-2.600 -4.500h5.200z`} />
    </g>
  )
}

interface LabelProps {
  edge: ChartEdge
  box: Box | null
  className: string
  event: string | null
  onPick(edge: ChartEdge): void
}

const Label = memo(function Label({ edge, box, className, event, onPick }: LabelProps) {
  if (box === null) return null
  const from = edge.folded ? `from any state in ${edge.source}` : `from ${edge.source}`
  const told = edge.transitions.map((each) => {
    const words = [eventName(each.event), each.guard === null ? '' : ` if ${each.guard}`]
    return words.join('') + (each.description === null ? '' : `: ${each.description}`)
  })
  return (
    // A pointer's shortcut: the keyboard goes through the log, the ladder or the slider.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      onClick={() => onPick(edge)}
      className={`edge-label ${className}`}
      {...declare(edgeLink(edge.id))}
      title={[`${from} to ${edge.target}`, ...new Set(told)].join('\n')}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
    >
      {edge.label.map((words) => (
        <div key={words.map(wordText).join()}>
          {words.map((word, index) => (
            <Fragment key={wordText(word)}>
              {index > 0 && ', '}
              <span className={word.event === event ? 'named' : ''}>{wordText(word)}</span>
            </Fragment>
          ))}
        </div>
      ))}
    </div>
  )
})
