/** Bytes that arrive bit by bit: grows by doubling, so that filling it takes linear time. */
export class ByteBuffer {
  #bytes = new Uint8Array(64)
  length = 0

  /** Copies `bytes` to the end. */
  append(bytes: Uint8Array): void {
    this.#reserve(this.length + bytes.length)
    this.#bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  appendByte(byte: number): void {
    this.#reserve(this.length + 1)
    this.#bytes[this.length] = byte
    this.length += 1
  }

  /** A copy of what it holds. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length)
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.length))
    this.#bytes = larger
  }
}
