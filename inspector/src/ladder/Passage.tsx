import type { ReactNode } from 'react'
import { otherSide } from '../../../src/report/step.ts'
import { offset } from '../model/format.ts'
import type { Part } from './between.ts'
import { CrossingWords } from './CrossingWords.tsx'
import type { Fate, Passing } from './pairing.ts'
import { fateWords, timesWords, told, travelWords } from './passageWords.ts'
import { Slope } from './Slope.tsx'
import { crossingName } from './words.ts'

interface Props {
  part: Part
  moment: Passing
  fate: Fate
  sent: number | null
  received: number | null
  start: number
}

/** Something that went from one end to the other, or the half of it that is at this moment. */
export function Passage({ part, moment, fate, sent, received, start }: Props) {
  const { crossing, entry } = told(moment)
  const { from } = crossing
  const time = (at: number | null, words: ReactNode = null) => (
    <span className="rung-time" title={timesWords(sent, received, start)}>
      {at !== null && offset(at - start)}
      {words}
    </span>
  )
  const travelled = sent === null || received === null ? null : received - sent
  if (part === 'arriving' && fate === 'arrives') {
    return (
      <div className={`rung-middle from-${otherSide(from)} arrived`}>
        <div className="rung-line">
          <b>{crossingName(crossing)}</b>
          <span className="rung-about">arrives</span>
          {time(received, travelled === null ? null : `, ${travelWords(travelled)}`)}
        </div>
      </div>
    )
  }
  const words = fateWords(fate, crossing)
  return (
    <div className={`rung-middle from-${part === 'arriving' ? otherSide(from) : from} ${part}`}>
      <div className="rung-line">
        <CrossingWords crossing={crossing} entry={entry}>
          {words !== null && (
            <span className={`chip chip-fate ${fate}`} title={words.why}>
              {words.short}
            </span>
          )}
        </CrossingWords>
        {time(
          sent ?? received,
          part === 'whole' && travelled !== null && travelled >= SEEN ? `, ${travelWords(travelled)}` : null,
        )}
      </div>
      {part === 'whole' ? (
        <Slope crossing={crossing} height={fall(travelled ?? 0)} />
      ) : (
        fate !== 'arrives' && (
          <Slope
            crossing={crossing}
            height={fall(0)}
            cut={part === 'leaving' ? 'end' : 'start'}
            lost={fate !== 'under way' && fate !== 'untold' && fate !== 'unsent'}
          />
        )
      )}
    </div>
  )
}

/** Times that differ by less look the same, ms. */
const SEEN = 0.05

/** How far the arrow of a rung falls, px: further the longer it took, as far as there is room. */
export function fall(ms: number): number {
  return ms < SEEN ? 0 : Math.min(14, 5 + 3 * Math.log10(1 + ms))
}
