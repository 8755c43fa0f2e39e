/**
 * The lab as the page holds it: what was done, and what that led to. To undo is to do all but the last again; to
 * open a link is to do what it says.
 */
import type { Action, Setup } from './engine/action.ts'
import { holds } from './engine/expect.ts'
import { Lab } from './engine/lab.ts'
import type { Snapshot } from './engine/snapshot.ts'
import { emptyLab, type LabState, MAX_ACTIONS, readLink } from './link.ts'
import { scenarioOf } from './scenarios/index.ts'
import type { Scenario, Step } from './scenarios/scenario.ts'

export interface LabView {
  state: LabState
  scenario: Scenario | null
  snapshot: Snapshot
  /** The step that was taken last. */
  step: Step | null
  /** The next one; `null` if there is none. */
  next: Step | null
  /** The last step's question: what was predicted (`null`: nothing), and what is right (`null`: nothing of it). */
  answered: { choice: number | null; right: number | null } | null
  /** Is it as the last step says? Something else may have been done, or another setup. */
  asSaid: boolean
  /** The lesson is over, and ended as it does by itself. */
  endsAsSaid: boolean
  /** Why the link could not be read. */
  badLink: string | null
  /** What of the link was left out. */
  leftOut: string | null
  /** Counts the runs: another number means that nothing before is there any more. */
  run: number
}

export interface LabSession {
  subscribe(listener: () => void): () => void
  getSnapshot(): LabView
  do(action: Action): void
  undo(): void
  /** The same lab with nothing done yet. */
  restart(): void
  open(scenario: string | null): void
  setUp(setup: Partial<Setup>): void
  /** The state that a link says. */
  follow(hash: string): void
}

/** What is told of the link that was opened. */
type Told = Pick<LabView, 'badLink' | 'leftOut'>
const noTrouble: Told = { badLink: null, leftOut: null }

export function createSession(hash: string): LabSession {
  const listeners = new Set<() => void>()
  let runs = 0
  let lab: Lab
  let view: LabView

  const load = (state: LabState, told: Told = noTrouble) => {
    runs++
    const scenario = state.scenario === null ? null : (scenarioOf(state.scenario) ?? null)
    lab = new Lab(scenario, state.setup)
    for (const action of state.actions) lab.do(action)
    show(state, told)
  }

  const show = (state: LabState, told: Told = noTrouble) => {
    const scenario = state.scenario === null ? null : (scenarioOf(state.scenario) ?? null)
    const snapshot = lab.snapshot()
    const step = scenario?.steps[snapshot.step - 1] ?? null
    const next = scenario?.steps[snapshot.step] ?? null
    const onCourse =
      Object.keys(state.setup).length === 0 &&
      state.actions.every((action) => action.do === 'step' || action.do === 'breakpoints')
    view = {
      state,
      scenario,
      snapshot,
      step,
      next,
      answered: answerOf(state, step, snapshot),
      asSaid: onCourse || step === null || snapshot.unfinished || holds(step.expect, snapshot),
      endsAsSaid:
        scenario !== null &&
        next === null &&
        !snapshot.unfinished &&
        (onCourse || endOf(snapshot) === endOf(ranThrough(scenario))),
      ...told,
      run: runs,
    }
    for (const listener of listeners) listener()
  }

  const follow = (hash: string) => {
    const read = readLink(hash)
    if ('error' in read) {
      load(emptyLab, { badLink: read.error, leftOut: null })
      return
    }
    const { leftOut = null, ...state } = read
    load(state, { badLink: null, leftOut })
  }

  follow(hash)

  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => view,
    do(action) {
      const { state } = view
      if (state.actions.length >= MAX_ACTIONS) return
      lab.do(action)
      show({ ...state, actions: [...state.actions, action] })
    },
    undo() {
      const { state } = view
      if (state.actions.length > 0) load({ ...state, actions: state.actions.slice(0, -1) })
    },
    restart: () => load({ ...view.state, actions: view.state.actions.filter(isBreakpoints).slice(-1) }),
    open: (scenario) => load({ ...emptyLab, scenario }),
    setUp: (setup) => load({ ...view.state, setup: { ...view.state.setup, ...setup }, actions: [] }),
    follow,
  }
}

const isBreakpoints = (action: Action) => action.do === 'breakpoints'

/** Which choice is right is asked of what came of the step. */
function answerOf({ actions }: LabState, step: Step | null, snapshot: Snapshot): LabView['answered'] {
  const last = actions.at(-1)
  if (last?.do !== 'step' || step?.ask === undefined || snapshot.unfinished) return null
  const { choices } = step.ask
  const right = choices.findIndex(({ means }) => holds(means, snapshot))
  // A link may say anything.
  const choice = last.answer === undefined || last.answer >= choices.length ? null : last.answer
  return { choice, right: right < 0 ? null : right }
}

/** How a lesson ends by itself. */
function ranThrough(scenario: Scenario): Snapshot {
  const lab = new Lab(scenario)
  for (const _ of scenario.steps) lab.do({ do: 'step' })
  return lab.snapshot()
}

/** What a lesson sums up at its end: where both sides are, and which codes were said. */
const endOf = ({ client, server }: Snapshot) =>
  JSON.stringify(
    [client, server].map(({ value, code, closeSent, closeReceived }) => [
      value.lifecycle,
      code,
      closeSent,
      closeReceived,
    ]),
  )
