import { Bytes, moveBetweenBytes } from '../links/Bytes.tsx'
import { bitsLink, declare } from '../links/link.ts'
import { plural } from '../model/format.ts'
import { charOf, dump, hexBytes, hexOf, type Payload } from './payload.ts'

interface Props {
  /** Id of the crossing. */
  frame: string
  /** Place of its first byte in the frame; `null`: not known. */
  at: number | null
  payload: Payload | null
  length: number | null
  masked: boolean
  maskingKey: string | null
}

/** Bytes that are shown one by one. */
const STRIP = 32

const WHY: Readonly<Record<NonNullable<Payload['why']>, string>> = {
  compressed: 'The compressed bytes are not in the record: it has the payload as it is behind inflating.',
  unsure: 'Whether it was inflated before it was refused is not in the record.',
  'no key': 'The masking key of a frame that the protocol sends by itself is not in the record.',
  inexact:
    'The record shows text that breaks in no character, or was redacted: its bytes are not exactly those of this frame.',
}

/** The payload before and after unmasking. */
export function PayloadPart({ frame, at, payload, length, masked, maskingKey }: Props) {
  if (payload === null) {
    return (
      <>
        <h3>Payload</h3>
        <p className="none">
          {length === null
            ? 'It is not in the record.'
            : `${plural(length, 'byte')}; none of them is in the record.`}
        </p>
      </>
    )
  }
  const { bytes, wire, why, truncated } = payload
  const key = maskingKey === null ? null : hexBytes(maskingKey)
  // Compressed or cut characters: the bytes that are shown are not those that stood on the wire.
  const onWire = at !== null && (why === null || why === 'no key')
  const place = onWire ? at : 0
  const as = onWire ? 'wire' : 'shown'
  const bitsAt = (first: number) => bitsLink(frame, first * 8, (first + 1) * 8, as)
  const strip = [...bytes.subarray(0, STRIP)]
  return (
    <>
      <h3>
        Payload, {length === null ? 'length not known' : plural(length, 'byte')}
        {bytes.length > 0 && (masked ? ', masked and unmasked' : ', not masked')}
      </h3>
      {bytes.length === 0 && <p className="none">It is empty.</p>}
      {why !== null && bytes.length > 0 && <p className="none">{WHY[why]}</p>}
      {wire !== null && strip.length > 0 && (
        <ol className="strip" aria-label="First bytes of the payload">
          <li className="strip-names" aria-hidden="true">
            <span>{masked ? 'on the wire' : 'byte'}</span>
            {key !== null && (
              <>
                <span>XOR key</span>
                <span>payload</span>
              </>
            )}
            <span>text</span>
          </li>
          {strip.map((byte, index) => (
            <li
              // biome-ignore lint/suspicious/noArrayIndexKey: bytes have no other name
              key={index}
              title={`byte ${index}${key === null ? '' : `, key byte ${index % 4}`}`}
              {...declare(bitsAt(place + index))}
            >
              <span className={key === null ? 'strip-payload' : ''}>{hexOf(wire[index]!)}</span>
              {key !== null && (
                <>
                  <span
                    className={`strip-key key-${index % 4}`}
                    {...declare(bitsAt(place - 4 + (index % 4)))}
                  >
                    {hexOf(key[index % 4]!)}
                  </span>
                  <span className="strip-payload">{hexOf(byte)}</span>
                </>
              )}
              <span className="strip-text">{charOf(byte)}</span>
            </li>
          ))}
        </ol>
      )}
      {bytes.length > 0 && (
        <>
          <h3>{masked ? 'Unmasked, hex and text' : 'Hex and text'}</h3>
          <table className="dump" onKeyDown={(event) => moveBetweenBytes(event, 16)}>
            <thead>
              <tr>
                <th scope="col">at</th>
                <th scope="col">hex</th>
                <th scope="col">text</th>
              </tr>
            </thead>
            <tbody>
              {dump(bytes, 16).map(({ offset, hex, text }, line) => (
                <tr key={offset}>
                  <th scope="row">{offset}</th>
                  <td>
                    <Bytes
                      hex={hex.split(' ')}
                      frame={frame}
                      at={place + line * 16}
                      as={as}
                      entrance={line === 0}
                    />
                  </td>
                  <td>
                    {[...text].map((char, index) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: bytes have no other name
                      <span key={index} className="byte-text" {...declare(bitsAt(place + line * 16 + index))}>
                        {char}
                      </span>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {truncated && <p className="none">Only the beginning is kept in the record.</p>}
    </>
  )
}
