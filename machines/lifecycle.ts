/**
 * The lifecycle of a connection: opening handshake, data transfer, closing handshake, end of TCP (RFC 6455,
 * sections 4 and 7).
 *
 * The machine does not know bytes, and hardly knows its role: only two things depend on the side, who opens
 * (`isClient`, `isServer` in `connecting`) and who ends TCP first (`serverHalfCloses`, `clientHalfCloses`).
 *
 * `closing` is split by what is still awaited, because that is what people get wrong:
 *
 *     initiated     our Close is out, theirs is not in: frames may still arrive, and pings are still answered
 *     acknowledged  both Close frames exchanged: the server ends TCP, the client waits for it
 *     failed        we failed the connection: whatever still arrives is discarded
 *
 * Ties: Close frames that cross are no special case (each side is `initiated` and gets a Close). End of stream
 * wins over everything: from any state it leads to `closed`, and the side that has not half-closed yet does.
 */

import { connectionSetup } from './setup.ts'

const opening = 'RFC 6455, section 4'

/** TCP ended before both Close frames were exchanged: the close code is 1006 (section 7.1.5). */
const dropped = {
  target: '#connection.lifecycle.closed.abnormally',
  description: 'TCP ended without a closing handshake: the close code is 1006.',
} as const

const handshakeFailure = {
  'receive.invalidHandshake': {
    target: '#connection.lifecycle.connecting.rejected',
    description: 'What arrived is not the handshake of section 4.',
  },
  fail: {
    target: '#connection.lifecycle.connecting.rejected',
    description: 'Nothing was agreed yet: failing only ends TCP.',
  },
  'fail.silently': { target: '#connection.lifecycle.connecting.rejected' },
  'receive.eof': { ...dropped, actions: 'halfClose' },
} as const

