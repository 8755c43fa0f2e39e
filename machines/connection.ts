/**
 * The connection machine: the rules of RFC 6455 that depend on what happened before, all of them, and nothing else.
 *
 * Three regions run in parallel. `lifecycle` says how far the connection is; `inbound` and `outbound` say which
 * message is being received and sent in fragments. They meet in two places only: data passes a fragmentation
 * region while the lifecycle lets it (`mayReceiveData`, `maySendData`), and a peer that breaks the sequence of
 * fragments raises `receive.invalid`, which the lifecycle answers by failing the connection.
 *
 * - An event for which there is a transition happened. One for which there is none is a send that is refused
 *   (ask `snapshot.can(event)` before sending it), or input that is discarded.
 * - What is to be done in the world is emitted, in order: see `ConnectionEffect`.
 * - Bytes, clocks and randomness are not here.
 */
import { fragmentation } from './fragmentation.ts'
import { lifecycle } from './lifecycle.ts'
import { connectionSetup } from './setup.ts'

/**
 * One WebSocket connection, as one of its two sides sees it: `createActor(connectionMachine, { input: { side } })`. What
 * it wants done in the world it emits (`ConnectionEffect`): hear it with `actor.on(type, …)`. It never ends by itself, so
 * an `invoke` of it has no `onDone`: look for `lifecycle: 'closed'` in `onSnapshot`.
 */
export const connectionMachine = connectionSetup.createMachine({
  id: 'connection',
  type: 'parallel',
  description: 'One WebSocket connection, as one of its two sides sees it.',
  meta: { section: 'RFC 6455' },
  context: ({ input }) => ({ side: input?.side ?? 'client' }),
  states: {
    lifecycle,
    inbound: fragmentation({
      direction: 'receive',
      passes: 'mayReceiveData',
      passesFinal: 'mayReceiveFinal',
      pass: 'deliver',
      wrong: {
        unexpectedContinuation: 'failUnexpectedContinuation',
        expectedContinuation: 'failExpectedContinuation',
      },
    }),
    outbound: fragmentation({
      direction: 'send',
      passes: 'maySendData',
      passesFinal: 'maySendFinal',
      pass: 'write',
    }),
  },
})

/** The type of the machine, for what takes it as an actor. */
export type ConnectionMachine = typeof connectionMachine
