import { Z_OK, Z_STREAM_END, Z_SYNC_FLUSH, ZStream, zlibInflate, zlibInflateInit2 } from 'pako'
import type { RawDeflateCodec } from '../../src/deflate/codec.ts'
import type { DeflateExtension } from '../../src/deflate/deflate-extension.ts'
import type { DeflateOptions } from '../../src/deflate/options.ts'
import { pakoCodec } from '../../src/deflate/pako-codec.ts'
import { permessageDeflate } from '../../src/deflate/permessage-deflate.ts'
import { zlibCodec } from '../../src/deflate/zlib-codec.ts'
import { Frame } from '../../src/framing/frame.ts'
import { Opcode } from '../../src/framing/opcode.ts'

/** The suite of the extension runs over each. */
export const codecs: { name: string; codec: RawDeflateCodec }[] = [
  { name: 'zlib', codec: zlibCodec },
  { name: 'pako', codec: pakoCodec },
]

/** One who compresses beside one who inflates: same and mixed. */
export const pairings = codecs.flatMap((local) =>
  codecs.map((remote) => ({
    name: `${local.name} to ${remote.name}`,
    local: local.codec,
    remote: remote.codec,
  })),
)

const encoder = new TextEncoder()

export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Bytes written as RFC 7692 writes them: `bytes('f2 48 cd')`. */
export function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.split(' ').filter(Boolean), (octet) => Number.parseInt(octet, 16))
}

export function hex(data: Uint8Array): string {
  return Array.from(data, (octet) => octet.toString(16).padStart(2, '0')).join(' ')
}

/** Whether the bytes are the same: for long ones, as comparing by `expect` takes a second a megabyte. */
export function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

/** What a server and a client that offer and answer with these options end up with. */
export function connect(
  {
    client: clientOptions = {},
    server: serverOptions = {},
  }: Partial<Record<'client' | 'server', DeflateOptions>>,
  { local, remote }: { local: RawDeflateCodec; remote: RawDeflateCodec },
): { client: DeflateExtension; server: DeflateExtension } {
  const clientFactory = permessageDeflate(local)(clientOptions)
  const serverFactory = permessageDeflate(remote)(serverOptions)
  const [answer, server] = serverFactory.processRequestParams(clientFactory.getRequestParams(), [])
  return { client: clientFactory.processResponseParams(answer, []), server }
}

/** An extension with nothing but defaults, as a client has it. */
export function extension(codec: RawDeflateCodec, options: DeflateOptions = {}): DeflateExtension {
  return connect({ client: options }, { local: codec, remote: codec }).client
}

/** The frames of one binary message. */
export function fragmented(fragments: readonly Uint8Array[]): Frame[] {
  return fragments.map((payload, index) => {
    const opcode = index === 0 ? Opcode.binary : Opcode.continuation
    return new Frame(opcode, payload, index === fragments.length - 1)
  })
}

/** The frames of one compressed text message, as a peer sends it. */
export function compressed(...payloads: string[]): Frame[] {
  return payloads.map((payload, index) => {
    const opcode = index === 0 ? Opcode.text : Opcode.continuation
    return new Frame(opcode, bytes(payload), index === payloads.length - 1, index === 0)
  })
}

/** What a message inflates to. */
export function receive(
  extension: DeflateExtension,
  frames: readonly Frame[],
  maxSize: number | null = null,
): string {
  const payloads = frames.map((frame) => Buffer.from(extension.decode(frame, { maxSize }).payload))
  return Buffer.concat(payloads).toString()
}

/**
 * Inflates with a window of exactly `windowBits` and a byte at a time, so that zlib cannot use its output as a larger
 * window: answers whether no distance is longer than the window.
 */
export function fitsWindow(deflated: Uint8Array, windowBits: number, expected: Uint8Array): boolean {
  const stream = new ZStream()
  if (zlibInflateInit2(stream, -windowBits) !== Z_OK) throw new Error('no such window')
  const output = new Uint8Array(expected.length)
  stream.input = deflated
  stream.avail_in = deflated.length
  stream.output = output
  for (let length = 0; length < expected.length; length++) {
    stream.avail_out = 1
    const status = zlibInflate(stream, Z_SYNC_FLUSH)
    if (status !== Z_OK && status !== Z_STREAM_END) return false
  }
  return same(output, expected)
}
