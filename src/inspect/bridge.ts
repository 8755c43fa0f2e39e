/**
 * From XState 5 to `@xstate/inspect`, which speaks XState 4: the only file that knows both, and XState 5's private
 * inspection fields. They change with XState 6.
 *
 * - A machine becomes the JSON of a configuration for XState 4's `createMachine`. What a receiver could not run
 *   (guards, actions) is left as its name.
 * - A snapshot becomes the JSON of what XState 4's `State.create` takes.
 * - A transition that was taken becomes a `TransitionRecord`.
 */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition, InspectedMicrostepEvent } from 'xstate'
import { toPlain } from './plain.ts'
import type { TransitionRecord } from './records.ts'

/** What `State.create` of XState 4 needs to know. */
export interface StateLike {
  value: unknown
  context: unknown
  event: { type: string }
  tags: readonly string[]
  done: boolean
}

const machines = new WeakMap<AnyStateMachine, string>()

/** What XState 4 asks of machines that are written today. */
const options = { predictableActionArguments: true, preserveActionOrder: true }

/** The machine as JSON that XState 4's `createMachine(JSON.parse(…))` reads. */
export function machineJson(machine: AnyStateMachine): string {
  let json = machines.get(machine)
  if (json === undefined) {
    json = JSON.stringify({ ...nodeConfig(machine.root), ...options, version: machine.version })
    machines.set(machine, json)
  }
  return json
}

/** For an actor that is no machine: a chart of the states that every actor has. */
export function logicJson(id: string): string {
  const final = { type: 'final' }
  const states = { active: { on: {} }, done: final, error: final, stopped: final }
  return JSON.stringify({ id, initial: 'active', states, ...options })
}

/** The state as JSON that XState 4's `State.create(JSON.parse(…))` reads. */
export function stateJson({ value, context, event, tags, done }: StateLike): string {
  return JSON.stringify({
    value,
    context: context ?? null,
    _event: scxmlEvent(event),
    event,
    historyValue: null,
    history: null,
    actions: [],
    activities: {},
    meta: {},
    events: [],
    configuration: [],
    transitions: [],
    children: {},
    tags,
    done,
    changed: true,
  })
}

/** The event as JSON of XState 4's `SCXML.Event`. */
export function eventJson(event: { type: string }): string {
  return JSON.stringify(scxmlEvent(event))
}

function scxmlEvent(event: { type: string }) {
  return { name: event.type, type: 'external', $$type: 'scxml', data: event }
}

/** The transitions of a microstep: `_transitions` is not part of XState's documented API. */
export function takenTransitions(microstep: InspectedMicrostepEvent): TransitionRecord[] {
  return microstep._transitions.map(({ source, target, eventType }) => ({
    source: source.path.join('.'),
    targets: (target ?? []).map((node: AnyStateNode) => node.path.join('.')),
    event: eventType,
  }))
}

function nodeConfig(node: AnyStateNode): object {
  const { type } = node
  const on: Record<string, object[]> = {}
  for (const [descriptor, transitions] of node.transitions as Map<string, AnyTransitionDefinition[]>) {
    if (!isDelay(descriptor)) on[descriptor] = transitions.map(transitionConfig)
  }
  const after: Record<string, object[]> = {}
  for (const transition of node.after) {
    const delay = typeof transition.delay === 'function' ? nameOf(transition.delay) : String(transition.delay)
    after[delay] = [...(after[delay] ?? []), transitionConfig(transition)]
  }
  const states = Object.entries(node.states as Record<string, AnyStateNode>)
  return {
    id: node.id,
    key: node.key,
    type,
    ...(type === 'compound' ? { initial: node.initial.target?.[0]?.key } : {}),
    ...(type === 'history' ? { history: node.history, target: node.config.target } : {}),
    ...(states.length === 0
      ? {}
      : { states: Object.fromEntries(states.map(([k, n]) => [k, nodeConfig(n)])) }),
    on,
    ...(node.always?.length ? { always: node.always.map(transitionConfig) } : {}),
    ...(Object.keys(after).length === 0 ? {} : { after }),
    entry: node.entry.filter((action) => !isTimer(action)).map(nameOf),
    exit: node.exit.filter((action) => !isTimer(action)).map(nameOf),
    invoke: node.invoke.map(({ id, src }) => ({ id, src: typeof src === 'string' ? src : nameOf(src) })),
    description: node.description,
    meta: toPlain(node.meta),
    tags: node.tags,
  }
}

function transitionConfig({
  target,
  guard,
  actions,
  reenter,
  description,
  meta,
}: AnyTransitionDefinition): object {
  return {
    ...(target === undefined ? {} : { target: target.map((node: AnyStateNode) => `#${node.id}`) }),
    ...(guard === undefined ? {} : { cond: nameOf(guard) }),
    actions: actions.map(nameOf),
    internal: !reenter,
    description,
    ...(meta === undefined ? {} : { meta: toPlain(meta) }),
  }
}

/**
 * The name of an action, guard, delay or actor logic: a string, an object with a `type`, or a function, which
 * XState's own creators mark: `and(isFinal, mayReceiveData)`, `stateIn(#open)`, `assign`.
 */
function nameOf(implementation: unknown): string {
  if (typeof implementation === 'string') return implementation
  if (typeof implementation !== 'object' && typeof implementation !== 'function')
    return String(implementation)
  const { type, name, guards, stateValue, id } = (implementation ?? {}) as Record<string, unknown>
  // XState 4 acts on the names that begin with `xstate.`.
  if (typeof type === 'string') return type.replace(/^xstate\./, '')
  const word = (typeof name === 'string' && name) || (typeof id === 'string' && id) || 'inline'
  if (Array.isArray(guards)) return `${word}(${guards.map(nameOf).join(', ')})`
  if (stateValue !== undefined) {
    return `${word}(${typeof stateValue === 'string' ? stateValue : JSON.stringify(stateValue)})`
  }
  return word
}

const isDelay = (descriptor: unknown) =>
  typeof descriptor === 'string' && descriptor.startsWith('xstate.after.')

/** Whether an entry or exit action only starts or stops the timer of an `after`, which is drawn as such. */
function isTimer(action: unknown): boolean {
  if (typeof action !== 'function') return false
  const { id, sendId } = action as { id?: unknown; sendId?: unknown }
  return isDelay(id) || isDelay(sendId)
}
