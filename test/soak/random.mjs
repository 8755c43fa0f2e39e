/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  constructor(seed) {
    this.state = seed >>> 0
  }

  /** From 0 up to, and not including, `limit`. */
  below(limit) {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let word = this.state
    word = Math.imul(word ^ (word >>> 15), word | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return ((word ^ (word >>> 14)) >>> 0) % limit
  }

  of(items) {
    return items[this.below(items.length)]
  }
}

/** A seed out of several numbers. */
export function seedOf(...numbers) {
  let seed = 0x811c9dc5
  for (const number of numbers) seed = Math.imul(seed ^ number, 0x01000193) >>> 0
  return seed
}
