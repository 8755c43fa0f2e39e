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
  const [hex, setHex] = useState('00 ff')
  const [code, setCode] = useState('1000')
  const [bits, setBits] = useState<Bits>(plainBits(side))
  const action = actionOf(kind, side, { text, hex, code, bits })

  const send = (event: FormEvent) => {
    event.preventDefault()
    if (action !== null) session.do(action)
  }
  const isHex = kind === 'binary' || kind === 'bytes' || kind === 'frame'
  const hasCode = kind === 'close' || kind === 'fail'
  const content = isHex ? hex : text
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
          invalid={!/^\d{0,5}$/.test(code)}
          onValue={setCode}
        />
      )}
      <TextField
        className="send-content"
        label={hasCode ? 'Reason' : isHex ? 'Payload, hex' : kind === 'ping' ? 'Payload' : 'Text'}
        maxLength={MAX_TEXT}
        value={content}
        invalid={isHex && parseHex(hex) === null}
        onValue={isHex ? setHex : setText}
      />
      <button type="submit" disabled={action === null}>
        Send
      </button>
      {kind === 'frame' && <Craft bits={bits} onBits={setBits} />}
    </form>
  )
}

interface Filled {
  text: string
  hex: string
  code: string
  bits: Bits
}

/** `null`: it is not filled in right. */
function actionOf(kind: Kind, by: Side, { text, hex, code, bits }: Filled): Action | null {
  const isHex = parseHex(hex) !== null
  switch (kind) {
    case 'text':
      return { do: 'text', by, text }
    case 'binary':
      return isHex ? { do: 'binary', by, hex } : null
    case 'first':
      return { do: 'text', by, text, fin: false }
    case 'middle':
    case 'last':
      return { do: 'continue', by, text, fin: kind === 'last' }
    case 'ping':
      return { do: 'ping', by, text }
    case 'close': {
      if (code === '') return { do: 'close', by }
      return /^\d{1,5}$/.test(code) && Number(code) < 65_536
        ? { do: 'close', by, code: Number(code), reason: text }
        : null
    }
    case 'fail':
      return /^\d{1,5}$/.test(code) && Number(code) < 65_536
        ? { do: 'fail', by, code: Number(code), reason: text }
        : null
    case 'frame': {
      const { length, ...rest } = bits
      const stated = /^\d{1,15}$/.test(length) ? { length: Number(length) } : {}
      return isHex ? { do: 'frame', by, ...rest, hex, ...stated } : null
    }
    case 'bytes':
      return isHex && hex.trim() !== '' ? { do: 'bytes', by, hex } : null
  }
}
