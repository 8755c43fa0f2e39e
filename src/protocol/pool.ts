/**
 * Memory of large frames that was written and given back, for the next ones: to get memory that was never touched takes
 * longer than to mask a payload in it.
 */
import { MAX_PAGED } from '../framing/page.ts'
import { allocate } from '../framing/platform.ts'

/** Capacities are multiples of this, bytes. */
const GRAIN = 16_384

/** The most that is kept for later, bytes. */
const MAX_KEPT = 4_194_304

/** What is kept, by its capacity. */
let kept = new Map<number, Uint8Array<ArrayBuffer>[]>()
let size = 0

/** What is with a host now. */
const lent = new WeakMap<ArrayBufferLike, Uint8Array<ArrayBuffer>>()

/** An array of at least `length` bytes, which may be anything. */
export function borrow(length: number): Uint8Array<ArrayBuffer> {
  if (length > MAX_KEPT) return allocate(length)
  const capacity = Math.ceil(length / GRAIN) * GRAIN
  let memory = kept.get(capacity)?.pop()
  if (memory === undefined) memory = allocate(capacity)
  else size -= capacity
  lent.set(memory.buffer, memory)
  return memory
}

/** Whether a chunk is one that could be given back. */
export const isLent = ({ buffer, length }: Uint8Array): boolean => length > MAX_PAGED && lent.has(buffer)

/** Takes back what holds a chunk, if it was lent: nobody looks at it any more. */
export function giveBack(chunk: Uint8Array): void {
  if (!isLent(chunk)) return
  const memory = lent.get(chunk.buffer)!
  lent.delete(chunk.buffer)
  const capacity = memory.length
  // It may have been transferred to somebody else (`ArrayBuffer.transfer`).
  if (capacity === 0) return
  if (size + capacity > MAX_KEPT) {
    kept = new Map()
    size = 0
  }
  const others = kept.get(capacity)
  if (others === undefined) kept.set(capacity, [memory])
  else others.push(memory)
  size += capacity
}
