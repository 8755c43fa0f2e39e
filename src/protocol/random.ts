/**
 * Unpredictable bytes for masking keys (RFC 6455, section 10.3), drawn from the platform's generator a page at a
 * time: asking it for four bytes a frame would cost more than the frame.
 */
const pageSize = 4096

let page = new Uint8Array(0)
let used = 0

export function randomBytes(size: number): Uint8Array {
  if (size > pageSize) throw new RangeError(`at most ${pageSize} random bytes at once, not ${size}`)
  if (used + size > page.length) {
    page = crypto.getRandomValues(new Uint8Array(pageSize))
    used = 0
  }
  used += size
  return page.subarray(used - size, used)
}

const keys = new Int32Array(2048)
let usedKeys = keys.length

/** A masking key as a number. */
export function randomKey(): number {
  if (usedKeys === keys.length) drawKeys()
  return keys[usedKeys++]!
}

function drawKeys(): void {
  crypto.getRandomValues(keys)
  usedKeys = 0
}
