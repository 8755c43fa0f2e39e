import type { ReactNode } from 'react'
import type { HttpRecord, TransitionRecord } from '../../../src/inspect/records.ts'
import { isCrafted } from '../../../src/report/step.ts'
import { framesOf } from '../frame/framesAt.ts'
import { bitsOfFields, closeCodeBits, type Header, headerOf, previewBits } from '../frame/header.ts'
import { Cited, Prose } from '../links/Cited.tsx'
import { LinkButton } from '../links/LinkButton.tsx'
import { declare, effectLink, stateLink, transitionLink } from '../links/link.ts'
import type { Connection } from '../model/connection.ts'
import { bytes, clock, duration, offset, plural } from '../model/format.ts'
import { opcodeName } from '../model/opcodes.ts'
import { type Entry, indexOfSeq, type LoggedEvent } from '../model/records.ts'
import type { StateValue } from '../model/value.ts'
import { type Cursor, entryAt, valueAt } from '../model/view.ts'
import { type Chart, eventName } from '../statechart/chart.ts'
import { WayMark } from './WayMark.tsx'
import {
  closeName,
  effectWords,
  finOf,
  opcodeHex,
  safeJson,
  spacedHex,
  tcpEndWords,
  transitionIds,
  wordsOf,
} from './words.ts'
import './detail.css'

interface Props {
  connection: Connection
  cursor: Cursor
}

/** Everything that is known of the event at the cursor, and the configuration behind it. */
export function Detail({ connection, cursor }: Props) {
  const entry = entryAt(connection, cursor)
  return (
    <section className="panel detail" aria-label="Details">
      <header className="panel-head">
        <h2>{entry === null ? 'Details' : <EventTitle entry={entry} />}</h2>
        <span className="panel-about">
          {entry !== null && (cursor === null ? `#${entry.seq}, newest` : `#${entry.seq}`)}
        </span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must get there */}
      {/* biome-ignore lint/a11y/useSemanticElements: the section around it is the region already */}
      <div className="detail-body" role="group" aria-label="Details of the event" tabIndex={0}>
        {entry !== null && <EventDetail connection={connection} entry={entry} />}
        <Part title={entry === null ? 'Configuration' : 'Configuration after it'}>
          <ValueTree value={valueAt(connection, cursor)} />
        </Part>
      </div>
    </section>
  )
}

function EventTitle({ entry }: { entry: Entry }) {
  const { way, kind } = wordsOf(entry.event)
  return (
    <>
      <WayMark way={way} /> {kind}
    </>
  )
}

function EventDetail({ connection, entry }: { connection: Connection; entry: Entry }) {
  const { event, effects, transitions, time } = entry
  const [first] = connection.about === null ? [] : framesOf(entry, connection.about.side)
  const header = first === undefined || first.automatic ? null : headerOf(first)
  const frame = `${entry.seq}.${first?.index ?? 0}`
  const before = connection.entries[indexOfSeq(connection.entries, entry.seq) - 1]
  return (
    <>
      <p className="detail-when">
        {clock(time)} · {offset(time - connection.firstSeen)} from the start
        {before !== undefined && ` · ${duration(time - before.time)} after #${before.seq}`}
      </p>
      {(event.rule !== undefined || event.message !== undefined) && <Failure event={event} />}
      <Part title="Transitions">
        {transitions.length === 0 ? (
          <p className="none">
            {isCrafted(entry)
              ? 'None: it was put on the wire past the statechart.'
              : effects === null
                ? 'None that is known.'
                : 'None: it was discarded.'}
          </p>
        ) : (
          <ul className="detail-list">
            {transitions.map((each) => (
              <TransitionItem
                key={`${each.source} ${each.event}`}
                chart={connection.chart}
                transition={each}
                type={event.type}
              />
            ))}
          </ul>
        )}
      </Part>
      {effects !== null && (
        <Part title="Emitted">
          {effects.length === 0 ? (
            <p className="none">Nothing.</p>
          ) : (
            <ol className="detail-list">
              {effects.map((effect, index) => (
                <li key={safeJson(effect)}>
                  <LinkButton link={effectLink(entry.seq, index)}>{effectWords(effect)}</LinkButton>
                </li>
              ))}
            </ol>
          )}
        </Part>
      )}
      {connection.about === null ? (
        <ForeignFields event={event} />
      ) : (
        <Fields event={event} frame={frame} header={header} />
      )}
      {event.preview !== undefined && (
        <Part title={event.preview.encoding === 'hex' ? 'Payload, hex' : 'Payload, text'}>
          <pre className="payload" {...declare(header === null ? null : previewBits(frame, header, event))}>
            {event.preview.encoding === 'hex' ? spacedHex(event.preview.data) : event.preview.data}
          </pre>
          {event.preview.truncated && <p className="none">Only the beginning is kept.</p>}
        </Part>
      )}
      {event.http !== undefined && <Http http={event.http} />}
    </>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="detail-part">
      <h3>{title}</h3>
      {children}
    </div>
  )
}

