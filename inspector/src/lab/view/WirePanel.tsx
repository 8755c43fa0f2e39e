import { useState } from 'react'
import { crossingOnWire, declare } from '../../links/link.ts'
import { bytes as size } from '../../model/format.ts'
import { other, type Side } from '../engine/action.ts'
import type { Segment } from '../engine/segments.ts'
import {
  type Fate,
  fateOf,
  type Snapshot,
  type StreamSnapshot,
  streamTo,
  underWay,
} from '../engine/snapshot.ts'
import { segmentId, WIRE } from '../scene.ts'
import type { LabSession } from '../session.ts'
import { SegmentBytes } from './SegmentBytes.tsx'
import { fateWords, kindWord, segmentAbout, segmentLabel } from './words.ts'

interface Props {
  snapshot: Snapshot
  session: LabSession
}

interface WireProps extends Props {
  /** Whose next bytes the lesson is about. */
  about: Side | undefined
}

interface Picked {
  to: Side
  start: number
  kind: Segment['kind']
}

/** The wire: what is under way, each way, and the hand that holds it. */
export function WirePanel({ snapshot, session, about }: WireProps) {
  const [choice, setChoice] = useState<{ picked: Picked | null; step: number } | null>(null)
  const { step } = snapshot
  // Whoever closes the bytes has them closed as long as the step is the same.
  const isChosen = choice !== null && (choice.picked !== null || choice.step === step)
  const picked = isChosen ? choice.picked : about === undefined ? null : nextTo(about, snapshot)
  const setPicked = (picked: Picked | null) => setChoice({ picked, step })
  const shown =
    picked === null
      ? undefined
      : streamTo(snapshot, picked.to).segments.find(
          ({ start, kind }) => start === picked.start && kind === picked.kind,
        )
  return (
    <section className="panel lab-wire" aria-label="Wire" data-link-of={WIRE}>
      {(['server', 'client'] as const).map((to) => (
        <Lane
          key={to}
          to={to}
          snapshot={snapshot}
          session={session}
          picked={picked?.to === to ? picked : null}
          onPick={setPicked}
        />
      ))}
      {shown !== undefined && picked !== null ? (
        <SegmentBytes
          frame={segmentId(picked.to, streamTo(snapshot, picked.to).segments.indexOf(shown))}
          segment={shown}
          bytes={streamTo(snapshot, picked.to).bytes}
          arrived={streamTo(snapshot, picked.to).delivered - shown.start}
          onClose={() => setPicked(null)}
        />
      ) : null}
    </section>
  )
}

function nextTo(to: Side, snapshot: Snapshot): Picked | null {
  const [head] = underWay(streamTo(snapshot, to))
  return head === undefined ? null : { to, start: head.start, kind: head.kind }
}

interface LaneProps extends Props {
  to: Side
  picked: Picked | null
  onPick(picked: Picked | null): void
}

