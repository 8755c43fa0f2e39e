/** Streams of frames as a client sends them, made without any of the libraries that are measured. */

/**
 * Masking turns this key's text into text, so that a stream can be read again after it was unmasked in place.
 * That holds for ASCII, and for two- and three-byte characters as in `textOf`.
 */
const KEY = Uint8Array.of(1, 1, 1, 1)

/**
 * @param {number} opcode
 * @param {Uint8Array} payload
 * @param {{ fin?: boolean, masked?: boolean, rsv1?: boolean }} [options]
 */
export function frame(opcode, payload, { fin = true, masked = true, rsv1 = false } = {}) {
  const { length } = payload
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const header = Buffer.alloc(2 + extended)
  header[0] = (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode
  header[1] = (masked ? 0x80 : 0) | (extended === 0 ? length : extended === 2 ? 126 : 127)
  if (extended === 2) header.writeUInt16BE(length, 2)
  if (extended === 8) header.writeBigUInt64BE(BigInt(length), 2)
  if (!masked) return Buffer.concat([header, payload])
  return Buffer.concat([header, KEY, payload.map((byte, at) => byte ^ KEY[at & 3])])
}

/** Bytes that look like nothing in particular. */
export function bytesOf(/** @type {number} */ size) {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; at++) bytes[at] = (at * 2_654_435_761) >>> 13
  return bytes
}

/**
 * UTF-8 of exactly `size` bytes.
 *
 * @param {number} size
 * @param {'ascii' | 'mixed'} kind
 */
export function textOf(size, kind) {
  const sentence = kind === 'ascii' ? 'The quick brown fox jumps over it. ' : 'Füchse fangen für 3 € Hühner. '
  const source = Buffer.from(sentence)
  const bytes = Buffer.alloc(size, ' ')
  let at = 0
  for (; at + source.length <= size; at += source.length) source.copy(bytes, at)
  return bytes
}

/** Cuts a stream into chunks of at most `size` bytes; each in memory of its own, as a socket gives them. */
export function cut(/** @type {Uint8Array} */ stream, /** @type {number} */ size) {
  const chunks = []
  for (let at = 0; at < stream.length; at += size) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(size, stream.length - at))
    chunk.set(stream.subarray(at, at + size))
    chunks.push(chunk)
  }
  return chunks
}

/** A stream of whole messages of about `total` bytes, at least one, and how many there are. */
export function repeat(/** @type {Uint8Array} */ message, /** @type {number} */ total) {
  const count = Math.max(1, Math.floor(total / message.length))
  return { count, stream: Buffer.concat(Array.from({ length: count }, () => message)) }
}
