import { createRequire } from 'node:module'
import type { ReceiverMessage } from '../../src/inspect/messages.ts'

/**
 * The receiver that the inspector's page uses, with its XState 4. Root and inspector have different XStates, so that it
 * is loaded from there.
 */
const require = createRequire(new URL('../../inspector/package.json', import.meta.url))

interface V4Transition {
  eventType: string
  source: V4Node
  target: V4Node[] | undefined
  cond: { name: string } | undefined
  actions: { type: string }[]
  internal: boolean
  description?: string
}

export interface V4Node {
  id: string
  key: string
  path: string[]
  type: string
  initial?: string
  description?: string
  meta?: unknown
  tags: string[]
  history: unknown
  states: Record<string, V4Node>
  transitions: V4Transition[]
  onEntry: { type: string }[]
  onExit: { type: string }[]
  invoke: { id: string; src: string }[]
  after: { delay: unknown }[]
  getStateNodeById(id: string): V4Node
  resolveState(state: unknown): { configuration: V4Node[] }
  definition: unknown
}

export interface V4State {
  value: unknown
  context: unknown
  event: { type: string }
  _event: { name: string; data: unknown }
  done: boolean
  tags: Set<string>
  nextEvents: string[]
  matches(value: unknown): boolean
  hasTag(tag: string): boolean
}

export interface Received {
  type: ReceiverMessage['type']
  sessionId: string
  id: string
  machine: V4Node
  state: V4State
  event: { name: string; data: { type: string; [detail: string]: unknown }; $$type: string }
  record?: { seq: number; kind: string; dropped?: { steps: number; value: unknown } }
  summary?: { next: number; close: unknown; path: string | null; trouble: string | null }
  seq?: number
}

interface Utils {
  isReceiverEvent(message: unknown): boolean
  parseReceiverEvent(message: unknown): Received
}

export const { isReceiverEvent, parseReceiverEvent } = require('@xstate/inspect/lib/utils.js') as Utils

interface Receiver {
  subscribe(listener: (event: Received) => void): unknown
  stop?(): void
}

export const { createWindowReceiver, createWebSocketReceiver } =
  require('@xstate/inspect/lib/browser.js') as {
    createWindowReceiver(options: { window: unknown; targetWindow: unknown }): Receiver
    createWebSocketReceiver(options: { server: string }): Receiver
  }

export const xstate4 = require('xstate') as {
  createMachine(config: unknown): V4Node
  State: { create(config: unknown): V4State }
}

/** Every state node of a machine, the root too. */
export function nodesOf(node: V4Node): V4Node[] {
  return [node, ...Object.values(node.states).flatMap(nodesOf)]
}

/** What a page would receive: through JSON, and through the receiver's own parser. */
export function receive(message: ReceiverMessage): Received {
  const arrived: unknown = JSON.parse(JSON.stringify(message))
  if (!isReceiverEvent(arrived)) throw new Error('not a receiver event')
  return parseReceiverEvent(arrived)
}
