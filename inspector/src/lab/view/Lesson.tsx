import { useEffect, useMemo, useRef } from 'react'
import type { CloseReport } from '../../../../src/report/report.ts'
import { Cited } from '../../links/Cited.tsx'
import { declare } from '../../links/link.ts'
import { explainAll } from '../glossary.ts'
import { scenarios } from '../scenarios/index.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import type { LabSession, LabView } from '../session.ts'
import { Ending } from './Ending.tsx'
import { Explained } from './Explained.tsx'
import { Verdict } from './Verdict.tsx'

interface Props {
  lab: LabView
  scenario: Scenario
  session: LabSession
  /** The focus goes to it then. */
  isChosen: boolean
  onChoose(id: string): void
  /** As far as both peers have come. */
  reports: { client: CloseReport; server: CloseReport }
}

/** A lesson: what happened so far, in sentences, and what may come next. */
export function Lesson({ lab, scenario, session, isChosen, onChoose, reports }: Props) {
  const { snapshot, next, answered } = lab
  const taken = scenario.steps.slice(0, snapshot.step)
  const done = next === null && !snapshot.unfinished
  const following = scenarios[scenarios.indexOf(scenario) + 1]
  const current = useRef<HTMLLIElement>(null)
  const forward = useRef<HTMLButtonElement>(null)
  const moral = useRef<HTMLDivElement>(null)
  /** The end of the lesson comes of a button here: it is disabled then, and would lose the focus. */
  const isPressed = useRef(false)
  const end = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new step is brought into sight
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest' })
    end.current?.scrollIntoView({ block: 'nearest' })
  }, [snapshot.step, answered])

  useEffect(() => {
    if (done && isPressed.current) moral.current?.focus({ preventScroll: true })
    isPressed.current = false
  }, [done])
  // biome-ignore lint/correctness/useExhaustiveDependencies: each that is chosen
  useEffect(() => {
    if (isChosen) forward.current?.focus({ preventScroll: true })
  }, [scenario])
  const answer = (choice: number) => {
    isPressed.current = true
    session.do({ do: 'step', answer: choice })
    forward.current?.focus({ preventScroll: true })
  }

  const { about, told, summary } = useMemo(() => explained(scenario), [scenario])
  return (
    <section className="panel lab-lesson-panel" aria-label="Lesson">
      <header className="panel-head">
        <h2>{scenario.title}</h2>
        <button type="button" className="small-button" onClick={() => session.open(null)}>
          All lessons
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys */}
      <section className="lab-scroll" tabIndex={0} aria-label="Steps">
        <p className="lab-intro">
          <Explained pieces={about} />
        </p>
        {snapshot.step === 0 && (
          <p className="lab-intro">
            Each step tells here what happens, and shows it on the wire and in the statecharts of both. A word
            with dots below it explains itself when you press it.
          </p>
        )}
        <ol className="lab-steps" aria-live="polite">
          {taken.map((each, at) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: steps are never moved
              key={at}
              ref={at === taken.length - 1 ? current : undefined}
              aria-current={at === taken.length - 1 ? 'step' : undefined}
              {...declare(null, each.section)}
            >
              {at === taken.length - 1 && answered !== null && each.ask !== undefined && (
                <Verdict question={each.ask} {...answered} />
              )}
              <Explained pieces={told[at]!} /> <Cited section={each.section} />
            </li>
          ))}
        </ol>
        {snapshot.unfinished && (
          <p className="lab-note">A breakpoint holds this step in the middle: go on with “Next step”.</p>
        )}
        {!lab.asSaid && (
          <p className="lab-note" data-off-course="">
            You did something of your own, or changed the setup, so this is not as the lesson says. Undo it,
            or go on and see.
          </p>
        )}
        {next?.ask !== undefined && !snapshot.unfinished && (
          <fieldset className="lab-ask">
            <legend>{next.ask.question}</legend>
            {next.ask.choices.map(({ says }, choice) => (
              <button key={says} type="button" onClick={() => answer(choice)}>
                {says}
              </button>
            ))}
          </fieldset>
        )}
        {done && (
          <div className="lab-moral" ref={moral} tabIndex={-1}>
            <h3>In short</h3>
            {lab.endsAsSaid ? (
              <p>
                <Explained pieces={summary} />
              </p>
            ) : (
              <p>
                You did something of your own, or changed the setup, so it is another end than that of the
                lesson. What came of it:
              </p>
            )}
            <Ending {...reports} />
            {following !== undefined && (
              <button type="button" onClick={() => onChoose(following.id)}>
                Next lesson: {following.title}
              </button>
            )}
            <p className="lab-hint">
              {following === undefined && 'That was the last lesson. '}
              What if? Take a step back with “Undo”, do something else, and see what comes of it.
            </p>
          </div>
        )}
        <div ref={end} className="lab-end" />
      </section>
      <footer className="lab-foot">
        <progress aria-label="Steps of the lesson" max={scenario.steps.length} value={snapshot.step} />
        <span>
          {snapshot.step} of {scenario.steps.length}
        </span>
        <button
          type="button"
          className="primary"
          ref={forward}
          disabled={done}
          onClick={() => {
            isPressed.current = true
            session.do({ do: 'step' })
          }}
        >
          {next?.ask !== undefined && !snapshot.unfinished ? 'Show me' : 'Next step'}
        </button>
      </footer>
    </section>
  )
}

/** Its sentences in the order in which they are read. */
function explained({ about, steps, moral }: Scenario) {
  const [first, ...rest] = explainAll([about, ...steps.map(({ says }) => says), moral])
  return { about: first!, told: rest.slice(0, -1), summary: rest.at(-1)! }
}
