import { bytes, plural } from '../../model/format.ts'
import type { Message } from '../engine/snapshot.ts'

const MAX_SHOWN = 200
const start = (data: string) => (data.length > MAX_SHOWN ? `${data.slice(0, MAX_SHOWN)}…` : data)

/** What the application of a peer was handed: whole messages. */
export function Heard({ messages }: { messages: readonly Message[] }) {
  const last = messages.at(-1)
  if (last === undefined) return <p className="lab-heard none">Its application got no message yet.</p>
  return (
    <p className="lab-heard">
      <span className="none">{plural(messages.length, 'message')}, the last:</span>{' '}
      <code>{last.kind === 'text' ? `“${start(last.data)}”` : start(last.data)}</code>{' '}
      <span className="none">
        {bytes(last.bytes)}
        {last.frames > 1 && ` in ${last.frames} frames`}
      </span>
    </p>
  )
}
