import { Cited } from '../links/Cited.tsx'
import { crossingLink, declare } from '../links/link.ts'
import { clock, duration } from '../model/format.ts'
import type { Cursor } from '../model/view.ts'
import { Scroll } from '../shell/Scroll.tsx'
import { SeqLink } from '../shell/SeqLink.tsx'
import type { ViewProps } from '../shell/Views.tsx'
import { acceptSteps } from './accept.ts'
import { type Handshake, type HandshakeMessage, handshakeOf, type Line, type Verdict } from './handshake.ts'
import './handshake.css'

const MARKS: Readonly<Record<Verdict, [mark: string, name: string]>> = {
  right: ['✓', 'right'],
  wrong: ['✗', 'wrong'],
  missing: ['✗', 'missing'],
  note: ['•', 'to note'],
  unknown: ['?', 'not known'],
}

/** The opening handshake: request and response as sent, checked line by line. */
export function HandshakeView({ connection, cursor, onCursor }: ViewProps) {
  const handshake = handshakeOf(connection, cursor)
  const { request, response, invalid, key } = handshake
  const about = connection.about!
  const unseen = about.dropped !== undefined || connection.firstSeq > about.seq + 1
  return (
    <section className="view handshake-view" aria-label="Handshake">
      <Scroll label="The opening handshake">
        {request === null && response === null && invalid === null && (
          <p className="none">
            {unseen || connection.entries.length > 0
              ? 'The opening handshake is not in the records: it was before them.'
              : 'The opening handshake has not begun.'}
          </p>
        )}
        {request !== null && <Message message={request} cursor={cursor} onCursor={onCursor} />}
        {request !== null && response !== null && (
          <p className="handshake-took">
            answered after {duration(response.entry.time - request.entry.time)}
          </p>
        )}
        {invalid !== null && (
          <p className="failure">
            What came is not an opening handshake: {invalid.says}.{' '}
            <SeqLink seq={invalid.entry.seq} cursor={cursor} onCursor={onCursor} />
          </p>
        )}
        {response !== null && <Message message={response} cursor={cursor} onCursor={onCursor} />}
        {request !== null && response === null && invalid === null && (
          <p className="none">No response is in the records yet.</p>
        )}
        {key !== null && (response === null || handshake.switches) && (
          <Accept handshake={handshake} accepted={key} />
        )}
      </Scroll>
    </section>
  )
}

function Message({
  message,
  cursor,
  onCursor,
}: {
  message: HandshakeMessage
  cursor: Cursor
  onCursor(cursor: Cursor): void
}) {
  const { what, entry, crossing, later, lines, omitted } = message
  return (
    <section
      className={`http-message ${later ? 'later' : ''}`}
      aria-label={what}
      data-http={what}
      {...declare(crossingLink(entry.seq, crossing))}
    >
      <h3>
        {what === 'request' ? 'Request of the client' : 'Response of the server'}
        <span className="none">{clock(entry.time)}</span>
        <SeqLink seq={entry.seq} cursor={cursor} onCursor={onCursor} />
        {later && <span className="none">behind the cursor</span>}
      </h3>
      <ul className="http-lines">
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: header lines may be there twice
          <HttpLine key={index} line={line} />
        ))}
      </ul>
      {omitted > 0 && <p className="none">{omitted} more header lines are not in the record.</p>}
    </section>
  )
}

function HttpLine({ line }: { line: Line }) {
  const { name, value, verdict, says, section } = line
  const [mark, word] = verdict === null ? ['', ''] : MARKS[verdict]
  return (
    <li
      className={`http-line ${verdict ?? 'plain'}`}
      data-verdict={verdict ?? 'plain'}
      data-header={name}
      {...declare(null, section)}
    >
      {verdict === null ? (
        <span className="http-mark" />
      ) : (
        <span className="http-mark" role="img" aria-label={word} title={word}>
          {mark}
        </span>
      )}
      <code className="http-text">
        {name === '' ? (
          <b>{value}</b>
        ) : (
          <>
            <b>{name}</b>: {verdict === 'missing' ? '' : value}
          </>
        )}
      </code>
      {says !== null && (
        <span className="http-says">
          {says} {section !== null && <Cited section={section} />}
        </span>
      )}
    </li>
  )
}

/** `Sec-WebSocket-Accept`, made again. */
function Accept({ handshake, accepted }: { handshake: Handshake; accepted: string }) {
  const { key, guid, sha1, expected } = acceptSteps(accepted)
  const { accept, switches } = handshake
  const same = accept === expected
  return (
    <section className="accept" aria-label="Sec-WebSocket-Accept, step by step">
      <h3>
        Sec-WebSocket-Accept, step by step <Cited section="4.2.2" />
      </h3>
      <ol>
        <li>
          <span>Take the key of the request</span>
          <code>{key}</code>
        </li>
        <li>
          <span>Put the GUID of RFC 6455 behind it</span>
          <code>
            {key}
            <mark>{guid}</mark>
          </code>
        </li>
        <li>
          <span>Hash that with SHA-1: 20 bytes</span>
          <code>{sha1.replace(/..(?=.)/g, '$& ')}</code>
        </li>
        <li>
          <span>Write them in Base64: the answer</span>
          <code>{expected}</code>
        </li>
      </ol>
      {accept === null ? (
        <p className="none">
          {switches
            ? 'The response has no such header.'
            : 'No response has given it: the handshake was not accepted.'}
        </p>
      ) : (
        <p className={same ? 'accept-same' : 'problem'}>
          {same
            ? '✓ The server answered just that.'
            : `✗ The server answered ${accept}: the client must fail the handshake.`}
        </p>
      )}
    </section>
  )
}
