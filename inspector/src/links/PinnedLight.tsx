import { useSyncExternalStore } from 'react'
import type { Scene } from './light.ts'
import { linkName } from './name.ts'
import { light } from './store.ts'
import './links.css'

/** What is pinned, by name, and a way to let it go. */
export function PinnedLight({ scene }: { scene: Scene }) {
  const pinned = useSyncExternalStore(light.subscribe, () => light.getSnapshot().pinned)
  const [link, ...more] = pinned?.links ?? []
  const name = link === undefined ? null : linkName(scene, link) + (more.length > 0 ? ', and more' : '')
  return (
    <p className="pinned-light" role="status">
      {name !== null && (
        <>
          <span className="pinned-light-name" title={name}>
            Lit: {name}
          </span>
          <button
            type="button"
            className="icon-button"
            aria-label={`Let go of ${name}`}
            title="Let go (Escape)"
            onClick={() => light.letGo()}
          >
            ×
          </button>
        </>
      )}
    </p>
  )
}
