/**
 * What a platform may have beyond the language, and is used where it is there: it changes how long something takes,
 * never what comes of it. Found without an import, so that the code runs unchanged where there is none of it.
 */

interface NodeBytes extends Uint8Array<ArrayBuffer> {
  toString(encoding?: 'latin1'): string
  write(text: string, at: number): number
}

interface NodeBuffer {
  isUtf8?(bytes: Uint8Array): boolean
  Buffer?: {
    allocUnsafe(size: number): Uint8Array<ArrayBuffer>
    allocUnsafeSlow(size: number): NodeBytes
    from(text: string, encoding?: 'latin1'): NodeBytes
    from(buffer: ArrayBufferLike, offset?: number, length?: number): NodeBytes
  }
}

interface NodeCrypto {
  hash?(algorithm: 'sha1', text: string, encoding: 'base64'): string
}

interface NodeProcess {
  getBuiltinModule?(name: 'buffer'): NodeBuffer | undefined
  getBuiltinModule?(name: 'crypto'): NodeCrypto | undefined
}

const { process } = globalThis as { process?: NodeProcess }
const nodeBuffer = process?.getBuiltinModule?.('buffer')

/** Whether bytes are valid, complete UTF-8, natively; `null` where only JavaScript can tell. */
export const nativeIsUtf8: ((bytes: Uint8Array) => boolean) | null = nodeBuffer?.isUtf8 ?? null

const encoder = new TextEncoder()

/** The text as UTF-8; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const encoded = nodeBuffer?.Buffer?.from(text)
  if (encoded === undefined) return encoder.encode(text)
  return new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.length)
}

/** Writes a text as UTF-8, from `at` on, where it must fit, and returns how many bytes it took. */
export type Utf8Writer = (text: string, at: number) => number

export function utf8Writer(buffer: ArrayBuffer): Utf8Writer {
  const writable = nodeBuffer?.Buffer?.from(buffer)
  if (writable !== undefined) return (text, at) => writable.write(text, at)
  const bytes = new Uint8Array(buffer)
  return (text, at) => encoder.encodeInto(text, bytes.subarray(at)).written
}

const { set } = Uint8Array.prototype

/** `target.set(source, at)`: V8 looks a method of typed arrays up each time, a third of what it takes to copy little. */
export function copyInto(source: Uint8Array, target: Uint8Array, at: number): void {
  set.call(target, source, at)
}

/** An array whose bytes are all going to be written: what they are before may be anything. */
export function allocate(size: number): Uint8Array<ArrayBuffer> {
  const raw = size < SLOW_TO_CLEAR ? undefined : nodeBuffer?.Buffer?.allocUnsafeSlow(size)
  return raw === undefined ? new Uint8Array(size) : new Uint8Array(raw.buffer, raw.byteOffset, size)
}

/**
 * The same; a small one may lie beside others in one buffer, as a buffer of its own takes many times longer to get and to
 * give back. A tiny one is no matter: engines keep it among objects.
 */
export function allocatePooled(size: number): Uint8Array<ArrayBuffer> {
  const raw = size <= TINY || size >= SLOW_TO_CLEAR ? undefined : nodeBuffer?.Buffer?.allocUnsafe(size)
  return raw === undefined ? allocate(size) : new Uint8Array(raw.buffer, raw.byteOffset, size)
}

/** The largest array without memory outside of the heap, in bytes (V8). */
const TINY = 64

/** From this size on, in bytes, clearing memory costs more than asking for memory that is not. */
const SLOW_TO_CLEAR = 4096

/** XORs `length` bytes of `source` with `key` into `target`, from `at` on. */
export type NativeMask = (
  source: Uint8Array,
  key: Uint8Array,
  target: Uint8Array,
  at: number,
  length: number,
) => void

/** Set by those who may load native code; `null`: masking is done in JavaScript. */
export let nativeMask: NativeMask | null = null

export function setNativeMask(mask: NativeMask | null): void {
  nativeMask = mask
}

/** Bytes to characters of the same number (below 0x100) and back, natively; `null` where only JavaScript can. */
export const nativeLatin1 =
  nodeBuffer?.Buffer === undefined
    ? null
    : {
        decode({ buffer, byteOffset }: Uint8Array, start: number, end: number): string {
          return nodeBuffer.Buffer!.from(buffer, byteOffset + start, end - start).toString('latin1')
        },
        encode(text: string): Uint8Array<ArrayBuffer> {
          const { buffer, byteOffset, length } = nodeBuffer.Buffer!.from(text, 'latin1')
          return new Uint8Array(buffer, byteOffset, length)
        },
      }

let nodeHash: NodeCrypto['hash'] | null = null

/** SHA-1 of the text as UTF-8, in Base64; `null` where it is to be done in JavaScript. */
export function nativeSha1(text: string): string | null {
  // Loaded when it is first needed: it takes a while.
  if (nodeHash === null) nodeHash = process?.getBuiltinModule?.('crypto')?.hash
  return nodeHash?.('sha1', text, 'base64') ?? null
}
