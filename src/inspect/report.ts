/**
 * Tells that code which was only watching went wrong. It is never thrown into the connection that was watched, nor,
 * as an uncaught exception, at the whole process.
 */
export function report(error: unknown): void {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(error)
  else console.error(error)
}

/** Calls `listener` so that what it throws stops nobody; of each listener only the first error is reported. */
export function callSafely<Args extends unknown[]>(listener: (...args: Args) => void, ...args: Args): void {
  try {
    listener(...args)
  } catch (error) {
    if (complained.has(listener)) return
    complained.add(listener)
    report(error)
  }
}

const complained = new WeakSet<object>()