export const lifecycle = connectionSetup.createStateConfig({
  initial: 'connecting',
  description: 'Where the connection is between its opening handshake and the end of TCP.',
  meta: { section: 'RFC 6455, sections 4 and 7' },
  states: {
    connecting: {
      initial: 'requesting',
      description: 'The opening handshake is under way.',
      meta: { section: opening, deadline: 'opening' },
      states: {
        requesting: {
          description: 'The client has not sent its request yet.',
          meta: { section: 'RFC 6455, section 4.1' },
          always: { guard: 'isServer', target: 'awaitingRequest', description: 'A server waits.' },
          on: {
            ...handshakeFailure,
            'send.request': { target: 'awaitingResponse', actions: 'write' },
          },
        },
        awaitingResponse: {
          description: 'The request is out; the client may send nothing more until the response is in.',
          meta: { section: 'RFC 6455, section 4.1' },
          on: {
            ...handshakeFailure,
            'receive.response': [
              {
                guard: 'isAccepted',
                target: '#connection.lifecycle.open',
                actions: 'deliver',
                description: 'A 101 that stands every check: the connection is established.',
              },
              {
                target: 'rejected',
                actions: 'deliver',
                description: 'Not a 101, or one that fails a check.',
              },
            ],
          },
        },
        awaitingRequest: {
          description: 'The server waits for the request of the client.',
          meta: { section: 'RFC 6455, section 4.2.1' },
          on: {
            ...handshakeFailure,
            'receive.invalidHandshake': {
              target: 'rejected',
              actions: 'writeResponse',
              description: 'Not HTTP, or beyond the limits: refused without asking the application.',
            },
            'receive.request': { target: 'deciding', actions: 'deliver' },
            'send.response': [
              {
                guard: 'isAccepted',
                target: '#connection.lifecycle.open',
                actions: 'write',
                description: 'The host read the request itself.',
              },
              { target: 'rejected', actions: 'write' },
            ],
          },
        },
        deciding: {
          description: 'The request is in; the server decides how to answer. Bytes behind it are held.',
          meta: { section: 'RFC 6455, section 4.2.2' },
          on: {
            ...handshakeFailure,
            'receive.invalidHandshake': {
              target: 'rejected',
              actions: 'writeResponse',
              description: 'Too much was sent ahead of the response.',
            },
            'send.response': [
              {
                guard: 'isAccepted',
                target: '#connection.lifecycle.open',
                actions: 'write',
                description: '101 Switching Protocols: the connection is established.',
              },
              { target: 'rejected', actions: 'write', description: 'An HTTP error refuses the handshake.' },
            ],
          },
        },
        rejected: {
          description: 'The opening handshake failed: there is no WebSocket connection, TCP must end.',
          meta: { section: 'RFC 6455, sections 4.1 and 4.2.2', deadline: 'closing' },
          tags: ['closeExpected'],
          entry: 'halfClose',
          on: { 'receive.eof': dropped },
        },
      },
    },
    open: {
      description: 'The connection is established: messages flow both ways.',
      meta: { section: 'RFC 6455, sections 5 and 6' },
      on: {
        'receive.ping': {
          actions: ['deliver', 'writePong'],
          description: 'A Ping is answered by a Pong with the same payload (section 5.5.2).',
        },
        'receive.pong': { actions: 'deliver' },
        'receive.close': {
          target: '#connection.lifecycle.closing.acknowledged',
          actions: ['deliver', 'writeClose'],
          description: 'Their Close is echoed (section 5.5.1): they closed first.',
        },
        'receive.invalid': {
          target: '#connection.lifecycle.closing.failed',
          actions: ['fail', 'writeClose'],
          description: 'Wrong input fails the connection, with a Close that says why (section 7.1.7).',
        },
        'send.ping': { actions: 'write' },
        'send.pong': { actions: 'write' },
        'send.close': {
          target: '#connection.lifecycle.closing.initiated',
          actions: 'write',
          description: 'The closing handshake is started (section 7.1.2): we close first.',
        },
        fail: {
          target: '#connection.lifecycle.closing.failed',
          actions: 'writeClose',
          description: 'Section 7.1.7.',
        },
        'fail.silently': {
          target: '#connection.lifecycle.closing.failed',
          description: 'Nobody is there to be told.',
        },
        'receive.eof': { ...dropped, actions: ['failUnexpectedEof', 'halfClose'] },
      },
    },
    closing: {
      initial: 'initiated',
      description: 'The closing handshake is under way, or the connection was failed; TCP must end.',
      meta: { section: 'RFC 6455, section 7', deadline: 'closing' },
      tags: ['closeExpected'],
      states: {
        initiated: {
          description:
            'Our Close is out, theirs is not in: we send no more data, but theirs may still arrive.',
          meta: { section: 'RFC 6455, section 7.1.3' },
          on: {
            'receive.ping': { actions: ['deliver', 'writePong'] },
            'receive.pong': { actions: 'deliver' },
            'receive.close': {
              target: 'acknowledged',
              actions: 'deliver',
              description: 'Their Close completes the closing handshake.',
            },
            'receive.invalid': {
              target: 'failed',
              actions: 'fail',
              description: 'Our Close is out already: a side sends only one.',
            },
            'send.ping': { actions: 'write' },
            'send.pong': { actions: 'write' },
            fail: { target: 'failed' },
            'fail.silently': { target: 'failed' },
            'receive.eof': { ...dropped, actions: ['failUnexpectedEof', 'halfClose'] },
          },
        },
        acknowledged: {
          description:
            'Both Close frames are exchanged: the server ends TCP first, the client waits for that.',
          meta: { section: 'RFC 6455, section 7.1.1' },
          entry: 'serverHalfCloses',
          on: {
            'send.ping': { guard: 'isClient', actions: 'write' },
            'send.pong': { guard: 'isClient', actions: 'write' },
            'receive.eof': {
              target: '#connection.lifecycle.closed.cleanly',
              actions: 'clientHalfCloses',
              description: 'TCP ended behind a complete closing handshake.',
            },
          },
        },
        failed: {
          description: 'We failed the connection: whatever still arrives is discarded until TCP ends.',
          meta: { section: 'RFC 6455, section 7.1.7' },
          entry: 'serverHalfCloses',
          on: {
            'send.ping': { guard: 'isClient', actions: 'write' },
            'send.pong': { guard: 'isClient', actions: 'write' },
            'receive.eof': { ...dropped, actions: 'clientHalfCloses' },
          },
        },
      },
    },
    closed: {
      initial: 'abnormally',
      description: 'TCP has ended; nothing more can happen.',
      meta: { section: 'RFC 6455, section 7.1.4' },
      states: {
        cleanly: {
          description: 'Both Close frames had been exchanged before TCP ended.',
          meta: { section: 'RFC 6455, section 7.1.4' },
        },
        abnormally: {
          description: 'TCP ended before both Close frames were exchanged: the close code is 1006.',
          meta: { section: 'RFC 6455, section 7.1.5' },
        },
      },
    },
  },
})
