/**
 * Where everything is drawn. Each region of a parallel machine is laid out by ELK on its own (they have no arrows
 * in common), once for a machine; `arrange` then places the regions so that they are largest in the room there is.
 */
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js'
import { type Chart, type ChartEdge, type ChartState, inner, shortName, wordText } from './chart.ts'
import type { TextMeasure } from './measure.ts'

export interface Point {
  x: number
  y: number
}

export interface Box extends Point {
  width: number
  height: number
}

export interface Layout {
  width: number
  height: number
  boxes: ReadonlyMap<string, Box>
  edges: ReadonlyMap<string, PlacedEdge>
}

export interface PlacedEdge {
  points: readonly Point[]
  label: Box | null
}

/** What computes a layout: the worker in the page. */
export type LayoutEngine = (graph: ElkNode) => Promise<ElkNode>

const HEADER = 25
/** Room for the marker of the initial state above it. */
const ABOVE_INITIAL = 10
const SIDE = 10
const LINE = 15
const REGION_GAP = 16

/**
 * ELK's model order is left out on purpose: with nested states it fails on some graphs, and does not end on others.
 */
const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.layered.layering.strategy': 'LONGEST_PATH',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.compaction.postCompaction.strategy': 'EDGE_LENGTH',
  'elk.spacing.nodeNode': '14',
  'elk.spacing.edgeNode': '10',
  'elk.spacing.edgeEdge': '8',
  'elk.spacing.edgeLabel': '2',
  'elk.layered.spacing.nodeNodeBetweenLayers': '7',
  'elk.layered.spacing.edgeNodeBetweenLayers': '6',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '5',
}

/** A small region has room between its layers. */
const roomy = {
  'elk.layered.spacing.edgeNodeBetweenLayers': '9',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '8',
}
const SMALL = 5

/** The graphs that ELK is asked for, one a region. */
export function elkGraphs(chart: Chart, measure: TextMeasure): ElkNode[] {
  const regionOf = (id: string) => id.split('.')[0]
  const apart = chart.parallel && chart.edges.every((edge) => regionOf(edge.source) === regionOf(edge.target))
  const groups = apart ? chart.roots.map((root) => [root]) : [chart.roots]
  return groups.map((roots, index) => ({
    id: `region ${index}`,
    layoutOptions: {
      ...options,
      ...(isSmall(chart, roots) ? roomy : {}),
      'elk.padding': '[top=1,left=1,bottom=1,right=1]',
    },
    children: roots.map((root) => elkNode(chart, chart.states.get(root)!, measure)),
    edges: chart.edges
      .filter((edge) => !apart || regionOf(edge.source) === roots[0])
      .map((edge) => elkEdge(edge, measure)),
  }))
}

function elkNode(chart: Chart, state: ChartState, measure: TextMeasure): ElkNode {
  if (state.children.length === 0) return { id: state.id, ...leafSize(state, measure) }
  const hasMarker = state.children.some((child) => chart.states.get(child)!.initial)
  const top = HEADER + (hasMarker ? ABOVE_INITIAL : 6)
  const width = measure.title(state.key) + 44
  return {
    id: state.id,
    layoutOptions: {
      // Spacing is not inherited.
      ...options,
      ...(isSmall(chart, [state.id]) ? roomy : {}),
      'elk.padding': `[top=${top},left=${SIDE},bottom=${SIDE},right=${SIDE}]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width},${top + SIDE})`,
    },
    children: state.children.map((child) => elkNode(chart, chart.states.get(child)!, measure)),
  }
}

function isSmall(chart: Chart, roots: readonly string[]): boolean {
  const within = roots.flatMap((root) => chart.states.get(root)!.children)
  return within.length <= SMALL && within.every((id) => chart.states.get(id)!.children.length === 0)
}

function leafSize(state: ChartState, measure: TextMeasure) {
  const within = inner(state)
  const widest = Math.max(
    measure.title(state.key) + 34,
    ...within.map(({ event }) => measure.label(`↻ ${shortName(event)}`) + 22),
  )
  return { width: Math.max(96, widest), height: within.length > 0 ? 44 : 30 }
}

function elkEdge(edge: ChartEdge, measure: TextMeasure): ElkExtendedEdge {
  const text = edge.label.map((words) => words.map(wordText).join(', '))
  return {
    id: edge.id,
    sources: [edge.source],
    targets: [edge.target],
    labels: [
      {
        text: text.join('\n'),
        width: Math.max(...text.map((line) => measure.label(line))) + 10,
        height: text.length * LINE,
        layoutOptions: { 'elk.edgeLabels.inline': 'true' },
      },
    ],
  }
}

