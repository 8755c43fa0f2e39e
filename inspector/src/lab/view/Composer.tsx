import { type FormEvent, useState } from 'react'
import { parseHex } from '../../client/hex.ts'
import { TextField } from '../../shell/TextField.tsx'
import type { Action, Side } from '../engine/action.ts'
import type { PeerSnapshot } from '../engine/snapshot.ts'
import { MAX_TEXT } from '../link.ts'
import type { LabSession } from '../session.ts'
import { type Bits, Craft, plainBits } from './Craft.tsx'

const kinds = [
  ['text', 'text'],
  ['binary', 'binary, hex'],
  ['first', 'first fragment'],
  ['middle', 'next fragment'],
  ['last', 'last fragment'],
  ['ping', 'Ping'],
  ['close', 'Close'],
  ['fail', 'fail the connection'],
  ['frame', 'a crafted frame'],
  ['bytes', 'raw bytes, hex'],
] as const
type Kind = (typeof kinds)[number][0]

interface Props {
  peer: PeerSnapshot
  session: LabSession
}

/** What a peer can be told to do. What it must not do now, its protocol refuses. */
export function Composer({ peer, session }: Props) {
  const { side, value, asked } = peer
  const connecting = typeof value.lifecycle === 'object' && 'connecting' in value.lifecycle
  return (
    <div className="composer">
      {connecting && side === 'client' && (
        <p className="pair">
          <button
            type="button"
            className="primary"
            disabled={peer.deadline !== null && peer.records.length > 1}
            onClick={() => session.do({ do: 'request' })}
          >
            Send the request
          </button>
        </p>
      )}
      {connecting && side === 'server' && (
        <p className="pair">
          <button
            type="button"
            className="primary"
            disabled={!asked}
            onClick={() => session.do({ do: 'accept' })}
          >
            Accept
          </button>
          <button type="button" disabled={!asked} onClick={() => session.do({ do: 'refuse', status: 403 })}>
            Refuse with 403
          </button>
          {!asked && <span className="none">no request yet</span>}
        </p>
      )}
      <SendForm side={side} session={session} />
    </div>
  )
}

function SendForm({ side, session }: { side: Side; session: LabSession }) {
  const [kind, setKind] = useState<Kind>('text')
  const [text, setText] = useState('Hello')
  const [reason, setReason] = useState('')
  const [hex, setHex] = useState('00 ff')
  const [code, setCode] = useState('1000')
  const [bits, setBits] = useState<Bits>(plainBits(side))
  const filled = { text, reason, hex, code, bits }
  const problem = problemOf(kind, filled)
  const action = problem === null ? actionOf(kind, side, filled) : null

  const send = (event: FormEvent) => {
    event.preventDefault()
    if (action !== null) session.do(action)
  }
  const isHex = kind === 'binary' || kind === 'bytes' || kind === 'frame'
  const hasCode = kind === 'close' || kind === 'fail'
  const [content, setContent] = isHex ? [hex, setHex] : hasCode ? [reason, setReason] : [text, setText]
  return (
    <form className="send-form" onSubmit={send} aria-label={`What the ${side} does`}>
      <label className="field">
        <span>What the {side} sends</span>
        <select value={kind} onChange={(event) => setKind(event.currentTarget.value as Kind)}>
          {kinds.map(([each, name]) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {hasCode && (
        <TextField
          className="send-code"
          label="Code"
          inputMode="numeric"
          placeholder="none"
          value={code}
          invalid={problem !== null}
          onValue={setCode}
        />
      )}
      <TextField
        className="send-content"
        label={hasCode ? 'Reason' : isHex ? 'Payload, hex' : kind === 'ping' ? 'Payload' : 'Text'}
        maxLength={MAX_TEXT}
        value={content}
        invalid={isHex && parseHex(hex) === null}
        onValue={setContent}
      />
      <button type="submit" disabled={action === null}>
        Send
      </button>
      {kind === 'frame' && <Craft bits={bits} onBits={setBits} />}
      {problem !== null && <p className="problem">{problem}</p>}
    </form>
  )
}

interface Filled {
  text: string
  reason: string
  hex: string
  code: string
  bits: Bits
}

/** What is not filled in right; `null` if all is. */
function problemOf(kind: Kind, { reason, hex, code, bits }: Filled): string | null {
  switch (kind) {
    case 'bytes':
    case 'binary':
    case 'frame':
      if (parseHex(hex) === null) return 'Hex has two digits for a byte, 0 to 9 and a to f: 48 65 6c.'
      if (kind === 'bytes' && hex.trim() === '') return 'There are no bytes.'
      return kind !== 'frame' || /^\d{0,15}$/.test(bits.length)
        ? null
        : 'The length is a number, or empty: right.'
    case 'fail':
    case 'close':
      if (code === '' && kind === 'close')
        return reason === '' ? null : 'Without a code there is no reason either.'
      return /^\d{1,5}$/.test(code) && Number(code) < 65_536
        ? null
        : 'A code is a number of two bytes: 0 to 65535.'
    default:
      return null
  }
}

function actionOf(kind: Kind, by: Side, { text, reason, hex, code, bits }: Filled): Action {
  switch (kind) {
    case 'text':
      return { do: 'text', by, text }
    case 'binary':
      return { do: 'binary', by, hex }
    case 'first':
      return { do: 'text', by, text, fin: false }
    case 'middle':
    case 'last':
      return { do: 'continue', by, text, fin: kind === 'last' }
    case 'ping':
      return { do: 'ping', by, text }
    case 'close':
      return code === '' ? { do: 'close', by } : { do: 'close', by, code: Number(code), reason }
    case 'fail':
      return { do: 'fail', by, code: Number(code), reason }
    case 'frame': {
      const { length, lengthBits, ...rest } = bits
      const stated = length === '' ? {} : { length: Number(length) }
      const form = lengthBits === null ? {} : { lengthBits }
      return { do: 'frame', by, ...rest, hex, ...stated, ...form }
    }
    case 'bytes':
      return { do: 'bytes', by, hex }
  }
}
