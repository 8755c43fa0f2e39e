import { createContext, useContext } from 'react'
import type { Traces } from './traces.ts'

/** For the parts of the page that open traces; `null` where none can be opened. */
export const TracesContext = createContext<Traces | null>(null)

export const useTraces = (): Traces | null => useContext(TracesContext)
