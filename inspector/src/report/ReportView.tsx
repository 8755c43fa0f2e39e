import type { CloseReport, Finding, Stretch } from '../../../src/report/report.ts'
import { Cited } from '../links/Cited.tsx'
import { declare, recordLink } from '../links/link.ts'
import { duration } from '../model/format.ts'
import type { Cursor } from '../model/view.ts'
import { Scroll } from '../shell/Scroll.tsx'
import { SeqLink } from '../shell/SeqLink.tsx'
import type { ViewProps } from '../shell/Views.tsx'
import { useReport } from './useReport.ts'
import './report.css'

const OUTCOMES: Readonly<Record<CloseReport['outcome'], string>> = {
  connecting: 'connecting',
  open: 'open',
  closing: 'closing',
  clean: 'closed cleanly',
  abnormal: 'closed, not clean',
  refused: 'handshake failed',
}

/** Who closed first, with which code and why; what is known, and what is only likely. */
export function ReportView({ connection, peer, cursor, onCursor }: ViewProps) {
  const report = useReport(connection)
  const other = useReport(peer)
  if (report === null) return null
  const links = { cursor, onCursor }
  return (
    <section className="view report-view" aria-label="Close report" data-outcome={report.outcome}>
      <Scroll label="How the connection ended">
        <p className="report-badges">
          <span className={`badge outcome-${report.outcome}`}>{OUTCOMES[report.outcome]}</span>
          {report.code !== null && <span className="badge">code {report.code}</span>}
          {report.closedFirst !== null && (
            <span className="badge">
              {other !== null && areAtOnce(report, other)
                ? 'both closed at once'
                : `${report.closedFirst} closed first`}
            </span>
          )}
        </p>
        <p className="lead">{report.headline}</p>
        {other !== null && other.headline !== report.headline && (
          <p className="report-other">
            <b>Seen from the {peer!.about!.side}:</b> {other.headline}
          </p>
        )}
        <h3>What the records say</h3>
        <Findings findings={report.known} {...links} />
        {report.inferred.length > 0 && (
          <div className="report-inferred">
            <h3>What is likely, but not in the records</h3>
            <Findings findings={report.inferred} {...links} />
          </div>
        )}
        {report.stretches.length > 0 && (
          <>
            <h3>How long each step took</h3>
            <Stretches stretches={report.stretches} {...links} />
          </>
        )}
      </Scroll>
    </section>
  )
}

/** Each was first as far as it saw: their Close frames crossed. */
export const areAtOnce = (one: CloseReport, other: CloseReport): boolean =>
  one.closedFirst !== null && other.closedFirst !== null && one.closedFirst !== other.closedFirst

interface Links {
  cursor: Cursor
  onCursor(cursor: Cursor): void
}

function Findings({ findings, cursor, onCursor }: Links & { findings: readonly Finding[] }) {
  if (findings.length === 0) return <p className="none">Nothing yet.</p>
  return (
    <ul className="findings">
      {findings.map(({ id, says, section, seqs }) => {
        const later = cursor !== null && seqs.some((seq) => seq > cursor)
        return (
          <li
            key={id}
            data-finding={id}
            className={later ? 'later' : ''}
            {...declare(seqs.map(recordLink), section)}
          >
            <span>{says}</span>{' '}
            <span className="finding-refs">
              {seqs.map((seq) => (
                <SeqLink key={seq} seq={seq} cursor={cursor} onCursor={onCursor} />
              ))}
              {section !== null && <Cited section={section} />}
              {later && <span className="section-ref">behind the cursor</span>}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

function Stretches({ stretches, cursor, onCursor }: Links & { stretches: readonly Stretch[] }) {
  const total = stretches.reduce((sum, { took }) => sum + took, 0)
  return (
    <ol className="stretches">
      {stretches.map(({ name, took, from, to }) => (
        <li key={name}>
          <span>{name}</span>
          <b>{took < 1 ? '< 1 ms' : duration(took)}</b>
          <span className="stretch-bar">
            <i style={{ width: `${total === 0 ? 0 : (took / total) * 100}%` }} />
          </span>
          <span className="finding-refs">
            <SeqLink seq={from} cursor={cursor} onCursor={onCursor} />
            <SeqLink seq={to} cursor={cursor} onCursor={onCursor} />
          </span>
        </li>
      ))}
    </ol>
  )
}
