/**
 * Unpredictable bytes for masking keys (RFC 6455, section 10.3), drawn from the platform's generator a page at a
 * time: asking it for four bytes a frame would cost more than the frame.
 */
const pageSize = 4096

let page = new Uint8Array(0)
let used = 0

export function randomBytes(size: number): Uint8Array {
  if (size > pageSize) throw new RangeError(`at most ${pageSize} random bytes at once, not ${size}`)
  if (used + size > page.length) refill()
  used += size
  return page.subarray(used - size, used)
}

const key = new Uint8Array(4)

/** Four such bytes, without an array of their own: good until the next call. */
export function randomKey(): Uint8Array {
  if (used + 4 > page.length) refill()
  for (let i = 0; i < 4; i++) key[i] = page[used + i]!
  used += 4
  return key
}

function refill(): void {
  page = crypto.getRandomValues(new Uint8Array(pageSize))
  used = 0
}
