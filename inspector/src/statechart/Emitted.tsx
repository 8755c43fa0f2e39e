import type { EffectRecord } from '../../../src/inspect/records.ts'
import { LinkButton } from '../links/LinkButton.tsx'
import { effectLink } from '../links/link.ts'
import { effectWords } from '../log/words.ts'
import type { Size } from '../shell/useSize.ts'
import type { Box } from './layout.ts'
import type { TextMeasure } from './measure.ts'

/** What it takes; `statechart.css` has the same. */
export function sizeOfEmitted(effects: readonly EffectRecord[], measure: TextMeasure): Size {
  const widest = Math.max(...effects.map((effect) => measure.note(effectWords(effect))))
  return { width: widest + 20, height: effects.length * 17 + 7 }
}

/** What the machine emitted with the last transition, drawn beside it. */
export function Emitted({
  effects,
  box,
  seq,
}: {
  effects: readonly EffectRecord[]
  box: Box
  /** Number of the record. */
  seq: number
}) {
  return (
    <ul className="emitted" aria-label="Emitted" style={{ left: box.x, top: box.y, minWidth: box.width }}>
      {effects.map((effect, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: effects have no other name, and no state
        <li key={index}>
          <LinkButton link={effectLink(seq, index)}>{effectWords(effect)}</LinkButton>
        </li>
      ))}
    </ul>
  )
}
