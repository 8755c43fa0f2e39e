/** Frames as words, so that a difference can be read: `text(hi)`, `close(1000 bye)`, `binary(65536 bytes, 1f2e3d4c)`. */
import { createHash } from 'node:crypto'
import type { Back } from '../frames.ts'

const kinds: Record<number, string> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
}

const SHORT = 80

export function show(payload: Uint8Array): string {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length)
  if (text.length <= SHORT) {
    const latin1 = text.toString('latin1')
    return /^[ -~]*$/.test(latin1) ? latin1 : text.toString('hex')
  }
  return `${text.length} bytes, ${createHash('sha1').update(text).digest('hex').slice(0, 8)}`
}

export function word({
  opcode,
  payload,
  fin,
}: {
  opcode: number
  payload: Uint8Array
  fin: boolean
}): string {
  const isCode = opcode === 8 && payload.length >= 2
  const code = isCode ? payload[0]! * 256 + payload[1]! : 0
  const reason = isCode ? show(payload.subarray(2)) : ''
  const inside = isCode ? (reason === '' ? `${code}` : `${code} ${reason}`) : show(payload)
  return `${kinds[opcode] ?? opcode}(${inside})${fin ? '' : '+'}`
}

/** The word of a failure tells only its code: the reason is up to the endpoint. */
export const failureWord = (code: number) => `close(${code} …)`

export function expectedWord(back: Back, deflate: boolean): string {
  if ('failure' in back) return failureWord(back.failure)
  const compressed = deflate && (back.opcode & 8) === 0 && back.compressed !== false
  return compressed ? `compressed ${word(back)}` : word(back)
}
