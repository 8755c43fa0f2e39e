import { memo } from 'react'
import { isCrafted } from '../../../src/report/step.ts'
import { declare, effectLink, recordLink } from '../links/link.ts'
import { bytes, clock, offset } from '../model/format.ts'
import type { Entry } from '../model/records.ts'
import { WayMark } from './WayMark.tsx'
import { answersOf, finOf, opcodeHex, transitionIds, transitionWords, wordsOf } from './words.ts'

interface Props {
  id: string
  entry: Entry
  /** When the connection was first seen. */
  start: number
  selected: boolean
  /** Is it the newest one, which is shown while live? */
  current: boolean
  /** Place in the list, from 1, and the list's length. */
  place: number
  count: number
  top: number
  onPick(seq: number): void
}

export const ROW_HEIGHT = 46

export const LogRow = memo(function LogRow(props: Props) {
  const { id, entry, start, selected, current, place, count, top, onPick } = props
  const { event, transitions, effects } = entry
  const { way, kind, about, quoted, bad } = wordsOf(event)
  const fin = finOf(event)
  const discarded = effects !== null && transitions.length === 0
  return (
    // The keys are those of the list, which has the focus.
    // biome-ignore lint/a11y/useFocusableInteractive: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-posinset={place}
      aria-setsize={count}
      className={`log-row ${selected ? 'selected' : ''} ${current ? 'current' : ''} ${bad ? 'bad' : ''}`}
      data-event={event.type}
      data-seq={entry.seq}
      {...declare(recordLink(entry.seq))}
      style={{ transform: `translateY(${top}px)`, height: ROW_HEIGHT }}
      onClick={() => onPick(entry.seq)}
    >
      <WayMark way={way} />
      <span className="log-line">
        <span className="log-kind">{kind}</span>
        {event.opcode !== undefined && (
          <span className="chip" title="opcode">
            {opcodeHex(event.opcode)}
          </span>
        )}
        {fin !== null && (
          <span
            className={`chip ${fin ? '' : 'chip-more'}`}
            title={fin ? 'last frame of its message' : 'more to come'}
          >
            {fin ? 'FIN' : 'FIN 0'}
          </span>
        )}
        {event.length !== undefined && <span className="log-size">{bytes(event.length)}</span>}
        <span className="log-answers">
          {answersOf(entry).map(({ index, name }) => (
            <span
              key={index}
              className="chip chip-auto"
              title="The protocol sent it by itself"
              {...declare(effectLink(entry.seq, index))}
            >
              ↑ {name}
            </span>
          ))}
        </span>
        <span className="log-time" title={`at ${clock(entry.time)}; since the connection was first seen`}>
          {offset(entry.time - start)}
        </span>
      </span>
      <span className="log-line">
        <span className={quoted ? 'log-about quoted' : 'log-about'}>{about}</span>
        <span className="log-transition" title={transitions.map(transitionIds).join('\n')}>
          {isCrafted(entry)
            ? 'past the statechart'
            : discarded
              ? 'discarded'
              : transitions.map(transitionWords).join(', ')}
        </span>
        <span className="log-clock">{clock(entry.time)}</span>
      </span>
    </div>
  )
})
