import { useSyncExternalStore } from 'react'
import { isLabHash } from './labHash.ts'

const subscribe = (listener: () => void) => {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

/** What is behind `#` in the address, `#` included. */
export const useHash = (): string => useSyncExternalStore(subscribe, () => location.hash)

let left = '#lab'
window.addEventListener('hashchange', ({ oldURL }) => {
  const { hash } = new URL(oldURL)
  if (isLabHash(hash)) left = hash
})

/** The lab as it was left. */
export const useLabLink = (): string => useSyncExternalStore(subscribe, () => left)
