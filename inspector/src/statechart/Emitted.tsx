import type { EffectRecord } from '../../../src/inspect/records.ts'
import { LinkButton } from '../links/LinkButton.tsx'
import { effectLink } from '../links/link.ts'
import { effectWords } from '../log/words.ts'
import type { Box, Layout } from './layout.ts'
import type { Lit } from './lit.ts'

/** The label or state that the last transition is marked at; `null` if it is not drawn. */
export function besideOf(lit: Lit, layout: Layout): Box | null {
  for (const id of lit.edges) {
    const label = layout.edges.get(id)?.label
    if (label != null) return label
  }
  for (const id of lit.within.keys()) {
    const box = layout.boxes.get(id)
    if (box !== undefined) return box
  }
  return null
}

/** What the longest of them takes. */
const ROOM = 170

/** What the machine emitted with the last transition, drawn beside it. */
export function Emitted({
  effects,
  beside,
  seq,
  width,
}: {
  effects: readonly EffectRecord[] | null
  beside: Box | null
  /** Number of the record. */
  seq: number
  /** Of the whole drawing. */
  width: number
}) {
  if (effects === null || effects.length === 0 || beside === null) return null
  // On the side that is nearer to the edge, where less is drawn, as long as there is room.
  const left = beside.x > ROOM && beside.x + beside.width / 2 < width / 2
  return (
    <ul
      className="emitted"
      aria-label="Emitted"
      style={{
        top: beside.y,
        ...(left ? { right: width - beside.x + 6 } : { left: beside.x + beside.width + 6 }),
      }}
    >
      {effects.map((effect, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: effects have no other name, and no state
        <li key={index}>
          <LinkButton link={effectLink(seq, index)}>{effectWords(effect)}</LinkButton>
        </li>
      ))}
    </ul>
  )
}
