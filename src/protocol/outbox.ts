/** What is to be done with TCP, in order. */
export type Effect = { type: 'write'; data: Uint8Array } | { type: 'halfClose' }

/** The element that stands for the end of our half of TCP (FIN) in `dataToSend()`. */
export const SEND_EOF: Uint8Array = new Uint8Array(0)

/** The one ordered list of what a side owes the wire. */
export class Outbox {
  #items: Uint8Array[] = []

  get isEmpty(): boolean {
    return this.#items.length === 0
  }

  write(data: Uint8Array): void {
    this.#items.push(data)
  }

  halfClose(): void {
    this.#items.push(SEND_EOF)
  }

  /** Empties the list, which is the caller's from now on. */
  drain(): Uint8Array[] {
    const items = this.#items
    this.#items = []
    return items
  }
}
