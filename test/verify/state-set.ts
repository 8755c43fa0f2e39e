/** Hash of two words; odd constants of Knuth and of Murmur's finaliser. */
function hash(high: number, low: number): number {
  let h = Math.imul(high ^ (high >>> 15), 0x9e3779b1) ^ Math.imul(low ^ (low >>> 13), 0x85ebca6b)
  h ^= h >>> 16
  return Math.imul(h, 0xc2b2ae35) >>> 0
}

/** States of two 32-bit words, numbered in the order in which they were found, each with the one it came from. */
export class StateSet {
  size = 0
  high = new Uint32Array(1024)
  low = new Uint32Array(1024)
  /** The state from which each was first reached. */
  from = new Uint32Array(1024)
  /** Number + 1 by hash, open addressing; 0 is free. */
  #slots = new Uint32Array(4096)

  /** The number of a state; found now if it is `size` before the call. */
  add(high: number, low: number, from: number): number {
    const mask = this.#slots.length - 1
    for (let slot = hash(high, low) & mask; ; slot = (slot + 1) & mask) {
      const at = this.#slots[slot]! - 1
      if (at < 0) {
        if (this.size === this.high.length) this.#grow()
        this.high[this.size] = high
        this.low[this.size] = low
        this.from[this.size] = from
        this.#slots[slot] = ++this.size
        if (this.size * 2 > this.#slots.length) this.#rehash()
        return this.size - 1
      }
      if (this.high[at] === high && this.low[at] === low) return at
    }
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return this.high.byteLength * 3 + this.#slots.byteLength
  }

  #grow(): void {
    const high = new Uint32Array(this.high.length * 2)
    high.set(this.high)
    const low = new Uint32Array(this.low.length * 2)
    low.set(this.low)
    const from = new Uint32Array(this.from.length * 2)
    from.set(this.from)
    this.high = high
    this.low = low
    this.from = from
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let at = 0; at < this.size; at++) {
      let slot = hash(this.high[at]!, this.low[at]!) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = at + 1
    }
    this.#slots = slots
  }
}
