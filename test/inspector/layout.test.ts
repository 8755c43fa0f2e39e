import { createRequire } from 'node:module'
import type { ElkNode } from 'elkjs/lib/elk-api.js'
import { describe, expect, test } from 'vitest'
import { obstaclesOf, placeBeside } from '../../inspector/src/statechart/beside.ts'
import { arrange, type Box, type Layout, layoutRegions } from '../../inspector/src/statechart/layout.ts'
import { measureByGuess } from '../../inspector/src/statechart/measure.ts'
import { inRows, neighbour, nextLabel } from '../../inspector/src/statechart/neighbour.ts'
import { arrowHead, roundedPath } from '../../inspector/src/statechart/path.ts'
import {
  closeUp,
  cornerFor,
  fitInto,
  offSight,
  READABLE,
  zoom,
} from '../../inspector/src/statechart/viewport.ts'
import { chartOfConfig, connectionChart } from './machine.ts'

const Elk = createRequire(import.meta.url)('elkjs/lib/elk.bundled.js') as {
  new (): { layout(graph: ElkNode): Promise<ElkNode> }
}
const elk = new Elk()
const layOut = (chart = connectionChart) => layoutRegions(chart, measureByGuess, (graph) => elk.layout(graph))

const right = (box: Box) => box.x + box.width
const bottom = (box: Box) => box.y + box.height
const overlap = (a: Box, b: Box) => a.x < right(b) && b.x < right(a) && a.y < bottom(b) && b.y < bottom(a)

describe('the layout of the connection machine', () => {
  test('has a region for each of its parallel parts, and every state in its parent', async () => {
    const regions = await layOut()
    expect(regions).toHaveLength(3)
    const { boxes } = arrange(regions, { width: 640, height: 700 })
    expect(boxes.size).toBe(connectionChart.states.size)
    for (const state of connectionChart.states.values()) {
      const box = boxes.get(state.id)!
      for (const id of state.children) {
        const child = boxes.get(id)!
        expect(child.x, id).toBeGreaterThan(box.x)
        expect(child.y, id).toBeGreaterThan(box.y)
        expect(right(child), id).toBeLessThan(right(box))
        expect(bottom(child), id).toBeLessThan(bottom(box))
        for (const other of state.children) {
          if (other !== id) expect(overlap(child, boxes.get(other)!), `${id} and ${other}`).toBe(false)
        }
      }
    }
  })

  test('has an arrow for each edge, which begins and ends at its states', async () => {
    const { boxes, edges } = arrange(await layOut(), { width: 640, height: 700 })
    const touches = (box: Box, { x, y }: { x: number; y: number }) =>
      x >= box.x - 1.5 && x <= right(box) + 1.5 && y >= box.y - 1.5 && y <= bottom(box) + 1.5
    for (const edge of connectionChart.edges) {
      const { points } = edges.get(edge.id)!
      expect(touches(boxes.get(edge.source)!, points[0]!), edge.id).toBe(true)
      expect(touches(boxes.get(edge.target)!, points.at(-1)!), edge.id).toBe(true)
    }
  })

  test('has no label on a state', async () => {
    const { boxes, edges } = arrange(await layOut(), { width: 640, height: 700 })
    const leaves = [...connectionChart.states.values()].filter(({ children }) => children.length === 0)
    for (const [id, { label }] of edges) {
      for (const leaf of leaves)
        expect(overlap(label!, boxes.get(leaf.id)!), `${id} on ${leaf.id}`).toBe(false)
    }
  })
})

test('regions with arrows between them are laid out together', async () => {
  const chart = chartOfConfig({
    id: 'm',
    type: 'parallel',
    states: {
      a: { initial: 'x', states: { x: { on: { GO: '#there' } } } },
      b: { initial: 'y', states: { y: {}, z: { id: 'there' } } },
    },
  })
  expect(await layOut(chart)).toHaveLength(1)
})

