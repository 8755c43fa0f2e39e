import { type FormEvent, useState } from 'react'
import { useFeed } from '../feed/FeedContext.ts'
import { type Connection, isLive, stateOf } from '../model/connection.ts'
import { pingProblem, steeringCloseProblem } from './steeringProblem.ts'

interface Outcome {
  text: string
  error: boolean
}

/** Controls of a live connection of the process, at this end of it. */
export function Steering({ connection }: { connection: Connection | null }) {
  const feed = useFeed()
  const [text, setText] = useState('Hello')
  const [data, setData] = useState('')
  const [code, setCode] = useState('1000')
  const [reason, setReason] = useState('')
  const [outcome, setOutcome] = useState<Outcome | null>(null)

  if (connection === null || connection.about === null || !isLive(connection)) {
    return (
      <p className="none">
        {connection === null
          ? 'Nothing is connected yet.'
          : 'Pick a live connection of the process: this one cannot be steered.'}
      </p>
    )
  }
  const { id, about } = connection
  const state = stateOf(connection)
  const open = state === 'open'
  const ping = pingProblem(data)
  const closing = steeringCloseProblem(code, reason)

  const command =
    (what: string, event: { type: string; [field: string]: unknown }) => async (submit?: FormEvent) => {
      submit?.preventDefault()
      setOutcome({ text: `${what}…`, error: false })
      const error = await feed.command(id, event)
      setOutcome({ text: error === null ? `${what}: done.` : error, error: error !== null })
    }
  const close = { type: 'send.close', ...(code.trim() === '' ? {} : { code: Number(code), reason }) }

  return (
    <>
      <p className="steered">
        <b>
          {about.side} {id}
        </b>{' '}
        is {state}. What is sent here, its {about.side === 'server' ? 'client' : 'server'} gets.
      </p>
      <form className="client-form" onSubmit={command('Text', { type: 'send.text', data: text })}>
        <label className="field">
          <span>Text to send</span>
          <input type="text" value={text} onChange={(event) => setText(event.target.value)} />
        </label>
        <button type="submit" disabled={!open}>
          Send text
        </button>
      </form>
      <form
        className="client-form"
        onSubmit={command('Ping', { type: 'send.ping', ...(data === '' ? {} : { data }) })}
      >
        <label className="field">
          <span>Ping data</span>
          <input
            type="text"
            value={data}
            placeholder="at random"
            aria-invalid={ping !== null}
            onChange={(event) => setData(event.target.value)}
          />
        </label>
        <button type="submit" disabled={!open || ping !== null}>
          Send ping
        </button>
        {ping !== null && <p className="problem">{ping}</p>}
      </form>
      <form className="client-form close-form" onSubmit={command('Close', close)}>
        <label className="field code">
          <span>Code</span>
          <input
            type="text"
            inputMode="numeric"
            value={code}
            aria-invalid={closing !== null}
            onChange={(event) => setCode(event.target.value)}
          />
        </label>
        <label className="field">
          <span>Reason</span>
          <input type="text" value={reason} onChange={(event) => setReason(event.target.value)} />
        </label>
        <button type="submit" disabled={!open || closing !== null}>
          Send Close
        </button>
        {closing !== null && <p className="problem">{closing}</p>}
      </form>
      <div className="steer-cut">
        <button
          type="button"
          className="danger"
          title="End TCP at once, without a Close frame"
          onClick={() => void command('Cut', { type: 'receive.eof', transport: 'local' })()}
        >
          Cut TCP
        </button>
        <p role="status" className={outcome?.error === true ? 'problem' : 'small'}>
          {outcome?.text}
        </p>
      </div>
    </>
  )
}
