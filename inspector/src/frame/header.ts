/** The header of a frame, field by field as RFC 6455, section 5.2 draws it, rebuilt from its record. */
import type { EventRecord } from '../../../src/inspect/records.ts'
import { type Crossing, opcodeName } from '../../../src/report/crossings.ts'
import { bitsLink } from '../links/link.ts'
import { plural } from '../model/format.ts'

export interface HeaderField {
  id: string
  name: string
  /** Where it starts, in bits from the start of the frame, and how many it has. */
  at: number
  size: number
  /** Its bits, `?` for those that are not in the record. */
  bits: string
  /** In few words: `1`, `0x8 close`. */
  value: string
  /** What it says here. */
  says: string
  section: string
  /** Does it break a rule, whatever was agreed on? */
  wrong: boolean
}

export interface Header {
  fields: HeaderField[]
  /** Bytes of the header, and its hex; `??` for those that are not in the record. */
  length: number
  hex: string
  /** Bytes of the payload on the wire; `null`: not known. */
  payload: number | null
  masked: boolean
  /** Hex; `null`: there is none, or it is not in the record. */
  key: string | null
}

/** `null` if too little is known of the frame. */
export function headerOf(crossing: Crossing): Header | null {
  const { opcode, wire, from } = crossing
  if (opcode === null) return null
  const masked = wire === null ? from === 'client' : wire.maskingKey !== null
  const key = wire?.maskingKey ?? null
  const payload = wire?.payloadLength ?? crossing.length
  const extended = extendedBytes(wire?.headerLength ?? null, masked, payload ?? 0)
  const fields: HeaderField[] = []
  let at = 0
  const add = (field: Omit<HeaderField, 'at' | 'size' | 'wrong'> & { wrong?: boolean }) => {
    fields.push({ wrong: false, ...field, at, size: field.bits.length })
    at += field.bits.length
  }

  const control = opcode >= 8
  const fin = crossing.fin ?? true
  add({
    id: 'fin',
    name: 'FIN',
    bits: fin ? '1' : '0',
    value: fin ? '1' : '0',
    says: control
      ? fin
        ? 'Control frames are never fragmented: FIN is always 1.'
        : 'Wrong: a control frame must not be fragmented.'
      : fin
        ? opcode === 0
          ? 'The last fragment: the message is complete.'
          : 'The message is complete with this frame.'
        : 'More fragments of this message follow.',
    section: control ? '5.5' : '5.4',
    wrong: control && !fin,
  })
  const reserved = wire?.reservedBits ?? 0
  for (const [index, mask] of [4, 2, 1].entries()) {
    const set = (reserved & mask) !== 0
    add({
      id: `rsv${index + 1}`,
      name: `RSV${index + 1}`,
      bits: set ? '1' : '0',
      value: set ? '1' : '0',
      says: !set
        ? 'Reserved for extensions: 0, as none uses it here.'
        : index === 0 && !control
          ? 'Set by permessage-deflate: the message is compressed (RFC 7692, section 6).'
          : 'Set, which is only right if an extension that was agreed on defines it.',
      section: set && index === 0 ? 'RFC 7692, 6' : '5.2',
      wrong: set && (control || index > 0),
    })
  }
  const name = opcodeName(opcode)
  add({
    id: 'opcode',
    name: 'opcode',
    bits: binary(opcode, 4),
    value: `0x${opcode.toString(16)} ${name}`,
    says: OPCODE_SAYS[opcode] ?? 'Wrong: this opcode is reserved, no meaning is defined.',
    section: SECTIONS[opcode] ?? '5.2',
    wrong: OPCODE_SAYS[opcode] === undefined,
  })
  add({
    id: 'mask',
    name: 'MASK',
    bits: masked ? '1' : '0',
    value: masked ? '1' : '0',
    says:
      from === 'client'
        ? masked
          ? 'A client masks every frame that it sends.'
          : 'Wrong: a client must mask every frame.'
        : masked
          ? 'Wrong: a server must not mask.'
          : 'A server never masks.',
    section: '5.1',
    wrong: masked !== (from === 'client'),
  })
  const marker = extended === 0 ? (payload ?? 0) : extended === 2 ? 126 : 127
  const unknown = payload === null
  add({
    id: 'length',
    name: 'Payload len',
    bits: unknown ? '???????' : binary(marker, 7),
    value: unknown ? 'not known' : `${marker}`,
    says: unknown
      ? 'How long the payload is, is not in the record.'
      : extended === 0
        ? `The payload has ${plural(marker, 'byte')}; up to 125 fit in these 7 bits.`
        : `${marker} is no length: it says that the length is in the next ${extended * 8} bits.`,
    section: '5.2',
    wrong: control && extended > 0,
  })
  if (extended > 0) {
    add({
      id: 'extended',
      name: 'Extended payload length',
      bits: binary(payload ?? 0, extended * 8),
      value: `${payload}`,
      says: `The payload has ${payload} bytes${payload === crossing.length || crossing.fate === 'invalid' ? '' : ' on the wire, compressed'}. ${
        extended === 2
          ? '16 bits are used from 126 to 65,535 bytes.'
          : '64 bits are used from 65,536 bytes; the first of them must be 0.'
      }`,
      section: '5.2',
    })
  }
  if (masked) {
    add({
      id: 'key',
      name: 'Masking-key',
      bits: key === null ? '?'.repeat(32) : hexBits(key),
      value: key === null ? 'not recorded' : spaced(key),
      says: `Byte i of the payload is combined with byte i mod 4 of this key by XOR.${
        key === null ? ' The key of a frame that the protocol sends by itself is not in the record.' : ''
      }`,
      section: '5.3',
    })
  }
  return { fields, length: at / 8, hex: bytesOf(fields), payload, masked, key }
}

