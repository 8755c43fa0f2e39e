import { Fragment, memo } from 'react'
import { declare, edgeLink } from '../links/link.ts'
import { type Chart, type ChartEdge, waysOf, wordText } from './chart.ts'
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
  /** Id of the arrow whose label the Tab key comes to; arrow keys lead on. */
  entrance: string | null
  onFocus(edge: ChartEdge, seen: boolean): void
  onBlur(): void
  onPick(edge: ChartEdge): void
}

/** The arrows. They lie above boxes that hold others, and below the innermost ones. */
export const Edges = memo(function Edges(props: Props) {
  const { chart, layout, lit, event, reachable, possible, entrance, onFocus, onBlur, onPick } = props
  // The marked ones last, so that nothing is drawn over them. Labels keep their order: what is moved loses the focus.
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
      {chart.edges.map((edge) => (
        <Label
          key={edge.id}
          edge={edge}
          box={layout.edges.get(edge.id)?.label ?? null}
          className={classOf(edge, lit, reachable, possible)}
          possible={possible.has(edge.id)}
          marked={lit.edges.has(edge.id)}
          event={lit.edges.has(edge.id) ? event : null}
          focusable={edge.id === entrance}
          onFocus={onFocus}
          onBlur={onBlur}
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
  /** It may be followed next. */
  possible: boolean
  /** It was followed last, on `event`. */
  marked: boolean
  event: string | null
  focusable: boolean
  onFocus(edge: ChartEdge, seen: boolean): void
  onBlur(): void
  onPick(edge: ChartEdge): void
}

const Label = memo(function Label(props: LabelProps) {
  const { edge, box, className, possible, marked, event, focusable, onFocus, onBlur, onPick } = props
  if (box === null) return null
  const told = waysOf(edge).map(({ on, why }) => (why === null ? on : `${on}: ${why}`))
  return (
    <button
      type="button"
      className={`edge-label ${className}`}
      data-edge-button={edge.id}
      {...declare(edgeLink(edge.id))}
      data-link-pin=""
      aria-pressed={false}
      aria-label={`${nameOf(edge)}${marked ? ', the last one' : possible ? ', possible now' : ''}`}
      title={[`${placeOf(edge)} to ${edge.target}`, ...told].join('\n')}
      tabIndex={focusable ? 0 : -1}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
      onFocus={({ currentTarget }) => onFocus(edge, currentTarget.matches(':focus-visible'))}
      onBlur={onBlur}
      onClick={() => onPick(edge)}
    >
      {edge.label.map((words) => (
        <span className="edge-words" key={words.map(wordText).join()}>
          {words.map((word, index) => (
            <Fragment key={wordText(word)}>
              {index > 0 && ', '}
              <span className={word.event === event ? 'named' : ''}>{wordText(word)}</span>
            </Fragment>
          ))}
        </span>
      ))}
    </button>
  )
})

const placeOf = ({ folded, source }: ChartEdge) => (folded ? `from any state in ${source}` : `from ${source}`)

/** `Transition from lifecycle.open to lifecycle.closing.acknowledged on receive.close`. */
function nameOf(edge: ChartEdge): string {
  const events = waysOf(edge).map(({ on }) => on)
  return `Transition ${placeOf(edge)} to ${edge.target} on ${[...new Set(events)].join(', ')}`
}
