import { createRequire } from 'node:module'
import { type NativeMask, setNativeMask } from '../framing/platform.ts'

let tried = false

/**
 * Masks with `bufferutil` if the application has installed it; never required. As with `ws`, an environment variable
 * turns it off: `WIRECHART_NO_BUFFER_UTIL`.
 */
export function useNativeMask(): void {
  if (tried) return
  tried = true
  if (process.env['WIRECHART_NO_BUFFER_UTIL']) return
  try {
    const { mask } = createRequire(import.meta.url)('bufferutil') as { mask: NativeMask }
    setNativeMask(mask)
  } catch {
    // It is not there, or not for this platform.
  }
}
