import type { ReactNode } from 'react'
import type { Crossing } from '../../../src/report/crossings.ts'
import type { Entry } from '../model/records.ts'
import { crossingAbout, crossingName, sizeWords } from './words.ts'

/** What stands on an arrow: what it is, and what it says. */
export function CrossingWords({
  crossing,
  entry,
  children,
}: {
  crossing: Crossing
  entry: Entry
  children?: ReactNode
}) {
  const { text, quoted } = crossingAbout(crossing, entry)
  const size = sizeWords(crossing)
  return (
    <>
      <b>{crossingName(crossing)}</b>
      {crossing.fin === false && (
        <span className="chip chip-more" title="more fragments follow">
          FIN 0
        </span>
      )}
      {crossing.fin === true && crossing.opcode !== null && crossing.opcode < 8 && (
        <span className="chip" title="last frame of its message">
          FIN
        </span>
      )}
      {size !== '' && <span className="rung-size">{size}</span>}
      {crossing.automatic && (
        <span className="chip chip-auto" title="The protocol sent it by itself">
          by itself
        </span>
      )}
      {crossing.fate === 'discarded' && <span className="chip">discarded</span>}
      {crossing.fate === 'crafted' && (
        <span className="chip" title="Put on the wire past the statechart">
          crafted
        </span>
      )}
      {children}
      <span className={`rung-about ${quoted ? 'quoted' : ''}`} title={text}>
        {text}
      </span>
    </>
  )
}
