/**
 * What the guide and `websockets` say of an established connection: one row a situation, both sides. Rows that
 * differ by side differ only in who ends TCP first (RFC 6455, section 7.1.1) and in what may be sent behind that.
 */
import type { Side } from '../../src/protocol/index.ts'
import {
  closedOutcome,
  closingOutcome,
  established,
  type Feeding,
  type Outcome,
  openOutcome,
  Scene,
} from './scene.ts'
import { hex } from './wire.ts'

export interface Situation {
  name: string
  run: (scene: Scene) => unknown
  outcome: (side: Side) => Outcome
}

export const play = (situation: Situation, side: Side, feeding?: Feeding): Scene => {
  const scene = new Scene(established(side), feeding)
  situation.run(scene)
  return scene
}

/** The server ends TCP as soon as nothing is left to say; the client waits for that. */
const now = (side: Side) => (side === 'server' ? ['EOF'] : [])
const closeSent = (scene: Scene) => scene.act((protocol) => protocol.sendClose(1000, 'bye'))
const fail = (scene: Scene, code = 1011, reason = 'oops') =>
  scene.act((protocol) => protocol.fail(code, reason))

/** Nothing has been closed. */
const whileOpen: Situation[] = [
  { name: 'nothing happened', run: () => {}, outcome: () => openOutcome() },
  {
    name: 'text was received',
    run: (scene) => scene.receive(scene.peer.text('hi')),
    outcome: () => openOutcome({ events: ['text(hi)'] }),
  },
  {
    name: 'an empty binary message was received',
    run: (scene) => scene.receive(scene.peer.binary('')),
    outcome: () => openOutcome({ events: ['binary()'] }),
  },
  {
    name: 'a Ping was received',
    run: (scene) => scene.receive(scene.peer.ping('you?')),
    outcome: () => openOutcome({ events: ['ping(you?)'], wire: ['pong(you?)'] }),
  },
  {
    name: 'a Pong was received',
    run: (scene) => scene.receive(scene.peer.pong('me')),
    outcome: () => openOutcome({ events: ['pong(me)'] }),
  },
  {
    name: 'a first fragment was received',
    run: (scene) => scene.receive(scene.peer.text('h', false)),
    outcome: () => openOutcome({ inbound: 'text', events: ['text(h)+'] }),
  },
  {
    name: 'a Ping was received between fragments',
    run: (scene) =>
      scene.receive(scene.peer.binary('h', false), scene.peer.ping(''), scene.peer.continuation('i', true)),
    outcome: () => openOutcome({ events: ['binary(h)+', 'ping()', 'continuation(i)'], wire: ['pong()'] }),
  },
  {
    name: 'a first fragment was sent',
    run: (scene) => scene.act((protocol) => protocol.sendBinary(hex('01'), false)),
    outcome: () => openOutcome({ outbound: 'binary', wire: ['binary(01)+'] }),
  },
]
/** Our Close came first. */
const weClosed: Situation[] = [
  {
    name: 'Close was sent',
    run: closeSent,
    outcome: () => closingOutcome('initiated', { closeSent: '1000 bye', wire: ['close(1000 bye)'] }),
  },
  {
    name: 'an empty Close was sent',
    run: (scene) => scene.act((protocol) => protocol.sendClose()),
    outcome: () => closingOutcome('initiated', { closeSent: '1005', wire: ['close()'] }),
  },
  {
    name: 'Close was sent in the middle of a message that we were sending',
    run: (scene) =>
      scene.act((protocol) => protocol.sendText('h', false)).act((protocol) => protocol.sendClose(4000)),
    outcome: () =>
      closingOutcome('initiated', {
        outbound: 'text',
        closeSent: '4000',
        wire: ['text(h)+', 'close(4000)'],
      }),
  },
  {
    name: 'data, Ping and Pong were received behind our Close',
    run: (scene) =>
      closeSent(scene).receive(
        scene.peer.text('h', false),
        scene.peer.ping('?'),
        scene.peer.continuation('i', true),
        scene.peer.pong('!'),
      ),
    outcome: () =>
      closingOutcome('initiated', {
        closeSent: '1000 bye',
        events: ['text(h)+', 'ping(?)', 'continuation(i)', 'pong(!)'],
        wire: ['close(1000 bye)', 'pong(?)'],
      }),
  },
  {
    name: 'Close was sent, then received',
    run: (scene) => closeSent(scene).receive(scene.peer.close(1000, 'bye')),
    outcome: (side) =>
      closingOutcome('acknowledged', {
        closeSent: '1000 bye',
        closeReceived: '1000 bye',
        closeReceivedThenSent: false,
        events: ['close(1000 bye)'],
        wire: ['close(1000 bye)', ...now(side)],
      }),
  },
  {
    name: 'Close was sent, then another one received (crossed)',
    run: (scene) => closeSent(scene).receive(scene.peer.close(1001, 'gone')),
    outcome: (side) =>
      closingOutcome('acknowledged', {
        closeSent: '1000 bye',
        closeReceived: '1001 gone',
        closeReceivedThenSent: false,
        events: ['close(1001 gone)'],
        wire: ['close(1000 bye)', ...now(side)],
      }),
  },
  {
    name: 'Close was sent, then an empty one received',
    run: (scene) => closeSent(scene).receive(scene.peer.close()),
    outcome: (side) =>
      closingOutcome('acknowledged', {
        closeSent: '1000 bye',
        closeReceived: '1005',
        closeReceivedThenSent: false,
        events: ['close()'],
        wire: ['close(1000 bye)', ...now(side)],
      }),
  },
  {
    name: 'Close was sent, then received in the middle of a message',
    run: (scene) => closeSent(scene).receive(scene.peer.text('h', false), scene.peer.close(1000, 'bye')),
    outcome: (side) =>
      closingOutcome('acknowledged', {
        inbound: 'text',
        closeSent: '1000 bye',
        closeReceived: '1000 bye',
        closeReceivedThenSent: false,
        events: ['text(h)+', 'close(1000 bye)'],
        wire: ['close(1000 bye)', ...now(side)],
      }),
  },
  {
    name: 'wrong input was received behind our Close',
    run: (scene) => closeSent(scene).receive(scene.peer.text('a'), scene.peer.frame(3), scene.peer.text('b')),
    outcome: (side) =>
      closingOutcome('failed', {
        closeSent: '1000 bye',
        parserError: 'RESERVED_OPCODE',
        events: ['text(a)'],
        wire: ['close(1000 bye)', ...now(side)],
      }),
  },
  {
    name: 'a wrong Close was received behind our Close',
    run: (scene) => closeSent(scene).receive(scene.peer.close(1006)),
    outcome: (side) =>
      closingOutcome('failed', {
        closeSent: '1000 bye',
        parserError: 'CLOSE_CODE_INVALID',
        wire: ['close(1000 bye)', ...now(side)],
      }),
  },
]

