import { useState } from 'react'
import { closeCodeName } from '../../../src/framing/close.ts'
import { closeCodeMeaning } from '../../../src/report/codes.ts'
import type { Crossing } from '../../../src/report/crossings.ts'
import { otherSide } from '../../../src/report/step.ts'
import { crossingName } from '../ladder/words.ts'
import { Cited } from '../links/Cited.tsx'
import { LinkButton } from '../links/LinkButton.tsx'
import { crossingLink, declare } from '../links/link.ts'
import { bytes, plural } from '../model/format.ts'
import { Scroll } from '../shell/Scroll.tsx'
import { SeqLink } from '../shell/SeqLink.tsx'
import type { ViewProps } from '../shell/Views.tsx'
import { framesAt } from './framesAt.ts'
import { HeaderPart } from './HeaderPart.tsx'
import { closeCodeBits, headerOf } from './header.ts'
import { PayloadPart } from './PayloadPart.tsx'
import { payloadOf } from './payload.ts'
import './frame.css'

/** The frame at the cursor, bit by bit. */
export function FrameView({ connection, cursor, onCursor }: ViewProps) {
  const at = framesAt(connection, cursor)
  const [picked, setPicked] = useState<{ seq: number; index: number } | null>(null)
  if (at === null) {
    return (
      <p className="view-none">
        No frame has crossed the wire yet. Frames come behind the opening handshake.
      </p>
    )
  }
  const { entry, frames, instead, previous, next } = at
  const index = picked?.seq === entry.seq ? Math.min(picked.index, frames.length - 1) : 0
  const frame = frames[index]!
  return (
    <section className="view frame-view" aria-label="Frame">
      <header className="panel-head">
        {frames.length === 1 ? (
          <h2>
            <LinkButton link={crossingLink(entry.seq, frame.index)}>{title(frame)}</LinkButton>
          </h2>
        ) : (
          // biome-ignore lint/a11y/useSemanticElements: a toolbar's group, not one of a form
          <div className="frame-switch" role="group" aria-label="Frames of this event">
            {frames.map((each, which) => (
              <button
                // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name, and no state
                key={which}
                type="button"
                className="small-button toggle"
                aria-pressed={which === index}
                {...declare(crossingLink(entry.seq, each.index))}
                onClick={() => setPicked({ seq: entry.seq, index: which })}
              >
                {title(each)}
              </button>
            ))}
          </div>
        )}
        <span className="frame-steps">
          {previous !== null && (
            <>
              before <SeqLink seq={previous} cursor={cursor} onCursor={onCursor} />
            </>
          )}
          {next !== null && (
            <>
              next <SeqLink seq={next} cursor={cursor} onCursor={onCursor} />
            </>
          )}
        </span>
      </header>
      <Scroll label="The frame, bit by bit">
        {instead && (
          <p className="frame-instead">
            The event at the cursor is no frame. This is the nearest one,{' '}
            <SeqLink seq={entry.seq} cursor={cursor} onCursor={onCursor} />.
          </p>
        )}
        <FrameParts
          key={`${entry.seq}.${index}`}
          id={`${entry.seq}.${frame.index}`}
          frame={frame}
          message={entry.event.message}
        />
      </Scroll>
    </section>
  )
}

function title(frame: Crossing): string {
  return `${crossingName(frame)}, ${frame.from} to ${otherSide(frame.from)}${frame.automatic ? ', by itself' : ''}`
}

function FrameParts({ id, frame, message }: { id: string; frame: Crossing; message: string | undefined }) {
  const header = headerOf(frame)
  const payload = payloadOf(frame)
  return (
    <>
      {frame.fate === 'invalid' && !frame.automatic && (
        <p className="failure">
          This frame broke a rule: {message ?? 'see the log'}.{missingWords(frame)}
        </p>
      )}
      {frame.fate === 'discarded' && (
        <p className="frame-instead">This frame came when nothing counted any more: it was discarded.</p>
      )}
      {frame.fate === 'crafted' && (
        <p className="frame-instead">
          This was put on the wire by hand, past the statechart: its sender knows nothing of it.
        </p>
      )}
      {header === null ? (
        <p className="none">What its header said is not in the record.</p>
      ) : (
        <HeaderPart header={header} frame={id} />
      )}
      {frame.opcode === 8 && frame.code !== null && (
        <CloseWords
          code={frame.code}
          reason={frame.reason}
          link={header === null ? null : closeCodeBits(id, header)}
        />
      )}
      {payload?.compressed != null && (
        <p className="frame-compressed">
          Compressed: {bytes(payload.compressed.wire)} on the wire, {bytes(payload.compressed.inflated)} after
          inflating
          {payload.compressed.inflated > 0 &&
            `: ${Math.round((payload.compressed.wire / payload.compressed.inflated) * 100)} %`}
          . <Cited section="RFC 7692, 6" />
        </p>
      )}
      <PayloadPart
        frame={id}
        at={header?.length ?? null}
        payload={payload}
        length={frame.length}
        masked={header?.masked ?? false}
        maskingKey={header?.key ?? null}
      />
    </>
  )
}

/** A frame is refused as soon as it is wrong: not all of it needs to have come. */
function missingWords({ wire, length, opcode }: Crossing): string {
  if (wire === null || length === null || opcode === null || length >= wire.payloadLength) return ''
  return ` Its header says ${plural(wire.payloadLength, 'byte')} of payload; ${length === 0 ? 'none' : length} of them had come when it was refused.`
}

const hexCode = (code: number) => `0x${code.toString(16).padStart(4, '0')}`

function CloseWords({ code, reason, link }: { code: number; reason: string; link: string | null }) {
  const empty = code === 1005
  return (
    <>
      <h3>What the Close says</h3>
      <p>
        <b {...declare(empty ? null : link, '7.4')}>
          {empty ? 'No code' : `${code}, ${closeCodeName(code)}`}
        </b>{' '}
        <Cited section="7.4" />
      </p>
      <p>{empty ? 'The payload is empty. The application is told 1005 for that.' : closeCodeMeaning(code)}</p>
      {!empty && (
        <p className="none">
          The first two bytes of the payload are the code: {code} is <code>{hexCode(code)}</code>.{' '}
          {reason === '' ? 'There is no reason behind it.' : 'The rest is the reason, as UTF-8.'}
        </p>
      )}
    </>
  )
}