const OPCODE_SAYS: Readonly<Record<number, string>> = {
  0: 'Continuation: this frame goes on with the message that is in progress.',
  1: 'Text: the payload is UTF-8.',
  2: 'Binary: what the payload means is the application’s business.',
  8: 'Close: the last frame that its sender sends.',
  9: 'Ping: the other side answers with a Pong that holds the same payload.',
  10: 'Pong: answers a Ping, or says unasked that its sender is alive.',
}

/** The section of RFC 6455 that defines frames of this kind. */
export function opcodeSection(opcode: number | null): string | null {
  return opcode === null ? null : (SECTIONS[opcode] ?? null)
}

const SECTIONS: Readonly<Record<number, string>> = {
  0: '5.4',
  1: '5.6',
  2: '5.6',
  8: '5.5.1',
  9: '5.5.2',
  10: '5.5.3',
}

/** Bytes of length behind the 7 bits: as many as the header had room for, else as few as do. */
function extendedBytes(headerLength: number | null, masked: boolean, payload: number): 0 | 2 | 8 {
  const had = headerLength === null ? null : headerLength - 2 - (masked ? 4 : 0)
  if (had === 0 || had === 2 || had === 8) return had
  return payload <= 125 ? 0 : payload <= 0xffff ? 2 : 8
}

/** The bits of the fields from `first` to `last`, in the frame with this id. */
export function bitsOfFields(frame: string, { fields }: Header, first: string, last = first): string | null {
  const from = fields.find(({ id }) => id === first)
  const to = fields.find(({ id }) => id === last) ?? from
  return from === undefined || to === undefined ? null : bitsLink(frame, from.at, to.at + to.size)
}

/** The fields that a byte of the header is made of. */
export function fieldsOfByte({ fields }: Header, byte: number): HeaderField[] {
  return fields.filter(({ at, size }) => at < (byte + 1) * 8 && at + size > byte * 8)
}

/** Neighbours of which the same is to be said, such as reserved bits that are 0, as one. */
export function alike(fields: readonly HeaderField[]): HeaderField[][] {
  const groups: HeaderField[][] = []
  for (const field of fields) {
    const [other] = groups.at(-1) ?? []
    if (other?.says === field.says && other.value === field.value) groups.at(-1)!.push(field)
    else groups.push([field])
  }
  return groups
}

/** The first two bytes of the payload (RFC 6455, section 5.5.1). */
export function closeCodeBits(frame: string, { length }: Header): string {
  return bitsLink(frame, length * 8, (length + 2) * 8)
}

/** What a preview shows: the payload, of a Close that broke no rule only the reason. `null`: it has no bytes. */
export function previewBits(
  frame: string,
  { length, payload }: Header,
  { opcode, rule }: Pick<EventRecord, 'opcode' | 'rule'>,
): string | null {
  const from = length + (opcode === 8 && rule === undefined ? 2 : 0)
  const to = length + (payload ?? 0)
  return from >= to ? null : bitsLink(frame, from * 8, to * 8)
}

const binary = (value: number, size: number) => BigInt(value).toString(2).padStart(size, '0')

const hexBits = (hex: string) => [...hex].map((digit) => binary(Number.parseInt(digit, 16), 4)).join('')

const spaced = (hex: string) => hex.replace(/..(?=.)/g, '$& ')

function bytesOf(fields: readonly HeaderField[]): string {
  const bits = fields.map((field) => field.bits).join('')
  const bytes: string[] = []
  for (let at = 0; at < bits.length; at += 8) {
    const byte = bits.slice(at, at + 8)
    bytes.push(byte.includes('?') ? '??' : Number.parseInt(byte, 2).toString(16).padStart(2, '0'))
  }
  return bytes.join(' ')
}

/** A piece of a field within one row of 32 bits. */
export interface Cell {
  field: HeaderField
  row: number
  /** Column from 0. */
  column: number
  bits: string
  /** The first piece of its field. */
  first: boolean
}

export const ROW_BITS = 32

/** The fields as RFC 6455 draws them: rows of 32 bits. */
export function cellsOf({ fields }: Header, width = ROW_BITS): Cell[] {
  const cells: Cell[] = []
  for (const field of fields) {
    for (let done = 0; done < field.size; ) {
      const at = field.at + done
      const column = at % width
      const bits = field.bits.slice(done, done + width - column)
      cells.push({ field, row: Math.floor(at / width), column, bits, first: done === 0 })
      done += bits.length
    }
  }
  return cells
}