/** Their Close came first. */
const theyClosed: Situation[] = [
  ...[
    { name: 'Close was received', code: 1000, reason: '' },
    { name: 'Close was received with a reason', code: 1001, reason: 'gone' },
    { name: 'Close was received with the lowest code', code: 1000, reason: 'x' },
    { name: 'Close was received with the highest code', code: 4999, reason: '' },
    { name: 'Close was received with the first registered code', code: 3000, reason: '' },
    { name: 'Close was received with a code of the registry', code: 1014, reason: '' },
    { name: 'Close was received with a reason of 123 bytes', code: 1008, reason: 'r'.repeat(123) },
  ].map(({ name, code, reason }): Situation => {
    const said = reason === '' ? `${code}` : `${code} ${reason}`
    return {
      name,
      run: (scene) => scene.receive(scene.peer.close(code, reason)),
      outcome: (side) =>
        closingOutcome('acknowledged', {
          closeSent: said,
          closeReceived: said,
          closeReceivedThenSent: true,
          events: [`close(${said})`],
          wire: [`close(${said})`, ...now(side)],
        }),
    }
  }),
  {
    name: 'an empty Close was received',
    run: (scene) => scene.receive(scene.peer.close()),
    outcome: (side) =>
      closingOutcome('acknowledged', {
        closeSent: '1005',
        closeReceived: '1005',
        closeReceivedThenSent: true,
        events: ['close()'],
        wire: ['close()', ...now(side)],
      }),
  },
  {
    name: 'Close was received in the middle of a message',
    run: (scene) => scene.receive(scene.peer.binary('h', false), scene.peer.close(1001, 'gone')),
    outcome: (side) =>
      closingOutcome('acknowledged', {
        inbound: 'binary',
        closeSent: '1001 gone',
        closeReceived: '1001 gone',
        closeReceivedThenSent: true,
        events: ['binary(h)+', 'close(1001 gone)'],
        wire: ['close(1001 gone)', ...now(side)],
      }),
  },
  {
    name: 'Close was received in the middle of a message that we were sending',
    run: (scene) => scene.act((protocol) => protocol.sendText('h', false)).receive(scene.peer.close(1000)),
    outcome: (side) =>
      closingOutcome('acknowledged', {
        outbound: 'text',
        closeSent: '1000',
        closeReceived: '1000',
        closeReceivedThenSent: true,
        events: ['close(1000)'],
        wire: ['text(h)+', 'close(1000)', ...now(side)],
      }),
  },
  {
    name: 'Close was received twice',
    run: (scene) => scene.receive(scene.peer.close(1000), scene.peer.close(1001)),
    outcome: (side) =>
      closingOutcome('acknowledged', {
        closeSent: '1000',
        closeReceived: '1000',
        closeReceivedThenSent: true,
        events: ['close(1000)'],
        wire: ['close(1000)', ...now(side)],
      }),
  },
  {
    name: 'data, Ping, Pong and wrong input were received behind their Close',
    run: (scene) =>
      scene.receive(
        scene.peer.close(1000),
        scene.peer.text('x'),
        scene.peer.ping('x'),
        scene.peer.pong('x'),
        scene.peer.frame(11, 'x'),
      ),
    outcome: (side) =>
      closingOutcome('acknowledged', {
        closeSent: '1000',
        closeReceived: '1000',
        closeReceivedThenSent: true,
        events: ['close(1000)'],
        wire: ['close(1000)', ...now(side)],
      }),
  },
]

