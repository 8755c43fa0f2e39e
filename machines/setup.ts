/**
 * The words that the connection machine is written in: its types, guards and actions. What is to be done in the
 * world is only ever emitted (see `ConnectionEffect`).
 */
import { and, emit, enqueueActions, or, raise, setup, stateIn } from 'xstate'
import type { ConnectionEffect, ConnectionEvent, SequenceRule, Side } from './events.ts'

/** All that the machine remembers beside its configuration. */
export interface ConnectionContext {
  /** Which end it is; never changes. */
  side: Side
}

/** What every state says of itself. */
export interface StateMeta {
  /** Where it is defined, e.g. `RFC 6455, section 7.1.3`. */
  section: string
  /** The timer that should run in it; the innermost state that names one wins. */
  deadline?: 'opening' | 'closing'
}

/** `'receive.text'` → `'text'`. */
const kindOf = (event: ConnectionEvent) => event.type.slice(event.type.indexOf('.') + 1)

/** FIN says something of data frames only: whoever watches may have it ride along with control frames, too. */
const finOf = (event: ConnectionEvent) =>
  /\.(text|binary|continuation)$/.test(event.type) ? { fin: 'fin' in event && event.fin === true } : {}

const closeOf = (event: ConnectionEvent) => ({
  ...(typeof event['code'] === 'number' ? { code: event['code'] } : {}),
  ...(typeof event['reason'] === 'string' ? { reason: event['reason'] } : {}),
})

/** A peer that breaks the sequence of fragments: an event like any other wrong input. */
const sequenceViolation = (rule: SequenceRule) => ({ type: 'receive.invalid' as const, code: 1002, rule })

export const connectionSetup = setup({
  types: {
    context: {} as ConnectionContext,
    // Optional, because XState's pure `transition()` makes the context without it.
    input: {} as { side: Side } | undefined,
    events: {} as ConnectionEvent,
    emitted: {} as ConnectionEffect,
    meta: {} as StateMeta,
    tags: {} as 'closeExpected',
  },
  guards: {
    isClient: ({ context }) => context.side === 'client',
    isServer: ({ context }) => context.side === 'server',
    isAccepted: ({ event }) => 'accepted' in event && event.accepted === true,
    isFinal: ({ event }) => 'fin' in event && event.fin === true,
    mayReceiveData: or([stateIn({ lifecycle: 'open' }), stateIn({ lifecycle: { closing: 'initiated' } })]),
    maySendData: stateIn({ lifecycle: 'open' }),
    mayReceiveFinal: and([
      'isFinal',
      or([stateIn({ lifecycle: 'open' }), stateIn({ lifecycle: { closing: 'initiated' } })]),
    ]),
    maySendFinal: and(['isFinal', stateIn({ lifecycle: 'open' })]),
  },
  actions: {
    deliver: emit(({ event }) => ({ type: 'deliver' as const, what: kindOf(event), ...finOf(event) })),
    write: emit(({ event }) => ({
      type: 'write' as const,
      what: kindOf(event),
      ...finOf(event),
      ...(event.type === 'send.close' ? closeOf(event) : {}),
    })),
    writePong: emit({ type: 'write', what: 'pong' }),
    writeClose: emit(({ event }) => ({ type: 'write' as const, what: 'close', ...closeOf(event) })),
    writeResponse: emit({ type: 'write', what: 'response' }),
    fail: emit(({ event }) =>
      event.type === 'receive.invalid'
        ? { type: 'fail' as const, rule: event.rule, code: event.code }
        : { type: 'fail' as const, rule: 'UNKNOWN', code: 1002 },
    ),
    failUnexpectedEof: emit({ type: 'fail', rule: 'UNEXPECTED_EOF', code: 1006 }),
    failUnexpectedContinuation: raise(sequenceViolation('UNEXPECTED_CONTINUATION')),
    failExpectedContinuation: raise(sequenceViolation('EXPECTED_CONTINUATION')),
    halfClose: emit({ type: 'halfClose' }),
    serverHalfCloses: enqueueActions(({ context, enqueue }) => {
      if (context.side === 'server') enqueue.emit({ type: 'halfClose' })
    }),
    clientHalfCloses: enqueueActions(({ context, enqueue }) => {
      if (context.side === 'client') enqueue.emit({ type: 'halfClose' })
    }),
  },
})
