import { useState } from 'react'
import { Bytes, moveBetweenBytes } from '../links/Bytes.tsx'
import { Cited, Prose } from '../links/Cited.tsx'
import { declare } from '../links/link.ts'
import { plural } from '../model/format.ts'
import {
  alike,
  bitsOfFields,
  cellsOf,
  fieldsOfByte,
  type Header,
  type HeaderField,
  ROW_BITS,
} from './header.ts'

/** The header's bytes, and the drawing of RFC 6455, section 5.2, with its bits in it. What is pointed at is explained. */
export function HeaderPart({ header, frame }: { header: Header; frame: string }) {
  const [shown, setShown] = useState<readonly string[]>(['opcode'])
  const { fields } = header
  const showByte = (byte: number) => setShown(fieldsOfByte(header, byte).map(({ id }) => id))
  return (
    <>
      <h3>
        Header, {plural(header.length, 'byte')}:{' '}
        {/* biome-ignore lint/a11y/useSemanticElements: bytes, no fields of a form */}
        <code role="group" aria-label="Bytes of the header" onKeyDown={moveBetweenBytes}>
          <Bytes hex={header.hex.split(' ')} frame={frame} at={0} onReach={showByte} />
        </code>
      </h3>
      <HeaderBits header={header} frame={frame} shown={shown} onShow={(id) => setShown([id])} />
      <FieldCard fields={fields.filter(({ id }) => shown.includes(id))} />
    </>
  )
}

interface BitsProps {
  header: Header
  frame: string
  /** Ids of the fields that are explained. */
  shown: readonly string[]
  onShow(field: string): void
}

function HeaderBits({ header, frame, shown, onShow }: BitsProps) {
  const cells = cellsOf(header)
  const rows = Math.max(...cells.map(({ row }) => row)) + 1
  const payloadAt = (header.length * 8) % ROW_BITS
  return (
    <div className="bits" style={{ gridTemplateRows: `auto repeat(${rows}, auto)` }}>
      {Array.from({ length: 4 }, (_, byte) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are numbers
        <span key={byte} className="bits-ruler" style={{ gridColumn: `${byte * 8 + 1} / span 8` }}>
          {byte * 8}
        </span>
      ))}
      {cells.map(({ field, row, column, bits, first }) => {
        const isShown = shown.includes(field.id)
        return (
          <button
            key={`${field.id}${row}`}
            type="button"
            tabIndex={first ? 0 : -1}
            className={`bit-field ${bits.length === 1 ? 'single' : ''} ${field.wrong ? 'wrong' : ''} ${isShown ? 'shown' : ''}`}
            data-field={field.id}
            {...declare(bitsOfFields(frame, header, field.id), field.section)}
            aria-label={`${field.name}: ${field.value}. ${field.says}`}
            aria-hidden={first ? undefined : true}
            style={{ gridRow: row + 2, gridColumn: `${column + 1} / span ${bits.length}` }}
            onPointerEnter={() => onShow(field.id)}
            onFocus={() => onShow(field.id)}
            onClick={() => onShow(field.id)}
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
  )
}

/** What fields say: of one at length, of those that share a byte a row each. */
function FieldCard({ fields }: { fields: readonly HeaderField[] }) {
  const wrong = fields.some((field) => field.wrong)
  return (
    <div className={`field-card ${fields.length > 1 ? 'several' : ''} ${wrong ? 'wrong' : ''}`} role="status">
      {alike(fields).map((group) => {
        const { id, value, section, says } = group[0]!
        return (
          <div key={id} data-explained={group.map(({ id }) => id).join(' ')}>
            <p>
              <b>{group.map(({ name }) => name).join(', ')}</b> <code>{value}</code>
            </p>
            <p>
              <Prose text={says} /> <Cited section={section} />
            </p>
          </div>
        )
      })}
    </div>
  )
}
