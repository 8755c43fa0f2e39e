/**
 * What a page may do to a connection of a process that allows it: the commands of `@xstate/inspect`, `xstate.event`
 * with an event of the connection machine. Everything about them is checked: they come from outside.
 */
import { serializeClose } from '../framing/close.ts'
import { encodeUtf8 } from '../framing/utf8.ts'
import type { Steering } from '../protocol/inspector.ts'
import { RecordedConnection } from './connection.ts'
import type { WireInspector } from './inspector.ts'

/** A command, understood. */
export type SteerCommand =
  | { type: 'send.ping'; data?: string }
  | { type: 'send.text'; data: string }
  | { type: 'send.close'; code?: number; reason?: string }
  /** TCP is cut, without a word to the peer. */
  | { type: 'receive.eof'; transport: 'local' }

/** Why a command is not carried out, for the person who gave it. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** The longest payload of a control frame (RFC 6455, section 5.5). */
const MAX_CONTROL = 125

/**
 * Understands the JSON of an `SCXML.Event`, or of the event in it.
 *
 * @throws CommandError
 */
export function parseCommand(json: string): SteerCommand {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    throw new CommandError('The command is not JSON.')
  }
  const { type, data, code, reason, transport } = eventIn(parsed)
  switch (type) {
    case 'send.ping':
      if (data === undefined) return { type }
      if (encodeUtf8(textOf(data, 'data')).length > MAX_CONTROL) {
        throw new CommandError(`A ping carries at most ${MAX_CONTROL} bytes.`)
      }
      return { type, data: textOf(data, 'data') }
    case 'send.text':
      return { type, data: textOf(data, 'data') }
    case 'send.close': {
      if (code === undefined && (reason === undefined || reason === '')) return { type }
      if (typeof code !== 'number') throw new CommandError('The close code must be a number.')
      const because = reason === undefined ? '' : textOf(reason, 'reason')
      try {
        serializeClose(code, because)
      } catch (error) {
        throw new CommandError(`${(error as Error).message}.`)
      }
      return { type, code, reason: because }
    }
    case 'receive.eof':
      if (transport === 'local') return { type, transport }
      break
  }
  throw new CommandError(`There is no command ${String(type).slice(0, 60)}.`)
}

/**
 * Carries a command out. Resolves when it was, though not when the peer has got it.
 *
 * @throws CommandError
 */
export async function steer(inspector: WireInspector, sessionId: string, json: string): Promise<void> {
  if (!inspector.allowCommands) throw new CommandError('This process takes no commands.')
  const command = parseCommand(json)
  const session = inspector.sessions.get(sessionId)
  if (!(session instanceof RecordedConnection)) throw new CommandError(`There is no connection ${sessionId}.`)
  const steering = inspector.steeringOf(sessionId)
  if (session.ended) throw new CommandError('The connection is closed.')
  if (steering === null) throw new CommandError('Whoever made this connection lets nobody steer it.')
  if (command.type === 'receive.eof') {
    steering.abort()
    return
  }
  const { lifecycle } = session.value
  if (lifecycle !== 'open') {
    const state = typeof lifecycle === 'string' ? lifecycle : Object.keys(lifecycle)[0]
    throw new CommandError(`The connection is ${state}: nothing of that kind can be sent.`)
  }
  await begun(carryOut(steering, command))
}

function carryOut(
  steering: Steering,
  command: Exclude<SteerCommand, { type: 'receive.eof' }>,
): Promise<unknown> {
  switch (command.type) {
    case 'send.ping':
      return steering.ping(command.data)
    case 'send.text':
      return steering.send(command.data)
    case 'send.close':
      return steering.close(command.code, command.reason)
  }
}

/** What fails, fails at once; what succeeds may take until the peer answers. */
function begun(outcome: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    outcome.then(
      () => resolve(),
      (error: unknown) => reject(new CommandError(error instanceof Error ? error.message : String(error))),
    )
    setTimeout(resolve)
  })
}

function eventIn(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new CommandError('The command is not an event.')
  const { data } = value as { data?: unknown }
  if ('$$type' in value && typeof data === 'object' && data !== null) return data as Record<string, unknown>
  return value as Record<string, unknown>
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new CommandError(`${name} must be text.`)
  return value
}
