/**
 * What each side says after each situation of the opening handshake (RFC 6455, section 4): the end of the stream,
 * a failure, garbage and what may be sent, at each point.
 */
import { describe, expect, it } from 'vitest'
import { type ClientProtocol, InvalidStateError, ServerProtocol } from '../../src/protocol/index.ts'
import { thrownBy } from '../thrown-by.ts'
import { hostRequest, newClient, requestBytes, responseBytes } from './handshakes.ts'
import {
  closedOutcome,
  closingOutcome,
  connectingOutcome,
  type Feeding,
  feedings,
  type Outcome,
  openOutcome,
  rejectedOutcome,
  Scene,
} from './scene.ts'
import { bytes } from './wire.ts'

interface Situation<P extends ClientProtocol | ServerProtocol> {
  name: string
  run: (scene: Scene<P>) => unknown
  outcome: Outcome
}

const GET = 'GET /chat HTTP/1.1'
const OK = 'HTTP/1.1 101 Switching Protocols'
const NOT_FOUND = 'HTTP/1.1 404 Not Found'
const BAD = 'HTTP/1.1 400 Bad Request'
const UNAVAILABLE = 'HTTP/1.1 503 Service Unavailable'

const request = requestBytes()
const response = responseBytes()
const refusal = responseBytes({ 'Content-Length': '4' }, NOT_FOUND, 'gone')
const unbounded = responseBytes({}, NOT_FOUND, 'all of it')
const wrongAccept = responseBytes({ 'Sec-WebSocket-Accept': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' })

const sent = (scene: Scene<ClientProtocol>) => scene.act((client) => client.sendRequest(client.connect()))
const accepted = (scene: Scene<ServerProtocol>) =>
  scene.receive(request).act((server) => server.sendResponse(server.accept(hostRequest())))
const fail = <P extends ClientProtocol | ServerProtocol>(scene: Scene<P>, code = 1011) =>
  scene.act((protocol) => protocol.fail(code, 'oops'))

const clientSituations: Situation<ClientProtocol>[] = [
  { name: 'nothing happened', run: () => {}, outcome: connectingOutcome('requesting') },
  {
    name: 'the stream ended before the request',
    run: (scene) => scene.eof(),
    outcome: closedOutcome('abnormally', { handshakeError: 'UNEXPECTED_EOF', wire: ['EOF'] }),
  },
  {
    name: 'it was failed before the request',
    run: (scene) => fail(scene),
    outcome: rejectedOutcome({ handshakeError: 'HANDSHAKE_FAILED', wire: ['EOF'] }),
  },
  {
    name: 'it was failed with a code that no Close frame may carry',
    run: (scene) => fail(scene, 1005),
    outcome: rejectedOutcome({ handshakeError: 'HANDSHAKE_FAILED', wire: ['EOF'] }),
  },
  {
    name: 'the request was sent',
    run: sent,
    outcome: connectingOutcome('awaitingResponse', { wire: [GET] }),
  },
  {
    name: 'the stream ended behind the request',
    run: (scene) => sent(scene).eof({ kind: 'reset' }),
    outcome: closedOutcome('abnormally', {
      handshakeError: 'UNEXPECTED_EOF',
      transportEnd: 'reset',
      wire: [GET, 'EOF'],
    }),
  },
  {
    name: 'it was failed behind the request',
    run: (scene) => fail(sent(scene)),
    outcome: rejectedOutcome({ handshakeError: 'HANDSHAKE_FAILED', wire: [GET, 'EOF'] }),
  },
  {
    name: 'it was failed silently behind the request',
    run: (scene) => fail(sent(scene), 1006),
    outcome: rejectedOutcome({ handshakeError: 'HANDSHAKE_FAILED', wire: [GET, 'EOF'] }),
  },
  {
    name: 'half a response was received',
    run: (scene) => sent(scene).receive(response.slice(0, 70)),
    outcome: connectingOutcome('awaitingResponse', { wire: [GET] }),
  },
  {
    name: 'the stream ended inside the response',
    run: (scene) => sent(scene).receive(response.slice(0, 70)).eof(),
    outcome: closedOutcome('abnormally', { handshakeError: 'UNEXPECTED_EOF', wire: [GET, 'EOF'] }),
  },
  {
    name: 'it was failed inside the response, and the rest came',
    run: (scene) => fail(sent(scene).receive(response.slice(0, 70))).receive(response.slice(70)),
    outcome: rejectedOutcome({ handshakeError: 'HANDSHAKE_FAILED', wire: [GET, 'EOF'] }),
  },
  {
    name: 'something else than HTTP was received',
    run: (scene) => sent(scene).receive(bytes('SSH-2.0-OpenSSH_9.2\r\n')),
    outcome: rejectedOutcome({ handshakeError: 'NOT_HTTP', wire: [GET, 'EOF'] }),
  },
  {
    name: 'the request was refused',
    run: (scene) => sent(scene).receive(refusal),
    outcome: rejectedOutcome({ handshakeError: 'INVALID_STATUS', events: [NOT_FOUND], wire: [GET, 'EOF'] }),
  },
  {
    name: 'the request was refused, and then came more, a failure and the end of the stream',
    run: (scene) => fail(sent(scene).receive(refusal, bytes('more'))).eof(),
    outcome: closedOutcome('abnormally', {
      handshakeError: 'INVALID_STATUS',
      events: [NOT_FOUND],
      wire: [GET, 'EOF'],
    }),
  },
  {
    name: 'the stream ended inside the body of a refusal',
    run: (scene) => sent(scene).receive(refusal.slice(0, -1)).eof(),
    outcome: closedOutcome('abnormally', { handshakeError: 'UNEXPECTED_EOF', wire: [GET, 'EOF'] }),
  },
  {
    name: 'the body of a refusal has not ended',
    run: (scene) => sent(scene).receive(unbounded),
    outcome: connectingOutcome('awaitingResponse', { wire: [GET] }),
  },
  {
    name: 'the body of a refusal ended with the stream',
    run: (scene) => sent(scene).receive(unbounded).eof(),
    outcome: closedOutcome('abnormally', {
      handshakeError: 'INVALID_STATUS',
      events: [NOT_FOUND],
      wire: [GET, 'EOF'],
    }),
  },
  {
    name: 'a 101 that fails a check was received, with frames behind it',
    run: (scene) => sent(scene).receive(wrongAccept, scene.peer.text('hi'), scene.peer.ping('')),
    outcome: rejectedOutcome({ handshakeError: 'INVALID_ACCEPT', events: [OK], wire: [GET, 'EOF'] }),
  },
  {
    name: 'the response was received',
    run: (scene) => sent(scene).receive(response),
    outcome: openOutcome({ events: [OK], wire: [GET] }),
  },
  {
    name: 'frames were received behind the response',
    run: (scene) => sent(scene).receive(response, scene.peer.ping('1'), scene.peer.text('hi', false)),
    outcome: openOutcome({
      inbound: 'text',
      events: [OK, 'ping(1)', 'text(hi)+'],
      wire: [GET, 'pong(1)'],
    }),
  },
  {
    name: 'Close was received behind the response',
    run: (scene) => sent(scene).receive(response, scene.peer.close(1013, 'later'), scene.peer.ping('')),
    outcome: closingOutcome('acknowledged', {
      closeReceived: '1013 later',
      closeSent: '1013 later',
      closeReceivedThenSent: true,
      events: [OK, 'close(1013 later)'],
      wire: [GET, 'close(1013 later)'],
    }),
  },
  {
    name: 'wrong input was received behind the response',
    run: (scene) => sent(scene).receive(response, scene.peer.text('a'), scene.peer.frame(3)),
    outcome: closingOutcome('failed', {
      closeSent: '1002 !',
      parserError: 'RESERVED_OPCODE',
      events: [OK, 'text(a)'],
      wire: [GET, 'close(1002 !)'],
    }),
  },
  {
    name: 'the stream ended behind the response and half a frame',
    run: (scene) => sent(scene).receive(response, scene.peer.text('hi').slice(0, 3)).eof(),
    outcome: closedOutcome('abnormally', {
      parserError: 'UNEXPECTED_EOF',
      events: [OK],
      wire: [GET, 'EOF'],
    }),
  },
  {
    name: 'the whole response came before the request',
    run: (scene) => sent(scene.receive(response, scene.peer.text('hi')).flush()),
    outcome: openOutcome({ events: [OK, 'text(hi)'], wire: [GET] }),
  },
]

const serverSituations: Situation<ServerProtocol>[] = [
  { name: 'nothing happened', run: () => {}, outcome: connectingOutcome('awaitingRequest') },
  {
    name: 'the stream ended before the request',
    run: (scene) => scene.eof(),
    outcome: closedOutcome('abnormally', { handshakeError: 'UNEXPECTED_EOF', wire: ['EOF'] }),
  },
  {
    name: 'half a request was received',
    run: (scene) => scene.receive(request.slice(0, 70)),
    outcome: connectingOutcome('awaitingRequest'),
  },
  {
    name: 'the stream ended inside the request',
    run: (scene) => scene.receive(request.slice(0, 70)).eof({ kind: 'timeout' }),
    outcome: closedOutcome('abnormally', {
      handshakeError: 'UNEXPECTED_EOF',
      transportEnd: 'timeout',
      wire: ['EOF'],
    }),
  },
  {
    name: 'it was failed inside the request, and the rest came',
    run: (scene) => fail(scene.receive(request.slice(0, 70))).receive(request.slice(70)),
    outcome: rejectedOutcome({ handshakeError: 'HANDSHAKE_FAILED', wire: ['EOF'] }),
  },
  {
    name: 'something else than HTTP was received',
    run: (scene) => scene.receive(bytes('\x16\x03\x01\x02\x00\x01'), bytes('more')),
    outcome: rejectedOutcome({ handshakeError: 'NOT_HTTP', wire: [BAD, 'EOF'] }),
  },
  {
    name: 'something else than HTTP was received, and then came the end of the stream',
    run: (scene) => scene.receive(bytes('\x16')).eof(),
    outcome: closedOutcome('abnormally', { handshakeError: 'NOT_HTTP', wire: [BAD, 'EOF'] }),
  },
  {
    name: 'the request was received',
    run: (scene) => scene.receive(request),
    outcome: connectingOutcome('deciding', { events: [GET] }),
  },
  {
    name: 'the stream ended before the answer',
    run: (scene) => scene.receive(request).eof(),
    outcome: closedOutcome('abnormally', {
      handshakeError: 'UNEXPECTED_EOF',
      events: [GET],
      wire: ['EOF'],
    }),
  },
  {
    name: 'it was failed before the answer',
    run: (scene) => fail(scene.receive(request)),
    outcome: rejectedOutcome({ handshakeError: 'HANDSHAKE_FAILED', events: [GET], wire: ['EOF'] }),
  },
  {
    name: 'the request was accepted, but the response not sent',
    run: (scene) => scene.receive(request).act((server) => server.accept(hostRequest())),
    outcome: connectingOutcome('deciding', { events: [GET] }),
  },
  {
    name: 'frames were received before the answer',
    run: (scene) => scene.receive(request, scene.peer.text('hi'), scene.peer.ping('')),
    outcome: connectingOutcome('deciding', { events: [GET] }),
  },
  {
    name: 'frames came before the answer, and then the end of the stream',
    run: (scene) => scene.receive(request, scene.peer.text('hi')).eof(),
    outcome: closedOutcome('abnormally', {
      handshakeError: 'UNEXPECTED_EOF',
      events: [GET],
      wire: ['EOF'],
    }),
  },
  {
    name: 'the request was rejected',
    run: (scene) => scene.receive(request).act((server) => server.sendResponse(server.reject(503, 'full'))),
    outcome: rejectedOutcome({ handshakeError: 'INVALID_STATUS', events: [GET], wire: [UNAVAILABLE, 'EOF'] }),
  },
  {
    name: 'the request was rejected, frames behind it or not, and then came a failure and the end',
    run: (scene) =>
      fail(
        scene
          .receive(request, scene.peer.ping('before'))
          .act((server) => server.sendResponse(server.reject(503, 'full')))
          .receive(scene.peer.ping('behind'), request),
      ).eof(),
    outcome: closedOutcome('abnormally', {
      handshakeError: 'INVALID_STATUS',
      events: [GET],
      wire: [UNAVAILABLE, 'EOF'],
    }),
  },
  {
    name: 'the response was sent',
    run: accepted,
    outcome: openOutcome({ events: [GET], wire: [OK] }),
  },
  {
    name: 'a Ping and half a message came before the response was sent',
    run: (scene) =>
      scene
        .receive(request, scene.peer.ping('1'), scene.peer.text('hi', false))
        .act((server) => server.sendResponse(server.accept(hostRequest()))),
    outcome: openOutcome({ inbound: 'text', events: [GET, 'ping(1)', 'text(hi)+'], wire: [OK, 'pong(1)'] }),
  },
  {
    name: 'Close and more came before the response was sent',
    run: (scene) =>
      scene
        .receive(request, scene.peer.text('hi'), scene.peer.close(1000), scene.peer.ping('x'))
        .act((server) => server.sendResponse(server.accept(hostRequest()))),
    outcome: closingOutcome('acknowledged', {
      closeReceived: '1000',
      closeSent: '1000',
      closeReceivedThenSent: true,
      events: [GET, 'text(hi)', 'close(1000)'],
      wire: [OK, 'close(1000)', 'EOF'],
    }),
  },
  {
    name: 'wrong input came before the response was sent',
    run: (scene) =>
      scene
        .receive(request, scene.peer.text('hi'), scene.peer.frame(3))
        .act((server) => server.sendResponse(server.accept(hostRequest()))),
    outcome: closingOutcome('failed', {
      closeSent: '1002 !',
      parserError: 'RESERVED_OPCODE',
      events: [GET, 'text(hi)'],
      wire: [OK, 'close(1002 !)', 'EOF'],
    }),
  },
  {
    name: 'half a frame came before the response was sent, the rest behind it',
    run: (scene) =>
      scene
        .receive(request, scene.peer.text('hello').slice(0, 3))
        .act((server) => server.sendResponse(server.accept(hostRequest())))
        .receive(scene.peer.text('hello').slice(3)),
    outcome: openOutcome({ events: [GET, 'text(hello)'], wire: [OK] }),
  },
  {
    name: 'the stream ended behind the response',
    run: (scene) => accepted(scene).eof(),
    outcome: closedOutcome('abnormally', {
      parserError: 'UNEXPECTED_EOF',
      events: [GET],
      wire: [OK, 'EOF'],
    }),
  },
]

/** No frame may be sent before the handshake is done (section 4.1), and nothing once our half of TCP is ended. */
const frames = {
  text: (protocol: ClientProtocol | ServerProtocol) => protocol.sendText('x'),
  binary: (protocol: ClientProtocol | ServerProtocol) => protocol.sendBinary(bytes('x'), false),
  ping: (protocol: ClientProtocol | ServerProtocol) => protocol.sendPing(),
  pong: (protocol: ClientProtocol | ServerProtocol) => protocol.sendPong(),
  close: (protocol: ClientProtocol | ServerProtocol) => protocol.sendClose(1000),
}

function describeSide<P extends ClientProtocol | ServerProtocol>(
  name: string,
  situations: Situation<P>[],
  create: () => P,
  others: Record<string, (protocol: P) => void>,
) {
  const play = (situation: Situation<P>, feeding?: Feeding) => {
    const scene = new Scene(create(), feeding)
    situation.run(scene)
    return scene
  }

  describe(name, () => {
    describe.each(situations)('$name', (situation) => {
      it.each(feedings)('it says so, input given %s', (feeding) => {
        expect(play(situation, feeding).outcome()).toEqual(situation.outcome)
      })

      const isConnecting = situation.outcome.lifecycle.startsWith('connecting')
      const isOver = situation.outcome.wire.includes('EOF')
      if (isConnecting || isOver) {
        it('it sends no frame', () => {
          for (const send of Object.values(frames)) {
            const scene = play(situation)
            const before = scene.outcome()
            expect(thrownBy(() => send(scene.protocol))).toBeInstanceOf(InvalidStateError)
            expect(scene.outcome()).toEqual(before)
          }
        })
      }
      if (isOver || !isConnecting) {
        it('it sends no further handshake message', () => {
          for (const send of Object.values(others)) {
            const scene = play(situation)
            const before = scene.outcome()
            expect(thrownBy(() => send(scene.protocol))).toBeInstanceOf(InvalidStateError)
            expect(scene.outcome()).toEqual(before)
          }
        })
      }

      it('its half-close is made once by the end of the stream', () => {
        const { wire } = play(situation).eof()
        expect(wire.filter((each) => each === 'EOF')).toHaveLength(1)
        expect(wire.at(-1)).toBe('EOF')
      })
    })
  })
}

describeSide('RFC 6455, section 4.1: a client', clientSituations, () => newClient(), {
  request: (client) => client.sendRequest(client.connect()),
})

describeSide('RFC 6455, section 4.2: a server', serverSituations, () => new ServerProtocol(), {
  acceptance: (server) => server.sendResponse(new ServerProtocol().accept(hostRequest())),
  refusal: (server) => server.sendResponse(new ServerProtocol().reject(404, 'x')),
})

it('RFC 6455, section 4.1: a client sends its request once', () => {
  const client = newClient()
  client.sendRequest(client.connect())
  client.dataToSend()
  expect(thrownBy(() => client.sendRequest(client.connect()))).toBeInstanceOf(InvalidStateError)
  expect(client.dataToSend()).toEqual([])
  expect(client.value.lifecycle).toEqual({ connecting: 'awaitingResponse' })
})
