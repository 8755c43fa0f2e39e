import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { Scene } from './light.ts'
import { type Declared, keyOf } from './link.ts'
import { light, targetOf } from './store.ts'

/**
 * What is pinned is said by the address, and the other way round: what a link pins is pinned as soon as its connection
 * is on the page. Behind `useLinks`, which lights it.
 */
export function usePin(pin: Declared | null, onPin: (pin: Declared | null) => void, scene: Scene): void {
  const pinned = useSyncExternalStore(light.subscribe, () => light.getSnapshot().pinned)
  /** What the address is known to say. */
  const said = useRef<Declared | null>(null)
  /** What it says, and what is not there yet. */
  const awaited = useRef<Declared | null>(null)

  useEffect(() => {
    if (pin === said.current) return
    said.current = pin
    awaited.current = pin
    if (pin === null) light.letGo()
  }, [pin])

  // biome-ignore lint/correctness/useExhaustiveDependencies: another pin is awaited
  useEffect(() => {
    const target = awaited.current === null ? null : targetOf(awaited.current)
    if (target === null || !target.links.every(({ of }) => of === '' || scene.connections.has(of))) return
    awaited.current = null
    // To pin it again would let it go.
    if (!isSame(light.getSnapshot().pinned, target)) light.pin(target)
  }, [pin, scene])

  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever is pinned by now
  useEffect(() => {
    const { pinned } = light.getSnapshot()
    if (isSame(pinned, said.current) || (pinned === null && awaited.current !== null)) return
    awaited.current = null
    said.current = pinned === null ? null : { links: pinned.links, cites: pinned.cites }
    onPin(said.current)
  }, [pinned])
}

const isSame = (a: Declared | null, b: Declared | null) =>
  a === b || (a !== null && b !== null && wordsOf(a) === wordsOf(b))

const wordsOf = ({ links, cites }: Declared) => [...links.map(keyOf), ...cites].join('\n')
