/** A list that grows at its end and is dropped from its beginning, both in constant time. Positions keep counting. */
export class Ring<T> {
  #items: T[] = []
  /** Index in `#items` of the first item that is kept. */
  #head = 0
  /** How many items were dropped so far: the position of the first one kept. To be set only while there is none. */
  dropped = 0

  /** The position behind the last item. */
  get end(): number {
    return this.dropped + this.length
  }

  get length(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** The item at a position; `undefined` if it was dropped or is not there yet. */
  at(position: number): T | undefined {
    return position < this.dropped ? undefined : this.#items[this.#head + position - this.dropped]
  }

  /** Drops the first item and returns it. */
  shift(): T | undefined {
    if (this.length === 0) return undefined
    const item = this.#items[this.#head++]
    this.dropped++
    // Dropped items are let go in bulk, which is constant time an item.
    if (this.#head > 32 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  toArray(): T[] {
    return this.#items.slice(this.#head)
  }
}
