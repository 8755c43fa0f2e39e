/**
 * The lab in a link: `#lab`, `#lab/close-by-client`, `#lab/close-by-client/3` (steps taken), and for whatever else was
 * done `#lab/close-by-client/~…` with the actions as base64url of JSON. What is in a link is not trusted: it is
 * bounded, and every field of it is checked. Where one is wrong, what follows cannot be told, and nothing is opened;
 * but a breakpoint can be left out.
 */
import { readBreakpoints } from '../breakpoints/link.ts'
import { decodeJson, encodeJson } from '../link/base64url.ts'
import { type Check, fits, flag, integer, isObject, oneOf, optional, text as textOf } from '../link/checks.ts'
import { type Action, defaultSetup, type Setup } from './engine/action.ts'
import { isLabHash } from './labHash.ts'
import { scenarioOf } from './scenarios/index.ts'

/** Everything that the lab's looks depend on. */
export interface LabState {
  /** `null`: a lab without a lesson. */
  scenario: string | null
  /** Where it differs from the scenario's. */
  setup: Partial<Setup>
  actions: readonly Action[]
}

export const emptyLab: LabState = { scenario: null, setup: {}, actions: [] }

export interface ReadLab extends LabState {
  /** What was left out, as a sentence. */
  leftOut?: string
}

/** Characters of a link behind `#`. */
export const MAX_LINK = 16_384
export const MAX_ACTIONS = 500
/** Characters of a text or hex. */
export const MAX_TEXT = 4_096

const FREE = 'free'

/** The hash for a state; `null` if it is too much for a link. */
export function linkOf({ scenario, setup, actions }: LabState): string | null {
  const base = scenario === null ? '#lab' : `#lab/${scenario}`
  if (Object.keys(setup).length === 0) {
    if (actions.length === 0) return base
    const plain = actions.every((action) => action.do === 'step' && action.answer === undefined)
    if (scenario !== null && plain) return `${base}/${actions.length}`
  }
  const all = Object.keys(setup).length === 0 ? { a: actions } : { s: setup, a: actions }
  const link = `${scenario === null ? `#lab/${FREE}` : base}/~${encodeJson(all)}`
  return link.length > MAX_LINK || actions.length > MAX_ACTIONS ? null : link
}

/** What a hash says; or why it cannot be read. */
export function readLink(hash: string): ReadLab | { error: string } {
  if (!isLabHash(hash)) return emptyLab
  if (hash.length > MAX_LINK) return { error: `It is longer than ${MAX_LINK} characters.` }
  const [, id, rest, ...more] = hash.slice(1).split('/')
  if (id === undefined || id === '') return emptyLab
  const scenario = id === FREE ? null : scenarioOf(id)
  if (scenario === undefined) return { error: `There is no lesson “${id.slice(0, 60)}”.` }
  const state: LabState = { scenario: scenario?.id ?? null, setup: {}, actions: [] }
  if (rest === undefined || rest === '') return state
  if (more.length > 0) return { error: 'It has more parts than a link of the lab.' }
  if (rest.startsWith('~')) {
    const read = readState(rest.slice(1))
    return 'error' in read ? read : { ...state, ...read }
  }
  const steps = /^\d{1,3}$/.test(rest) ? Number(rest) : Number.NaN
  if (scenario === null || !(steps <= scenario.steps.length)) {
    return { error: `“${rest.slice(0, 60)}” is no step of this lesson.` }
  }
  return { ...state, actions: Array.from({ length: steps }, () => ({ do: 'step' })) }
}

function readState(encoded: string): Omit<ReadLab, 'scenario'> | { error: string } {
  let read: unknown
  try {
    read = decodeJson(encoded)
  } catch {
    return { error: 'Its end was cut off, or it was changed on the way.' }
  }
  if (!isObject(read) || !Array.isArray(read['a'])) return { error: 'It does not say what was done.' }
  if (read['a'].length > MAX_ACTIONS) return { error: `It holds more than ${MAX_ACTIONS} actions.` }
  const setup = read['s'] ?? {}
  if (!isSetup(setup)) return { error: 'It sets the peers up in a way that there is not.' }
  const wrong = read['a'].findIndex((action) => !isAction(action))
  if (wrong >= 0) return { error: `Action ${wrong + 1} is none that the lab knows.` }
  const actions: Action[] = []
  const leftOut: string[] = []
  for (const action of read['a'] as Action[]) {
    if (action.do !== 'breakpoints') {
      actions.push(action)
      continue
    }
    const { breakpoints, leftOut: wrong } = readBreakpoints(action.at)
    if (Array.isArray(action.at)) actions.push({ do: 'breakpoints', at: breakpoints })
    if (wrong !== null && !leftOut.includes(wrong)) leftOut.push(wrong)
  }
  return { setup, actions, ...(leftOut.length === 0 ? {} : { leftOut: leftOut.join(' ') }) }
}

// ---- What may stand in a link ----

const text = textOf(MAX_TEXT)
const side = oneOf('client', 'server')
const ms = integer(0, 86_400_000)
const code = integer(0, 65_535)

const actions: Record<Action['do'], Record<string, Check>> = {
  request: {},
  accept: { key: optional((key) => text(key) && /^[\x20-\x7e]{0,100}$/.test(key as string)) },
  refuse: { status: integer(200, 599), text: optional(text) },
  text: { by: side, text, fin: optional(flag) },
  binary: { by: side, hex: text, fin: optional(flag) },
  continue: { by: side, text: optional(text), hex: optional(text), fin: flag },
  ping: { by: side, text: optional(text) },
  pong: { by: side, text: optional(text) },
  close: { by: side, code: optional(code), reason: optional(text) },
  fail: { by: side, code, reason: optional(text) },
  frame: {
    by: side,
    fin: optional(flag),
    rsv1: optional(flag),
    rsv2: optional(flag),
    rsv3: optional(flag),
    opcode: integer(0, 15),
    masked: optional(flag),
    text: optional(text),
    hex: optional(text),
    length: optional(integer(0, Number.MAX_SAFE_INTEGER)),
    lengthBits: optional(oneOf(7, 16, 64)),
  },
  bytes: { by: side, hex: text },
  deliver: { to: side, amount: (value) => oneOf('all', 'frame')(value) || integer(1, 1_000_000)(value) },
  flow: {},
  next: {},
  wire: { to: side, hold: flag, delay: optional(ms) },
  cut: { to: oneOf('client', 'server', 'both'), how: oneOf('end', 'reset') },
  wait: { ms },
  // Those that are none are left out.
  breakpoints: { at: () => true },
  step: { answer: optional(integer(0, 20)) },
}

function isAction(value: unknown): value is Action {
  if (!isObject(value)) return false
  const { do: name, ...fields } = value
  if (typeof name !== 'string' || !Object.hasOwn(actions, name)) return false
  return fits(actions[name as Action['do']], fields)
}

const setups: Record<keyof Setup, Check> = {
  maxSize: integer(0, 2 ** 20),
  compression: flag,
  openTimeout: ms,
  closeTimeout: ms,
  pingInterval: (value) => value === null || integer(1, 86_400_000)(value),
  pingTimeout: integer(1, 86_400_000),
  autoAccept: flag,
}

function isSetup(value: unknown): value is Partial<Setup> {
  return (
    isObject(value) &&
    Object.entries(value).every(
      ([name, field]) => Object.hasOwn(defaultSetup, name) && setups[name as keyof Setup](field),
    )
  )
}
