import { concatenate } from './concatenate.ts'

/** The last bytes of an output: what a DEFLATE distance may reach back to. A ring, once it has grown to its size. */
export class SlidingWindow {
  readonly #size: number
  #bytes = new Uint8Array(0)
  /** Where the next byte goes. */
  #end = 0
  /** The bytes behind the end are older ones, not nothing. */
  #wrapped = false

  /** `size` in bytes. */
  constructor(size: number) {
    this.#size = size
  }

  push(data: Uint8Array): void {
    const recent = data.length > this.#size ? data.subarray(data.length - this.#size) : data
    const end = this.#end + recent.length
    this.#reserve(Math.min(end, this.#size))
    if (end <= this.#size) {
      this.#bytes.set(recent, this.#end)
      this.#end = end
      return
    }
    const room = this.#size - this.#end
    this.#bytes.set(recent.subarray(0, room), this.#end)
    this.#bytes.set(recent.subarray(room))
    this.#end = end - this.#size
    this.#wrapped = true
  }

  clear(): void {
    this.#end = 0
    this.#wrapped = false
  }

  /** At most `size` bytes, the most recent last; of no use after the next `push`. */
  get content(): Uint8Array {
    const recent = this.#bytes.subarray(0, this.#end)
    if (!this.#wrapped) return recent
    return concatenate([this.#bytes.subarray(this.#end, this.#size), recent], this.#size)
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return
    const grown = new Uint8Array(Math.min(this.#size, Math.max(length, this.#bytes.length * 2)))
    grown.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = grown
  }
}
