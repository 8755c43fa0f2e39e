/** Runs cases against the Sans-I/O layer, cut in every way. */
import { expect } from 'vitest'
import { permessageDeflate } from '../../../src/deflate/node.ts'
import {
  ClientProtocol,
  type Protocol,
  parseUri,
  ServerProtocol,
  type Side,
} from '../../../src/protocol/index.ts'
import { type Case, deliveredBy, reportedCode, type Setup, scriptOf, sizeOf } from '../case.ts'
import { endpointOptions } from '../tester/agreement.ts'
import { FIN, Tester } from '../tester/tester.ts'
import { word } from '../tester/words.ts'
import { idOf } from '../title.ts'
import { EchoHost, type Style } from './echo-host.ts'

/**
 * How what is sent arrives: each step as one chunk; each byte as one; the opening handshake and all steps in one
 * chunk. `receiveData`: byte by byte through the layer's other way in.
 */
export type Cutting = 'whole' | 'byte by byte' | 'coalesced' | 'receiveData'

export const cuttings: readonly Cutting[] = ['whole', 'byte by byte', 'coalesced', 'receiveData']

/** Bytes from which on one at a time takes too long: then they come in pieces of changing sizes. */
const BYTEWISE = 100_000
const PIECES = [1, 2, 13, 126, 4_093, 65_537, 131_071]

/** What a run showed. */
export interface Trace {
  received: string[]
  events: string[]
  delivered: string[]
  closeCode: number | null
  value: unknown
}

function createProtocol(side: Side, setup: Setup): Protocol {
  const deflate = endpointOptions(side, setup)
  const options = {
    ...(setup.maxSize === undefined ? {} : { maxSize: setup.maxSize }),
    ...(setup.maxFragments === undefined ? {} : { maxFragments: setup.maxFragments }),
    extensions: deflate === null ? [] : [permessageDeflate(deflate)],
  }
  return side === 'server'
    ? new ServerProtocol(options)
    : new ClientProtocol(parseUri('ws://server.example.com/'), options)
}

/** The chunks in which bytes arrive. */
function* chunksOf(data: Uint8Array, cutting: Cutting, chop: number | undefined): Generator<Uint8Array> {
  if (cutting === 'whole' || cutting === 'coalesced') {
    for (let at = 0; at < data.length; at += chop ?? data.length)
      yield data.subarray(at, at + (chop ?? data.length))
    return
  }
  if (data.length <= BYTEWISE) {
    for (let at = 0; at < data.length; at++) yield data.subarray(at, at + 1)
    return
  }
  for (let at = 0, turn = 0; at < data.length; turn++) {
    const size = PIECES[turn % PIECES.length]!
    yield data.subarray(at, at + size)
    at += size
  }
}

interface Run {
  host: EchoHost
  tester: Tester
}

/** An endpoint and a tester, joined as far as the client's request. */
function start(testCase: Case, side: Side, style: Style): Run {
  const protocol = createProtocol(side, testCase.setup ?? {})
  const tester = new Tester(testCase, side)
  const host = new EchoHost(protocol, style, (chunk) =>
    chunk.length === 0 ? tester.readEnd() : tester.read(chunk),
  )
  if (protocol instanceof ClientProtocol) {
    protocol.sendRequest(protocol.connect())
    host.pump()
  }
  return { host, tester }
}

/** Who ends TCP first is checked: a server at once, a client once the tester has (section 7.1.1). */
function finish({ host, tester }: Run, { end }: Case, side: Side, expected: readonly string[]): Trace {
  if (end !== 'dropped') {
    expect(tester.received).toEqual(side === 'server' ? [...expected, FIN] : expected)
    expect(host.protocol.state).toBe('closing')
  }
  host.end()
  return {
    received: tester.received,
    events: host.events,
    delivered: host.delivered,
    closeCode: host.protocol.closeCode,
    value: host.protocol.value,
  }
}

export function run(testCase: Case, side: Side, cutting: Cutting): Trace {
  const style = cutting === 'receiveData' ? 'receiveData' : 'stepping'
  const { host, tester } = start(testCase, side, style)
  const script = scriptOf(testCase)
  const all = script.flatMap(({ back }) => back)
  if (cutting === 'coalesced') {
    const sent = script.map((step) => ('send' in step ? tester.bytesOf(step.send) : new Uint8Array(0)))
    const data = Buffer.concat([tester.openingBytes(), ...sent])
    for (const chunk of chunksOf(data, cutting, testCase.chop)) host.receive(chunk)
    return finish({ host, tester }, testCase, side, tester.expect(all))
  }
  for (const chunk of chunksOf(tester.openingBytes(), cutting, undefined)) host.receive(chunk)
  expect(host.protocol.state).toBe('open')
  const expected: string[] = []
  for (const step of script) {
    if ('application' in step) host.act(step.application)
    else for (const chunk of chunksOf(tester.bytesOf(step.send), cutting, testCase.chop)) host.receive(chunk)
    expected.push(...tester.expect(step.back))
    expect(tester.received.filter((each) => each !== FIN)).toEqual(expected)
  }
  return finish({ host, tester }, testCase, side, expected)
}

/** Whether a case can be cut like that. */
export function canCut(testCase: Case, cutting: Cutting): boolean {
  // Where the endpoint acts by itself in between, there is nothing to be coalesced.
  if (cutting === 'coalesced') return testCase.script.every((step) => 'send' in step)
  // `receiveData` has the answers behind all of a chunk: in order only if that is a byte.
  if (cutting === 'receiveData') return sizeOf(testCase) < BYTEWISE
  return true
}

const wholes = new Map<string, Trace>()

/** The trace of a case in one chunk a step, which others are compared with. */
function whole(testCase: Case, side: Side): Trace {
  const id = `${side} ${idOf(testCase)}`
  let trace = wholes.get(id)
  if (trace === undefined) wholes.set(id, (trace = run(testCase, side, 'whole')))
  return trace
}

export function verify(testCase: Case, side: Side, cutting: Cutting): void {
  const trace = cutting === 'whole' ? whole(testCase, side) : run(testCase, side, cutting)
  const expected = deliveredBy(testCase).map((back) => ('opcode' in back ? word(back) : ''))
  expect(trace.delivered).toEqual(expected)
  expect(trace.closeCode).toBe(reportedCode(testCase.end))
  expect(trace.received.filter((each) => each === FIN)).toEqual([FIN])
  expect(trace.received.at(-1)).toBe(FIN)
  // Chunking never matters: the same frames, events and ends as whole.
  if (cutting !== 'whole') expect(trace).toEqual(whole(testCase, side))
}
