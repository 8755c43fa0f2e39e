/** 1,000 messages of every kind and size, the same in every run: most are small, a few are 16 MiB. */
import { noiseOf, proseOf } from '../frames.ts'

export type Message = string | Uint8Array

export interface MixedMessage {
  message: Message
  /** To be sent in several frames, where the library that sends can. */
  pieces: Message[] | null
}

const COUNT = 1_000
const LARGEST = 16 * 2 ** 20

/** What both sides are set to: what does not compress is a little longer on the wire, where it is limited, too. */
export const MAX_SIZE = LARGEST + 2 ** 16

function sizeAt(at: number): number {
  // 16 MiB thrice, once of them as text; 1 MiB ten times; 64 KiB and around it forty times.
  if (at === 201 || at === 399 || at === 600) return LARGEST
  if (at % 100 === 50) return 2 ** 20
  if (at % 25 === 12) return 65_534 + (at % 5)
  if (at % 10 === 3) return 124 + (at % 7)
  return 1 + ((at * 7_919) % 2_048)
}

/** Cut at characters, since a library that takes strings takes them whole. */
function piecesOf(message: Message): Message[] {
  const third = Math.ceil(message.length / 3)
  if (typeof message !== 'string')
    return [0, 1, 2].map((at) => message.subarray(at * third, (at + 1) * third))
  const characters = Array.from(message)
  const size = Math.ceil(characters.length / 3)
  return [0, 1, 2].map((at) => characters.slice(at * size, (at + 1) * size).join(''))
}

export const mixed: readonly MixedMessage[] = Array.from({ length: COUNT }, (_, at) => {
  const size = sizeAt(at)
  const even = at % 2 === 0
  // Half of the bytes compress well, half do not.
  const bytes = at % 3 === 0 ? proseOf(size) : noiseOf(size)
  const message = even ? Buffer.from(proseOf(size)).toString() : bytes
  return { message, pieces: at % 7 === 0 && size < 2 ** 20 ? piecesOf(message) : null }
})

/** Whether a message came back as it was: text as text, bytes as the same bytes. */
export function isSame(one: Message, other: Message): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other
  return Buffer.compare(one, other) === 0
}
