import { nativeMask } from './platform.ts'

/** Lengths in bytes from which working on words pays, and from which a call to native code does (measured on Node 20). */
const WORDWISE_FROM = 48
const NATIVE_FROM = 1024

/** Bytes up to which four at a time, without a pattern to be laid out, are masked sooner than eight. */
const HALVES_UP_TO = 64

/** Whether a number lies in memory with its lowest byte first. */
export const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

// The key, rotated, as eight bytes and as one word: laid out in memory as the data is, so either byte order works.
const patternBytes = new Uint8Array(8)
const patternWord = new BigUint64Array(patternBytes.buffer)
const patternHalf = new Int32Array(patternBytes.buffer)
const pattern = patternBytes.subarray(0, 4)

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
  const size = end - start
  if (size < WORDWISE_FROM) maskBytes(data, start, end, key, phase)
  else if (size < NATIVE_FROM || nativeMask === null) maskWordwise(data, start, end, key, phase)
  else {
    const bytes = data.subarray(start, end)
    nativeMask(bytes, rotated(key, phase), bytes, 0, size)
  }
}

/**
 * Writes all of `source`, masked, to `target` from `at` on, where it must fit. `phase` is how many bytes of the payload
 * came before.
 */
export function maskInto(
  source: Uint8Array,
  target: Uint8Array,
  at: number,
  key: Uint8Array,
  phase: number,
): void {
  const { length } = source
  if (nativeMask !== null && length >= NATIVE_FROM) {
    nativeMask(source, rotated(key, phase), target, at, length)
  } else {
    target.set(source, at)
    maskInPlace(target, at, at + length, key, phase)
  }
}

const keyArray = new Uint8Array(4)

/** Whether a payload of so many bytes is better copied and masked at once, by `copyMasked`. */
export const masksNatively = (length: number): boolean => nativeMask !== null && length >= NATIVE_FROM

/** As `maskInto`, for a whole payload and a key that is a number. */
export function copyMasked(source: Uint8Array, target: Uint8Array, at: number, key: number): void {
  maskInto(source, target, at, writeKey(key, keyArray), 0)
}

/** The key as it lies on the bytes from `phase` on; to be used before the next call. */
function rotated(key: Uint8Array, phase: number): Uint8Array {
  for (let i = 0; i < 8; i++) patternBytes[i] = key[(phase + i) & 3]!
  return pattern
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

/** Eight bytes at a time; those before the first word and behind the last, one at a time. */
function maskWordwise(data: Uint8Array, start: number, end: number, key: Uint8Array, phase: number): void {
  const words = wordsOf(data.buffer)
  const { byteOffset } = data
  // A word starts at a multiple of 8 in the underlying buffer, wherever the data starts.
  const aligned = start + (-(byteOffset + start) & 7)
  const first = (byteOffset + aligned) / 8
  const last = first + Math.floor((end - aligned) / 8)
  const tail = last * 8 - byteOffset
  maskBytes(data, start, aligned, key, phase)
  for (let i = 0; i < 8; i++) patternBytes[i] = key[(phase + aligned - start + i) & 3]!
  xorWords(words, first, last)
  maskBytes(data, tail, end, key, phase + tail - start)
}

/** What `xorWords` masks with: a masking key, rotated so that its first byte is that of a word. */
export function setPattern(key: number): void {
  for (let i = 0; i < 8; i++) patternBytes[i] = key >> (i * 8)
}

/** Masks `words[first]` to `words[last - 1]` with the pattern that was set last. */
export function xorWords(words: BigUint64Array, first: number, last: number): void {
  const word = patternWord[0]!
  let at = first
  // Eight words a turn: nearly twice as fast as one.
  for (; at + 8 <= last; at += 8) {
    words[at]! ^= word
    words[at + 1]! ^= word
    words[at + 2]! ^= word
    words[at + 3]! ^= word
    words[at + 4]! ^= word
    words[at + 5]! ^= word
    words[at + 6]! ^= word
    words[at + 7]! ^= word
  }
  for (; at < last; at++) words[at]! ^= word
}

/**
 * Masks bytes `start` to `end - 1` of a buffer by whole words, two views on all of it. Up to three bytes before them
 * and seven behind are changed as well: they must be there, and be written later.
 */
export function maskWords(
  halves: Int32Array,
  words: BigUint64Array,
  start: number,
  end: number,
  key: number,
): void {
  const turned = turnKey(key, -start)
  let half = start >> 2
  if (littleEndian && end - start <= HALVES_UP_TO) {
    for (const last = (end + 3) >> 2; half < last; half++) halves[half]! ^= turned
    return
  }
  setPattern(turned)
  if ((half & 1) === 1) halves[half++]! ^= patternHalf[0]!
  xorWords(words, half >> 1, (end + 7) >> 3)
}

/** Buffers up to this size, in bytes, are kept hold of by the view on them. */
const MAX_KEPT = 131_072

/** All words of the buffer that was masked last: many small payloads lie in one, and a view costs more than they. */
let lastWords = new BigUint64Array(0)
let lastBuffer: ArrayBufferLike = lastWords.buffer

function wordsOf(buffer: ArrayBufferLike): BigUint64Array {
  if (buffer === lastBuffer) return lastWords
  const words = new BigUint64Array(buffer as ArrayBuffer, 0, Math.floor(buffer.byteLength / 8))
  if (buffer.byteLength <= MAX_KEPT && !isResizable(buffer)) {
    lastWords = words
    lastBuffer = buffer
  }
  return words
}

/** Its views do not stay what they are. */
function isResizable(buffer: ArrayBufferLike): boolean {
  const { resizable, growable } = buffer as { resizable?: boolean; growable?: boolean }
  return resizable === true || growable === true
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

/** A masking key as a number of 32 bits, its first byte the lowest: arrays take longer to make and to read. */
export function keyNumber(key: Uint8Array): number {
  return key[0]! | (key[1]! << 8) | (key[2]! << 16) | (key[3]! << 24)
}

/** The same the other way round. */
export function keyBytes(key: number): Uint8Array {
  return writeKey(key, new Uint8Array(4))
}

/** The key as it lies on the bytes of a payload from `phase` on. */
export function turnKey(key: number, phase: number): number {
  const bits = (phase & 3) * 8
  return (key >>> bits) | (key << (32 - bits))
}

/** Writes a key to an array of 4 bytes, and returns that. */
export function writeKey(key: number, target: Uint8Array): Uint8Array {
  for (let i = 0; i < 4; i++) target[i] = key >> (i * 8)
  return target
}
