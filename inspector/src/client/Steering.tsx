import { type FormEvent, useState } from 'react'
import { useFeed } from '../feed/FeedContext.ts'
import { type Connection, isLive, stateOf } from '../model/connection.ts'
import { TextField } from '../shell/TextField.tsx'
import { CloseForm } from './CloseForm.tsx'
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

  const command =
    (what: string, event: { type: string; [field: string]: unknown }) => async (submit?: FormEvent) => {
      submit?.preventDefault()
      setOutcome({ text: `${what}…`, error: false })
      const error = await feed.command(id, event)
      setOutcome({ text: error === null ? `${what}: done.` : error, error: error !== null })
    }

  return (
    <>
      <p className="steered">
        <b>
          {about.side} {id}
        </b>{' '}
        is {state}. What is sent here, its {about.side === 'server' ? 'client' : 'server'} gets.
      </p>
      <form className="client-form" onSubmit={command('Text', { type: 'send.text', data: text })}>
        <TextField label="Text to send" value={text} onValue={setText} />
        <button type="submit" disabled={!open}>
          Send text
        </button>
      </form>
      <form
        className="client-form"
        onSubmit={command('Ping', { type: 'send.ping', ...(data === '' ? {} : { data }) })}
      >
        <TextField
          label="Ping data"
          value={data}
          placeholder="at random"
          invalid={ping !== null}
          onValue={setData}
        />
        <button type="submit" disabled={!open || ping !== null}>
          Send ping
        </button>
        {ping !== null && <p className="problem">{ping}</p>}
      </form>
      <CloseForm
        label="Send Close"
        disabled={!open}
        problemOf={steeringCloseProblem}
        onClose={(code, reason) =>
          void command('Close', { type: 'send.close', ...(code === undefined ? {} : { code, reason }) })()
        }
      />
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
