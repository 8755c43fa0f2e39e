import { opcodeHex, opcodeName } from '../../log/words.ts'
import { toHex } from '../engine/hex.ts'
import type { Segment } from '../engine/segments.ts'

interface Props {
  segment: Segment
  /** The whole stream. */
  bytes: Uint8Array
  arrived: number
  onClose(): void
}

const MAX_SHOWN = 160

/** The bytes of a part of the stream: header, masking key, payload as it stands on the wire. */
export function SegmentBytes({ segment, bytes, arrived, onClose }: Props) {
  const { kind, start, length, frame } = segment
  const all = bytes.subarray(start, start + length)
  return (
    <div className="lab-bytes">
      <button type="button" className="icon-button" aria-label="Close the bytes" onClick={onClose}>
        ×
      </button>
      {kind === 'fin' || kind === 'rst' ? (
        <p>
          {kind === 'fin'
            ? 'TCP’s FIN: the sender writes no more. It has no bytes of its own in the stream.'
            : 'TCP’s RST: the connection is gone at once.'}
        </p>
      ) : frame === null ? (
        <pre>{kind === 'request' || kind === 'response' ? latin1(all) : toHex(all)}</pre>
      ) : (
        <>
          <p>
            FIN {frame.fin ? 1 : 0}, RSV {frame.reservedBits & 4 ? 1 : 0}
            {frame.reservedBits & 2 ? 1 : 0}
            {frame.reservedBits & 1}, opcode {opcodeHex(frame.opcode)} {opcodeName(frame.opcode)},{' '}
            {frame.maskingKey === null ? 'not masked' : 'masked'}, {frame.payload.length} bytes of payload
            {arrived > 0 && arrived < length && `; ${arrived} of ${length} bytes have arrived`}
          </p>
          <code className="lab-hex">
            <span className="hex-header" title="header">
              {toHex(all.subarray(0, frame.headerLength - (frame.maskingKey === null ? 0 : 4)))}
            </span>{' '}
            {frame.maskingKey !== null && (
              <>
                <span className="hex-key" title="masking key">
                  {toHex(frame.maskingKey)}
                </span>{' '}
              </>
            )}
            <span className="hex-payload" title="payload, as it is on the wire">
              {toHex(all.subarray(frame.headerLength, MAX_SHOWN))}
              {length > MAX_SHOWN && ' …'}
            </span>
          </code>
          {frame.maskingKey !== null && frame.payload.length > 0 && (
            <p>
              unmasked <code>{toHex(frame.payload.subarray(0, 64))}</code>
            </p>
          )}
          <p className="lab-legend">
            <span className="hex-header">header</span>
            {frame.maskingKey !== null && <span className="hex-key">masking key</span>}
            <span className="hex-payload">payload</span>
          </p>
        </>
      )}
    </div>
  )
}

const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes.subarray(0, 2_000))
