import { type ChartEdge, waysOf } from './chart.ts'

interface Props {
  edge: ChartEdge
  possible: boolean
  /** Number of the record that Enter goes to. */
  leadsTo: number | null
  /** Where it does not cover the label, by `cornerFor`. */
  corner: string
}

/** What the arrow that the keyboard came to stands for; the pointer is told by the label's title. */
export function EdgeCard({ edge, possible, leadsTo, corner }: Props) {
  return (
    <div className={`state-card pinned ${corner}`} data-edge-card={edge.id}>
      <header>
        <h3>
          {edge.folded && 'any state in '}
          {edge.source} → {edge.target}
        </h3>
        {possible && <span className="tag">possible now</span>}
      </header>
      <dl className="card-transitions">
        {waysOf(edge).map(({ on, why }) => (
          <div key={`${on} ${why}`}>
            <dt>{on}</dt>
            {why !== null && <dd className="why">{why}</dd>}
          </div>
        ))}
      </dl>
      <p className="card-facts">
        {leadsTo === null ? 'No event has followed it.' : `Enter goes to #${leadsTo}, which followed it.`}
      </p>
    </div>
  )
}