function Failure({ event }: { event: LoggedEvent }) {
  return (
    <div className="failure">
      <p>{event.message ?? 'A rule was broken.'}</p>
      <p className="failure-facts">
        {event.rule !== undefined && <code>{event.rule}</code>}
        {event.section !== undefined && <Cited section={event.section} />}
        {event.offset !== undefined && <span>at byte {event.offset} of the stream of frames</span>}
      </p>
    </div>
  )
}

function TransitionItem({
  chart,
  transition,
  type,
}: {
  chart: Chart
  transition: TransitionRecord
  type: string
}) {
  const { source, targets, event } = transition
  const told = chart.states
    .get(source)
    ?.transitions.find((each) => each.event === event && each.targets.join() === targets.join())
  return (
    <li>
      <LinkButton className="ids" link={transitionLink(transition)}>
        {transitionIds(transition)}
        {event !== type && <span className="none"> on {eventName(event)}</span>}
      </LinkButton>
      {told?.description != null && (
        <span className="why">
          <Prose text={told.description} />
        </span>
      )}
    </li>
  )
}

interface FieldsProps {
  event: LoggedEvent
  /** Id of the frame that it was, and its header, if it was one. */
  frame: string
  header: Header | null
}

function Fields({ event, frame, header }: FieldsProps) {
  const { opcode, length, wire, code, reason, accepted } = event
  const fin = finOf(event)
  const fields: [string, ReactNode, string | null][] = []
  const bits = (first: string, last = first) =>
    header === null ? null : bitsOfFields(frame, header, first, last)
  if (opcode !== undefined)
    fields.push(['Opcode', `${opcodeHex(opcode)} ${opcodeName(opcode)}`, bits('opcode')])
  if (fin !== null)
    fields.push(['FIN', fin ? '1, last frame of its message' : '0, more to come', bits('fin')])
  if (length !== undefined)
    fields.push([
      'Length',
      length < 1024 ? plural(length, 'byte') : `${length} bytes (${bytes(length)})`,
      bits('length', 'extended'),
    ])
  if (code !== undefined)
    fields.push([
      'Close code',
      `${code} ${closeName(code)}`,
      header === null || opcode !== 8 || code === 1005 ? null : closeCodeBits(frame, header),
    ])
  if (reason !== undefined && reason !== '') fields.push(['Close reason', reason, null])
  if (accepted !== undefined) fields.push(['Accepted', accepted ? 'yes' : 'no', null])
  if (wire !== undefined) {
    fields.push(['On the wire', `${wire.headerLength} header + ${wire.payloadLength} payload bytes`, null])
    fields.push([
      'Masking key',
      wire.maskingKey === null ? 'none, not masked' : <code key="key">{spacedHex(wire.maskingKey)}</code>,
      bits('key'),
    ])
    fields.push([
      'Reserved bits',
      [4, 2, 1].map((bit, index) => `RSV${index + 1} ${wire.reservedBits & bit ? 1 : 0}`).join(', '),
      bits('rsv1', 'rsv3'),
    ])
  }
  if (event.transport !== undefined) fields.push(['How it ended', tcpEndWords(event.transport), null])
  if (fields.length === 0) return null
  return (
    <Part title="Fields">
      <dl className="fields">
        {fields.map(([name, value, link]) => (
          <div key={name} {...declare(link)}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Part>
  )
}

function ForeignFields({ event }: { event: LoggedEvent }) {
  return (
    <Part title="Event">
      <pre className="payload">{safeJson(event, 2)}</pre>
    </Part>
  )
}

function Http({ http }: { http: HttpRecord }) {
  return (
    <Part title="HTTP message">
      <pre className="payload http">
        <b>{http.startLine}</b>
        {http.headers.map(([name, value]) => `\n${name}: ${value}`).join('')}
      </pre>
    </Part>
  )
}

/** The configuration, nested as it is. */
function ValueTree({ value, within = '' }: { value: StateValue; within?: string }) {
  const states = value === '' ? {} : typeof value === 'string' ? { [value]: '' } : value
  return (
    <ul className="tree">
      {Object.entries(states).map(([key, inner]) => (
        <li key={key}>
          <span {...declare(stateLink(within + key))}>{key}</span>
          {inner !== '' && <ValueTree value={inner} within={`${within}${key}.`} />}
        </li>
      ))}
    </ul>
  )
}
