import { Bytes, moveBetweenBytes } from '../../links/Bytes.tsx'
import { opcodeHex } from '../../log/words.ts'
import { plural } from '../../model/format.ts'
import { opcodeName } from '../../model/opcodes.ts'
import { toHex } from '../engine/hex.ts'
import type { Segment } from '../engine/segments.ts'

interface Props {
  /** Its id, as that of a crossing. */
  frame: string
  segment: Segment
  /** The whole stream. */
  bytes: Uint8Array
  arrived: number
  onClose(): void
}

const MAX_SHOWN = 160

/** The bytes of a part of the stream: header, masking key, payload as it stands on the wire. */
export function SegmentBytes({ frame: id, segment, bytes, arrived, onClose }: Props) {
  const { kind, start, length, partial, frame } = segment
  const all = bytes.subarray(start, start + length)
  const keyAt = frame === null ? 0 : frame.headerLength - (frame.maskingKey === null ? 0 : 4)
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
        <pre>{kind === 'request' || kind === 'response' ? latin1(all).trimEnd() : toHex(all)}</pre>
      ) : (
        <>
          <p>
            FIN {frame.fin ? 1 : 0}, RSV {frame.reservedBits & 4 ? 1 : 0}
            {frame.reservedBits & 2 ? 1 : 0}
            {frame.reservedBits & 1}, opcode {opcodeHex(frame.opcode)} {opcodeName(frame.opcode)},{' '}
            {frame.maskingKey === null ? 'not masked' : 'masked'}, {plural(frame.payloadLength, 'byte')} of
            payload
            {partial && `, of which ${frame.payload.length} are there`}
            {arrived > 0 && arrived < length && `; ${arrived} of ${length} bytes have arrived`}
          </p>
          {/* biome-ignore lint/a11y/useSemanticElements: bytes, no fields of a form */}
          <code className="lab-hex" role="group" aria-label="Bytes" onKeyDown={moveBetweenBytes}>
            <span className="hex-header" title="header">
              <Bytes hex={hexOf(all.subarray(0, keyAt))} frame={id} at={0} />
            </span>{' '}
            {frame.maskingKey !== null && (
              <>
                <span className="hex-key" title="masking key">
                  <Bytes hex={hexOf(frame.maskingKey)} frame={id} at={keyAt} entrance={false} />
                </span>{' '}
              </>
            )}
            <span className="hex-payload" title="payload, as it is on the wire">
              <Bytes
                hex={hexOf(all.subarray(frame.headerLength, MAX_SHOWN))}
                frame={id}
                at={frame.headerLength}
                entrance={false}
              />
              {length > MAX_SHOWN && ' …'}
            </span>
          </code>
          {frame.maskingKey !== null && frame.payload.length > 0 && (
            <p>
              unmasked{' '}
              <code>
                <Bytes
                  hex={hexOf(frame.payload.subarray(0, 64))}
                  frame={id}
                  at={frame.headerLength}
                  entrance={false}
                />
              </code>
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

const hexOf = (bytes: Uint8Array) => (bytes.length === 0 ? [] : toHex(bytes).split(' '))

const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes.subarray(0, 2_000))
