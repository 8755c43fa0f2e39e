/** Runs cases over real sockets, against `serve` and `connect`. */
import { expect } from 'vitest'
import { type Connection, connect, serve } from '../../../src/node/index.ts'
import type { Side } from '../../../src/protocol/index.ts'
import { type Case, deliveredBy, reportedCode, scriptOf, sizeOf } from '../case.ts'
import { listen, type Pace, TesterSocket } from '../tester/socket.ts'
import { FIN, Tester } from '../tester/tester.ts'
import { word } from '../tester/words.ts'
import { EchoConnection, optionsFor, type Reading } from './echo-connection.ts'

export const paces: readonly Pace[] = ['whole', 'byte by byte']

/** Bytes that are sent one by one in a turn of the event loop each, at most. */
const BYTEWISE = 600

/** Whether a case is small enough for that, or needs not be. */
export const canRun = (testCase: Case, pace: Pace) =>
  pace === 'whole' || (testCase.chop === undefined && sizeOf(testCase) <= BYTEWISE)

/** Each way to read at each pace, on one side or the other. */
const readingOf = (side: Side, pace: Pace): Reading =>
  (side === 'server') === (pace === 'whole') ? 'iterates' : 'listens'

export async function verify(testCase: Case, side: Side, pace: Pace): Promise<void> {
  const tester = new Tester(testCase, side)
  const [socket, echo, stop] =
    side === 'server' ? await toServer(testCase, tester, pace) : await toClient(testCase, tester, pace)
  try {
    await play(testCase, side, pace, { tester, socket, echo })
  } finally {
    socket.destroy()
    await stop()
  }
}

type Joined = readonly [TesterSocket, EchoConnection, stop: () => unknown]

async function toServer(testCase: Case, tester: Tester, pace: Pace): Promise<Joined> {
  let accepted: (connection: EchoConnection) => void
  const arrived = new Promise<EchoConnection>((resolve) => (accepted = resolve))
  const server = await serve(
    (connection: Connection) => accepted(new EchoConnection(connection, readingOf('server', pace))),
    { host: '127.0.0.1', ...optionsFor('server', testCase.setup ?? {}) },
  )
  const socket = await TesterSocket.connect(server.port, (data) => tester.read(data))
  await socket.write(tester.openingBytes(), pace)
  await socket.until(() => tester.opened)
  expect(socket.error).toBe(null)
  expect(tester.opened).toBe(true)
  return [socket, await arrived, () => server.close()]
}

async function toClient(testCase: Case, tester: Tester, pace: Pace): Promise<Joined> {
  const raw = await listen()
  const connecting = connect(`ws://127.0.0.1:${raw.port}/`, optionsFor('client', testCase.setup ?? {}))
  const socket = await raw.accept((data) => tester.read(data))
  await socket.until(() => tester.opened)
  await socket.write(tester.openingBytes(), pace)
  return [socket, new EchoConnection(await connecting, readingOf('client', pace)), raw.close]
}

async function play(
  testCase: Case,
  side: Side,
  pace: Pace,
  { tester, socket, echo }: { tester: Tester; socket: TesterSocket; echo: EchoConnection },
): Promise<void> {
  const expected: string[] = []
  for (const step of scriptOf(testCase)) {
    if ('application' in step) echo.act(step.application)
    else await socket.write(tester.bytesOf(step.send), pace, testCase.chop)
    expected.push(...tester.expect(step.back))
    await socket.until(() => tester.received.length >= expected.length)
  }
  // Section 7.1.1: a server ends TCP first, unless the tester dropped the connection.
  if (side === 'server' && testCase.end !== 'dropped') await socket.until(() => false)
  socket.end()
  await socket.until(() => false)
  if (socket.ended) tester.readEnd()
  expect(socket.error).toBe(null)
  expect(tester.received).toEqual([...expected, FIN])
  await socket.closed()
  await echo.done
  const delivered = deliveredBy(testCase).map((back) => ('opcode' in back ? word(back) : ''))
  expect(echo.delivered).toEqual(delivered)
  const { code, wasClean } = await echo.connection.closed
  expect(code).toBe(reportedCode(testCase.end))
  expect(wasClean).toBe(testCase.end === 'open' || typeof testCase.end === 'object')
}
