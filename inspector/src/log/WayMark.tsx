import type { Way } from './words.ts'

const MARKS: Record<Way, [mark: string, name: string]> = {
  sent: ['↑', 'sent'],
  received: ['↓', 'received'],
  local: ['•', 'local'],
}

/** Which way something went. */
export function WayMark({ way }: { way: Way }) {
  const [mark, name] = MARKS[way]
  return (
    <span className={`way way-${way}`} role="img" aria-label={name} title={name}>
      {mark}
    </span>
  )
}
