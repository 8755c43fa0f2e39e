/** How much of a value is kept. */
const MAX_DEPTH = 8
const MAX_NODES = 2_000
const MAX_STRING = 2_000

/**
 * A copy of any value that is JSON and bounded: what foreign actors have in their contexts and events may be
 * large, cyclic, or nothing that JSON knows. What is left out is named in its place.
 */
export function toPlain(value: unknown): unknown {
  let nodes = 0
  const ancestors = new Set<object>()

  const copy = (each: unknown, depth: number): unknown => {
    if (++nodes > MAX_NODES) return '(more)'
    switch (typeof each) {
      case 'string':
        return each.length > MAX_STRING ? `${each.slice(0, MAX_STRING)}…` : each
      case 'number':
        return Number.isFinite(each) ? each : String(each)
      case 'boolean':
      case 'undefined':
        return each
      case 'bigint':
        return `${each}n`
      case 'symbol':
        return String(each)
      case 'function':
        return `(function ${each.name})`
    }
    if (each === null || typeof each !== 'object') return null
    if (ancestors.has(each)) return '(circular)'
    if (depth === MAX_DEPTH) return `(${nameOfClass(each)})`
    ancestors.add(each)
    try {
      return copyObject(each, depth)
    } catch (error) {
      return `(unreadable: ${error instanceof Error ? error.message : String(error)})`
    } finally {
      ancestors.delete(each)
    }
  }

  const copyObject = (each: object, depth: number): unknown => {
    if (Array.isArray(each)) return copyItems(each, depth)
    if (each instanceof Date) return Number.isNaN(each.getTime()) ? 'Invalid Date' : each.toISOString()
    if (each instanceof Error) return { name: each.name, message: copy(each.message, depth + 1) }
    if (each instanceof Map) return { '(Map)': copyItems(each, depth) }
    if (each instanceof Set) return { '(Set)': copyItems(each, depth) }
    if (ArrayBuffer.isView(each)) return `(${nameOfClass(each)} of ${each.byteLength} bytes)`
    if (each instanceof ArrayBuffer) return `(ArrayBuffer of ${each.byteLength} bytes)`
    if ('sessionId' in each && 'send' in each) return `(actor ${String((each as { id?: unknown }).id)})`
    // Windows, nodes, sockets and their like: walking them is costly and tells nothing.
    const prototype: unknown = Object.getPrototypeOf(each)
    if (prototype !== null && prototype !== Object.prototype && !isRecordOf(each))
      return `(${nameOfClass(each)})`
    const result: Record<string, unknown> = {}
    for (const key in each) {
      if (!Object.hasOwn(each, key)) continue
      if (nodes > MAX_NODES) break
      Object.defineProperty(result, key, {
        value: copy((each as Record<string, unknown>)[key], depth + 1),
        enumerable: true,
      })
    }
    return result
  }

  const copyItems = (items: Iterable<unknown>, depth: number): unknown[] => {
    const result: unknown[] = []
    for (const item of items) {
      result.push(copy(item, depth + 1))
      if (nodes > MAX_NODES) break
    }
    return result
  }

  return copy(value, 0)
}

const nameOfClass = (value: object): string => value.constructor?.name ?? 'object'

/** Whether an instance of a class is one that the application wrote to hold data. */
const isRecordOf = (value: object) =>
  !('addEventListener' in value) && !('nodeType' in value) && !('on' in value && 'emit' in value)
