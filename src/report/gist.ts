/**
 * What a list says of a connection: what was asked for, and why it did not end well. It is told step by step, without
 * the steps being kept; the close report says more, from all of them.
 */
import { lifecycleOf } from './step.ts'

export interface Gist {
  /** The target of the request, such as `/chat?room=1`; `null`: none was seen. */
  path: string | null
  /** In few words: `refused: 403 Forbidden`, `failed with 1007: text is not valid UTF-8`; `null`: nothing went wrong. */
  trouble: string | null
}

export const noGist: Gist = { path: null, trouble: null }

/** What is read of a step. */
export interface Told {
  type: string
  /** Of a handshake message. */
  startLine: string | null
  /** Of a failure: its code, and why. */
  code: number | null
  why: string
  /** Of the end of TCP. */
  transport: string | null
}

/** The gist behind a step that led from one configuration to another; the same object if it says nothing new. */
export function gistAfter(gist: Gist, told: Told, before: unknown, after: unknown): Gist {
  const path = told.type.endsWith('.request') ? (told.startLine?.split(' ')[1] ?? null) : null
  const trouble = gist.trouble ?? troubleOf(told, lifecycleOf(before), lifecycleOf(after))
  if ((path === null || path === gist.path) && trouble === gist.trouble) return gist
  return { path: path ?? gist.path, trouble }
}

/** The first thing that goes wrong is what the rest comes of. */
function troubleOf({ type, startLine, code, why, transport }: Told, from: string, to: string): string | null {
  if (from === to) return null
  if (to === 'connecting.rejected') {
    if (type === 'receive.invalidHandshake' && why !== '') return because('the handshake failed', why)
    const status = /^HTTP\/\S+ (?!101\b)(.+)/.exec(startLine ?? '')?.[1]
    return status === undefined ? because('the handshake failed', why) : `refused: ${status.trim()}`
  }
  if (to === 'closing.failed') {
    if (type === 'fail.silently') return 'given up without a Close frame'
    return because(code === null ? 'failed' : `failed with ${code}`, why)
  }
  if (to !== 'closed.abnormally' || from === 'connecting.rejected' || from === 'closing.failed') return null
  const end = ENDS[transport ?? 'end'] ?? 'TCP ended'
  if (from === 'open') return `${end} without a Close frame`
  return from === 'closing.initiated' ? `our Close was not answered, ${end}` : `${end} before it was open`
}

const ENDS: Readonly<Record<string, string>> = {
  end: 'TCP ended',
  reset: 'TCP was reset',
  timeout: 'TCP timed out',
  error: 'the network failed',
  local: 'TCP was cut here',
}

const because = (what: string, why: string) => (why === '' ? what : `${what}: ${why}`)
