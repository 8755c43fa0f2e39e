/** Runs the cases of the opening handshake against the Sans-I/O layer. */
import { expect } from 'vitest'
import { ClientProtocol, type Protocol, parseUri, ServerProtocol } from '../../../src/protocol/index.ts'
import type { Endpoint, Handshake } from '../handshake-case.ts'
import { HandshakeTester } from '../tester/handshake-tester.ts'
import { EchoHost } from './echo-host.ts'
import { extensionsFor } from './handshake-endpoint.ts'
import type { Cutting } from './sans-io.ts'

function createProtocol(testCase: Handshake): Protocol {
  const endpoint: Endpoint = testCase.endpoint ?? {}
  const { subprotocols, origins, origin, headers, target = '/chat' } = endpoint
  const shared = {
    extensions: extensionsFor(endpoint),
    ...(subprotocols === undefined ? {} : { subprotocols }),
  }
  if (testCase.side === 'server')
    return new ServerProtocol({ ...shared, ...(origins === undefined ? {} : { origins }) })
  return new ClientProtocol(parseUri(`ws://server.example.com${target}`), {
    ...shared,
    ...(origin === undefined ? {} : { origin }),
    ...(headers === undefined ? {} : { headers }),
  })
}

const bytewise: readonly Cutting[] = ['byte by byte', 'receiveData']

function chunks(data: Uint8Array, cutting: Cutting): Uint8Array[] {
  if (data.length === 0) return []
  return bytewise.includes(cutting) ? Array.from(data, (byte) => Uint8Array.of(byte)) : [data]
}

export function verifyHandshake(testCase: Handshake, cutting: Cutting): void {
  const protocol = createProtocol(testCase)
  const tester = new HandshakeTester(testCase)
  const host = new EchoHost(protocol, cutting === 'receiveData' ? 'receiveData' : 'stepping', (chunk) =>
    chunk.length === 0 ? tester.readEnd() : tester.read(chunk),
  )
  if (protocol instanceof ClientProtocol) {
    protocol.sendRequest(protocol.connect())
    host.pump()
  }
  const sent =
    cutting === 'coalesced' ? [Buffer.concat([tester.opening, tester.trial])] : [tester.opening, tester.trial]
  for (const data of sent) for (const chunk of chunks(data, cutting)) host.receive(chunk)
  // A handshake that failed is over at once; one that cannot be completed when TCP ends.
  if (!tester.opens && testCase.thenEnds !== true) expect(protocol.closeExpected()).toBe(true)
  host.end()
  tester.verify()
  expect(protocol.state).toBe('closed')
  expect(protocol.closeCode).toBe(tester.opens ? 1000 : 1006)
  expect(protocol.handshakeError === null).toBe(tester.opens)
  if (testCase.side === 'server') return
  if (!tester.opens) expect(protocol.handshakeError).toMatchObject({ code: testCase.outcome })
  expect(protocol.subprotocol).toBe(testCase.subprotocol ?? null)
}
