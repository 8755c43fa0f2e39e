import type { MouseEvent } from 'react'
import { useHash, useLabLink } from './hash.ts'
import { isLabHash } from './labHash.ts'
import './place.css'

/** Whoever is there already stays as they are. */
const stay = (event: MouseEvent) => event.preventDefault()

/** From the connections of a process to the lab, and back; each is as it was left. */
export function PlaceSwitch() {
  const lab = isLabHash(useHash())
  const labLink = useLabLink()
  return (
    <nav className="place-switch" aria-label="Place">
      {/* biome-ignore lint/a11y/useValidAnchor: it leads somewhere from everywhere else */}
      <a href="#live" aria-current={lab ? undefined : 'page'} onClick={lab ? undefined : stay}>
        Live
      </a>
      <a href={labLink} aria-current={lab ? 'page' : undefined} onClick={lab ? stay : undefined}>
        Lab
      </a>
    </nav>
  )
}