function Lane({ to, snapshot, session, picked, onPick }: LaneProps) {
  const stream = streamTo(snapshot, to)
  const { hold, delay, delivered, ended, due } = stream
  const blocks = underWay(stream)
  const nothing = blocks.length === 0
  const idOf = (segment: Segment) => segmentId(to, stream.segments.indexOf(segment))
  const picking = { to, picked, onPick }
  const deliver = (amount: 'all' | 'frame' | 1) => () => session.do({ do: 'deliver', to, amount })
  return (
    // biome-ignore lint/a11y/useSemanticElements: no fields of one form
    <div className={`wire-lane wire-to-${to}`} data-lane={to} role="group" aria-label={`To the ${to}`}>
      <div className="wire-tools">
        <b className="wire-name">{to === 'server' ? 'to the server →' : '← to the client'}</b>
        <label className="choice">
          <input
            type="checkbox"
            checked={hold}
            onChange={(event) => session.do({ do: 'wire', to, hold: event.currentTarget.checked, delay })}
          />
          hold
        </label>
        <label className="choice">
          delay
          <input
            className="wire-delay"
            type="text"
            inputMode="numeric"
            aria-label={`Delay to the ${to}, ms`}
            value={delay}
            onChange={(event) => {
              const ms = Number(event.currentTarget.value.replace(/\D/g, ''))
              if (ms <= 60_000) session.do({ do: 'wire', to, hold, delay: ms })
            }}
          />
          ms
        </label>
        <button
          type="button"
          className="small-button"
          disabled={ended}
          title={`The ${other(to)}’s half of TCP ends (FIN); what is under way is lost`}
          onClick={() => session.do({ do: 'cut', to, how: 'end' })}
        >
          Cut
        </button>
        <span className="wire-buttons">
          <button type="button" className="small-button" disabled={nothing} onClick={deliver('all')}>
            Deliver all
          </button>
          <button type="button" className="small-button" disabled={nothing} onClick={deliver('frame')}>
            One frame
          </button>
          <button type="button" className="small-button" disabled={nothing} onClick={deliver(1)}>
            One byte
          </button>
        </span>
        {to === 'client' && (
          <button
            type="button"
            className="small-button"
            disabled={snapshot.toServer.ended && snapshot.toClient.ended}
            title="TCP is reset for both (RST); what is under way is lost"
            onClick={() => session.do({ do: 'cut', to: 'both', how: 'reset' })}
          >
            Cut both
          </button>
        )}
      </div>
      <ol className="wire-track" aria-label={`Under way to the ${to}, the next to arrive first`}>
        {arrivedLast(stream).map((segment) => (
          <Block
            key={`${segment.kind}${segment.start}`}
            id={idOf(segment)}
            segment={segment}
            arrived={null}
            fate={fateOf(stream, segment)}
            {...picking}
          />
        ))}
        {blocks.map((segment) => (
          <Block
            key={`${segment.kind}${segment.start}`}
            id={idOf(segment)}
            segment={segment}
            arrived={Math.max(0, delivered - segment.start)}
            {...picking}
          />
        ))}
        {nothing && (
          <li className="wire-none">{ended ? 'This direction has ended' : 'Nothing is under way'}</li>
        )}
        {due !== null && !nothing && <li className="wire-due">arrives at {due} ms</li>}
      </ol>
    </div>
  )
}

/** How many of those that arrived last stay in sight; what was wrong does, whatever came after it. */
const KEPT = 2

function arrivedLast(stream: StreamSnapshot): Segment[] {
  const { segments, delivered, ended } = stream
  const arrived = segments.filter(({ kind, start, length }) =>
    kind === 'fin' || kind === 'rst' ? ended : start + length <= delivered,
  )
  return arrived.filter((segment, at) => at >= arrived.length - KEPT || fateOf(stream, segment) === 'wrong')
}

interface BlockProps {
  /** As that of a crossing. */
  id: string
  to: Side
  segment: Segment
  /** Bytes of it that have arrived; `null`: all of it has. */
  arrived: number | null
  /** What became of it then. */
  fate?: Fate
  picked: Picked | null
  onPick(picked: Picked | null): void
}

function Block({ id, to, segment, arrived, fate = 'taken', picked, onPick }: BlockProps) {
  const { kind, start, length, partial, frame } = segment
  const open = picked !== null && picked.start === start && picked.kind === kind
  const label = segmentLabel(segment, arrived ?? 0)
  const [word, sentence] = fateWords[fate]
  return (
    <li>
      <button
        type="button"
        className={arrived === null ? 'wire-block arrived' : 'wire-block'}
        data-block={arrived === null ? undefined : kind}
        data-arrived={arrived === null ? kind : undefined}
        data-partial={partial || undefined}
        {...declare(crossingOnWire(id))}
        aria-pressed={open}
        data-fate={arrived === null ? fate : undefined}
        aria-label={arrived === null ? `${label}. ${sentence}` : label}
        title={arrived === null ? `${sentence} Show its bytes` : 'Show its bytes'}
        onClick={() => onPick(open ? null : { to, start, kind })}
      >
        <b>
          {kindWord(segment)}
          {frame !== null && !frame.fin && <i>FIN 0</i>}
        </b>
        <span className="wire-block-about">{segmentAbout(segment)}</span>
        {arrived === null && <span className="wire-block-size">{word}</span>}
        {arrived !== null && length > 0 && (
          <span className="wire-block-size">
            {arrived > 0 ? `${arrived} of ${size(length)}` : size(length)}
          </span>
        )}
        {arrived !== null && arrived > 0 && <progress aria-hidden="true" max={length} value={arrived} />}
      </button>
    </li>
  )
}
