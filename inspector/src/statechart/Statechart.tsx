import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react'
import { lifecycleOf } from '../../../src/report/step.ts'
import type { Connection } from '../model/connection.ts'
import { type Entry, indexOfSeq } from '../model/records.ts'
import { activeIds } from '../model/value.ts'
import { type Cursor, entryAt, transitionsAt, valueAt } from '../model/view.ts'
import { useSize } from '../shell/useSize.ts'
import { besideOf, obstaclesOf, placeBeside } from './beside.ts'
import { type Chart, type ChartEdge, shortName } from './chart.ts'
import { EdgeCard } from './EdgeCard.tsx'
import { Edges } from './Edges.tsx'
import { Emitted, sizeOfEmitted } from './Emitted.tsx'
import { lastFollowing } from './follow.ts'
import { arrange, type Box, type Layout } from './layout.ts'
import { litBy } from './lit.ts'
import { measureByCanvas } from './measure.ts'
import { type Direction, neighbour, nextLabel } from './neighbour.ts'
import { guardsNow, guardsOf, possibleNow, reachable } from './reach.ts'
import { StateBox } from './StateBox.tsx'
import { StateCard } from './StateCard.tsx'
import { targetsOf } from './target.ts'
import { usePanZoom } from './usePanZoom.ts'
import { useRegions } from './useRegions.ts'
import { cornerFor, isInSight } from './viewport.ts'
import './statechart.css'

interface Props {
  connection: Connection
  cursor: Cursor
  onCursor(cursor: Cursor): void
}