/** The connection was failed (section 7.1.7). */
const failed: Situation[] = [
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535].map(
    (code): Situation => ({
      name: `Close was received with the code ${code}, which may not be sent`,
      run: (scene) => scene.receive(scene.peer.close(code, 'why')),
      outcome: (side) =>
        closingOutcome('failed', {
          closeSent: '1002 !',
          parserError: 'CLOSE_CODE_INVALID',
          wire: ['close(1002 !)', ...now(side)],
        }),
    }),
  ),
  {
    name: 'Close was received with a reason that is not UTF-8',
    run: (scene) => scene.receive(scene.peer.close(1000, hex('ceba e1bd b9cf 83ce bcce b5ed a080'))),
    outcome: (side) =>
      closingOutcome('failed', {
        closeSent: '1007 !',
        parserError: 'CLOSE_REASON_INVALID_UTF8',
        wire: ['close(1007 !)', ...now(side)],
      }),
  },
  {
    name: 'Close was received with a reason that ends inside a character',
    run: (scene) => scene.receive(scene.peer.close(1000, hex('c3'))),
    outcome: (side) =>
      closingOutcome('failed', {
        closeSent: '1007 !',
        parserError: 'CLOSE_REASON_INVALID_UTF8',
        wire: ['close(1007 !)', ...now(side)],
      }),
  },
  {
    name: 'a Close of one byte was received',
    run: (scene) => scene.receive(scene.peer.frame(8, hex('03'))),
    outcome: (side) =>
      closingOutcome('failed', {
        closeSent: '1002 !',
        parserError: 'CLOSE_TOO_SHORT',
        wire: ['close(1002 !)', ...now(side)],
      }),
  },
  {
    name: 'wrong input was received in the middle of a message, with more behind it',
    run: (scene) =>
      scene.receive(
        scene.peer.text('a', false),
        scene.peer.text('b'),
        scene.peer.ping('x'),
        scene.peer.close(1000),
      ),
    outcome: (side) =>
      closingOutcome('failed', {
        inbound: 'text',
        closeSent: '1002 !',
        parserError: 'EXPECTED_CONTINUATION',
        events: ['text(a)+'],
        wire: ['close(1002 !)', ...now(side)],
      }),
  },
  {
    name: 'text that is not UTF-8 was received',
    run: (scene) => scene.receive(scene.peer.text(hex('68 80 69'))),
    outcome: (side) =>
      closingOutcome('failed', {
        closeSent: '1007 !',
        parserError: 'INVALID_UTF8',
        wire: ['close(1007 !)', ...now(side)],
      }),
  },
  {
    name: 'the application failed the connection',
    run: (scene) => fail(scene),
    outcome: (side) =>
      closingOutcome('failed', { closeSent: '1011 oops', wire: ['close(1011 oops)', ...now(side)] }),
  },
  {
    name: 'the application failed the connection without a Close frame',
    run: (scene) => fail(scene, 1006),
    outcome: (side) => closingOutcome('failed', { wire: [...now(side)] }),
  },
  {
    name: 'the application failed the connection twice',
    run: (scene) => fail(fail(scene), 1002, 'again'),
    outcome: (side) =>
      closingOutcome('failed', { closeSent: '1011 oops', wire: ['close(1011 oops)', ...now(side)] }),
  },
  {
    name: 'data, Ping, Pong and Close were received behind our failure',
    run: (scene) =>
      fail(scene).receive(
        scene.peer.text('x'),
        scene.peer.ping('x'),
        scene.peer.pong('x'),
        scene.peer.close(1000),
        scene.peer.frame(7),
      ),
    outcome: (side) =>
      closingOutcome('failed', { closeSent: '1011 oops', wire: ['close(1011 oops)', ...now(side)] }),
  },
  {
    name: 'the application failed the connection behind our Close',
    run: (scene) => fail(closeSent(scene)),
    outcome: (side) =>
      closingOutcome('failed', { closeSent: '1000 bye', wire: ['close(1000 bye)', ...now(side)] }),
  },
  {
    name: 'the application failed the connection behind our Close, silently',
    run: (scene) => fail(closeSent(scene), 1006),
    outcome: (side) =>
      closingOutcome('failed', { closeSent: '1000 bye', wire: ['close(1000 bye)', ...now(side)] }),
  },
  {
    name: 'the application failed the connection behind both Close frames',
    run: (scene) => fail(scene.receive(scene.peer.close(1000))),
    outcome: (side) =>
      closingOutcome('acknowledged', {
        closeSent: '1000',
        closeReceived: '1000',
        closeReceivedThenSent: true,
        events: ['close(1000)'],
        wire: ['close(1000)', ...now(side)],
      }),
  },
]

