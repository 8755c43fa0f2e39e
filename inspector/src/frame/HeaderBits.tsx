import { useState } from 'react'
import { Cited, Prose } from '../links/Cited.tsx'
import { declare } from '../links/link.ts'
import { bitsOfFields, cellsOf, type Header, ROW_BITS } from './header.ts'

/** The drawing of RFC 6455, section 5.2, with this frame's bits in it. */
export function HeaderBits({ header, frame }: { header: Header; frame: string }) {
  const [shown, setShown] = useState('opcode')
  const { fields } = header
  const cells = cellsOf(header)
  const rows = Math.max(...cells.map(({ row }) => row)) + 1
  const field = fields.find(({ id }) => id === shown) ?? fields[4]!
  const payloadAt = (header.length * 8) % ROW_BITS
  return (
    <>
      <div className="bits" style={{ gridTemplateRows: `auto repeat(${rows}, auto)` }}>
        {Array.from({ length: 4 }, (_, byte) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are numbers
          <span key={byte} className="bits-ruler" style={{ gridColumn: `${byte * 8 + 1} / span 8` }}>
            {byte * 8}
          </span>
        ))}
        {cells.map((cell) => {
          const { field, row, column, bits, first } = cell
          return (
            <button
              key={`${field.id}${row}`}
              type="button"
              tabIndex={first ? 0 : -1}
              className={`bit-field ${bits.length === 1 ? 'single' : ''} ${field.wrong ? 'wrong' : ''} ${field.id === shown ? 'shown' : ''}`}
              data-field={field.id}
              {...declare(bitsOfFields(frame, header, field.id), field.section)}
              aria-label={`${field.name}: ${field.value}. ${field.says}`}
              aria-hidden={first ? undefined : true}
              style={{ gridRow: row + 2, gridColumn: `${column + 1} / span ${bits.length}` }}
              onPointerEnter={() => setShown(field.id)}
              onFocus={() => setShown(field.id)}
              onClick={() => setShown(field.id)}
            >
              <span className="bit-name">{first ? field.name : `${field.name}, continued`}</span>
              <span className="bit-digits">
                {[...bits].map((bit, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: bits have no other name
                  <i key={index}>{bit}</i>
                ))}
              </span>
            </button>
          )
        })}
        {header.payload !== 0 && (
          <span
            className="bit-payload"
            style={{
              gridRow: payloadAt === 0 ? rows + 2 : rows + 1,
              gridColumn: `${payloadAt + 1} / -1`,
            }}
          >
            Payload data…
          </span>
        )}
      </div>
      <div className={`field-card ${field.wrong ? 'wrong' : ''}`} role="status">
        <p>
          <b>{field.name}</b> <code>{field.value}</code> <Cited section={field.section} />
        </p>
        <p>
          <Prose text={field.says} />
        </p>
      </div>
    </>
  )
}
