import type { ReadableClock } from './keepalive.ts'

/** The platform's. */
export const clock: ReadableClock = {
  get now() {
    return performance.now()
  },
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
}
