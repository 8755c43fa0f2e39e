import { ConnectionClosedError, InvalidStateError } from '../protocol/errors.ts'
import type { Protocol } from '../protocol/protocol.ts'
import { tolerate } from './deferred.ts'
import type { Message } from './messages.ts'

/** What sending in fragments needs of a connection. */
export interface FragmentTarget {
  readonly protocol: Protocol
  /** What is to be sent for bytes of the application, who may change them once `sent` has resolved. */
  kept(bytes: Uint8Array): Uint8Array
  /** `size` bytes were sent through the protocol: resolves when the socket takes more. */
  sent(size: number): Promise<void>
  /** Fails the connection with 1011. */
  fail(reason: string): void
}

type Step = IteratorResult<Message, unknown>

/**
 * Sends async iterables as fragmented messages (RFC 6455, section 5.4), one at a time. Other messages wait in a queue
 * of promises that their senders hold; control frames may pass between fragments.
 */
export class FragmentSender {
  readonly #target: FragmentTarget
  #busy = false
  #queue: (() => void)[] = []
  /** Ends the wait for the next item. */
  #interrupt: ((error: Error) => void) | null = null

  constructor(target: FragmentTarget) {
    this.#target = target
  }

  /** An iterable is being sent: other messages have to `queue`. */
  get busy(): boolean {
    return this.#busy
  }

  queue(send: () => Promise<void>): Promise<void> {
    const promise: Promise<void> = new Promise((resolve, reject) => {
      this.#queue.push(() => {
        send().then(resolve, (error) => {
          if (isConnectionEnd(error)) tolerate(promise)
          reject(error)
        })
      })
    })
    return promise
  }

  send(iterable: AsyncIterable<Message>): Promise<void> {
    this.#busy = true
    const promise: Promise<void> = new Promise((resolve, reject) => {
      this.#send(iterable).then(
        () => {
          resolve()
          this.#next()
        },
        (error) => {
          if (isConnectionEnd(error)) tolerate(promise)
          reject(error)
          this.#next()
        },
      )
    })
    return promise
  }

  /** The connection is closed. */
  end(error: Error): void {
    this.#interrupt?.(error)
  }

  #next(): void {
    this.#busy = false
    while (!this.#busy && this.#queue.length > 0) this.#queue.shift()!()
  }

  async #send(iterable: AsyncIterable<Message>): Promise<void> {
    const { protocol } = this.#target
    let iterator: AsyncIterator<Message, unknown> | null = null
    try {
      iterator = iterable[Symbol.asyncIterator]()
      const first = await this.#step(iterator)
      if (first.done) return
      const isText = typeof first.value === 'string'
      checkKind(first.value, isText)
      if (isText) protocol.sendText(first.value, false)
      else protocol.sendBinary(this.#target.kept(first.value as Uint8Array), false)
      await this.#target.sent(first.value.length)
      for (let step = await this.#step(iterator); !step.done; step = await this.#step(iterator)) {
        checkKind(step.value, isText)
        const { value } = step
        protocol.sendContinuation(typeof value === 'string' ? value : this.#target.kept(value), false)
        await this.#target.sent(step.value.length)
      }
      // The last item was sent before it was known to be the last.
      protocol.sendContinuation('', true)
      iterator = null
      await this.#target.sent(0)
    } catch (error) {
      if (iterator !== null) leave(iterator)
      // Whatever it threw, as the end of another connection: if this one is open, its message will not be completed.
      if (protocol.state === 'open') this.#target.fail('error in fragmented message')
      throw error instanceof InvalidStateError ? (protocol.closeError ?? error) : error
    }
  }

  #step(iterator: AsyncIterator<Message, unknown>): Promise<Step> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject
      // Not every iterator returns a promise, and `for await` takes it.
      Promise.resolve(iterator.next()).then(resolve, reject)
    })
  }
}

/** An error that says that nothing can be sent, for which the iterable is not to blame. */
function isConnectionEnd(error: unknown): boolean {
  return error instanceof InvalidStateError || error instanceof ConnectionClosedError
}

function checkKind(item: unknown, isText: boolean): void {
  if (isText ? typeof item === 'string' : item instanceof Uint8Array) return
  throw new TypeError('the items of a message are all strings, or all Uint8Array')
}

/** Lets the iterable clean up, without waiting for it. */
function leave(iterator: AsyncIterator<Message, unknown>): void {
  new Promise((resolve) => resolve(iterator.return?.())).catch(() => {})
}