/** The statechart of a connection's machine, with the configuration at the cursor. */
export function Statechart({ connection, cursor, onCursor }: Props) {
  const { chart } = connection
  const regions = useRegions(chart)
  const frame = useRef<HTMLDivElement>(null)
  const room = useSize(frame)
  const layout = useMemo(
    () =>
      regions !== null && 'layouts' in regions && room.width > 0 ? arrange(regions.layouts, room) : null,
    [regions, room],
  )

  const [hovered, setHovered] = useState<string | null>(null)
  const [focused, setFocused] = useState<string | null>(null)
  const [pinned, setPinned] = useState<string | null>(null)
  const [focusedEdge, setFocusedEdge] = useState<string | null>(null)
  /** The arrow that the keyboard is on. */
  const [told, setTold] = useState<string | null>(null)

  const entry = entryAt(connection, cursor)
  const transitions = transitionsAt(connection, cursor)
  const value = valueAt(connection, cursor)
  const active = useMemo(() => new Set(activeIds(value)), [value])
  const lit = useMemo(() => litBy(chart, transitions), [chart, transitions])
  const obstacles = useMemo(() => (layout === null ? [] : obstaclesOf(chart, layout)), [chart, layout])
  const emitted = useMemo(() => {
    const beside = layout === null ? null : besideOf(lit, layout)
    const effects = entry?.effects ?? []
    if (layout === null || beside === null || effects.length === 0) return null
    return placeBeside(beside, sizeOfEmitted(effects, measureByCanvas()), layout, obstacles)
  }, [layout, lit, entry, obstacles])
  const targets = useMemo(
    () => (layout === null ? [] : targetsOf(chart, layout, lit, active, emitted)),
    [chart, layout, lit, active, emitted],
  )
  const { view, zoomBy, fitAll, mayFollow, near, following, follow, reveal } = usePanZoom(
    frame,
    room,
    layout,
    targets,
  )

  const { about, initial } = connection
  const reached = useMemo(
    () => (about === null ? null : reachable(chart, initial, guardsOf(about.side))),
    [chart, about, initial],
  )
  const possible = useMemo(
    () =>
      possibleNow(
        chart,
        active,
        about === null ? () => undefined : guardsNow(about.side, lifecycleOf(value)),
      ),
    [chart, active, about, value],
  )
  const isForeign = (id: string) => reached !== null && !reached.has(id) && !active.has(id)

  // From near, what another region is in may be out of sight: then it is said.
  const elsewhere =
    near && layout !== null
      ? innermost(chart, active).filter((id) => {
          const box = layout.boxes.get(id)
          return box !== undefined && !isInSight(view, room, box)
        })
      : []
  const drawn = layout === null ? [] : [...chart.states.values()].filter(({ id }) => layout.boxes.has(id))
  const entrance = focused !== null && layout?.boxes.has(focused) ? focused : (drawn[0]?.id ?? null)
  const labels = useMemo(() => labelsOf(layout), [layout])
  const isDrawn = ({ id }: ChartEdge) => labels.has(id)
  const edgeEntrance =
    chart.edges.find(({ id }) => id === focusedEdge && labels.has(id)) ??
    // Behind a state, the Tab key comes to what leads away from it.
    chart.edges.find((edge) => edge.source === focused && isDrawn(edge)) ??
    chart.edges.find((edge) => lit.edges.has(edge.id) && isDrawn(edge)) ??
    chart.edges.find(isDrawn)
  const toldEdge = hovered === null ? chart.edges.find(({ id }) => id === told) : undefined
  const shownId = hovered ?? pinned
  const shown = shownId === null || toldEdge !== undefined ? undefined : chart.states.get(shownId)
  const shownBox =
    toldEdge !== undefined
      ? labels.get(toldEdge.id)
      : shownId === null
        ? undefined
        : layout?.boxes.get(shownId)
  const corner = shownBox === undefined ? 'right' : cornerFor(shownBox, view, room)

  /** An arrow leads to the record that followed it last, picked again to the one before that. */
  const newest = useRef({ entries: connection.entries, cursor })
  newest.current = { entries: connection.entries, cursor }
  const onEdge = useCallback(
    (edge: ChartEdge) => {
      const { entries, cursor } = newest.current
      const seq = recordOf(entries, cursor, edge)
      if (seq !== null) onCursor(seq)
    },
    [onCursor],
  )
  const { entries } = connection
  const leadsTo = useMemo(
    () => (toldEdge === undefined ? null : recordOf(entries, cursor, toldEdge)),
    [entries, cursor, toldEdge],
  )

  const place = useRef({ layout, reveal })
  place.current = { layout, reveal }
  const onFocus = useCallback((id: string) => {
    setFocused(id)
    setFocusedEdge(null)
    const { layout, reveal } = place.current
    const box = layout?.boxes.get(id)
    // Of one that holds others, its name.
    if (box !== undefined) reveal({ ...box, height: Math.min(box.height, 44) })
  }, [])

  const onEdgeFocus = useCallback(({ id }: ChartEdge, seen: boolean) => {
    setFocusedEdge(id)
    setTold(seen ? id : null)
    const { layout, reveal } = place.current
    const box = layout?.edges.get(id)?.label
    // What the pointer is about to click stays where it is.
    if (seen && box != null) reveal(box)
  }, [])
  const onEdgeBlur = useCallback(() => setTold(null), [])

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key === 'Escape') {
      setPinned(null)
      setTold(null)
    }
    if (!event.key.startsWith('Arrow') || entrance === null || layout === null) return
    event.preventDefault()
    const direction = event.key as Direction
    const edge = (event.target as HTMLElement).dataset['edgeButton']
    const next =
      edge === undefined ? neighbour(layout.boxes, entrance, direction) : nextLabel(labels, edge, direction)
    if (next === null) return
    const button = edge === undefined ? 'data-state-button' : 'data-edge-button'
    frame.current?.querySelector<HTMLElement>(`[${button}="${CSS.escape(next)}"]`)?.focus()
  }

  return (
    <section className={`view chart ${cursor === null ? '' : 'past'}`} aria-label="Statechart">
      <header className="panel-head">
        <span className={cursor === null ? 'panel-about' : 'chart-past'}>
          {entry === null ? (
            chart.name
          ) : (
            <>
              <span className="chart-after">after {cursor !== null && `#${entry.seq} `}</span>
              {shortName(entry.event.type)}
            </>
          )}
        </span>
        <Legend ofConnection={about !== null} />
        <div className="tools" role="toolbar" aria-label="Zoom">
          <button
            type="button"
            className="icon-button"
            aria-label="Zoom out"
            onClick={() => zoomBy(1 / 1.25)}
          >
            −
          </button>
          <button type="button" className="icon-button" aria-label="Zoom in" onClick={() => zoomBy(1.25)}>
            +
          </button>
          {mayFollow && (
            <button
              type="button"
              className="small-button toggle"
              aria-pressed={following}
              title="Near enough to be read, with what happens in sight"
              onClick={follow}
            >
              Follow
            </button>
          )}
          <button type="button" className="small-button" title="All of it" onClick={fitAll}>
            Fit
          </button>
        </div>
      </header>
      <div
        className="chart-frame"
        ref={frame}
        // Whoever is focused is revealed below: the browser's own scrolling would only shift the drawing.
        onScroll={({ currentTarget }) => currentTarget.scrollTo(0, 0)}
      >
        {layout === null ? (
          <p className="chart-note">
            {regions !== null && 'error' in regions
              ? `The statechart could not be laid out: ${regions.error}.`
              : 'Drawing the statechart…'}
          </p>
        ) : drawn.length === 0 ? (
          <p className="chart-note">This machine has no states inside.</p>
        ) : (
          // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the buttons within
          <div
            className={following ? 'chart-canvas following' : 'chart-canvas'}
            onKeyDown={onKeyDown}
            style={{
              width: layout.width,
              height: layout.height,
              transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
              ['--scale' as string]: view.scale,
            }}
          >
            {drawn.map((state) => (
              <StateBox
                key={state.id}
                state={state}
                box={layout.boxes.get(state.id)!}
                depth={state.id.split('.').length - 1}
                active={active.has(state.id)}
                foreign={isForeign(state.id)}
                within={lit.within.get(state.id) ?? null}
                focusable={state.id === entrance}
                open={pinned === state.id}
                onHover={setHovered}
                onFocus={onFocus}
                onPick={(id) => setPinned((before) => (before === id ? null : id))}
              />
            ))}
            <Edges
              chart={chart}
              layout={layout}
              lit={lit}
              event={entry?.event.type ?? null}
              reachable={reached}
              possible={possible}
              entrance={edgeEntrance?.id ?? null}
              onFocus={onEdgeFocus}
              onBlur={onEdgeBlur}
              onPick={onEdge}
            />
            {entry !== null && emitted !== null && (
              <Emitted seq={entry.seq} effects={entry.effects ?? []} box={emitted} />
            )}
          </div>
        )}
        {chart.problem !== null && (
          <p className="chart-problem">Some transitions could not be read: {chart.problem}</p>
        )}
        {shown !== undefined && shownBox !== undefined && (
          <StateCard
            chart={chart}
            state={shown}
            active={active.has(shown.id)}
            foreign={isForeign(shown.id)}
            corner={corner}
            pinned={pinned !== null && hovered === null}
            onClose={() => setPinned(null)}
          />
        )}
        {toldEdge !== undefined && (
          <EdgeCard edge={toldEdge} possible={possible.has(toldEdge.id)} leadsTo={leadsTo} corner={corner} />
        )}
      </div>
      {near && chart.parallel && (
        <p className="chart-elsewhere" data-elsewhere="">
          {elsewhere.length === 0 ? (
            'Every active state is in sight. '
          ) : (
            <>
              Out of sight: <b>{elsewhere.map((id) => id.replace('.', ': ')).join(', ')}</b>.{' '}
            </>
          )}
          Fit shows all.
        </p>
      )}
    </section>
  )
}

function recordOf(entries: readonly Entry[], cursor: Cursor, edge: ChartEdge): number | null {
  return lastFollowing(entries, edge, cursor === null ? entries.length : indexOfSeq(entries, cursor))
}

/** Where the arrows that have a label have it. */
function labelsOf(layout: Layout | null): ReadonlyMap<string, Box> {
  const all = new Map<string, Box>()
  for (const [id, { label }] of layout?.edges ?? []) if (label !== null) all.set(id, label)
  return all
}

/** The active states that hold no others. */
function innermost({ states }: Chart, active: ReadonlySet<string>): string[] {
  return [...active].filter((id) => states.get(id)?.children.length === 0)
}

/** What the colours mean. */
function Legend({ ofConnection }: { ofConnection: boolean }) {
  return (
    <span className="legend">
      <span className="key key-active">active</span>
      <span className="key key-last">last transition</span>
      <span className="key key-possible" title="Transitions that lead away from an active state">
        possible now
      </span>
      {ofConnection && (
        <span className="key key-foreign" title="States that only the other side of a connection is ever in">
          other side
        </span>
      )}
    </span>
  )
}
