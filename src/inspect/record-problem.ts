/** Whether a value is a record, field by field: what comes out of a file may be anything. */
import { RECORD_VERSION } from './records.ts'

type Check = (value: unknown) => boolean

const isString: Check = (value) => typeof value === 'string'
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0
/** A header can state a length beyond what numbers count exactly. */
const isLength: Check = (value) => Number.isInteger(value) && (value as number) >= 0
const isBoolean: Check = (value) => typeof value === 'boolean'
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Fields of a thing: those that must be there, and those that may. */
interface Shape {
  readonly needed: readonly (readonly [name: string, check: Check, is: string])[]
  readonly optional: readonly (readonly [name: string, check: Check, is: string])[]
}

const preview: Shape = {
  needed: [
    ['encoding', (value) => value === 'text' || value === 'hex', '"text" or "hex"'],
    ['data', isString, 'text'],
    ['truncated', isBoolean, 'true or false'],
  ],
  optional: [],
}

const wire: Shape = {
  needed: [
    ['headerLength', isCount, 'a count'],
    ['payloadLength', isLength, 'a count'],
    ['maskingKey', (value) => value === null || isString(value), 'hex or null'],
    ['reservedBits', isCount, 'a count'],
  ],
  optional: [],
}

const isHeader: Check = (value) => Array.isArray(value) && value.length === 2 && value.every(isString)

const http: Shape = {
  needed: [
    ['startLine', isString, 'text'],
    ['headers', (value) => Array.isArray(value) && value.every(isHeader), 'a list of names and values'],
  ],
  optional: [['omitted', isCount, 'a count']],
}

const event: Shape = {
  needed: [['type', isString, 'text']],
  optional: [
    ['fin', isBoolean, 'true or false'],
    ['accepted', isBoolean, 'true or false'],
    ['opcode', isCount, 'a count'],
    ['length', isCount, 'a count'],
    ['code', isCount, 'a count'],
    ['offset', isCount, 'a count'],
    ['reason', isString, 'text'],
    ['rule', isString, 'text'],
    ['message', isString, 'text'],
    ['section', isString, 'text'],
    ['transport', isString, 'text'],
  ],
}

const effect: Shape = {
  needed: [['type', isString, 'text']],
  optional: [
    ['what', isString, 'text'],
    ['fin', isBoolean, 'true or false'],
    ['code', isCount, 'a count'],
    ['reason', isString, 'text'],
    ['rule', isString, 'text'],
  ],
}

const transition: Shape = {
  needed: [
    ['source', isString, 'text'],
    ['targets', (value) => Array.isArray(value) && value.every(isString), 'a list of ids'],
    ['event', isString, 'text'],
  ],
  optional: [],
}

const isLimit: Check = (value) => value === null || isNumber(value)

const limitsShape: Shape = {
  needed: [
    ['message', isLimit, 'a number or null'],
    ['frame', isLimit, 'a number or null'],
    ['fragments', isLimit, 'a number or null'],
  ],
  optional: [],
}

const base: Shape = {
  needed: [
    ['connection', (value) => isString(value) && value !== '', 'an id'],
    ['seq', isCount, 'a count'],
    ['time', isNumber, 'a number'],
  ],
  optional: [],
}

const lifecycles = new Set(['connecting', 'closing', 'closed'])
const assemblies = new Set<unknown>(['idle', 'text', 'binary'])

/** A configuration of the connection machine, as far as every view relies on it. */
const isConfiguration: Check = (value) => {
  if (!isObject(value) || !assemblies.has(value['inbound']) || !assemblies.has(value['outbound']))
    return false
  const lifecycle = value['lifecycle']
  if (lifecycle === 'open') return true
  if (!isObject(lifecycle)) return false
  const [entry, ...more] = Object.entries(lifecycle)
  return entry !== undefined && more.length === 0 && lifecycles.has(entry[0]) && isString(entry[1])
}

/** What is wrong with a line's value, in words; `null` if it is a record, or of a kind that is not known yet. */
export function recordProblem(value: unknown): string | null {
  if (!isObject(value) || !('kind' in value) || !('v' in value)) return 'not a record'
  const { v, kind } = value
  if (v !== RECORD_VERSION) return `version ${shown(v)} of records is not known`
  switch (kind) {
    case 'connection':
      return connectionProblem(value)
    case 'step':
      return stepProblem(value)
    default:
      return isString(kind) ? null : 'kind is not text'
  }
}

function connectionProblem(record: Record<string, unknown>): string | null {
  const problem = shapeProblem(record, base, '')
  if (problem !== null) return problem
  const { side, peer, value, limits, dropped } = record
  if (side !== 'client' && side !== 'server') return 'side is not "client" or "server"'
  if (peer !== null && !isString(peer)) return 'peer is not text or null'
  if (!isConfiguration(value)) return 'value is not a configuration'
  const limit = limits === undefined ? null : shapeProblem(limits, limitsShape, 'limits')
  if (limit !== null || dropped === undefined) return limit
  if (!isObject(dropped) || !isCount(dropped['steps'])) return 'dropped.steps is not a count'
  return isConfiguration(dropped['value']) ? null : 'dropped.value is not a configuration'
}

function stepProblem(record: Record<string, unknown>): string | null {
  const problem = shapeProblem(record, base, '') ?? shapeProblem(record['event'], event, 'event')
  if (problem !== null) return problem
  const told = record['event'] as Record<string, unknown>
  return (
    (told['preview'] === undefined ? null : shapeProblem(told['preview'], preview, 'event.preview')) ??
    (told['wire'] === undefined ? null : shapeProblem(told['wire'], wire, 'event.wire')) ??
    (told['http'] === undefined ? null : shapeProblem(told['http'], http, 'event.http')) ??
    (isConfiguration(record['value']) ? null : 'value is not a configuration') ??
    listProblem(record['effects'], effect, 'effects') ??
    listProblem(record['transitions'], transition, 'transitions')
  )
}

function listProblem(value: unknown, shape: Shape, path: string): string | null {
  if (!Array.isArray(value)) return `${path} is not a list`
  for (let index = 0; index < value.length; index++) {
    const problem = shapeProblem(value[index], shape, `${path}[${index}]`)
    if (problem !== null) return problem
  }
  return null
}

function shapeProblem(value: unknown, { needed, optional }: Shape, path: string): string | null {
  if (!isObject(value)) return `${path} is not an object`
  const prefix = path === '' ? '' : `${path}.`
  for (const [name, check, is] of needed) {
    if (!check(value[name])) return `${prefix}${name} is not ${is}`
  }
  for (const [name, check, is] of optional) {
    if (value[name] !== undefined && !check(value[name])) return `${prefix}${name} is not ${is}`
  }
  return null
}

const shown = (value: unknown) => (JSON.stringify(value) ?? 'undefined').slice(0, 40)
