/**
 * What is drawn: a statechart as plain data, made from the machine that a service was registered with. Ids are
 * paths without the machine's own name, joined by dots (`lifecycle.open`); the machine itself is `''`.
 */

/** The part of a parsed machine (XState 4's `StateNode`, as the receiver hands it over) that is read. */
export interface MachineNode {
  key: string
  id: string
  path: string[]
  type: string
  order: number
  description?: string | undefined
  meta?: unknown
  tags: readonly string[]
  states: Record<string, MachineNode>
  initialStateNodes: MachineNode[]
  transitions: MachineTransition[]
}

export interface MachineTransition {
  eventType: string
  target?: MachineNode[] | undefined
  /** XState 4's name for a guard, and XState 5's. */
  cond?: unknown
  guard?: unknown
  description?: string | undefined
  actions?: unknown
}

export interface Chart {
  name: string
  description: string | null
  /** By id, outer ones first. */
  states: ReadonlyMap<string, ChartState>
  /** Ids of the outermost states. */
  roots: readonly string[]
  /** Are they active all at once? */
  parallel: boolean
  /** The arrows: transitions that join the same two states are one of them. */
  edges: readonly ChartEdge[]
  /** Why the transitions could not be read, if so. */
  problem: string | null
}

export interface ChartState {
  id: string
  key: string
  /** `''` for an outermost state. */
  parent: string
  kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history'
  children: readonly string[]
  /** Is it entered first within its parent? */
  initial: boolean
  description: string | null
  /** Where it is defined, e.g. `RFC 6455, section 7.1.3`. */
  section: string | null
  tags: readonly string[]
  /** Every transition of its own, in order of priority. */
  transitions: readonly ChartTransition[]
}

export interface ChartTransition {
  source: string
  /** Empty for one that stays where it is. */
  targets: readonly string[]
  /** The event's type; `''` for one that is taken by itself. */
  event: string
  guard: string | null
  description: string | null
  actions: readonly string[]
  /** Is there another transition of the same state on the same event, so that the guard tells them apart? */
  guarded: boolean
}

export interface ChartEdge {
  id: string
  source: string
  target: string
  transitions: readonly ChartTransition[]
  /** Drawn from a state's edge for every state within it. */
  folded: boolean
  /** Lines of one or more events. */
  label: readonly (readonly EdgeWord[])[]
}

export interface EdgeWord {
  event: string
  guard: string | null
}

/** How many states must share a transition for it to be drawn once, from their parent. */
const FOLD_FROM = 3
/** Events on a label; beyond them the last word says how many more there are. */
const LABEL_WORDS = 5
/** Characters that fill a line of a label. */
const LINE_LENGTH = 19
const LONGEST_GUARD = 10

export function chartOf(machine: MachineNode): Chart {
  const states = new Map<string, ChartState>()
  let problem: string | null = null

  const visit = (node: MachineNode, parent: MachineNode | null) => {
    const children = Object.values(node.states).sort((a, b) => a.order - b.order)
    let transitions: ChartTransition[] = []
    try {
      transitions = transitionsOf(node)
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error)
    }
    const meta = node.meta
    const section = typeof meta === 'object' && meta !== null && 'section' in meta ? meta.section : null
    states.set(idOf(node), {
      id: idOf(node),
      key: node.key,
      parent: parent === null ? '' : idOf(parent),
      kind: kindOf(node, children.length),
      children: children.map(idOf),
      initial: parent !== null && parent.type !== 'parallel' && isInitial(node, parent),
      description: node.description ?? null,
      section: typeof section === 'string' ? section : null,
      tags: [...node.tags],
      transitions,
    })
    for (const child of children) visit(child, node)
  }
  visit(machine, null)

  const root = states.get('')!
  states.delete('')
  return {
    name: machine.id,
    description: root.description,
    states,
    roots: root.children,
    parallel: root.kind === 'parallel',
    edges: edgesOf(states, root),
    problem,
  }
}

const idOf = (node: MachineNode) => node.path.join('.')

function kindOf(node: MachineNode, children: number): ChartState['kind'] {
  switch (node.type) {
    case 'parallel':
    case 'final':
    case 'history':
      return node.type
    default:
      return children > 0 ? 'compound' : 'atomic'
  }
}

/** A machine whose initial state cannot be resolved is drawn without its marker. */
function isInitial(node: MachineNode, parent: MachineNode): boolean {
  try {
    return parent.initialStateNodes.some(
      (initial) => initial.path.slice(0, node.path.length).join('.') === idOf(node),
    )
  } catch {
    return false
  }
}

function transitionsOf(node: MachineNode): ChartTransition[] {
  const transitions = node.transitions.map((each) => ({
    source: idOf(node),
    targets: (each.target ?? []).map(idOf),
    event: each.eventType,
    guard: nameOf(each.cond ?? each.guard),
    description: each.description ?? null,
    actions: (Array.isArray(each.actions) ? each.actions : []).flatMap((action) => nameOf(action) ?? []),
    guarded: false,
  }))
  for (const each of transitions) {
    each.guarded = transitions.some((other) => other !== each && other.event === each.event)
  }
  return transitions
}

/** Guards and actions come as names, or as objects that have one. */
function nameOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return null
  const { type, name } = value as { type?: unknown; name?: unknown }
  // XState 4 calls a guard given by name `xstate.guard`, and keeps the name.
  if (typeof name === 'string') return name
  return typeof type === 'string' ? type : null
}

