import { useHash } from './hash.ts'
import { isLabHash } from './labHash.ts'
import './place.css'

/** From the connections of a process to the lab, and back. */
export function PlaceSwitch() {
  const lab = isLabHash(useHash())
  return (
    <nav className="place-switch" aria-label="Place">
      <a href="#live" aria-current={lab ? undefined : 'page'}>
        Live
      </a>
      <a href="#lab" aria-current={lab ? 'page' : undefined}>
        Lab
      </a>
    </nav>
  )
}