/** What ELK answered, as boxes and arrows with the region's own corner as origin. */
export function readRegion(graph: ElkNode): Layout {
  const boxes = new Map<string, Box>()
  const edges = new Map<string, PlacedEdge>()
  const visit = (node: ElkNode) => {
    for (const child of node.children ?? []) {
      boxes.set(child.id, boxOf(child))
      visit(child)
    }
    for (const edge of node.edges ?? []) {
      const label = edge.labels?.[0]
      edges.set(edge.id, {
        points: (edge.sections ?? []).flatMap((section) => [
          section.startPoint,
          ...(section.bendPoints ?? []),
          section.endPoint,
        ]),
        label: label === undefined ? null : boxOf(label),
      })
    }
  }
  visit(graph)
  const bottom = trim(graph, boxes, edges)
  return { width: graph.width ?? 0, height: bottom + 1, boxes, edges }
}

/**
 * ELK leaves room below states for arrows that could come out of them; where none does, it is taken away.
 * Returns how low anything reaches.
 */
function trim(node: ElkNode, boxes: Map<string, Box>, edges: ReadonlyMap<string, PlacedEdge>): number {
  const own = boxes.get(node.id)
  const children = node.children ?? []
  if (own !== undefined && children.length === 0) return own.y + own.height
  let bottom = Math.max(...children.map((child) => trim(child, boxes, edges)))
  const inside = ({ x, y }: Point) =>
    own === undefined || (x >= own.x && x <= own.x + own.width && y >= own.y && y <= own.y + own.height)
  for (const { points, label } of edges.values()) {
    if (!points.some(inside)) continue
    if (own !== undefined && inside(points[0]!) && !points.every(inside)) return own.y + own.height
    for (const point of points) if (inside(point)) bottom = Math.max(bottom, point.y)
    if (label !== null && inside(label)) bottom = Math.max(bottom, label.y + label.height)
  }
  if (own === undefined) return bottom
  boxes.set(node.id, { ...own, height: bottom + SIDE - own.y })
  return bottom + SIDE
}

const boxOf = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box => ({ x, y, width, height })

export async function layoutRegions(
  chart: Chart,
  measure: TextMeasure,
  engine: LayoutEngine,
): Promise<Layout[]> {
  return Promise.all(elkGraphs(chart, measure).map(async (graph) => readRegion(await engine(graph))))
}

/**
 * Places regions beside or below each other, whichever lets them be drawn largest in `room`. Those below each other
 * get the same width, and those beside each other the same height.
 */
export function arrange(regions: readonly Layout[], room: { width: number; height: number }): Layout {
  const candidates = [inRow(regions), stacked(regions)]
  if (regions.length > 2) {
    const [first, ...rest] = regions
    candidates.push(inRow([first!, stacked(rest)]), stacked([first!, inRow(rest)]))
  }
  const scale = ({ width, height }: Layout) => Math.min(room.width / width, room.height / height)
  return candidates.reduce((best, each) => (scale(each) > scale(best) ? each : best))
}

function inRow(parts: readonly Layout[]): Layout {
  const height = Math.max(...parts.map((part) => part.height))
  return place(
    parts.map((part) => stretched(part, part.width, height)),
    (part) => ({ x: part.width + REGION_GAP, y: 0 }),
  )
}

function stacked(parts: readonly Layout[]): Layout {
  const width = Math.max(...parts.map((part) => part.width))
  return place(
    parts.map((part) => stretched(part, width, part.height)),
    (part) => ({ x: 0, y: part.height + REGION_GAP }),
  )
}

/** A region as large as that, with what is in it in the middle. Regions that were placed already stay as they are. */
function stretched(part: Layout, width: number, height: number): Layout {
  const outer = [...part.boxes].filter(([id]) => !id.includes('.'))
  const [root] = outer
  if (root === undefined || outer.length > 1) return part
  const [id, frame] = root
  const by = { x: (width - part.width) / 2, y: 0 }
  const moved = shifted(part, by)
  const boxes = new Map(moved.boxes)
  boxes.set(id, {
    ...frame,
    width: frame.width + width - part.width,
    height: frame.height + height - part.height,
  })
  return { width, height, boxes, edges: moved.edges }
}

function place(parts: readonly Layout[], advance: (part: Layout) => Point): Layout {
  const boxes = new Map<string, Box>()
  const edges = new Map<string, PlacedEdge>()
  let at: Point = { x: 0, y: 0 }
  let width = 0
  let height = 0
  for (const part of parts) {
    const moved = shifted(part, at)
    for (const [id, box] of moved.boxes) boxes.set(id, box)
    for (const [id, edge] of moved.edges) edges.set(id, edge)
    width = Math.max(width, at.x + part.width)
    height = Math.max(height, at.y + part.height)
    const { x, y } = advance(part)
    at = { x: at.x + x, y: at.y + y }
  }
  return { width, height, boxes, edges }
}

function shifted(part: Layout, { x, y }: Point): Layout {
  const move = <T extends Point>(each: T): T => ({ ...each, x: each.x + x, y: each.y + y })
  return {
    ...part,
    boxes: new Map([...part.boxes].map(([id, box]) => [id, move(box)])),
    edges: new Map(
      [...part.edges].map(([id, { points, label }]) => [
        id,
        { points: points.map(move), label: label && move(label) },
      ]),
    ),
  }
}
