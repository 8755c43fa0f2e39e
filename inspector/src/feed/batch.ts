/**
 * Gathers items and hands them on together, once a frame; in a hidden tab, which draws no frames, by a timer.
 */
export function batchPerFrame<T>(deliver: (items: T[]) => void): { push(item: T): void; stop(): void } {
  const HIDDEN_DELAY = 100
  let items: T[] = []
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const cancel = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    frame = 0
    timer = undefined
  }
  const flush = () => {
    cancel()
    if (items.length === 0) return
    const ready = items
    items = []
    deliver(ready)
  }
  // A frame that was asked for while the tab was seen would not come.
  const onVisibility = () => flush()
  document.addEventListener('visibilitychange', onVisibility)

  return {
    push(item) {
      items.push(item)
      if (frame !== 0 || timer !== undefined) return
      if (document.hidden) timer = setTimeout(flush, HIDDEN_DELAY)
      else frame = requestAnimationFrame(flush)
    },
    stop() {
      cancel()
      items = []
      document.removeEventListener('visibilitychange', onVisibility)
    },
  }
}