function edgesOf(states: ReadonlyMap<string, ChartState>, root: ChartState): ChartEdge[] {
  const bundles = new Map<
    string,
    { source: string; target: string; folded: boolean; all: ChartTransition[] }
  >()
  const add = (source: string, target: string, transition: ChartTransition, folded: boolean) => {
    const key = `${source}→${target}${folded ? ' folded' : ''}`
    const bundle = bundles.get(key) ?? { source, target, folded, all: [] }
    bundle.all.push(transition)
    bundles.set(key, bundle)
  }

  const folded = new Set<ChartTransition>()
  for (const state of [...states.values()]) {
    for (const shared of sharedBelow(state, states)) {
      const target = shared[0]!.targets[0]!
      for (const each of shared) {
        folded.add(each)
        add(state.id, target, each, true)
      }
    }
  }
  for (const state of [root, ...states.values()]) {
    for (const transition of state.transitions) {
      if (folded.has(transition)) continue
      for (const target of transition.targets) {
        // A state that leads to itself says so within its box.
        if (target !== state.id && target !== '' && state.id !== '') add(state.id, target, transition, false)
      }
    }
  }
  return [...bundles].map(([id, { source, target, all, folded }]) => ({
    id,
    source,
    target,
    transitions: all,
    folded,
    label: labelOf(all),
  }))
}

/** Transitions that every state within `state` has alike (but for their target itself), one group for each. */
function sharedBelow(state: ChartState, states: ReadonlyMap<string, ChartState>): ChartTransition[][] {
  if (state.kind !== 'compound') return []
  const groups = new Map<string, ChartTransition[]>()
  for (const child of state.children) {
    for (const each of states.get(child)!.transitions) {
      if (each.targets.length !== 1 || each.targets[0] === child || each.guard !== null) continue
      const key = `${each.event} ${each.targets[0]}`
      groups.set(key, [...(groups.get(key) ?? []), each])
    }
  }
  return [...groups.values()].filter((group) => {
    const target = group[0]!.targets[0]!
    const others = state.children.filter((child) => child !== target)
    return (
      new Set(group.map((each) => each.source)).size === others.length &&
      group.length === others.length &&
      group.length >= FOLD_FROM
    )
  })
}

function labelOf(transitions: readonly ChartTransition[]): EdgeWord[][] {
  const words: EdgeWord[] = []
  for (const { event, guard, guarded } of transitions) {
    const word = { event, guard: shortGuard(guard) ?? (guarded && guard === null ? 'else' : null) }
    if (!words.some((other) => other.event === word.event && other.guard === word.guard)) words.push(word)
  }
  const shown = words.length > LABEL_WORDS ? words.slice(0, LABEL_WORDS - 1) : words
  if (shown !== words) shown.push({ event: `${words.length - shown.length} more`, guard: null })
  return inLines(shown)
}

function inLines(words: readonly EdgeWord[]): EdgeWord[][] {
  const lines: EdgeWord[][] = []
  let left = 0
  for (const word of words) {
    const length = wordText(word).length + 2
    if (length > left) {
      lines.push([])
      left = LINE_LENGTH + 2
    }
    lines.at(-1)!.push(word)
    left -= length
  }
  return lines
}

export function wordText({ event, guard }: EdgeWord): string {
  return guard === null ? shortName(event) : `${shortName(event)} [${guard}]`
}

/** `isAccepted` → `accepted`; one that is too long for a label is told by the state's card only. */
function shortGuard(guard: string | null): string | null {
  if (guard === null || guard.length > LONGEST_GUARD) return null
  const [, rest] = /^is([A-Z].*)$/.exec(guard) ?? []
  return rest === undefined ? guard : rest[0]!.toLowerCase() + rest.slice(1)
}

/** Transitions that stay in `state`. */
export function inner(state: ChartState): readonly ChartTransition[] {
  return state.transitions.filter(
    ({ targets }) => targets.length === 0 || (targets.length === 1 && targets[0] === state.id),
  )
}

/** Each way to follow an arrow: on what, and why. Ways that are told alike are one. */
export function waysOf({ transitions }: ChartEdge): { on: string; why: string | null }[] {
  const ways = new Map<string, { on: string; why: string | null }>()
  for (const { event, guard, description } of transitions) {
    const on = eventName(event) + (guard === null ? '' : ` if ${guard}`)
    ways.set(`${on}\n${description}`, { on, why: description })
  }
  return [...ways.values()]
}

/** How an event is called where people read it. */
export function eventName(event: string): string {
  if (event === '') return 'always'
  if (event === '*') return 'any other event'
  const after = /^xstate\.after[.(](\d+)/.exec(event)
  if (after !== null) return `after ${after[1]} ms`
  if (/^(xstate\.)?done\./.test(event)) return 'done'
  if (/^(xstate\.)?error\./.test(event)) return 'error'
  return event
}

/** The same where room is scarce: what is received points down, what is sent up, as in the log. */
export function shortName(event: string): string {
  const [, direction, rest] = /^(receive|send)\.(.+)$/.exec(event) ?? []
  if (rest === undefined) return eventName(event)
  return `${direction === 'send' ? '↑' : '↓'} ${rest}`
}
