import { Cited, Prose } from '../links/Cited.tsx'
import { LinkButton } from '../links/LinkButton.tsx'
import { transitionLink } from '../links/link.ts'
import { type Chart, type ChartState, type ChartTransition, eventName } from './chart.ts'

interface Props {
  chart: Chart
  state: ChartState
  active: boolean
  foreign: boolean
  /** Where it does not cover the state, by `cornerFor`. */
  corner: string
  pinned: boolean
  onClose(): void
}

/** What a state is, where it is defined, and what each event does in it. */
export function StateCard({ chart, state, active, foreign, corner, pinned, onClose }: Props) {
  return (
    <aside
      className={`state-card ${corner} ${pinned ? 'pinned' : ''}`}
      aria-label={`About ${state.id}`}
      aria-live="polite"
    >
      <header>
        <h3>{state.id}</h3>
        <span className={`tag ${active ? 'tag-active' : ''}`}>{active ? 'active' : 'not active'}</span>
        {pinned && (
          <button type="button" className="icon-button" aria-label="Close the card" onClick={onClose}>
            ×
          </button>
        )}
      </header>
      <p>
        <Prose text={state.description ?? 'Nothing is said of this state.'} />
      </p>
      <p className="card-facts">
        {state.section !== null && <Cited section={state.section} />}
        {state.tags.map((tag) => (
          <span className="section" key={tag}>
            tag: {tag}
          </span>
        ))}
        {foreign && <span className="section">never entered by this side</span>}
      </p>
      {state.transitions.length > 0 && (
        <dl className="card-transitions">
          {groups(state.transitions).map(([key, all]) => (
            <div key={key}>
              <dt>{all.map(({ event }) => eventName(event)).join(', ')}</dt>
              <Outcome transitions={all} />
            </div>
          ))}
        </dl>
      )}
      {state.children.length > 0 && (
        <p className="card-facts">
          Holds {state.children.map((child) => chart.states.get(child)!.key).join(', ')}
          {state.kind === 'parallel' ? ' (all active at once)' : ''}.
        </p>
      )}
    </aside>
  )
}

/** They differ in nothing but the event. */
function Outcome({ transitions }: { transitions: readonly ChartTransition[] }) {
  const { source, targets, guard, description } = transitions[0]!
  const stays = targets.length === 0 || (targets.length === 1 && targets[0] === source)
  return (
    <dd>
      <LinkButton className="to" link={transitions.map(transitionLink)} cites={description ?? ''}>
        {stays ? '↻ stays' : `→ ${targets.join(', ')}`}
        {guard !== null && <i> if {guard}</i>}
      </LinkButton>
      {description !== null && (
        <span className="why">
          <Prose text={description} />
        </span>
      )}
    </dd>
  )
}

/** Transitions that differ in nothing but the event. */
function groups(transitions: readonly ChartTransition[]): [string, ChartTransition[]][] {
  const byOutcome = new Map<string, ChartTransition[]>()
  for (const each of transitions) {
    const key = JSON.stringify([each.targets, each.guard, each.description])
    byOutcome.set(key, [...(byOutcome.get(key) ?? []), each])
  }
  return [...byOutcome]
}
