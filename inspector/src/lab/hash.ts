import { useSyncExternalStore } from 'react'

const subscribe = (listener: () => void) => {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

/** What is behind `#` in the address, `#` included. */
export const useHash = (): string => useSyncExternalStore(subscribe, () => location.hash)