/** TCP ended. */
const closed: Situation[] = [
  {
    name: 'the stream ended while open',
    run: (scene) => scene.eof(),
    outcome: () => closedOutcome('abnormally', { parserError: 'UNEXPECTED_EOF', wire: ['EOF'] }),
  },
  {
    name: 'the stream ended behind a message',
    run: (scene) => scene.receive(scene.peer.text('hi'), scene.peer.ping('')).eof(),
    outcome: () =>
      closedOutcome('abnormally', {
        parserError: 'UNEXPECTED_EOF',
        events: ['text(hi)', 'ping()'],
        wire: ['pong()', 'EOF'],
      }),
  },
  {
    name: 'the stream ended inside a header',
    run: (scene) => scene.receive(scene.peer.text('a'), scene.peer.text('hi').subarray(0, 1)).eof(),
    outcome: () =>
      closedOutcome('abnormally', {
        parserError: 'UNEXPECTED_EOF',
        events: ['text(a)'],
        wire: ['EOF'],
      }),
  },
  {
    name: 'the stream ended inside a payload',
    run: (scene) => scene.receive(scene.peer.text('hi').subarray(0, -1)).eof(),
    outcome: () => closedOutcome('abnormally', { parserError: 'UNEXPECTED_EOF', wire: ['EOF'] }),
  },
  {
    name: 'the stream ended inside a Close frame',
    run: (scene) => scene.receive(scene.peer.close(1000).subarray(0, -1)).eof(),
    outcome: () => closedOutcome('abnormally', { parserError: 'UNEXPECTED_EOF', wire: ['EOF'] }),
  },
  {
    name: 'the stream ended in the middle of a message',
    run: (scene) => scene.receive(scene.peer.binary('h', false)).eof(),
    outcome: () =>
      closedOutcome('abnormally', {
        inbound: 'binary',
        parserError: 'UNEXPECTED_EOF',
        events: ['binary(h)+'],
        wire: ['EOF'],
      }),
  },
  {
    name: 'the stream ended in the middle of a message that we were sending',
    run: (scene) => scene.act((protocol) => protocol.sendText('h', false)).eof(),
    outcome: () =>
      closedOutcome('abnormally', {
        outbound: 'text',
        parserError: 'UNEXPECTED_EOF',
        wire: ['text(h)+', 'EOF'],
      }),
  },
  ...(['reset', 'timeout', 'error', 'local'] as const).map(
    (kind): Situation => ({
      name: `TCP ended by ${kind} while open`,
      run: (scene) => scene.eof({ kind }),
      outcome: () =>
        closedOutcome('abnormally', {
          parserError: 'UNEXPECTED_EOF',
          transportEnd: kind,
          wire: ['EOF'],
        }),
    }),
  ),
  {
    name: 'the stream ended behind our Close',
    run: (scene) => closeSent(scene).eof(),
    outcome: () =>
      closedOutcome('abnormally', {
        closeSent: '1000 bye',
        parserError: 'UNEXPECTED_EOF',
        wire: ['close(1000 bye)', 'EOF'],
      }),
  },
  {
    name: 'the stream ended behind both Close frames, theirs first',
    run: (scene) => scene.receive(scene.peer.close(1001, 'gone')).eof(),
    outcome: () =>
      closedOutcome('cleanly', {
        closeCode: 1001,
        closeReason: 'gone',
        closeSent: '1001 gone',
        closeReceived: '1001 gone',
        closeReceivedThenSent: true,
        events: ['close(1001 gone)'],
        wire: ['close(1001 gone)', 'EOF'],
      }),
  },
  {
    name: 'the stream ended behind both Close frames, theirs first and empty',
    run: (scene) => scene.receive(scene.peer.close()).eof(),
    outcome: () =>
      closedOutcome('cleanly', {
        closeCode: 1005,
        closeSent: '1005',
        closeReceived: '1005',
        closeReceivedThenSent: true,
        events: ['close()'],
        wire: ['close()', 'EOF'],
      }),
  },
  {
    name: 'the stream ended behind both Close frames, ours first',
    run: (scene) => closeSent(scene).receive(scene.peer.close(4001, 'other')).eof(),
    outcome: () =>
      closedOutcome('cleanly', {
        closeCode: 4001,
        closeReason: 'other',
        closeSent: '1000 bye',
        closeReceived: '4001 other',
        closeReceivedThenSent: false,
        events: ['close(4001 other)'],
        wire: ['close(1000 bye)', 'EOF'],
      }),
  },
  {
    name: 'TCP was reset behind both Close frames',
    run: (scene) => scene.receive(scene.peer.close(1000)).eof({ kind: 'reset' }),
    outcome: () =>
      closedOutcome('cleanly', {
        closeCode: 1000,
        closeSent: '1000',
        closeReceived: '1000',
        closeReceivedThenSent: true,
        transportEnd: 'reset',
        events: ['close(1000)'],
        wire: ['close(1000)', 'EOF'],
      }),
  },
  {
    name: 'the stream ended behind our failure',
    run: (scene) => fail(scene).eof(),
    outcome: () => closedOutcome('abnormally', { closeSent: '1011 oops', wire: ['close(1011 oops)', 'EOF'] }),
  },
  {
    name: 'the stream ended behind our silent failure',
    run: (scene) => fail(scene, 1006).eof({ kind: 'local' }),
    outcome: () => closedOutcome('abnormally', { transportEnd: 'local', wire: ['EOF'] }),
  },
  {
    name: 'the stream ended behind their Close that we failed to understand',
    run: (scene) => scene.receive(scene.peer.close(1005)).eof(),
    outcome: () =>
      closedOutcome('abnormally', {
        closeSent: '1002 !',
        parserError: 'CLOSE_CODE_INVALID',
        wire: ['close(1002 !)', 'EOF'],
      }),
  },
  {
    name: 'the stream ended behind wrong input',
    run: (scene) => scene.receive(scene.peer.continuation('x', true)).eof(),
    outcome: () =>
      closedOutcome('abnormally', {
        closeSent: '1002 !',
        parserError: 'UNEXPECTED_CONTINUATION',
        wire: ['close(1002 !)', 'EOF'],
      }),
  },
  {
    name: 'the stream ended twice, data came behind it, and the application failed the connection',
    run: (scene) =>
      fail(
        scene
          .eof()
          .eof({ kind: 'reset' })
          .receive(scene.peer.text('x'), scene.peer.close(1000), scene.peer.frame(3)),
      ).eof(),
    outcome: () => closedOutcome('abnormally', { parserError: 'UNEXPECTED_EOF', wire: ['EOF'] }),
  },
  {
    name: 'the stream ended behind a clean close, and then came data, an end and a failure',
    run: (scene) =>
      fail(
        scene
          .receive(scene.peer.close(1000))
          .eof()
          .receive(scene.peer.ping('x'), scene.peer.close(1002))
          .eof({ kind: 'error' }),
      ),
    outcome: () =>
      closedOutcome('cleanly', {
        closeCode: 1000,
        closeSent: '1000',
        closeReceived: '1000',
        closeReceivedThenSent: true,
        events: ['close(1000)'],
        wire: ['close(1000)', 'EOF'],
      }),
  },
]

export const situations: Readonly<Record<string, Situation[]>> = {
  'while open': whileOpen,
  'when we closed first': weClosed,
  'when they closed first': theyClosed,
  'when the connection was failed': failed,
  'when TCP ended': closed,
}