test('regions are placed so that they are drawn largest', () => {
  const region = (width: number, height: number): Layout => ({
    width,
    height,
    boxes: new Map(),
    edges: new Map(),
  })
  const regions = [region(300, 300), region(100, 100), region(100, 100)]
  expect(arrange(regions, { width: 1000, height: 200 })).toMatchObject({ height: 300 })
  expect(arrange(regions, { width: 300, height: 900 })).toMatchObject({ width: 300 })
  expect(arrange(regions, { width: 420, height: 320 })).toMatchObject({ width: 416, height: 300 })
})

test('a drawing is fitted into the middle, and zoomed around a point', () => {
  const view = fitInto({ width: 200, height: 100 }, { width: 116, height: 116 })
  expect(view).toEqual({ scale: 0.5, x: 8, y: 33 })
  const closer = zoom(view, 2, { x: 58, y: 58 })
  expect(closer).toEqual({ scale: 1, x: -42, y: 8 })
  expect(zoom(view, 1000, { x: 0, y: 0 }).scale).toBe(3)
})

test('a line ends where its head begins', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 0, y: 20 },
    { x: 30, y: 20 },
  ]
  expect(roundedPath(points, 5)).toBe('M0 0L0 15Q0 20 5 20L24 20')
  expect(arrowHead(points)).toBe('M30 20L23 16.4L23 23.6Z')
  expect(roundedPath([])).toBe('')
})

test('arrow keys lead to the nearest box that way', () => {
  const box = (x: number, y: number): Box => ({ x, y, width: 80, height: 30 })
  const boxes = new Map([
    ['a', box(0, 0)],
    ['b', box(0, 100)],
    ['c', box(200, 90)],
  ])
  expect(neighbour(boxes, 'a', 'ArrowDown')).toBe('b')
  expect(neighbour(boxes, 'b', 'ArrowRight')).toBe('c')
  expect(neighbour(boxes, 'c', 'ArrowRight')).toBe(null)
})

describe('the labels of arrows', () => {
  const at = (x: number, y: number): Box => ({ x, y, width: 60, height: 15 })
  const labels = new Map([
    ['low', at(0, 200)],
    ['right', at(300, 4)],
    ['left', at(0, 8)],
    ['middle', at(100, 0)],
  ])

  test('are walked through row by row, whatever little is between their heights', () => {
    expect(inRows(labels)).toEqual(['left', 'middle', 'right', 'low'])
    expect(nextLabel(labels, 'middle', 'ArrowRight')).toBe('right')
    expect(nextLabel(labels, 'right', 'ArrowRight')).toBe('low')
    expect(nextLabel(labels, 'low', 'ArrowRight')).toBe(null)
    expect(nextLabel(labels, 'left', 'ArrowLeft')).toBe(null)
    expect(nextLabel(labels, 'middle', 'ArrowDown')).toBe('low')
  })

  test('of a connection come each once', async () => {
    const layout = arrange(await layOut(), { width: 800, height: 600 })
    const drawn = new Map<string, Box>()
    for (const [id, { label }] of layout.edges) if (label !== null) drawn.set(id, label)
    expect(inRows(drawn).sort()).toEqual([...drawn.keys()].sort())
    expect(drawn.size).toBe(connectionChart.edges.length)
  })
})

test.each([
  ['beside it', { width: 800, height: 600 }, at(100, 500), 'right'],
  ['beside it', { width: 800, height: 600 }, at(600, 500), 'left'],
  ['above it', { width: 376, height: 560 }, at(200, 500), 'left up'],
  ['below it', { width: 376, height: 560 }, at(20, 100), 'right'],
])('a card is %s', (_, room, box, corner) => {
  expect(cornerFor(box, { scale: 1, x: 0, y: 0 }, room)).toBe(corner)
})

function at(x: number, y: number): Box {
  return { x, y, width: 100, height: 40 }
}

