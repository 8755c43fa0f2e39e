import type { Random } from './random.ts'

/** No input grows beyond this, bytes. */
export const MAX_INPUT = 4_096

/** Bytes that mean something in a header, in text or in HTTP. */
const interesting = [
  0x00, 0x01, 0x02, 0x0a, 0x0d, 0x20, 0x3a, 0x7d, 0x7e, 0x7f, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8a, 0xbf, 0xc0,
  0xc1, 0xc2, 0xed, 0xf4, 0xf5, 0xfe, 0xff,
]

const words = [
  '\r\n',
  '\r\n\r\n',
  'Upgrade: websocket\r\n',
  'Connection: Upgrade\r\n',
  'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n',
  'Sec-WebSocket-Version: 13\r\n',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'HTTP/1.1 ',
  '0\r\n\r\n',
  '\x88\x02\x03\xe8',
  '\x88\x82\x00\x00\x00\x00\x03\xe8',
  '\x89\x00',
  '\x89\x80\x00\x00\x00\x00',
  '\x01\x80\x00\x00\x00\x00',
  '\x80\x80\x00\x00\x00\x00',
  '\xc1\x81\x00\x00\x00\x00\x00',
  '\x82\xff\x00\x00\x00\x00\x00\x01\x00\x00',
  '\x00\x00\xff\xff',
].map((word) => Buffer.from(word, 'latin1'))

type Change = (input: Buffer, random: Random, others: readonly Uint8Array[]) => Uint8Array

const place = (input: Buffer, random: Random) => random.below(input.length + 1)

const changes: readonly Change[] = [
  (input, random) => {
    const at = random.below(Math.max(1, input.length))
    input[at] = (input[at] ?? 0) ^ (1 << random.below(8))
    return input
  },
  (input, random) => {
    input[random.below(Math.max(1, input.length))] = random.of(interesting)
    return input
  },
  (input, random) => {
    input[random.below(Math.max(1, input.length))] = random.below(256)
    return input
  },
  (input, random) => {
    const at = place(input, random)
    return Buffer.concat([input.subarray(0, at), Buffer.from([random.of(interesting)]), input.subarray(at)])
  },
  (input, random) => {
    const at = place(input, random)
    return Buffer.concat([input.subarray(0, at), random.of(words), input.subarray(at)])
  },
  (input, random) => {
    const at = place(input, random)
    return Buffer.concat([input.subarray(0, at), input.subarray(at + 1 + random.below(8))])
  },
  (input, random) => input.subarray(0, place(input, random)),
  (input, random) => {
    const from = place(input, random)
    const to = Math.min(input.length, from + random.below(64))
    const at = place(input, random)
    return Buffer.concat([input.subarray(0, at), input.subarray(from, to), input.subarray(at)])
  },
  (input, random, others) => {
    const other = random.of(others)
    return Buffer.concat([
      input.subarray(0, place(input, random)),
      other.subarray(random.below(other.length + 1)),
    ])
  },
  (input, random, others) => Buffer.concat([input, random.of(others)]),
]

/** One to eight changes, from what is known to be of interest. */
export function mutate(input: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  let mutated: Uint8Array = Buffer.from(input)
  for (let left = 1 + random.below(8); left > 0; left--) {
    mutated = random.of(changes)(Buffer.from(mutated), random, others)
  }
  return Uint8Array.from(mutated.subarray(0, MAX_INPUT))
}
