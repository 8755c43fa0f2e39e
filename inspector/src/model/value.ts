/** State values as XState has them: `'idle'`, or `{ lifecycle: { closing: 'failed' }, inbound: 'idle' }`. */
export type StateValue = string | { [key: string]: StateValue }

/** Ids of every state that is active in `value`, ancestors first: `lifecycle`, `lifecycle.closing`, … */
export function activeIds(value: StateValue | undefined): string[] {
  const ids: string[] = []
  const walk = (each: StateValue, prefix: string) => {
    if (typeof each === 'string') {
      if (each !== '') ids.push(prefix + each)
      return
    }
    for (const [key, inner] of Object.entries(each)) {
      ids.push(prefix + key)
      walk(inner, `${prefix}${key}.`)
    }
  }
  if (value !== undefined) walk(value, '')
  return ids
}

/** The same, innermost ones only. */
export function leafIds(value: StateValue | undefined): string[] {
  const ids = activeIds(value)
  return ids.filter((id) => !ids.some((other) => other.startsWith(`${id}.`)))
}

/**
 * The one word that the list shows for a configuration: the lifecycle of a connection (`open`), or of a foreign
 * machine its outermost states.
 */
export function outline(value: StateValue): string {
  if (typeof value === 'string') return value
  const lifecycle = value['lifecycle']
  if (lifecycle !== undefined)
    return typeof lifecycle === 'string' ? lifecycle : Object.keys(lifecycle).join(' ')
  return Object.keys(value).join(' ')
}

/** Is this a state value? What comes over the wire is not trusted to be one. */
export function isStateValue(value: unknown): value is StateValue {
  if (typeof value === 'string') return true
  return typeof value === 'object' && value !== null && Object.values(value).every(isStateValue)
}
