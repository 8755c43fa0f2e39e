import { Fragment, useMemo } from 'react'
import type { Crossing } from '../../../src/report/crossings.ts'
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
  blocksOf,
  type Direction,
  fragmentsOf,
  limitOf,
  type Message,
  messageAsOf,
  messageAt,
  type Part,
  sizeOf,
} from './assembly.ts'
import { Between, ControlBlock } from './ControlBlock.tsx'
import { type ControlFrame, type Group, runAsOf } from './control.ts'
import './messages.css'

/** How many messages before the last one are shown. */
const BEFORE = 8

/** Messages as they are put together from frames, in both directions. */
export function MessagesView({ connection, cursor, onCursor }: ViewProps) {
  const { side } = connection.about!
  const fold = useMemo(() => assemblyFold(side), [side])
  const assembly = useFold(fold, connection.entries)
  const { entries } = connection
  const textOf = ({ seq, crossing }: ControlFrame) => {
    const entry = entries[indexOfSeq(entries, seq)]
    return entry === undefined ? '' : crossingAbout(crossing, entry).text
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
            between={assembly.between[direction]}
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
        <p className="messages-note">
          Round ones are control frames: Ping, Pong and Close are part of no message, whether they come
          between its fragments or between two messages. <Cited section="5.5" />
        </p>
      </Scroll>
    </section>
  )
}

interface DirectionProps {
  direction: Direction
  from: string
  messages: readonly Message[]
  between: readonly Group[]
  /** Bytes that a message may have, if that is known. */
  limit: number | null
  cursor: Cursor
  textOf(frame: ControlFrame): string
  onCursor(cursor: Cursor): void
}

function DirectionPart({ direction, from, messages, between, limit, ...shared }: DirectionProps) {
  const { cursor, textOf, onCursor } = shared
  const at = messageAt(messages, cursor)
  const first = Math.max(0, at - BEFORE)
  const runAt = (place: number) => (
    <Between run={runAsOf(between, place, cursor)} cursor={cursor} textOf={textOf} onPick={onCursor} />
  )
  return (
    <section className="direction" aria-label={direction} data-direction={direction}>
      <h3>
        {direction === 'inbound' ? 'Inbound' : 'Outbound'} <span className="none">from the {from}</span>
        <span className="direction-count">
          {plural(at + 1, 'message')}
          {at > 0 && ', the newest first'}
        </span>
      </h3>
      {at < 0 && <p className="none">No message has begun.</p>}
      {runAt(at + 1)}
      {messages
        .slice(first, at + 1)
        .map((message, index) => (
          <Fragment key={message.first}>
            <MessageBlocks
              message={messageAsOf(message, cursor)}
              limit={limit}
              large={first + index === at}
              {...shared}
            />
            {runAt(first + index)}
          </Fragment>
        ))
        .reverse()}
      {first > 0 && <p className="none">{plural(first, 'older message')} not drawn.</p>}
    </section>
  )
}

interface BlocksProps {
  message: Message
  limit: number | null
  cursor: Cursor
  large: boolean
  textOf(frame: ControlFrame): string
  onCursor(cursor: Cursor): void
}

/** Blocks that are drawn of one message; of more, those in the middle are folded. */
const MOST_BLOCKS = 40

function MessageBlocks({ message, limit, cursor, large, textOf, onCursor }: BlocksProps) {
  const { kind, end } = message
  const count = fragmentsOf(message)
  const blocks = blocksOf(message)
  const folded = blocks.length > MOST_BLOCKS ? blocks.length - MOST_BLOCKS : 0
  const drawn = folded === 0 ? blocks : [...blocks.slice(0, 4), ...blocks.slice(4 + folded)]
  const state = end === null ? 'growing' : end.how
  const isOne = message.parts.some(({ crossing, control }) => !control && crossing.fin === true)
  const refused = message.parts.find(({ crossing }) => crossing.fate === 'invalid')
  return (
    <div className={`message ${state} ${large ? 'large' : ''}`} data-message={state}>
      <p className="message-head">
        <b>{kind}</b>
        <span>
          {bytes(sizeOf(message))}
          {limit !== null && ` of at most ${bytes(limit)}`}
        </span>
        <span>{plural(count, count === 1 && isOne ? 'frame' : 'fragment')}</span>
        <span className="message-state">
          {end === null
            ? 'in progress: FIN is still to come'
            : end.how === 'complete'
              ? 'complete'
              : refused === undefined
                ? `dropped: ${end.why} in the middle of it`
                : `refused: ${end.why} because of it`}
        </span>
      </p>
      <div className="blocks">
        {drawn.map((parts, index) => {
          const [part] = parts as [Part]
          return (
            <Fragment key={`${part.seq}.${part.crossing.name}`}>
              {folded > 0 && index === 4 && <span className="block block-fold">{folded} more</span>}
              {part.control ? (
                <ControlBlock
                  frames={parts}
                  count={parts.length}
                  cursor={cursor}
                  textOf={textOf}
                  onPick={onCursor}
                />
              ) : (
                <DataBlock part={part} selected={cursor === part.seq} text={textOf(part)} onPick={onCursor} />
              )}
            </Fragment>
          )
        })}
        {end?.how !== 'complete' && !isWhole(refused?.crossing) && (
          <span className={`block block-rest ${end === null ? '' : 'lost'}`}>
            {end === null ? 'FIN?' : 'never came'}
          </span>
        )}
      </div>
    </div>
  )
}

/** Its last frame has come, with all of its payload. */
function isWhole(crossing: Crossing | undefined): boolean {
  if (crossing === undefined || crossing.fin !== true || crossing.wire === null) return false
  return crossing.length !== null && crossing.length >= crossing.wire.payloadLength
}

interface BlockProps {
  part: Part
  selected: boolean
  text: string
  onPick(seq: number): void
}

function DataBlock({ part, selected, text, onPick }: BlockProps) {
  const { seq, crossing } = part
  return (
    <button
      type="button"
      className={`block ${crossing.fate === 'invalid' ? 'bad' : ''}`}
      style={{ flexGrow: Math.min(60, 1 + Math.sqrt(crossing.length ?? 0)) }}
      {...declare(crossingLink(seq, crossing.index))}
      aria-pressed={selected}
      title={text}
      onClick={() => onPick(seq)}
    >
      <span className="block-name">
        {crossingName(crossing)} {crossing.fin === true && <span className="chip chip-fin">FIN</span>}
      </span>
      <span className="block-size">{crossing.length === null ? '' : bytes(crossing.length)}</span>
      {text !== '' && <span className="block-text">{text}</span>}
    </button>
  )
}
