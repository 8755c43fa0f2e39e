/** Runs the cases of the opening handshake over real sockets, against `serve` and `connect`. */
import { expect } from 'vitest'
import { connect, serve } from '../../../src/node/index.ts'
import type { ClientHandshake, Handshake, ServerHandshake } from '../handshake-case.ts'
import { HandshakeTester } from '../tester/handshake-tester.ts'
import { listen, type Pace, TesterSocket } from '../tester/socket.ts'
import { EchoConnection } from './echo-connection.ts'
import { extensionsFor } from './handshake-endpoint.ts'

/** Longer ones are not sent byte by byte. */
const BYTEWISE = 1_000

export function canRunHandshake(testCase: Handshake, pace: Pace): boolean {
  if (pace === 'whole') return true
  const opening = testCase.side === 'server' ? testCase.request : testCase.response('')
  return opening.length <= BYTEWISE
}

export async function verifyHandshake(testCase: Handshake, pace: Pace): Promise<void> {
  const tester = new HandshakeTester(testCase)
  if (testCase.side === 'server') await againstServer(testCase, tester, pace)
  else await againstClient(testCase, tester, pace)
}

async function againstServer(testCase: ServerHandshake, tester: HandshakeTester, pace: Pace): Promise<void> {
  const { endpoint = {} } = testCase
  const echoes: EchoConnection[] = []
  const server = await serve((connection) => void echoes.push(new EchoConnection(connection, 'listens')), {
    host: '127.0.0.1',
    compression: false,
    extensions: extensionsFor(endpoint),
    ...(endpoint.origins === undefined ? {} : { origins: endpoint.origins }),
    ...(endpoint.subprotocols === undefined ? {} : { subprotocols: endpoint.subprotocols }),
  })
  const socket = await TesterSocket.connect(server.port, (data) => tester.read(data))
  try {
    await socket.write(tester.opening, pace)
    if (testCase.thenEnds) socket.end()
    if (tester.opens) {
      await socket.until(() => tester.headArrived)
      await socket.write(tester.trial, pace)
    }
    await finish(socket, tester)
    expect(echoes.length).toBe(tester.opens ? 1 : 0)
    await echoes[0]?.done
    expect(server.connections.size).toBe(0)
  } finally {
    socket.destroy()
    await server.close()
  }
}

async function againstClient(testCase: ClientHandshake, tester: HandshakeTester, pace: Pace): Promise<void> {
  const { endpoint = {} } = testCase
  const raw = await listen()
  const connecting = connect(`ws://127.0.0.1:${raw.port}${endpoint.target ?? '/chat'}`, {
    compression: false,
    extensions: extensionsFor(endpoint),
    ...(endpoint.origin === undefined ? {} : { origin: endpoint.origin }),
    ...(endpoint.headers === undefined ? {} : { headers: endpoint.headers }),
    ...(endpoint.subprotocols === undefined ? {} : { subprotocols: endpoint.subprotocols }),
  })
  const outcome = connecting.then(
    (connection) => {
      new EchoConnection(connection, 'iterates')
      return { code: 'open', subprotocol: connection.subprotocol }
    },
    (error) => ({ code: error.code, subprotocol: null }),
  )
  const socket = await raw.accept((data) => tester.read(data))
  try {
    await socket.until(() => tester.headArrived)
    // With the frames in the same piece: a server may send them right behind its response.
    await socket.write(Buffer.concat([tester.opening, tester.trial]), pace)
    if (testCase.thenEnds) socket.end()
    expect(await outcome).toEqual({ code: testCase.outcome, subprotocol: testCase.subprotocol ?? null })
    if (tester.opens) await socket.until(() => tester.answered)
    if (tester.opens) socket.end()
    await finish(socket, tester)
  } finally {
    socket.destroy()
    raw.close()
  }
}

/** The endpoint ends its half, and then so does the tester. */
async function finish(socket: TesterSocket, tester: HandshakeTester): Promise<void> {
  await socket.until(() => false)
  if (socket.ended) tester.readEnd()
  socket.end()
  await socket.closed()
  expect(socket.error).toBe(null)
  tester.verify()
}
