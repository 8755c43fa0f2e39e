/** ELK in a worker of its own, from the page's own origin. */
import ELK from 'elkjs/lib/elk-api.js'
import workerUrl from 'elkjs/lib/elk-worker.min.js?url'
import { chartOf, type MachineNode } from './chart.ts'
import { type LayoutEngine, layoutRegions } from './layout.ts'
import { measureByGuess } from './measure.ts'

/** A layout that takes longer is given up, and its worker with it. */
const TIMEOUT = 15_000

let elk: InstanceType<typeof ELK> | undefined

/** Starts the worker and lets it lay out something, so that the first drawing does not wait for either. */
export function warmUp(): void {
  void layoutRegions(sample, measureByGuess, layoutInWorker).catch(() => undefined)
}

const node = (path: string[], states: Record<string, MachineNode>, type = 'atomic'): MachineNode => ({
  id: path.join('.'),
  key: path.at(-1) ?? '',
  path,
  type,
  order: 0,
  tags: [],
  states,
  initialStateNodes: [],
  transitions: [],
})

/** Nested states, and arrows across their borders. */
const sample = (() => {
  const states = Object.fromEntries(
    ['a', 'b', 'c'].map((outer) => [
      outer,
      node([outer], { x: node([outer, 'x'], {}), y: node([outer, 'y'], {}) }, 'compound'),
    ]),
  )
  const leaves = Object.values(states).flatMap((state) => Object.values(state.states))
  leaves.forEach((leaf, index) => {
    leaf.transitions = leaves.slice(index + 1).map((target) => ({ eventType: 'go', target: [target] }))
  })
  return chartOf(node([], states, 'compound'))
})()

export const layoutInWorker: LayoutEngine = async (graph) => {
  elk ??= new ELK({ workerUrl })
  const engine = elk
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      engine.terminateWorker()
      if (elk === engine) elk = undefined
      reject(new Error('the layout took too long'))
    }, TIMEOUT)
  })
  try {
    return await Promise.race([engine.layout(graph), late])
  } finally {
    clearTimeout(timer)
  }
}
