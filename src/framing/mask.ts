/** Length in bytes from which working on words pays for the view it needs (measured on Node 20). */
const WORDWISE_FROM = 128

// The key, rotated, as four bytes and as one word: laid out in memory as the data is, so either byte order works.
const patternBytes = new Uint8Array(4)
const patternWord = new Int32Array(patternBytes.buffer)

/**
 * Masks or unmasks `data[start]` to `data[end - 1]` where they are (RFC 6455, section 5.3). `key` has 4 bytes; `phase`
 * is how many bytes of the payload came before `start`.
 */
export function maskInPlace(
  data: Uint8Array,
  start: number,
  end: number,
  key: Uint8Array,
  phase: number,
): void {
  if (end - start < WORDWISE_FROM) {
    maskBytes(data, start, end, key, phase)
    return
  }
  // A view on words must start at a multiple of 4 in the underlying buffer, wherever the data starts.
  const aligned = start + (-(data.byteOffset + start) & 3)
  const words = new Int32Array(data.buffer, data.byteOffset + aligned, Math.floor((end - aligned) / 4))
  const tail = aligned + words.length * 4
  maskBytes(data, start, aligned, key, phase)
  maskWords(words, key, phase + aligned - start)
  maskBytes(data, tail, end, key, phase + tail - start)
}

function maskBytes(data: Uint8Array, start: number, end: number, key: Uint8Array, phase: number): void {
  const key0 = key[phase & 3]!
  const key1 = key[(phase + 1) & 3]!
  const key2 = key[(phase + 2) & 3]!
  const key3 = key[(phase + 3) & 3]!
  let at = start
  for (; at + 4 <= end; at += 4) {
    data[at]! ^= key0
    data[at + 1]! ^= key1
    data[at + 2]! ^= key2
    data[at + 3]! ^= key3
  }
  if (at < end) data[at]! ^= key0
  if (at + 1 < end) data[at + 1]! ^= key1
  if (at + 2 < end) data[at + 2]! ^= key2
}

function maskWords(words: Int32Array, key: Uint8Array, phase: number): void {
  for (let i = 0; i < 4; i++) patternBytes[i] = key[(phase + i) & 3]!
  const pattern = patternWord[0]!
  let at = 0
  // Eight words a turn: twice as fast as one.
  for (; at + 8 <= words.length; at += 8) {
    words[at]! ^= pattern
    words[at + 1]! ^= pattern
    words[at + 2]! ^= pattern
    words[at + 3]! ^= pattern
    words[at + 4]! ^= pattern
    words[at + 5]! ^= pattern
    words[at + 6]! ^= pattern
    words[at + 7]! ^= pattern
  }
  for (; at < words.length; at++) words[at]! ^= pattern
}

/**
 * Masks or unmasks `data` with a masking key (RFC 6455, section 5.3): both are the same. Pure: the result is a new
 * array. `phase` is how many bytes of the payload were masked before these, an integer >= 0. Throws a `RangeError`
 * unless `key` has 4 bytes.
 */
export function applyMask(data: Uint8Array, key: Uint8Array, phase = 0): Uint8Array {
  checkKey(key)
  const result = new Uint8Array(data)
  maskInPlace(result, 0, result.length, key, phase)
  return result
}

/** Throws a `RangeError` unless `key` has 4 bytes. */
export function checkKey(key: Uint8Array): void {
  if (key.length !== 4) throw new RangeError(`masking key has ${key.length} bytes instead of 4`)
}
