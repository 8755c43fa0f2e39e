import { useMemo } from 'react'
import { crossingAbout, crossingName } from '../ladder/words.ts'
import { Cited } from '../links/Cited.tsx'
import { crossingLink, declare } from '../links/link.ts'
import { useFold } from '../model/fold.ts'
import { bytes, plural } from '../model/format.ts'
import { indexOfSeq } from '../model/records.ts'
import type { Cursor } from '../model/view.ts'
import { Scroll } from '../shell/Scroll.tsx'
import { SeqLink } from '../shell/SeqLink.tsx'
import type { ViewProps } from '../shell/Views.tsx'
import {
  assemblyFold,
  type Direction,
  fragmentsOf,
  limitOf,
  type Message,
  messageAsOf,
  messageAt,
  type Part,
  sizeOf,
} from './assembly.ts'
import './messages.css'

/** How many messages before the last one are shown. */
const BEFORE = 12

/** Messages as they are put together from frames, in both directions. */
export function MessagesView({ connection, cursor, onCursor }: ViewProps) {
  const { side } = connection.about!
  const fold = useMemo(() => assemblyFold(side), [side])
  const assembly = useFold(fold, connection.entries)
  const { entries } = connection
  const textOf = (part: Part) => {
    const entry = entries[indexOfSeq(entries, part.seq)]
    return entry === undefined ? '' : crossingAbout(part.crossing, entry).text
  }
  const limit = cursor === null || (assembly.limit?.seq ?? 0) <= cursor ? assembly.limit : null
  return (
    <section className="view messages-view" aria-label="Messages">
      <Scroll label="Messages in both directions">
        {limit !== null && (
          <p className="failure">
            A limit was exceeded: {limit.says}.{' '}
            <SeqLink seq={limit.seq} cursor={cursor} onCursor={onCursor} />
          </p>
        )}
        {(['inbound', 'outbound'] as const).map((direction) => (
          <DirectionPart
            key={direction}
            direction={direction}
            from={direction === 'outbound' ? side : side === 'client' ? 'server' : 'client'}
            messages={assembly[direction]}
            limit={limitOf(direction, connection.about!, assembly)}
            cursor={cursor}
            textOf={textOf}
            onCursor={onCursor}
          />
        ))}
        <p className="messages-note">
          A message is one frame with FIN, or fragments of which the last one has it; only control frames may
          come between. <Cited section="5.4" />
        </p>
      </Scroll>
    </section>
  )
}

interface DirectionProps {
  direction: Direction
  from: string
  messages: readonly Message[]
  /** Bytes that a message may have, if that is known. */
  limit: number | null
  cursor: Cursor
  textOf(part: Part): string
  onCursor(cursor: Cursor): void
}

function DirectionPart({ direction, from, messages, limit, cursor, textOf, onCursor }: DirectionProps) {
  const at = messageAt(messages, cursor)
  const shown = messages.slice(Math.max(0, at - BEFORE), at + 1).reverse()
  const [last, ...before] = shown.map((message) => messageAsOf(message, cursor))
  return (
    <section className="direction" aria-label={direction} data-direction={direction}>
      <h3>
        {direction === 'inbound' ? 'Inbound' : 'Outbound'} <span className="none">from the {from}</span>
        <span className="direction-count">{plural(at + 1, 'message')}</span>
      </h3>
      {last === undefined ? (
        <p className="none">No message has begun.</p>
      ) : (
        <MessageBlocks
          message={last}
          limit={limit}
          cursor={cursor}
          large
          textOf={textOf}
          onCursor={onCursor}
        />
      )}
      {before.map((message) => (
        <MessageBlocks
          key={message.first}
          message={message}
          limit={limit}
          cursor={cursor}
          large={false}
          textOf={textOf}
          onCursor={onCursor}
        />
      ))}
      {at > BEFORE && <p className="none">{plural(at - BEFORE, 'older message')} not drawn.</p>}
    </section>
  )
}

interface BlocksProps {
  message: Message
  limit: number | null
  cursor: Cursor
  large: boolean
  textOf(part: Part): string
  onCursor(cursor: Cursor): void
}

/** Blocks that are drawn of one message; of more, those in the middle are folded. */
const MOST_BLOCKS = 40

function MessageBlocks({ message, limit, cursor, large, textOf, onCursor }: BlocksProps) {
  const { kind, end, parts } = message
  const count = fragmentsOf(message)
  const folded = parts.length > MOST_BLOCKS ? parts.length - MOST_BLOCKS : 0
  const drawn = folded === 0 ? parts : [...parts.slice(0, 4), ...parts.slice(4 + folded)]
  const state = end === null ? 'growing' : end.how
  return (
    <div className={`message ${state} ${large ? 'large' : ''}`} data-message={state}>
      <p className="message-head">
        <b>{kind}</b>
        <span>
          {bytes(sizeOf(message))}
          {limit !== null && ` of at most ${bytes(limit)}`}
        </span>
        <span>{plural(count, count === 1 && end?.how === 'complete' ? 'frame' : 'fragment')}</span>
        <span className="message-state">
          {end === null
            ? 'in progress: FIN is still to come'
            : end.how === 'complete'
              ? 'complete'
              : `dropped: ${end.why} in the middle of it`}
        </span>
      </p>
      <div className="blocks">
        {drawn.map((part, index) => (
          <Block
            key={`${part.seq}.${part.crossing.name}`}
            part={part}
            fold={folded > 0 && index === 4 ? folded : 0}
            selected={cursor === part.seq}
            text={textOf(part)}
            onPick={onCursor}
          />
        ))}
        {end?.how !== 'complete' && (
          <span className={`block block-rest ${end === null ? '' : 'lost'}`}>
            {end === null ? 'FIN?' : 'never came'}
          </span>
        )}
      </div>
    </div>
  )
}

interface BlockProps {
  part: Part
  fold: number
  selected: boolean
  text: string
  onPick(seq: number): void
}

function Block({ part, fold, selected, text, onPick }: BlockProps) {
  const { seq, crossing, control } = part
  const name = crossingName(crossing)
  const size = crossing.length === null ? '' : bytes(crossing.length)
  const grow = control ? 0 : Math.min(60, 1 + Math.sqrt(crossing.length ?? 0))
  return (
    <>
      {fold > 0 && <span className="block block-fold">{fold} more</span>}
      <button
        type="button"
        className={`block ${control ? 'block-control' : ''} ${crossing.fate === 'invalid' ? 'bad' : ''}`}
        style={{ flexGrow: grow }}
        {...declare(crossingLink(seq, crossing.index))}
        aria-pressed={selected}
        title={text}
        onClick={() => onPick(seq)}
      >
        <span className="block-name">
          {name} {crossing.fin === true && !control && <span className="chip chip-fin">FIN</span>}
        </span>
        {!control && <span className="block-size">{size}</span>}
        {!control && text !== '' && <span className="block-text">{text}</span>}
      </button>
    </>
  )
}
