import { closedWith, closeInWords } from '../../../../src/report/codes.ts'
import type { CloseReport } from '../../../../src/report/report.ts'
import { areAtOnce } from '../../report/ReportView.tsx'

/** Who closed, with which code, and was it clean? As the records of both have it. */
export function Ending(reports: { client: CloseReport; server: CloseReport }) {
  return (
    <dl className="lab-ending">
      <dt>Closed first</dt>
      <dd data-closed-first="">{firstOf(reports)}</dd>
      {(['client', 'server'] as const).map((side) => (
        <div key={side} data-ending={side}>
          <dt>{side === 'client' ? 'Client' : 'Server'}</dt>
          <dd>{endingOf(reports[side])}</dd>
        </div>
      ))}
    </dl>
  )
}

function firstOf({ client, server }: { client: CloseReport; server: CloseReport }): string {
  if (areAtOnce(client, server))
    return `both, at the same time: the client ${codeOf(client)}, the server ${codeOf(server)}`
  const report = client.closedFirst === null ? server : client
  if (report.closedFirst !== null) return `the ${report.closedFirst}, ${codeOf(report)}`
  const isOver = client.wasClean !== null || server.wasClean !== null
  return isOver ? 'nobody (no Close frame was sent)' : 'nobody'
}

const codeOf = ({ closedWith: close }: CloseReport) =>
  close === null ? 'without a Close frame' : closedWith({ code: close.code, reason: '' })

function endingOf({ outcome, code, known }: CloseReport): string {
  switch (outcome) {
    case 'clean':
      return `clean, ${code === 1005 ? '' : 'with '}${closeInWords(code!, '')}`
    case 'abnormal': {
      // Its answer may have come, but was not read.
      const hasFailed = known.some(({ id }) => id === 'close.unheard')
      const why = hasFailed
        ? 'it failed the connection, and reads no Close after that'
        : 'no Close frame came'
      return `not clean, with ${code}${code === 1006 ? ` (${why})` : ''}`
    }
    case 'refused':
      return 'never open, so not clean, with 1006'
    default:
      return `still ${outcome}`
  }
}
