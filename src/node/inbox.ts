/**
 * Messages on their way to the application: to a listener, or to whoever iterates.
 *
 * The next frame is looked at only when the application has dealt with the message before, so that its answer leaves
 * first. So there is at most one message in here while the connection is open; more only once it is closing, when
 * input is read to its end without waiting for the application.
 */
import type { ConnectionClosedError } from '../protocol/errors.ts'
import { type Deferred, defer } from './deferred.ts'
import { compact, type Message } from './messages.ts'

export type MessageListener = (message: Message) => void

type Step = IteratorResult<Message, undefined>

/** An iteration that waits for the next message. */
interface Waiting extends Deferred<Step> {
  readonly by: MessageIterator
}

/** What a message costs beside its bytes, so that a flood of empty ones has a bound, too. */
const OVERHEAD = 32

const sizeOf = (message: Message) => message.length + OVERHEAD

/** The connection that an inbox belongs to. */
export interface InboxOwner {
  /** Bytes that are kept once the connection is closing. */
  readonly maxBacklog: number
  /** Goes on with the input, as far as `holding` lets it; may `put`. */
  resume(): void
  /** A listener threw. */
  failed(error: unknown): void
  /** How it ended, once it has. */
  readonly closeError: ConnectionClosedError
}

/** What a list is before anything was in it, as with most connections: not to be written to. */
const none: never[] = []

export class Inbox {
  readonly #owner: InboxOwner

  #backlog: Message[] = none
  #at = 0
  #size = 0
  #waiting: Waiting[] = none
  /** A message was handed to an iteration that has not come back for the next. */
  #busy = false
  #listener: MessageListener | null = null
  /** While connected: wait for the application. Then: read on, and keep what fits, or wait, or drop what does not. */
  #full: 'demand' | 'wait' | 'drop' = 'demand'
  #ended = false

  constructor(owner: InboxOwner) {
    this.#owner = owner
  }

  /** Whether the application holds messages back. */
  get holding(): boolean {
    if (this.#listener !== null) return this.#at < this.#backlog.length
    if (this.#full === 'demand') return this.#busy || this.#at < this.#backlog.length
    return this.#full === 'wait' && this.#size > this.#owner.maxBacklog
  }

  /** Whether messages are dropped, so that they need not be put together. */
  get ignoring(): boolean {
    return this.#listener === ignore
  }

  // ---- From the connection ----

  put(message: Message): void {
    if (this.#listener !== null && this.#at === this.#backlog.length) {
      this.#call(this.#listener, message)
      return
    }
    if (this.ignoring) return
    const waiting = this.#waiting.length === 0 ? undefined : this.#waiting.shift()
    if (waiting !== undefined) {
      this.#busy = this.#waiting.length === 0
      waiting.resolve({ value: message, done: false })
      return
    }
    if (this.#full === 'drop' && this.#size + sizeOf(message) > this.#owner.maxBacklog) return
    const kept = this.#full === 'demand' || typeof message === 'string' ? message : compact(message)
    if (this.#backlog === none) this.#backlog = [kept]
    else this.#backlog.push(kept)
    this.#size += sizeOf(kept)
  }

  /** No more is to come than what was received: it is read without waiting for the application, and not dropped. */
  readOn(): void {
    if (this.#full === 'demand') this.#full = 'wait'
  }

  /** The connection is closing: its end must be seen. What the application does not take in time is dropped. */
  readAndDrop(): void {
    this.#full = 'drop'
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true
    const waiting = this.#waiting
    this.#waiting = none
    for (const { resolve, reject } of waiting) this.#finish(resolve, reject)
  }

  // ---- From the application ----

  listen(listener: MessageListener): void {
    this.#listener = listener
    // Not before the caller is ready for it.
    process.nextTick(() => {
      while (this.#listener !== null && this.#at < this.#backlog.length)
        this.#call(this.#listener, this.#take())
      this.#owner.resume()
    })
  }

  ignore(): void {
    this.#listener = ignore
    this.#backlog = none
    this.#at = 0
    this.#size = 0
    this.#owner.resume()
  }

  next(by: MessageIterator): Promise<Step> {
    this.#busy = false
    if (this.#at === this.#backlog.length && !this.#ended) this.#owner.resume()
    if (this.#at < this.#backlog.length) {
      this.#busy = true
      const value = this.#take()
      // A place became free.
      if (this.#full === 'wait') this.#owner.resume()
      return Promise.resolve({ value, done: false })
    }
    if (this.#ended) {
      return new Promise((resolve, reject) => this.#finish(resolve, reject))
    }
    const waiting = { ...defer<Step>(), by }
    if (this.#waiting === none) this.#waiting = [waiting]
    else this.#waiting.push(waiting)
    return waiting.promise
  }

  /** An iteration was left: it is done with its last message, and wants no other. */
  leave(by: MessageIterator): void {
    for (const waiting of this.#waiting)
      if (waiting.by === by) waiting.resolve({ value: undefined, done: true })
    this.#waiting = this.#waiting.filter((waiting) => waiting.by !== by)
    if (!this.#busy) return
    this.#busy = false
    this.#owner.resume()
  }

  #take(): Message {
    const message = this.#backlog[this.#at]!
    this.#at += 1
    this.#size -= sizeOf(message)
    if (this.#at === this.#backlog.length) {
      this.#backlog = none
      this.#at = 0
    }
    return message
  }

  #call(listener: MessageListener, message: Message): void {
    try {
      const result: unknown = listener(message)
      if (result instanceof Promise) result.catch((error) => this.#owner.failed(error))
    } catch (error) {
      this.#owner.failed(error)
    }
  }

  #finish(resolve: (step: Step) => void, reject: (error: unknown) => void): void {
    const error = this.#owner.closeError
    if (error.normal) resolve({ value: undefined, done: true })
    else reject(error)
  }
}

/** One iteration over the messages; leaving it takes nothing from the next. */
export class MessageIterator implements AsyncIterator<Message, undefined> {
  readonly #inbox: Inbox

  constructor(inbox: Inbox) {
    this.#inbox = inbox
  }

  next(): Promise<Step> {
    return this.#inbox.next(this)
  }

  return(): Promise<Step> {
    this.#inbox.leave(this)
    return Promise.resolve({ value: undefined, done: true })
  }
}

function ignore(): void {}
