/** A promise and what settles it. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: unknown): void
}

export function defer<T>(): Deferred<T> {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}

/**
 * Marks a promise as looked after, so that its rejection does not end the process when the caller did not keep it.
 * For what a peer can bring about, as the end of the connection during a `send`: whoever awaits it hears of it.
 */
export function tolerate<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}