describe('what was emitted', () => {
  const sizes = [
    { width: 90, height: 24 },
    { width: 170, height: 58 },
  ]
  const rooms = [
    { width: 640, height: 700 },
    { width: 480, height: 370 },
  ]

  test('is drawn within the drawing, over no label, no state and no name', async () => {
    const regions = await layOut()
    for (const room of rooms) {
      const layout = arrange(regions, room)
      const obstacles = obstaclesOf(connectionChart, layout)
      const marked = [
        ...[...layout.edges.values()].flatMap(({ label }) => label ?? []),
        ...[...connectionChart.states.values()].flatMap(({ id, children }) =>
          children.length === 0 ? layout.boxes.get(id)! : [],
        ),
      ]
      expect(marked.length).toBeGreaterThan(30)
      for (const beside of marked) {
        for (const size of sizes) {
          const box = placeBeside(beside, size, layout, obstacles)
          const name = JSON.stringify({ beside, box })
          expect(
            obstacles.filter((each) => overlap(each, box)),
            name,
          ).toEqual([])
          expect(overlap(beside, box), name).toBe(false)
          expect(box.x >= 0 && box.y >= 0 && right(box) <= layout.width, name).toBe(true)
          expect(bottom(box) <= layout.height, name).toBe(true)
        }
      }
    }
  })

  test('is right beside it where nothing else is', () => {
    const beside = { x: 100, y: 100, width: 50, height: 20 }
    const box = placeBeside(beside, { width: 80, height: 20 }, { width: 400, height: 400 }, [])
    expect(box).toEqual({ x: 156, y: 100, width: 80, height: 20 })
  })

  test('covers as little as possible where there is no room', () => {
    const beside = { x: 20, y: 20, width: 50, height: 20 }
    const full = { x: 0, y: 0, width: 200, height: 200 }
    const box = placeBeside(beside, { width: 80, height: 20 }, { width: 200, height: 200 }, [full])
    expect(overlap(box, beside)).toBe(false)
  })
})

describe('a drawing that is too large to be read as a whole', () => {
  const drawing = { width: 1_000, height: 1_200 }
  const room = { width: 480, height: 370 }
  const seen = (view: { x: number; y: number; scale: number }, { x, y, width, height }: Box): Box => ({
    x: x * view.scale + view.x,
    y: y * view.scale + view.y,
    width: width * view.scale,
    height: height * view.scale,
  })
  const isInside = (box: Box) =>
    box.x >= 0 && box.y >= 0 && right(box) <= room.width && bottom(box) <= room.height

  test.each<[string, Box]>([
    ['in the middle', { x: 500, y: 600, width: 100, height: 60 }],
    ['in a corner', { x: 0, y: 0, width: 100, height: 60 }],
    ['in the other corner', { x: 900, y: 1_140, width: 100, height: 60 }],
    ['that is large', { x: 200, y: 200, width: 600, height: 400 }],
  ])('is shown from near, with something %s in sight', (_, target) => {
    const view = closeUp(drawing, room, [target])
    expect(view.scale).toBeGreaterThanOrEqual(READABLE)
    expect(isInside(seen(view, target))).toBe(true)
    // And nothing but the drawing, up to its edge.
    const all = seen(view, { x: 0, y: 0, ...drawing })
    expect(Math.max(all.x, all.y)).toBeLessThanOrEqual(8)
    expect(Math.min(right(all) - room.width, bottom(all) - room.height)).toBeGreaterThanOrEqual(-8)
  })

  test('is shown with as much in sight as there is room for', () => {
    const last = { x: 800, y: 900, width: 100, height: 60 }
    const near = { x: 500, y: 800, width: 400, height: 160 }
    const far = { x: 0, y: 0, width: 900, height: 960 }
    expect(isInside(seen(closeUp(drawing, room, [near, last]), near))).toBe(true)
    expect(closeUp(drawing, room, [far, last])).toEqual(closeUp(drawing, room, [last]))
  })

  test('is panned as far as what is focused needs', () => {
    const view = { scale: 0.8, x: -100, y: -300 }
    for (const box of [
      { x: 0, y: 0, width: 100, height: 40 },
      { x: 900, y: 1_100, width: 100, height: 40 },
      { x: 300, y: 500, width: 100, height: 40 },
    ]) {
      const by = offSight(view, room, box)
      expect(isInside(seen({ ...view, x: view.x + by.x, y: view.y + by.y }, box))).toBe(true)
    }
    expect(offSight(view, room, { x: 300, y: 500, width: 100, height: 40 })).toEqual({ x: 0, y: 0 })
  })
})
