import type { TraceProblem } from '../../../src/inspect/trace.ts'
import { plural } from '../model/format.ts'
import { type OpenedTrace, type Traces, traceTrouble } from './traces.ts'

/** Lines that are listed; of the others how many there are. */
const LISTED = 20

/** That a trace is open, and what was wrong with it. */
export function TraceNotice({ trace, traces }: { trace: OpenedTrace; traces: Traces }) {
  const { id, name, state, lines, records, connections, problems, moreProblems } = trace
  const trouble = traceTrouble(trace)
  const [first, ...others] = problems.slice(0, LISTED)
  const more = problems.length + moreProblems - Math.min(problems.length, LISTED)
  return (
    <div className="trace-notice" data-trace={name} data-trouble={trouble !== null}>
      <p className="trace-name">
        <b title={name}>{name}</b>
        <button
          type="button"
          className="icon-button"
          aria-label={`Put away ${name}`}
          title="Put away"
          onClick={() => traces.putAway(id)}
        >
          ×
        </button>
      </p>
      <p role="status" className="small">
        {state === 'reading'
          ? `Reading: ${plural(records, 'record')} so far.`
          : `${plural(connections.length, 'connection')}, ${plural(records, 'record')} in ${plural(lines, 'line')}.`}
      </p>
      {trouble !== null && <p className="problem">{trouble}</p>}
      {first !== undefined && <p className="small">{sentence(first)}</p>}
      {others.length > 0 && (
        <details>
          <summary>{others.length + more} more</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must get there */}
          <ul aria-label="Problems" tabIndex={0}>
            {others.map((problem) => (
              <li key={`${problem.line} ${problem.message}`}>{sentence(problem)}</li>
            ))}
            {more > 0 && <li>And {more} more.</li>}
          </ul>
        </details>
      )}
    </div>
  )
}

const sentence = ({ line, message }: TraceProblem) => `Line ${line}: ${message}`
