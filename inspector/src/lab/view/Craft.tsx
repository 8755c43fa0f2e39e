import { opcodeHex } from '../../log/words.ts'
import { opcodeName } from '../../model/opcodes.ts'
import type { Side } from '../engine/action.ts'

/** The header of a frame, by its bits (RFC 6455, section 5.2). */
export interface Bits {
  fin: boolean
  rsv1: boolean
  rsv2: boolean
  rsv3: boolean
  opcode: number
  masked: boolean
  /** What the header states, if it is not the payload's length; `''`: it is. */
  length: string
  /** In how many bits; `null`: in as few as will do. */
  lengthBits: 7 | 16 | 64 | null
}

export const plainBits = (side: Side): Bits => ({
  fin: true,
  rsv1: false,
  rsv2: false,
  rsv3: false,
  opcode: 1,
  masked: side === 'client',
  length: '',
  lengthBits: null,
})

const flags = [
  ['fin', 'FIN'],
  ['rsv1', 'RSV1'],
  ['rsv2', 'RSV2'],
  ['rsv3', 'RSV3'],
  ['masked', 'MASK'],
] as const

const forms = [7, 16, 64] as const
const formOf = (value: string) => forms.find((form) => String(form) === value) ?? null

export function Craft({ bits, onBits }: { bits: Bits; onBits(bits: Bits): void }) {
  return (
    <fieldset className="craft">
      <legend>Header</legend>
      {flags.map(([name, label]) => (
        <label key={name} className="choice">
          <input
            type="checkbox"
            checked={bits[name]}
            onChange={(event) => onBits({ ...bits, [name]: event.currentTarget.checked })}
          />
          {label}
        </label>
      ))}
      <label className="choice">
        opcode
        <select
          value={bits.opcode}
          onChange={(event) => onBits({ ...bits, opcode: Number(event.currentTarget.value) })}
        >
          {Array.from({ length: 16 }, (_, opcode) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: it is the opcode
            <option key={opcode} value={opcode}>
              {opcodeHex(opcode)} {opcodeName(opcode)}
            </option>
          ))}
        </select>
      </label>
      <label className="choice">
        length
        <input
          className="wire-delay"
          type="text"
          inputMode="numeric"
          placeholder="right"
          value={bits.length}
          aria-invalid={!/^\d{0,15}$/.test(bits.length)}
          onChange={(event) => onBits({ ...bits, length: event.currentTarget.value })}
        />
      </label>
      <label className="choice">
        in
        <select
          aria-label="Bits of the length"
          value={bits.lengthBits ?? ''}
          onChange={(event) => onBits({ ...bits, lengthBits: formOf(event.currentTarget.value) })}
        >
          <option value="">fewest bits</option>
          {forms.map((form) => (
            <option key={form} value={form}>
              {form} bits
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  )
}
