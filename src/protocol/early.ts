/**
 * Most bytes that are held while the opening handshake is not done, so that what a hasty peer sends ahead is not
 * lost and one that floods is not kept. RFC 6455, section 4.1: a client MUST wait for the response.
 */
export const MAX_EARLY = 65_536

const EMPTY = new Uint8Array(0)

/** What arrived before the connection was open, in order. */
export class EarlyBytes {
  /** Copied: the host may use its own buffers again. Grows by doubling, so that holding takes linear time. */
  #held: Uint8Array = EMPTY
  #heldSize = 0
  /** The host's own buffers, behind what is held. */
  #pieces: Uint8Array[] = []
  #size = 0

  get isTooMuch(): boolean {
    return this.#size > MAX_EARLY
  }

  push(data: Uint8Array): void {
    this.#size += data.length
    this.#pieces.push(data)
  }

  /** Takes out the first piece. */
  shift(): Uint8Array | undefined {
    let data: Uint8Array | undefined
    if (this.#heldSize > 0) {
      data = this.#held.subarray(0, this.#heldSize)
      this.#held = EMPTY
      this.#heldSize = 0
    } else data = this.#pieces.shift()
    this.#size -= data?.length ?? 0
    return data
  }

  /** Puts back what was not used of the piece that was taken out last. */
  unshift(data: Uint8Array): void {
    if (data.length === 0) return
    this.#size += data.length
    this.#pieces.unshift(data)
  }

  /** Keeps everything beyond the time that the host's buffers may be used. */
  hold(): void {
    for (const data of this.#pieces) {
      const size = this.#heldSize + data.length
      if (size > this.#held.length) {
        const grown = new Uint8Array(Math.max(size, 2 * this.#held.length))
        grown.set(this.#held.subarray(0, this.#heldSize))
        this.#held = grown
      }
      this.#held.set(data, this.#heldSize)
      this.#heldSize = size
    }
    this.#pieces = []
  }

  clear(): void {
    this.#held = EMPTY
    this.#heldSize = 0
    this.#pieces = []
    this.#size = 0
  }
}
