/**
 * What a case is. The endpoint under test is an echo: it sends each message back as one. A case says what the tester
 * sends, and what must come back until the connection is down: frames in order, and nothing else.
 *
 * A case knows no side: whoever runs it masks what a client sends. `side` restricts the few that make sense on one.
 */
import type { DeflateOptions } from '../../src/deflate/options.ts'
import type { Side } from '../../src/protocol/index.ts'
import type { Back, Sent } from './frames.ts'

/** One thing that happens, and what must come back before the next one does. */
export type Step =
  /** The tester sends, all in one piece. */
  | { send: readonly Sent[]; back: readonly Back[] }
  /** The endpoint's application does something of its own. */
  | { application: Action; back: readonly Back[] }

export type Action = { close: readonly [code?: number, reason?: string] } | { ping: Uint8Array }

/**
 * How it ends:
 * - `open`: nothing is wrong. The tester closes with 1000, which must be answered, so that a connection that only
 *   looks healthy is found out.
 * - `closed`: both Close frames were exchanged; the endpoint reports this code.
 * - `failed`: the endpoint failed the connection; it reports 1006.
 * - `dropped`: the tester ends TCP without a Close frame; the endpoint ends its half and reports 1006.
 *
 * A server under test ends TCP first, a client under test waits for the tester to (RFC 6455, section 7.1.1).
 */
export type End = 'open' | 'failed' | 'dropped' | { closed: number }

/** What permessage-deflate was negotiated to (RFC 7692, section 7.1). */
export interface DeflateAgreement {
  serverNoContextTakeover?: boolean
  clientNoContextTakeover?: boolean
  /** 8-15; 15 if absent. */
  serverMaxWindowBits?: number
  clientMaxWindowBits?: number
}

/** How the endpoint is set up. */
export interface Setup {
  maxSize?: number | null | { message?: number | null; frame?: number | null }
  maxFragments?: number | null
  deflate?: DeflateAgreement
  /** How the endpoint compresses. */
  tuning?: Pick<DeflateOptions, 'threshold' | 'level' | 'memLevel'>
}

export interface Case {
  /** Of RFC 6455, as `5.5.2`; of another with its number, as `RFC 7692 7.2.3.1`. */
  section: string
  /** What is sent. */
  name: string
  side?: Side
  setup?: Setup
  script: readonly Step[]
  end: End
  /** Messages that the application must be given, as data frames; those that are echoed, if absent. */
  delivered?: readonly Back[]
  /** The tester writes in pieces of so many bytes. */
  chop?: number
}

export interface Category {
  name: string
  cases: readonly Case[]
}

type Extra = Partial<Pick<Case, 'side' | 'setup' | 'delivered' | 'chop'>>

/** All is well: `back` comes back, by default what was sent. */
export function echoes(
  section: string,
  name: string,
  send: readonly Sent[],
  back: readonly Back[],
  extra: Extra = {},
): Case {
  return { section, name, script: [{ send, back }], end: 'open', ...extra }
}

/** What is sent in one piece is wrong: what came `before` is still answered, then the connection is failed. */
export function fails(
  section: string,
  name: string,
  send: readonly Sent[],
  code: 1002 | 1007 | 1009,
  before: readonly Back[] = [],
  extra: Extra = {},
): Case {
  return {
    section,
    name,
    script: [{ send, back: [...before, { failure: code }] }],
    end: 'failed',
    ...extra,
  }
}

/** The tester closes: `back` comes back, and `code` is reported. */
export function closes(
  section: string,
  name: string,
  send: readonly Sent[],
  back: readonly Back[],
  code: number,
  extra: Extra = {},
): Case {
  return { section, name, script: [{ send, back }], end: { closed: code }, ...extra }
}

/** Several steps. */
export function plays(section: string, name: string, script: readonly Step[], end: End, extra: Extra = {}) {
  return { section, name, script, end, ...extra } satisfies Case
}

export const sides: readonly Side[] = ['server', 'client']

export const casesFor = (side: Side, cases: readonly Case[]) =>
  cases.filter((each) => each.side === undefined || each.side === side)

/** The tester's closing handshake behind a case that leaves the connection open. */
export function scriptOf({ script, end }: Case): readonly Step[] {
  if (end !== 'open') return script
  const goodbye = { close: [1000, 'done'] } as const
  return [...script, { send: [closing(...goodbye.close)], back: [closing(...goodbye.close)] }]
}

function closing(code: number, reason: string): Sent & Back {
  const payload = Buffer.concat([Uint8Array.of(code >> 8, code & 255), Buffer.from(reason)])
  return { opcode: 8, payload, fin: true }
}

/** What the endpoint reports as the close code. */
export function reportedCode(end: End): number {
  if (end === 'open') return 1000
  return typeof end === 'object' ? end.closed : 1006
}

/** What the application must be given. */
export function deliveredBy({ delivered, script }: Case): readonly Back[] {
  return (
    delivered ??
    script.flatMap(({ back }) => back).filter((each) => 'opcode' in each && (each.opcode & 8) === 0)
  )
}

/** Bytes that the tester sends, roughly: a message that is compressed counts as it was before. */
export function sizeOf({ script }: Case): number {
  const sent = script.flatMap((step) => ('send' in step ? step.send : []))
  return sent.reduce(
    (size, each) => size + ('compress' in each ? each.compress : each.payload).length + 14,
    0,
  )
}
